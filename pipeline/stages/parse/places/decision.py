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
from pipeline.stages.parse.places.labels import LabelValue
from pipeline.stages.parse.places.signs import (
    AGAINST,
    CONTEXT,
    FOR,
    KIND_WEIGHTS,
    STREET_BEFORE,
    STREET_BEHIND,
    weights,
)
from pipeline.text import JDText

LABEL, HEADER, OWN_LINE = 6.0, 4.0, 2.5
"""Weights of a place behind a label, in the header, and on a line of its own."""
CERTAIN, LIKELY = 2.5, 1.0
"""Scores from which a place is the job's: in any case, and where the text has no better and but one of this kind."""
QUALIFIED, WORD, FOREIGN = 1.0, 2.0, 0.5
"""What a city's state or country adds; what is taken where its name is a word as well, or one in another language."""
WITHIN = 1.5
"""A place stays if its score is at most so far below the best one."""

HEADER_LINES, HEADER_CHARACTERS = 40, 700
"""Lines and code points at the top of a text that are its header."""
MAX_HEADER_LINE, MAX_REST, MAX_SMALL_WORDS = 160, 12, 4
"""Code points before a place in a line of the header, code points beside a place that has its line for itself, and words in
lower case before a place from which on the line is prose."""
MAX_TITLE, MAX_TITLE_SMALL_WORDS = 90, 2
"""Code points of a title that may end in a place, and its words in lower case."""
DISTRICT, METROPOLIS = 150_000, 1_000_000
"""Inhabitants of a place that may be a part of the city named behind it, and of such a city."""
MAX_STREET = 24
"""Code points beside a name that may make it that of a street."""
MAX_GROUPS = 150
"""Lists of places that are weighed."""

_LIST_GAP = re.compile(
    r"^[\s,;/|&•·+\-–().]{0,6}(?:(?:or|and|and/or|vs|either)\s+(?:in\s+|near\s+|at\s+)?)?(?:the\s+)?$|"
    r"^\s*\(?(?:hybrid|remote|on-?\s?site|office|hq)[\w /,-]{0,24}\)?[\s,;/|&•·]{0,4}(?:(?:or|and)\s+)?$",
    re.I,
)
_GLUED = re.compile(r"([a-z)])(?=[A-Z])")
_EDGE_BEFORE = re.compile(r"(?:^|[|·•–—:,(\[*>;/_\"“@]|\s-|\s\s|[A-Za-z)](?=$))[^\w\n]{0,4}$")
_TITLE_IN = re.compile(r"^[^.\n]{3,60}[\w)]\s+in\s+$")
_SMALL_WORD = re.compile(r"\b[a-z]{2,}\b")
_MARKS = " \t*_#•·-–|>.,:;()\"'📍"
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


def job_places(jd: JDText, spots: Sequence[Spot], label_values: Sequence[LabelValue]) -> list[Spot]:
    """Return the places that are the job's, in the order of the text."""
    lists = [_rate(jd, group, label_values) for group in _groups(jd.view, spots)[:MAX_GROUPS]]
    rated = [r for group in lists for r in group]
    best = max((r.score for r in rated), default=0.0)
    larger = {p for r in rated if r.score == best and not r.spot.city for p in (r.spot.country, r.spot.region)}
    inside = [r.score for r in rated if r.spot.city and r.score >= HEADER and larger & {r.spot.country, r.spot.region}]
    best = min(best, max(inside, default=best))
    if best >= CERTAIN:
        kept = {r.spot.identity for r in rated if r.score >= max(CERTAIN, best - WITHIN)}
        for group in lists:
            if any(r.spot.identity in kept and r.spot.city for r in group):
                kept |= {r.spot.identity for r in group if r.score >= CERTAIN}
        return _without_larger([r.spot for r in rated if r.spot.identity in kept])
    likely = [r.spot for r in rated if r.score >= max(LIKELY, best - WITHIN) and r.spot.city and _doubt(r.spot) < WORD]
    return likely[:1] if len({s.identity for s in likely}) == 1 else []


def _groups(view: str, spots: Sequence[Spot]) -> list[list[Spot]]:
    """Spots that stand in one list ("Berlin, Hamburg or Munich")."""
    groups: list[list[Spot]] = []
    spots = [s for s in spots if not _is_street(view, s)]
    for i, spot in enumerate(spots):
        if (i and _is_area_of(view, spots[i - 1], spot)) or (
            i + 1 < len(spots) and _is_district_of(view, spot, spots[i + 1])
        ):
            continue
        if groups and spot.start - groups[-1][-1].end <= 50 and _LIST_GAP.search(view[groups[-1][-1].end : spot.start]):
            groups[-1].append(spot)
        else:
            groups.append([spot])
    return groups


def _is_street(view: str, spot: Spot) -> bool:
    """Whether a name is that of a street ("Rue de Rivoli", "London Road")."""
    if spot.is_qualified:
        return False
    before, behind = view[max(0, spot.start - MAX_STREET) : spot.start], view[spot.end : spot.end + MAX_STREET]
    return bool(STREET_BEFORE.search(before) or STREET_BEHIND.match(behind))


