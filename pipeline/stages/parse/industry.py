"""The employer's industry: the ``domain`` of a parsed JD."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts import IndustryDomain, JDDomain
from pipeline.text import JDText, PhraseFinder, lowered

INDUSTRIES_FILE = Path(__file__).with_name("industries.toml")

MAX_CHARACTERS = 30_000
"""Characters of a text that are searched."""
ASIDE_KINDS = frozenset({"requirements", "preferred", "legal", "benefits"})
"""Sections that are hardly about the employer."""
ASIDE_WEIGHT = 0.4
MAX_WEIGHT = 2.0
"""The most that one word can add to the score of an industry, however often it occurs."""
MIN_SCORE = 1.0
MIN_SECOND_SCORE, MIN_SECOND_SHARE = 2.0, 0.6
"""The score that a second industry must have, and its share of the first one's score."""


@dataclass(frozen=True)
class Industry:
    """An industry: its name, its other names, and the words (lower case) that indicate it."""

    name: str
    aliases: tuple[str, ...]
    words: tuple[str, ...]

    def wire(self) -> IndustryDomain:
        """Return the industry as the parsed JD has it."""
        return IndustryDomain(aliases=list(self.aliases), domain=self.name)


def _read_industries() -> Mapping[str, Industry]:
    with INDUSTRIES_FILE.open("rb") as file:
        rows = tomllib.load(file)
    return {name: Industry(name, tuple(row["aliases"]), tuple(row["words"])) for name, row in rows.items()}


INDUSTRIES = _read_industries()
_INDUSTRY_OF = {word: industry.name for industry in INDUSTRIES.values() for word in industry.words}
_FINDER = PhraseFinder(_INDUSTRY_OF)


def industry(jd: JDText) -> JDDomain | None:
    """Return the one or two industries with the highest score; words inside demands, benefits and legal notes count less."""
    aside = [(s.heading_start, s.end) for s in jd.sections if s.kind in ASIDE_KINDS]
    weights: dict[str, float] = defaultdict(float)
    for start, _, word in _FINDER.find(lowered(jd.view[:MAX_CHARACTERS])):
        weight = ASIDE_WEIGHT if any(a <= start < b for a, b in aside) else 1.0
        weights[word] = min(weights[word] + weight, MAX_WEIGHT)
    scores: dict[str, float] = defaultdict(float)
    for word, weight in weights.items():
        scores[_INDUSTRY_OF[word]] += weight
    ranked = sorted(scores.items(), key=lambda s: (-s[1], s[0]))
    if not ranked or ranked[0][1] < MIN_SCORE:
        return None
    first, best = ranked[0]
    second = next(
        (name for name, score in ranked[1:2] if score >= MIN_SECOND_SCORE and score >= MIN_SECOND_SHARE * best), None
    )
    return JDDomain(primary=INDUSTRIES[first].wire(), secondary=INDUSTRIES[second].wire() if second else None)
