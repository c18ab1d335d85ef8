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
from typing import Any

from pipeline.catalog.value import TECHNOLOGY
from pipeline.learned.fitted import demand_weights
from pipeline.stages.encoding import EncodedJD
from pipeline.text import DEMAND_KINDS, HEADING
from pipeline.text.words import commonness

MAX_NEIGHBOUR_DISTANCE = 60
"""Code points between a mention and that of another skill that is its neighbour."""
MAX_NEIGHBOURS = 4
"""Upper bound of the number of neighbours."""
MAX_AROUND = 400
"""Code points on each side of a mention in which its sentence is looked at."""
MAX_ALONE_WORDS = 7
"""Words of a sentence that hardly names more than the skill."""
LEAST = 0.02
"""Least probability for which the tagger is believed."""

_ASKED_NOW = re.compile(
    r"\b(?:experience[ds]?|knowledge|proficien\w+|familiar\w*|understanding|expertise|skills?|skilled|background|exposure|fluen\w+|"
    r"competen\w+|certifi\w+|versed|command)\s(?:in|of|with|on|using)\s(?:[\w+#./-]+,?\s){0,3}$",
    re.I,
)
_SKILL_BEHIND = re.compile(
    r"\s(?:skills?|experience|knowledge|expertise|concepts|principles|techniques|methods|methodolog\w+|tools?|technolog\w+|frameworks?|"
    r"best practices|background|certifi\w+|required|preferred|a plus|is a)\b",
    re.I,
)
_DEGREE = re.compile(
    r"\b(?:degrees?|bachelor\w*|master'?s|masters?|ph\.?d|b\.?sc?|m\.?sc?|b\.?tech|diploma|graduates?|majors?|majoring)\b[^.;]{0,90}$",
    re.I,
)
_DEGREE_BEHIND = re.compile(r"[^.;:]{0,60}\b(?:degree|related (?:field|discipline)|diploma|or equivalent)\b", re.I)
_DONE = re.compile(
    r"\b(?:perform|participat|conduct|provid|ensur|manag|support|improv|lead|deliver|maintain|handl|driv|assist|contribut|collaborat|coordinat|"
    r"creat|develop|write|writ|review|help|own|oversee|facilitat|prepar|updat|mak|do|attend|monitor|implement|identify|resolv)\w{0,4}\s"
    r"(?:in\s|to\s|with\s|on\s)?(?:[\w-]+\s){0,3}$",
    re.I,
)
ASKED = re.compile(
    r"\b(?:experience[ds]?|knowledge|proficien\w+|familiar\w*|understanding|expertise|skills?|skilled|background|hands[- ]on|"
    r"fluen\w+|exposure|ability|able to|certif\w+|expert|working with|command of|competen\w+|using|such as|including|tools?|"
    r"technolog\w+|languages?)\b",
    re.I,
)
"""Words with which a text asks for a competence."""
PEOPLE = re.compile(
    r"(?:[\s/-]|and|or|,)*(?:\w+\s)?(?:teams?|engineers?|developers?|analysts?|staff|departments?|personnel|managers?|"
    r"professionals?|architects?|testers?|groups?|partners?|stakeholders?|compan(?:y|ies)|customers?|leads?)\b",
    re.I,
)
"""People behind a word, which is then their field: "testing team"."""
_BEFORE_IN_LIST = re.compile(r"[,/(]\s*$")
_AFTER_IN_LIST = re.compile(r"\s*[,/)]")


IN_ALL = ("people", "degree", "done")
"""Signs that count where all mentions have them."""


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
    """Null where the catalog gives none."""
    places: tuple[Place, ...]
    role_specificity: float
    """In 0..1: the fewer roles have the skill, the higher."""
    is_primary: bool
    in_context: bool
    """Whether context decided what the form means."""
    name: str = ""
    """The name of the skill."""
    slug: str | None = None


def probability(jd: EncodedJD, candidate: Candidate, starts: Sequence[int]) -> float:
    """Return the probability that the text demands a skill.

    ``starts`` are the sorted starts of all mentions of skills in the text.
    """
    fitted = demand_weights()
    if candidate.nature in TECHNOLOGY:
        return fitted.technology_probability
    values = signs(jd, candidate, starts)
    weights = fitted.weights.model_dump()
    return 1.0 / (1.0 + exp(-fitted.bias - sum(weights[name] * value for name, value in values.items())))


