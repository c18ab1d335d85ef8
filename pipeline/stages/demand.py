"""Whether a text demands a skill or only mentions it: "experience with testing" against "you work with the testing team".

Names of technologies nearly always mean a demand; for words that are also ordinary English (monitoring, reporting, data
platform) it depends on signs around them. A logistic model weighs the signs, none of which is a single word; its weights
were fitted on the development job descriptions.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from pipeline.catalog.value import TECHNOLOGY
from pipeline.learned.fitted import demand_weights
from pipeline.text import JDText

FITTED = demand_weights()
MIN_PROBABILITY = FITTED.min_probability
"""Probability from which on a mentioned skill counts as demanded."""
MAX_NEIGHBOUR_DISTANCE = 60
"""Code points between a mention and that of another skill that is its neighbour."""
MAX_NEIGHBOURS = 4
"""Upper bound of the number of neighbours."""
MAX_AROUND = 400
"""Code points on each side of a mention in which its sentence is looked at."""
MAX_ALONE_WORDS = 7
"""Words of a sentence that hardly names more than the skill."""

_WEIGHTS = FITTED.weights.model_dump()

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
    """One mention: its code points (``end`` exclusive) and the kind of its section."""

    start: int
    end: int
    section: str


@dataclass(frozen=True)
class Candidate:
    """A skill that a text mentions, as the model takes it."""

    nature: str | None
    """Null for a term that the catalog lacks."""
    places: tuple[Place, ...]
    role_specificity: float
    """In 0..1: the fewer roles have the skill, the higher."""
    is_primary: bool
    in_context: bool
    """Whether context decided what the form means."""


def probability(jd: JDText, candidate: Candidate, starts: Sequence[int]) -> float:
    """Return the probability that the text demands a skill.

    ``starts`` are the sorted starts of all mentions of skills in the text.
    """
    if candidate.nature in TECHNOLOGY:
        return FITTED.technology_probability
    values = signs(jd, candidate, starts)
    return 1.0 / (1.0 + exp(-FITTED.bias - sum(_WEIGHTS[name] * value for name, value in values.items())))


def signs(jd: JDText, candidate: Candidate, starts: Sequence[int]) -> dict[str, float]:
    """Return the signs around the mentions of a skill that is no plain name of a technology, by the names of ``DemandSigns``."""
    nature, places = candidate.nature, candidate.places
    each = [_around(jd, place, starts) for place in places]
    best = {name: max(float(a[name]) for a in each) for name in each[0] if name != "people"}
    return {
        **best,
        "unknown": float(nature is None),
        "unknown_listed": float(nature is None and best["listed"] and best["neighbours"] >= 2),
        "industry": float(nature == "DOMAIN"),
        "practice": float(nature == "PRACTICE"),
        "rare": candidate.role_specificity,
        "preferred": float(any(p.section == "preferred" for p in places)),
        "primary": float(candidate.is_primary),
        "about_company": float(all(p.section == "about_company" for p in places)),
        "context": float(candidate.in_context),
        "people": float(all(a["people"] for a in each)),
        "mentions": log(len(places)),
    }


def _around(jd: JDText, place: Place, starts: Sequence[int]) -> dict[str, float]:
    """The signs around one mention."""
    sentence = jd.sentence_at(place.start)
    before = jd.view[max(sentence.start, place.start - MAX_AROUND) : place.start] if sentence else ""
    after = jd.view[place.end : min(sentence.end, place.end + MAX_AROUND)] if sentence else ""
    surface = jd.view[place.start : place.end]
    near = (
        bisect_left(starts, place.start + MAX_NEIGHBOUR_DISTANCE)
        - bisect_right(starts, place.start - MAX_NEIGHBOUR_DISTANCE)
        - 1
    )
    opens = not before.strip() or before.rstrip()[-1] in ".:;•-"
    return {
        "asked": bool(_ASKED.search(before)),
        "people": bool(_PEOPLE.match(after)),
        "neighbours": min(max(near, 0), MAX_NEIGHBOURS),
        "listed": bool(_BEFORE_IN_LIST.search(before) or _AFTER_IN_LIST.match(after)),
        "written_as_name": any(c.isupper() for c in surface[1:]) or (surface[:1].isupper() and not opens),
        "acronym": surface.isupper() and len(surface) > 1,
        "bullet_alone": sentence is not None and len(sentence.text.split()) <= MAX_ALONE_WORDS,
        "words": len(surface.split()),
    }
