"""Whether a place that the text names is the job's: signs around it, each with a weight, and what is done with their sum.

All signs stand here. A place behind a label, in the header or in words about the position is the job's; a place in the employer's
account of itself is taken only where the text has no other; places of clients, of travel, of laws and of names are none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stages.parse.places.grammar import Spot
from pipeline.stages.parse.places.signs import AGAINST, CONTEXT, FOR, KIND_WEIGHTS, weights
from pipeline.text import JDText

Span = tuple[int, int]

LABEL, HEADER, OWN_LINE = 6.0, 4.0, 2.5
"""Weights of a place behind a label, in the header, and on a line of its own."""
CERTAIN, LIKELY = 2.5, 1.0
"""Scores from which a place is the job's: in any case, and where the text has no better and but one of this kind."""
WITHIN = 1.5
"""A place stays if its score is at most so far below the best one."""

HEADER_LINES, HEADER_CHARACTERS = 14, 700
MAX_HEADER_LINE = 160
MAX_GROUPS = 150
"""Lists of places that are weighed."""

_LIST_GAP = re.compile(
    r"^[\s,;/|&•·+\-–()]{0,6}(?:(?:or|and|and/or|vs|either)\s+)?(?:in\s+|near\s+|at\s+)?(?:the\s+)?$|"
    r"^\s*\(?(?:hybrid|remote|on-?\s?site|office|hq)[\w /,-]{0,24}\)?[\s,;/|&•·]{0,4}(?:(?:or|and)\s+)?$",
    re.I,
)
_EDGE_BEFORE = re.compile(r"(?:^|[|·•–—:,(\[*>;/_\"“]|\s-|\s\s|@|\bin|\bat|[A-Za-z)](?=$))\s*$", re.I)
_EDGE_BEHIND = re.compile(r"^\s*(?:[|·•–—:,()\]*;/<_\"”.]|-|\s\s|$|\d)")
_ROLE_SUBJECT = re.compile(
    r"\b(?:roles?|positions?|jobs?|you|your|candidates?|must|opportunity|work|working|contract|opening|consultant)\b",
    re.I,
)
_MANY = re.compile(r"\b(?:offices|locations|sites|centers|centres|branches|hubs|countries)\b", re.I)


@dataclass(frozen=True)
class Rated:
    """A place with the score of being the job's."""

    spot: Spot
    score: float


def job_places(jd: JDText, spots: Sequence[Spot], label_values: Sequence[Span]) -> list[Spot]:
    """Return the places that are the job's, in the order of the text."""
    rated = [r for group in _groups(jd.view, spots)[:MAX_GROUPS] for r in _rate(jd, group, label_values)]
    best = max((r.score for r in rated), default=0.0)
    if best >= CERTAIN:
        return _without_larger([r.spot for r in rated if r.score >= max(CERTAIN, best - WITHIN)])
    likely = [r.spot for r in rated if r.score >= max(LIKELY, best - WITHIN) and r.spot.city]
    return likely[:1] if len({s.identity for s in likely}) == 1 else []


def _groups(view: str, spots: Sequence[Spot]) -> list[list[Spot]]:
    """Spots that stand in one list ("Berlin, Hamburg or Munich")."""
    groups: list[list[Spot]] = []
    for spot in spots:
        if groups and spot.start - groups[-1][-1].end <= 50 and _LIST_GAP.search(view[groups[-1][-1].end : spot.start]):
            groups[-1].append(spot)
        else:
            groups.append([spot])
    return groups


