"""The comparison of two runs, row by row: what differs, and which settings and catalog changes may be the cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from pipeline.catalog.changes import Change
from pipeline.contracts import Decision, Extraction, LibraryMatch, ParsedJD, RoleScore, Signals, wire_score
from pipeline.subjects import FieldSubject, LinkSubject, RoleBasis, RoleSubject, SkillSubject, Subject, touches

SCORE_TOLERANCE = 0.02
"""Scores that differ by less count as equal."""
Area = Literal[
    "Role", "Signals", "Skills", "Links", "Proposals", "Parsed text", "Client output", "Cost and time", "Settings"
]
AREAS: tuple[Area, ...] = (
    "Role",
    "Signals",
    "Skills",
    "Links",
    "Proposals",
    "Parsed text",
    "Client output",
    "Cost and time",
)
"""The areas of a comparison in order."""


@dataclass(frozen=True)
class RunSide:
    """One of the two runs: its payloads (null where a step was not reached) and its settings."""

    extraction: Extraction
    library_match: LibraryMatch | None
    client_output: Mapping[str, Any] | None
    engine: str
    config: Mapping[str, Any]
    revision: int
    cost_usd: float
    duration_ms: float | None


@dataclass(frozen=True)
class Difference:
    """One value of both runs as text; empty where a run lacks it."""

    area: Area
    subject: Subject
    left: str
    right: str
    differs: bool

    @property
    def name(self) -> str:
        """The row's name."""
        return self.subject.label


def compare(left: RunSide, right: RunSide) -> list[Difference]:
    """Return all rows by area, in each area those that differ first and then by name."""
    subjects = _skill_subjects(left, right)
    skills = [_row("Skills", subjects[name], *texts) for name, texts in _paired(_skills(left), _skills(right))]
    basis = _role_basis(left, right, subjects, skills)
    rows = [
        *_decision(left.extraction.decision, right.extraction.decision, basis),
        *_signals(left.extraction.signals, right.extraction.signals, basis),
        *skills,
        *_links(left, right, subjects),
        *(
            _row("Proposals", FieldSubject(name), *texts)
            for name, texts in _paired(_proposals(left), _proposals(right))
        ),
        *_parsed(left.extraction.parsed, right.extraction.parsed),
        *_client_output(left.client_output or {}, right.client_output or {}),
        _row("Cost and time", FieldSubject("Cost"), f"${left.cost_usd:.4f}", f"${right.cost_usd:.4f}"),
        Difference("Cost and time", FieldSubject("Time"), _duration(left), _duration(right), False),
    ]
    return sorted(rows, key=lambda r: (AREAS.index(r.area), not r.differs))


def setting_differences(left: RunSide, right: RunSide) -> list[Difference]:
    """Return the settings that differ: engine, catalog revision, and the keys of the config."""
    rows = [
        _row("Settings", FieldSubject("Engine"), left.engine, right.engine),
        _row("Settings", FieldSubject("Catalog revision"), str(left.revision), str(right.revision)),
    ]
    for key in sorted({*left.config, *right.config} - {"engine"}):
        values = [_setting_text(side.config.get(key)) for side in (left, right)]
        rows.append(_row("Settings", FieldSubject(key.replace("_", " ")), *values))
    return [r for r in rows if r.differs]


Causes = dict[Difference, list[tuple[str, Change]]]
"""By row, the changes that touch the catalog rows on which it depends, each with its label."""


def causes(rows: Iterable[Difference], changes: Sequence[tuple[str, Change]]) -> Causes:
    """Return, for each row that differs, the catalog changes that touch the rows on which it depends.

    ``changes`` are those between the two runs' catalogs, each with a label ("change set 7, Ada"). A row that no change
    touches has no entry: its cause is a setting.
    """
    touching = {
        row: [(label, change) for label, change in changes if touches(row.subject, change)]
        for row in rows
        if row.differs
    }
    return {row: labelled for row, labelled in touching.items() if labelled}


def _setting_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in sorted(value.items()))
    return "" if value is None else str(value)


def _row(area: Area, subject: Subject, left: str, right: str) -> Difference:
    return Difference(area, subject, left, right, left != right)


K = TypeVar("K", bound=str | tuple[str, ...])


def _paired(left: Mapping[K, str], right: Mapping[K, str]) -> Iterator[tuple[K, tuple[str, str]]]:
    """The keys of either run with both texts (empty where a run lacks it), in alphabetical order."""
    for key in sorted({*left, *right}, key=_lower):
        yield key, (left.get(key, ""), right.get(key, ""))


def _lower(key: str | tuple[str, ...]) -> str:
    return (key if isinstance(key, str) else " → ".join(key)).lower()


def _skill_subjects(left: RunSide, right: RunSide) -> dict[str, SkillSubject]:
    """The skills of both runs by name."""
    slugs: dict[str, set[str]] = defaultdict(set)
    forms: dict[str, set[str]] = defaultdict(set)
    for skill in [*left.extraction.skills, *right.extraction.skills]:
        slugs[skill.skill_name] |= {skill.slug} if skill.slug else set()
        if skill.slug:
            forms[skill.skill_name] |= {(m.alias or m.text).lower() for m in skill.mentions}
    return {name: SkillSubject(name, frozenset(slugs[name]), frozenset(forms[name])) for name in slugs}


