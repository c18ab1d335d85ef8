"""The employer's industry: the ``domain`` of a parsed JD."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.contracts import IndustryDomain, JDDomain, TextSpan
from pipeline.text import JDText, PhraseFinder, SentenceFacts, lowered

INDUSTRIES_FILE = Path(__file__).with_name("industries.toml")

MAX_CHARACTERS = 30_000
"""Characters of a text that are searched."""
HINT_WEIGHT = 0.4
"""What a hint says, of what a word says."""
NAME_WEIGHT, EMPLOYER_WEIGHT, PLAIN_WEIGHT = 2.5, 2.0, 1.0
"""What a word says in the employer's name, in a sentence about the employer, and elsewhere."""
KIND_WEIGHTS = {
    "responsibilities": 0.7, "requirements": 0.5, "preferred": 0.35, "education": 0.2, "benefits": 0.0, "legal": 0.0, "apply": 0.0,
    "pay": 0.0, "chrome": 0.0, "similar_jobs": 0.0, "place": 0.2,
}  # fmt: skip
"""What it says in sections that are hardly about the employer."""
MAX_WEIGHT = 5.0
"""The most that one word can add to the score of an industry, however often it occurs."""
MAX_BEFORE_SUBJECT = 12
"""Characters before the employer's name where a sentence is about it."""
MIN_SCORE = 1.0
MIN_SECOND_SCORE, MIN_SECOND_SHARE = 2.0, 0.6
"""The score that a second industry must have, and its share of the first one's score."""

_ABOUT_EMPLOYER = re.compile(
    r"\b(?:we\s(?:are|build|provide|help|offer|make|serve|publish|develop|operate)|we['’]re|our\s(?:\w+\s){0,2}(?:client|company|firm|mission|business|customers)|"
    r"company|firm|agency|organi[sz]ation|provider|leader\sin|leading|world['’]s|headquartered|founded|start-?up|specializ\w+|"
    r"industry|sector|space|subsidiary|brand)\b",
    re.I,
)
"""What a sentence about the employer or its business says."""


@dataclass(frozen=True)
class Industry:
    """An industry: its name, its other names, the words (lower case) that speak for it, and those that do so less."""

    name: str
    aliases: tuple[str, ...]
    words: tuple[str, ...]
    hints: tuple[str, ...]

    def wire(self) -> IndustryDomain:
        """Return the industry as the parsed JD has it."""
        return IndustryDomain(aliases=list(self.aliases), domain=self.name)


class _Found(NamedTuple):
    """A word of an industry in the view, and what it says there."""

    start: int
    end: int
    word: str
    weight: float


def _read_industries() -> tuple[Mapping[str, Industry], tuple[str, ...]]:
    with INDUSTRIES_FILE.open("rb") as file:
        rows = tomllib.load(file)
    empty = tuple(rows.pop("says_nothing"))
    named = {
        name: Industry(name, *(tuple(row[k]) for k in ("aliases", "words", "hints"))) for name, row in rows.items()
    }
    return named, empty


INDUSTRIES, _SAYS_NOTHING = _read_industries()
_WORDS: Mapping[str, tuple[tuple[str, float], ...]] = {
    word: tuple(
        (i.name, 1.0 if word in i.words else HINT_WEIGHT) for i in INDUSTRIES.values() if word in (*i.words, *i.hints)
    )
    for word in {w for i in INDUSTRIES.values() for w in (*i.words, *i.hints)}
}
"""The industries that a word speaks for, and how much."""
_FINDER = PhraseFinder({*_WORDS, *_SAYS_NOTHING})
_EMPTY = frozenset(_SAYS_NOTHING)


def industry(jd: JDText, employer: str | None = None) -> JDDomain | None:
    """Return the one or two industries with the highest score; words count by what their sentence is about."""
    weights: dict[str, float] = defaultdict(float)
    places: dict[str, _Found] = {}
    for found in _found(jd, employer):
        weights[found.word] = min(weights[found.word] + found.weight, MAX_WEIGHT)
        if found.word not in places or found.weight > places[found.word].weight:
            places[found.word] = found
    scores: dict[str, float] = defaultdict(float)
    best_word: dict[str, tuple[float, str]] = {}
    for word, weight in weights.items():
        for name, share in _WORDS[word]:
            scores[name] += weight * share
            best_word[name] = max(best_word.get(name, (0.0, "")), (weight * share, word))
    ranked = sorted(scores.items(), key=lambda s: (-s[1], s[0]))
    if not ranked or ranked[0][1] < MIN_SCORE:
        return None
    first, best = ranked[0]
    second = next(
        (name for name, score in ranked[1:2] if score >= max(MIN_SECOND_SCORE, MIN_SECOND_SHARE * best)), None
    )
    place = places[best_word[first][1]]
    start, end = jd.raw_span(place.start, place.end)
    return JDDomain(
        primary=INDUSTRIES[first].wire(),
        secondary=INDUSTRIES[second].wire() if second else None,
        source=TextSpan(start=start, end=end),
    )


def _found(jd: JDText, employer: str | None) -> Iterator[_Found]:
    """The words of industries in a text; one inside a longer phrase, or one that says nothing, is left out."""
    last_end = 0
    name = (employer or "").lower()
    at = jd.view.find(employer) if employer else -1
    for start, end, word in _FINDER.find(name) if at >= 0 else ():
        if word not in _EMPTY:
            yield _Found(at + start, at + end, word, NAME_WEIGHT)
    found = sorted(_FINDER.find(lowered(jd.view[:MAX_CHARACTERS])), key=lambda f: (f[0], -f[1]))
    for start, end, word in found:
        if end <= last_end:
            continue
        last_end = end
        if word in _EMPTY:
            continue
        weight = _weight(jd, start, name)
        if weight:
            yield _Found(start, end, word, weight)


def _weight(jd: JDText, start: int, employer: str) -> float:
    """What a word at a place says, by its sentence and section."""
    facts = jd.facts_at(start)
    kind = jd.kind_at(start)
    if facts is None:
        return KIND_WEIGHTS.get(kind, PLAIN_WEIGHT)
    if facts.boilerplate_start is not None and facts.boilerplate_start <= start:
        return 0.0
    if kind == "about_company" or _is_about_employer(facts, employer):
        return EMPLOYER_WEIGHT
    return KIND_WEIGHTS.get(kind, PLAIN_WEIGHT)


def _is_about_employer(facts: SentenceFacts, employer: str) -> bool:
    text = facts.sentence.text
    is_subject = bool(employer) and employer in text[: len(employer) + MAX_BEFORE_SUBJECT].lower()
    return is_subject or _ABOUT_EMPLOYER.search(text) is not None
