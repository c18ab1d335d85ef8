"""What was read in a text, fact by fact: its name, its value in words, and where in the text each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pages.components.labels import JD_TYPES
from pages.run.text import Mark, seen_marks
from pipeline.contracts import Ctc, Education, Experience, JobLocation, ParsedJD, TextSpan
from pipeline.text import JDText

_PERIODS = {"annual": "a year", "monthly": "a month", "weekly": "a week", "daily": "a day", "hourly": "an hour"}
MAX_LABEL = 120
"""Characters of a value that the label of its mark has."""


@dataclass(frozen=True)
class Piece:
    """A part of a value, in words, and where the text says so; null where it does not."""

    words: str
    source: TextSpan | None = None


@dataclass(frozen=True)
class Fact:
    """What was read for a field: its name, its parts (none where the text gives none), the field that a verdict is about.

    ``mark`` is what its places in the text are called there; empty where they are not marked.
    """

    name: str
    pieces: tuple[Piece, ...]
    field: str = ""
    mark: str = ""


def facts_of(parsed: ParsedJD) -> list[Fact]:
    """Every field of a parsed text, in the order in which it is read."""
    places = [place for place in parsed.job_locations if place.city or place.state or place.country]
    modes = {place.work_mode: Piece(place.work_mode, place.source) for place in parsed.job_locations if place.work_mode}
    by_demand = {kind: [e for e in parsed.education if e.requirement == kind] for kind in ("required", "preferred")}
    industry = parsed.domain
    return [
        Fact("Title", _one(parsed.role, parsed.role_source), "title", "title"),
        Fact("Other titles", tuple(Piece(alias) for alias in parsed.role_aliases)),
        Fact("Kind of work", _one(parsed.role_archetype)),
        Fact("Company", _one(parsed.company_name, parsed.company_name_source), "company", "company"),
        Fact("Industry", tuple(_industry(parsed)), "industry", "industry" if industry and industry.source else ""),
        Fact("Experience", _experience(parsed.experience), "experience", "experience"),
        Fact("Education", _education(by_demand["required"]), "education_required", "education"),
        Fact("Education, a plus", _education(by_demand["preferred"]), "education_preferred", "education, a plus"),
        Fact("Locations", tuple(Piece(_location(p), p.source) for p in places), "locations", "place"),
        Fact("Work mode", tuple(modes.values()), "work_mode", "work mode"),
        Fact("Pay", _pay(parsed.ctc), "ctc", "pay"),
        Fact(
            "Certifications",
            _listed(parsed.certifications, parsed.certification_sources),
            "certifications",
            "certificate",
        ),
        Fact("Web addresses", _listed(parsed.urls, parsed.url_sources), "urls", "web address"),
        Fact("Duties", _blocks(parsed), "responsibilities"),
        Fact("Type of text", _one(JD_TYPES.get(parsed.JD_type, parsed.JD_type)), "jd_type"),
    ]


def fact_marks(jd: JDText, parsed: ParsedJD) -> list[Mark]:
    """Where the facts stand in the view of the text, in its order; where two overlap the one that comes first in the list counts."""
    found: list[Mark] = []
    for fact in facts_of(parsed):
        for piece in fact.pieces if fact.mark else ():
            mark = mark_of(jd, fact, piece)
            if mark and all(mark.end <= other.start or other.end <= mark.start for other in found):
                found.append(mark)
    return sorted(found, key=lambda mark: mark.start)


def mark_of(jd: JDText, fact: Fact, piece: Piece) -> Mark | None:
    """The mark of a part of a fact in the view of the text; null where nothing of it is seen."""
    if piece.source is None:
        return None
    label = f"{fact.name}: {piece.words[:MAX_LABEL]}"
    return next(iter(seen_marks(jd, [Mark(piece.source.start, piece.source.end, label, name=fact.mark)])), None)


def _one(words: str | None, source: TextSpan | None = None) -> tuple[Piece, ...]:
    return (Piece(words, source),) if words else ()


def _listed(words: list[str], sources: list[TextSpan | None]) -> tuple[Piece, ...]:
    """Values with their places; a run of before has none."""
    places = sources if len(sources) == len(words) else [None] * len(words)
    return tuple(Piece(word, place) for word, place in zip(words, places, strict=True))


def _industry(parsed: ParsedJD) -> Iterator[Piece]:
    if parsed.domain and parsed.domain.primary:
        yield Piece(parsed.domain.primary.domain, parsed.domain.source)
        if parsed.domain.secondary:
            yield Piece(parsed.domain.secondary.domain)


def _education(entries: list[Education]) -> tuple[Piece, ...]:
    return tuple(Piece(f"{entry.level}: {entry.qualification}", entry.source) for entry in entries)


def _experience(experience: Experience | None) -> tuple[Piece, ...]:
    if experience is None:
        return ()
    if experience.min is None:
        words = f"up to {experience.max} years" if experience.max is not None else ""
    else:
        words = f"{experience.min}{'+' if experience.max is None else f'–{experience.max}'} years"
    return _one(" · ".join(filter(None, (words, experience.raw))), experience.source)


def _location(place: JobLocation) -> str:
    line = ", ".join(part for part in (place.city, place.state, place.country) if part)
    return line + (f" also {', '.join(place.aliases)}" if place.aliases else "")


def _pay(pay: Ctc | None) -> tuple[Piece, ...]:
    if pay is None:
        return ()
    amounts = "–".join(f"{amount:,}" for amount in (pay.min, pay.max) if amount is not None)
    words = ("up to" if pay.min is None else "", pay.currency, amounts, _PERIODS.get(pay.period or ""), f"({pay.raw})")
    return _one(" ".join(word for word in words if word), pay.source)


def _blocks(parsed: ParsedJD) -> tuple[Piece, ...]:
    return tuple(
        Piece(f"{block.heading or 'Without heading'} ({block.word_count} words)", block.source)
        for block in parsed.roles_and_responsibilities
    )
