"""Whether a text demands a skill or only mentions it: "experience with testing" against "you work with the testing team".

Names of technologies nearly always mean a demand; words that are also ordinary English (monitoring, reporting, data
platform) need signs around them. The signs are weighed by a logistic model whose weights were fitted on the development
job descriptions, none of its features being a word of theirs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from pipeline.catalog.value import TECHNOLOGY
from pipeline.text import JDText

TECHNOLOGY_NAMED = 0.98
"""The probability for a plain name of a technology, whatever stands around it."""
MINIMUM = 0.56
"""Probability from which on a skill is one of the text's."""
NEIGHBOUR_REACH = 60
"""How far (code points) another skill may stand to be a neighbour."""

BIAS = -0.27
WEIGHTS = {
    "asked": 0.35,
    "neighbours": 0.47,
    "listed": 0.2,
    "written_as_name": 0.23,
    "acronym": 0.42,
    "bullet_alone": 0.71,
    "words": 0.74,
    "mentions": 0.31,
    "unknown": -1.5,
    "unknown_listed": -0.25,
    "industry": -0.77,
    "practice": -0.45,
    "rare": -0.49,
    "preferred": -0.59,
    "primary": -0.32,
    "company": -0.41,
    "context": -0.5,
    "people": -0.93,
}
"""Log odds that each sign adds (``signs``)."""

_ASKED = re.compile(
    r"\b(?:experience[ds]?|knowledge|proficien\w+|familiar\w*|understanding|expertise|skills?|skilled|background|hands[- ]on|"
    r"fluen\w+|exposure|ability|able to|certif\w+|expert|working with|command of|competen\w+|using|such as|including|tools?|"
    r"technolog\w+|languages?)\b",
    re.I,
)
_PEOPLE = re.compile(
    r"(?:[\s/-]|and|or|,)*(?:\w+\s)?(?:teams?|engineers?|developers?|analysts?|staff|departments?|personnel|managers?|"
    r"professionals?|architects?|testers?|groups?|partners?|stakeholders?|compan(?:y|ies)|customers?|leads?)\b",
    re.I,
)
_BEFORE_IN_LIST = re.compile(r"[,/(]\s*$")
_AFTER_IN_LIST = re.compile(r"\s*[,/)]")


@dataclass(frozen=True)
class Place:
    """One mention as the model sees it."""

    start: int
    end: int
    section: str


def probability(
    jd: JDText,
    nature: str | None,
    places: Sequence[Place],
    starts: Sequence[int],
    *,
    reach: float,
    is_primary: bool,
    in_context: bool,
) -> float:
    """How likely the text demands a skill.

    ``nature`` is null for a term that the catalog lacks; ``starts`` are the sorted starts of all mentions in the text;
    ``reach`` is the skill's weight in 0..1 (1 for a skill of a single role); ``in_context`` says that context decided
    what the form means.
    """
    if nature in TECHNOLOGY:
        return TECHNOLOGY_NAMED
    found = signs(jd, nature, places, starts, reach, is_primary, in_context)
    return 1.0 / (1.0 + exp(-BIAS - sum(WEIGHTS[name] * value for name, value in found.items())))


def signs(
    jd: JDText, nature: str | None, places: Sequence[Place], starts: Sequence[int], reach: float, is_primary: bool, in_context: bool
) -> dict[str, float]:
    """What stands around the mentions of a skill that is no plain name of a technology, by the names of ``WEIGHTS``."""
    each = [_around(jd, place, starts) for place in places]
    best = {name: max(float(a[name]) for a in each) for name in each[0] if name != "people"}
    return {
        **best,
        "unknown": float(nature is None),
        "unknown_listed": float(nature is None and best["listed"] and best["neighbours"] >= 2),
        "industry": float(nature == "DOMAIN"),
        "practice": float(nature == "PRACTICE"),
        "rare": reach,
        "preferred": float(any(p.section == "preferred" for p in places)),
        "primary": float(is_primary),
        "company": float(all(p.section == "about_company" for p in places)),
        "context": float(in_context),
        "people": float(all(a["people"] for a in each)),
        "mentions": log(len(places)),
    }


def _around(jd: JDText, place: Place, starts: Sequence[int]) -> dict[str, float]:
    sentence = jd.sentence_at(place.start)
    before = jd.view[sentence.start : place.start] if sentence else ""
    after = jd.view[place.end : sentence.end] if sentence else ""
    surface = jd.view[place.start : place.end]
    near = bisect_left(starts, place.start + NEIGHBOUR_REACH) - bisect_right(starts, place.start - NEIGHBOUR_REACH) - 1
    opens = not before.strip() or before.rstrip()[-1] in ".:;•-"
    return {
        "asked": bool(_ASKED.search(before)),
        "people": bool(_PEOPLE.match(after)),
        "neighbours": min(max(near, 0), 4),
        "listed": bool(_BEFORE_IN_LIST.search(before) or _AFTER_IN_LIST.match(after)),
        "written_as_name": any(c.isupper() for c in surface[1:]) or (surface[:1].isupper() and not opens),
        "acronym": surface.isupper() and len(surface) > 1,
        "bullet_alone": sentence is not None and len(sentence.text.split()) < 8,
        "words": len(surface.split()),
    }