def _rate(jd: JDText, group: Sequence[Spot], label_values: Sequence[Span]) -> list[Rated]:
    """The places of a list with their score, which they share but for the label."""
    first, last = group[0], group[-1]
    before, behind = _before_of(jd.view, first.start), jd.view[last.end : last.end + CONTEXT // 2].split("\n", 1)[0]
    at = bisect_right([start for start, _ in label_values], first.start) - 1
    if at >= 0 and first.start < label_values[at][1]:
        start, end = label_values[at]
        before = jd.view[max(start, first.start - CONTEXT) : first.start]
        misled = sum(w for w in weights(AGAINST, before, behind) if w <= -4)
        return [Rated(s, LABEL + misled) for s in group if s.start < end]
    score = max(_header_weight(jd, group, before, behind), _words_weight(jd, group, before, behind))
    return [Rated(s, score - (2.0 if s.is_word and not s.is_qualified else 0.0)) for s in group]


def _before_of(view: str, at: int) -> str:
    line = view[max(0, at - CONTEXT) : at].rsplit("\n", 1)[-1]
    return re.split(r"(?<!\bSt)(?<!\b[A-Z])[.!?]\s+", line)[-1]


def _header_weight(jd: JDText, group: Sequence[Spot], before: str, behind: str) -> float:
    """The weight of a list of places that signs divide from what is around it, at the text's top or on a line of its own."""
    view, start, end = jd.view, group[0].start, group[-1].end
    line_start = view.rfind("\n", 0, start) + 1
    line_end = view.find("\n", end)
    line_end = len(view) if line_end < 0 else line_end
    around = view[line_start:start] + view[end:line_end]
    alone = not around.strip(" \t*_#•·-–|>.,:;()\"'📍") or (len(around) < 12 and group[0].is_qualified)
    top = start < HEADER_CHARACTERS and view.count("\n", 0, start) < 3 * HEADER_LINES
    named = any(s.city for s in group)
    if alone:
        return (HEADER if top else OWN_LINE) if named or top else 1.0
    if not top or not _EDGE_BEHIND.search(behind):
        glued = start > 0 and view[start - 1].isalpha()
        return (
            HEADER
            if top and start < MAX_HEADER_LINE and group[0].is_qualified and (glued or not before.strip())
            else 0.0
        )
    short = line_end - line_start <= MAX_HEADER_LINE or start - line_start < MAX_HEADER_LINE
    if short and _EDGE_BEFORE.search(before) and not re.search(r"\b(?:in|at)\s*$", before, re.I):
        prose = len(re.findall(r"\b[a-z]{2,}\b", before)) > 4
        return 0.0 if prose else HEADER if group[0].is_qualified or line_end - line_start <= MAX_HEADER_LINE else 3.0
    return 0.0


def _words_weight(jd: JDText, group: Sequence[Spot], before: str, behind: str) -> float:
    """The sum of the signs in the words around a list of places in running text."""
    good, bad = weights(FOR, before, behind), weights(AGAINST, before, behind)
    score = max(good, default=0.0) + 0.5 * max(0, len(good) - 1) + sum(bad)
    if good and max(good) < CERTAIN and _ROLE_SUBJECT.search(before) and not _MANY.search(before):
        score += 1.5
    if _is_part_of_name(before, behind, group):
        score -= 3.0
    if not any(s.city for s in group):
        score -= 0.5
    return score + KIND_WEIGHTS.get(jd.kind_at(group[0].start), 0.0)


def _is_part_of_name(before: str, behind: str, group: Sequence[Spot]) -> bool:
    """Whether capitalised words stand beside a place, so that it is a part of a longer name ("Boston Scientific")."""
    follows = re.match(r" (?:&\s)?[A-Z]\w+", behind) is not None and not group[-1].is_qualified
    precedes = re.search(
        r"(?:^|\s)(?!In\b|At\b|Downtown\b|Central\b|Greater\b|Midtown\b|North|South|East|West|Our\b|The\b)[A-Z][\w&]+\s$",
        before,
    )
    return follows or bool(precedes)


def _without_larger(spots: Sequence[Spot]) -> list[Spot]:
    """The places without the countries and regions that a named city lies in, and each once."""
    cities = [s for s in spots if s.city]
    within = {s.country for s in cities} | {s.region for s in cities}
    kept: dict[object, Spot] = {}
    for spot in spots:
        if spot.city is None and (spot.region or spot.country) in within | {s.country for s in cities}:
            continue
        kept.setdefault(spot.identity, spot)
    return list(kept.values())