def basis(candidate: Candidate, starts: Sequence[int]) -> tuple[Any, ...]:
    """Return what the probability of a skill in a text follows from: equal bases have equal ones. ``starts`` as in ``probability``."""
    if candidate.nature in TECHNOLOGY:
        return (candidate.nature,)
    places = tuple((place.start, place.end, _neighbours(place, starts)) for place in candidate.places)
    rank = candidate.is_primary, candidate.in_context, candidate.role_specificity
    return (candidate.slug, candidate.name, candidate.nature, rank, places)


def signs(jd: EncodedJD, candidate: Candidate, starts: Sequence[int]) -> dict[str, float]:
    """Return the signs around the mentions of a skill that is no plain name of a technology, by the names of ``DemandSigns``."""
    nature, places = candidate.nature, candidate.places
    each = [_around(jd, place, starts) for place in places]
    best = {name: max(float(a[name]) for a in each) for name in each[0] if name not in IN_ALL}
    kinds = [_kind(jd, place) for place in places]
    known = [jd.knowledge.over(p.start, p.end) for p in places]
    surfaces = {jd.text.view[p.start : p.end].lower() for p in places}
    return {
        **best,
        **{name: float(all(a[name] for a in each)) for name in IN_ALL},
        "industry": float(nature == "DOMAIN"),
        "practice": float(nature == "PRACTICE"),
        "concept": float(nature == "CONCEPT"),
        "usual": demand_weights().usual.get(candidate.slug or "", 0.0),
        "rare": candidate.role_specificity,
        "preferred": float("preferred" in kinds),
        "requirements": float("requirements" in kinds),
        "duties": float("responsibilities" in kinds),
        "heading": float(HEADING in kinds),
        "about_company": float(all(kind == "about_company" for kind in kinds)),
        "elsewhere": float(not set(kinds) & (DEMAND_KINDS | {HEADING})),
        "primary": float(candidate.is_primary),
        "context": float(candidate.in_context),
        "mentions": log(len(places)),
        "knowledge": max((_log_odds(k) for k in known if k is not None), default=0.0),
        "untagged": float(all(k is None for k in known)),
        "own_name": float(candidate.name.lower() in surfaces),
        "common": min(_common(surface) for surface in surfaces),
    }


def _kind(jd: EncodedJD, place: Place) -> str:
    facts = jd.text.facts_at(place.start)
    return facts.section_kind if facts else place.section


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, LEAST), 1 - LEAST)
    return log(bounded / (1 - bounded))


def _common(surface: str) -> float:
    """How common the words of a form are in everyday English, their mean."""
    words = re.findall(r"[a-z]+", surface)
    return sum(map(commonness, words)) / max(len(words), 1)


def _around(jd: EncodedJD, place: Place, starts: Sequence[int]) -> dict[str, float]:
    """The signs around one mention."""
    sentence, view = jd.text.sentence_at(place.start), jd.text.view
    before = view[max(sentence.start, place.start - MAX_AROUND) : place.start] if sentence else ""
    after = view[place.end : min(sentence.end, place.end + MAX_AROUND)] if sentence else ""
    surface = view[place.start : place.end]
    opens = not before.strip() or before.rstrip()[-1] in ".:;•-"
    return {
        "asked": bool(ASKED.search(before)),
        "asked_now": bool(_ASKED_NOW.search(before[-90:])),
        "skill_behind": bool(_SKILL_BEHIND.match(after)),
        "people": bool(PEOPLE.match(after)),
        "degree": bool(_DEGREE.search(before[-140:]) or (_DEGREE_BEHIND.match(after) and not ASKED.search(before))),
        "done": bool(_DONE.search(before[-60:])),
        "neighbours": _neighbours(place, starts),
        "listed": bool(_BEFORE_IN_LIST.search(before) or _AFTER_IN_LIST.match(after)),
        "written_as_name": any(c.isupper() for c in surface[1:]) or (surface[:1].isupper() and not opens),
        "acronym": surface.isupper() and len(surface) > 1,
        "bullet_alone": sentence is not None and len(sentence.text.split()) <= MAX_ALONE_WORDS,
        "words": len(surface.split()),
    }


def _neighbours(place: Place, starts: Sequence[int]) -> int:
    """How many other mentions are near one, bounded."""
    first = bisect_right(starts, place.start - MAX_NEIGHBOUR_DISTANCE)
    near = bisect_left(starts, place.start + MAX_NEIGHBOUR_DISTANCE) - first - 1
    return min(max(near, 0), MAX_NEIGHBOURS)