def _role_basis(
    left: RunSide, right: RunSide, subjects: Mapping[str, SkillSubject], rows: Sequence[Difference]
) -> RoleBasis:
    """The catalog rows on which the roles of two runs depend; ``rows`` are the compared skills."""
    roles = [side.extraction.decision.chosen_role for side in (left, right)]
    differing = {row.name for row in rows if row.differs}
    return RoleBasis(
        chosen=frozenset(role.slug for role in roles if role),
        skills=frozenset(slug for subject in subjects.values() for slug in subject.slugs),
        differing=tuple(subject for name, subject in subjects.items() if name in differing),
    )


def _decision(left: Decision, right: Decision, basis: RoleBasis) -> Iterator[Difference]:
    def row(label: str, describe: Callable[[Decision], str]) -> Difference:
        return _row("Role", RoleSubject(label, basis), describe(left), describe(right))

    yield row("Chosen role", lambda d: d.chosen_role.display_name if d.chosen_role else "No role")
    confidence = row("Confidence", lambda d: f"{d.confidence:.2f}")
    yield replace(confidence, differs=abs(left.confidence - right.confidence) >= SCORE_TOLERANCE)
    yield row("Case", lambda d: d.case)
    yield row("Second judge", lambda d: "asked" if d.llm2_fired else "")
    yield row("Conflict", lambda d: "; ".join(d.conflict))
    yield row("Reasoning", lambda d: d.reasoning)


def _signals(left: Signals, right: Signals, basis: RoleBasis) -> Iterator[Difference]:
    for name, *listed in (
        ("Title alias", left.alias_match_roles, right.alias_match_roles),
        ("Title", left.title_match_roles, right.title_match_roles),
        ("Skills", left.skill_match_roles, right.skill_match_roles),
        ("KRAs", left.kra_match_roles, right.kra_match_roles),
        ("Centroid", left.centroid_match_roles, right.centroid_match_roles),
    ):
        yield _best_role(RoleSubject(f"{name}, best role", basis), *listed)


def _best_role(subject: Subject, left: Sequence[RoleScore], right: Sequence[RoleScore]) -> Difference:
    """The first role of a signal with the score that ranks."""
    slugs, scores, texts = [], [], []
    for listed in (left, right):
        best = listed[0] if listed else None
        score = wire_score(best.rank_score or best.score) if best else 0.0
        slugs.append(best.slug if best else "")
        scores.append(score)
        texts.append(f"{best.display_name} {score:.2f}" if best else "")
    differs = slugs[0] != slugs[1] or abs(scores[0] - scores[1]) >= SCORE_TOLERANCE
    return Difference("Signals", subject, texts[0], texts[1], differs)


def _skills(side: RunSide) -> dict[str, str]:
    return {
        s.skill_name: ("primary" if s.is_primary else "secondary") + ("" if s.slug else ", not in the catalog")
        for s in side.extraction.skills
    }


def _links(left: RunSide, right: RunSide, subjects: Mapping[str, SkillSubject]) -> Iterator[Difference]:
    dimension_slugs: dict[str, set[str]] = defaultdict(set)
    for side in (left, right):
        for link in side.library_match.dimensions if side.library_match else ():
            dimension_slugs[link.dimension.display_name].add(link.dimension.slug)
    for (name, dimension), texts in _paired(_link_texts(left), _link_texts(right)):
        skill = subjects.get(name) or SkillSubject(name, frozenset(), frozenset())
        yield _row("Links", LinkSubject(skill, dimension, frozenset(dimension_slugs[dimension])), *texts)


def _link_texts(side: RunSide) -> dict[tuple[str, str], str]:
    """By names of skill and dimension, whether the link reaches the chosen role."""
    chosen = side.extraction.decision.chosen_role
    texts = {}
    for link in side.library_match.dimensions if side.library_match else ():
        reaches = chosen is not None and any(r.slug == chosen.slug for r in link.roles_from_db)
        text = "reaches the role" if reaches else "beside the role"
        texts[link.input_skill, link.dimension.display_name] = text
    return texts


def _proposals(side: RunSide) -> dict[str, str]:
    updates = side.extraction.updates
    texts = {f"skill {s.skill_name}": "proposed" for s in updates.new_skills_attached}
    texts |= {
        f"KRA {k.r_and_r_preview}": f"proposed, best similarity {k.best_kra_similarity:.2f}"
        for k in updates.new_kras_attached
    }
    decision = side.extraction.decision
    if decision.is_new_role and decision.new_role_display_name:
        texts[f"role {decision.new_role_display_name}"] = "proposed"
    return texts


def _parsed(left: ParsedJD, right: ParsedJD) -> Iterator[Difference]:
    def row(label: str, describe: Callable[[ParsedJD], str | None]) -> Difference:
        return _row("Parsed text", FieldSubject(label), describe(left) or "", describe(right) or "")

    yield row("Title", lambda p: p.role)
    yield row("Company", lambda p: p.company_name)
    yield row("Type of text", lambda p: p.JD_type)
    yield row("Experience", lambda p: p.experience.raw if p.experience else "")
    yield row("Locations", lambda p: "; ".join(x.city or x.country or x.work_mode or "" for x in p.job_locations))
    yield row("Certifications", lambda p: ", ".join(p.certifications))


def _client_output(left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[Difference]:
    for label, key, field in (
        ("Nature of work", "nature_of_work", "label"),
        ("Tech stack maturity", "tech_stack_maturity", "label"),
        ("AI index", "ai_index", "value"),
    ):
        texts = [str((output.get(key) or {}).get(field, "")) for output in (left, right)]
        yield _row("Client output", FieldSubject(label), *texts)


def _duration(side: RunSide) -> str:
    return f"{side.duration_ms:,.0f} ms" if side.duration_ms is not None else ""