def _is_area_of(view: str, city: Spot, spot: Spot) -> bool:
    """Whether a place in brackets says where the city before it is ("Noida (Delhi NCR)")."""
    between = view[city.end : spot.start].strip()
    return between == "(" and view[spot.end : spot.end + 1] == ")" and city.country == spot.country


def _is_district_of(view: str, spot: Spot, city: Spot) -> bool:
    """Whether a small place of another country rather is a part of the large city behind it ("Whitefield, Bengaluru")."""
    if spot.known is None or city.known is None or spot.is_qualified or spot.country == city.country:
        return False
    is_small = spot.known.population < DISTRICT and city.known.population > METROPOLIS
    return is_small and view[spot.end : city.start].strip() == ","


def _rate(jd: JDText, group: Sequence[Spot], label_values: Sequence[LabelValue]) -> list[Rated]:
    """The places of a list with their score, which they share but for the label."""
    first, last = group[0], group[-1]
    before, behind = _before_of(jd.view, first.start), jd.view[last.end : last.end + CONTEXT // 2].split("\n", 1)[0]
    at = bisect_right([value.start for value in label_values], first.start) - 1
    if at >= 0 and first.start < label_values[at].end:
        start, end, _ = label_values[at]
        before = jd.view[max(start, first.start - CONTEXT) : first.start]
        misled = any(w <= -4 for w in weights(AGAINST, before, ""))
        return [] if misled else [Rated(s, LABEL) for s in group if s.start < end]
    score = max(_header_weight(jd, group, before, behind), _words_weight(jd, group, before, behind))
    return [Rated(s, score - _doubt(s)) for s in group]


def _doubt(spot: Spot) -> float:
    """What is taken from the score of a name that may be no city's."""
    return 0.0 if spot.is_qualified else WORD * spot.is_word + FOREIGN * spot.is_foreign


def _before_of(view: str, at: int) -> str:
    line = _GLUED.sub(r"\1 ", view[max(0, at - CONTEXT) : at].rsplit("\n", 1)[-1])
    return re.split(r"(?<!\bSt)(?<!\b[A-Z])[.!?]\s+", line)[-1]


def _header_weight(jd: JDText, group: Sequence[Spot], before: str, behind: str) -> float:
    """The weight of a list of places that signs divide from what is around it, at the text's top or on a line of its own."""
    view, start, end = jd.view, group[0].start, group[-1].end
    line_start, line_end = view.rfind("\n", 0, start) + 1, view.find("\n", end)
    line_end = len(view) if line_end < 0 else line_end
    around = view[line_start:start] + view[end:line_end]
    top = start < HEADER_CHARACTERS and view.count("\n", 0, start) < HEADER_LINES
    has_city = any(s.city for s in group)
    if not around.strip(_MARKS) or (len(around) < MAX_REST and group[0].is_qualified):
        return (HEADER if top else OWN_LINE) if has_city or top else LIKELY
    if not top or any(w <= -4 for w in weights(AGAINST, before, behind)):
        return 0.0
    if _EDGE_BEHIND.search(behind):
        near = start if group[0].is_qualified else line_end
        in_list = before.count(",") > 1 and not group[0].is_qualified
        divided = near - line_start < MAX_HEADER_LINE and _EDGE_BEFORE.search(before) and not in_list
        if line_end - line_start < MAX_TITLE and _TITLE_IN.search(before) and not weights(AGAINST, before, behind):
            return HEADER if len(_SMALL_WORD.findall(before + behind)) <= MAX_TITLE_SMALL_WORDS else 0.0
        return HEADER if divided and len(_SMALL_WORD.findall(before)) <= MAX_SMALL_WORDS else 0.0
    opens = not before.strip() or view[start - 1 : start].isalpha()
    return HEADER if opens and start < MAX_HEADER_LINE and group[0].city and group[0].is_qualified else 0.0


def _words_weight(jd: JDText, group: Sequence[Spot], before: str, behind: str) -> float:
    """The sum of the signs in the words around a list of places in running text."""
    good, bad = weights(FOR, before, behind), weights(AGAINST, before, behind)
    score = max(good, default=0.0) + 0.5 * max(0, len(good) - 1) + sum(bad)
    if good and max(good) < CERTAIN and _ROLE_SUBJECT.search(before) and not _MANY.search(before):
        score += 1.5
    if _is_part_of_name(before, behind, group):
        score -= 3.0
    if not any(s.city for s in group):
        score -= 0.5 if group[0].country else 1.0
    elif group[0].is_qualified:
        score += QUALIFIED
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
    kept: dict[object, Spot] = {}
    named = [s for s in spots if s.city or s.country]
    for spot in spots:
        if spot.city is None and (_lies_around(spot, cities) or (named and not spot.country)):
            continue
        kept.setdefault(spot.identity, spot)
    return list(kept.values())


def _lies_around(larger: Spot, cities: Sequence[Spot]) -> bool:
    """Whether a country or region is, or may be, that of a named city."""
    return any(
        city.country == larger.country and (None in (larger.region, city.region) or city.region == larger.region)
        for city in cities
    )
