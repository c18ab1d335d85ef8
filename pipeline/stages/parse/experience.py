"""Years of experience that a job description demands: the span of years in it that is most likely asked of the candidate.

``years.py`` finds the spans of time. Whose years they are is decided here, by signs that each weigh something; among several
demands the required one goes before the preferred one, the overall one before that for a single skill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from pipeline.contracts import Experience, TextSpan
from pipeline.stages.parse import experience_signs as signs
from pipeline.stages.parse.surroundings import words_before, words_behind
from pipeline.stages.parse.years import Years, find_years
from pipeline.text import JDText

MAX_SPANS = 300
"""Spans of time of a text that are judged."""
MIN_WEIGHT = 3
"""The weight from which years are a demand."""
MAX_QUOTATION = 80
"""A text of at most so many code points is a quotation of a demand."""
MAX_BEFORE, MAX_BEHIND = 120, 160
"""Code points before and behind a span that say whose years it is."""
MAX_BESIDE = 40
"""Code points between the least years and the most."""
WEIGHTS = {
    "labelled": 4,
    "experience": 3,
    "unit of experience": 3,
    "worked": 3,
    "at least": 2,
    "work behind": 2,
    "heading before": 2,
    "stated preference": 2,
    "quotation": 2,
    "in brackets": 2,
    "candidate": 1,
    "plus or about": 1,
    "range": 1,
    "start of demand": 1,
    "plus at the end": 1,
    "alone": 1,
    "one or months": -2,
}
"""How much each sign speaks for a demand, see ``_signs_of``."""
WEIGHTS_OF_KINDS = {
    "requirements": 1,
    "preferred": 1,
    "about_company": -2,
    "benefits": -3,
    "legal": -3,
    "apply": -1,
    "similar_jobs": -6,
    "chrome": -3,
}
"""The same for the kind of text in which the years stand."""


@dataclass(frozen=True)
class _Demand:
    """Years with how likely they are asked of the candidate."""

    years: Years
    weight: int
    is_required: bool
    is_plain: bool
    """Whether they are not those that take the place of a degree."""
    is_labelled: bool
    is_overall: bool
    behind: str

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, int]:
        """What decides between several demands: of those for single skills the longest counts, of others the first."""
        single = not (self.is_labelled or self.is_overall)
        return self.is_required, self.is_plain, self.is_labelled, self.is_overall, self.years.low if single else 0


def experience(jd: JDText) -> Experience | None:
    """Return the years that are demanded: required before preferred, labelled before overall before those for one skill."""
    spans = sorted(islice(find_years(jd.view), MAX_SPANS), key=lambda span: span.start)
    demands = [demand for span in spans if (demand := _judge(jd, span)) and demand.weight >= MIN_WEIGHT]
    best = max((*_with_ceiling(demands), *demands), key=lambda demand: demand.rank, default=None)
    return _wire(jd, best) if best else None


def _with_ceiling(demands: Sequence[_Demand]) -> Iterator[_Demand]:
    """The demands whose most years stand beside their least ("at least 3 years and at most 6")."""
    for first, second in pairwise(demands):
        least, most = first.years, second.years
        beside = least.high is None and most.start - least.end <= MAX_BESIDE
        if beside and most.low == 0 and most.high is not None and most.high >= least.low > 0:
            years = replace(least, end=most.end, high=most.high)
            yield replace(second, years=years, is_labelled=first.is_labelled)


def _judge(jd: JDText, years: Years) -> _Demand | None:
    """The demand that a span of years is, weighed; null where it is clearly something else."""
    view = jd.view
    before, behind = words_before(view, years.start, MAX_BEFORE), words_behind(view, years.end, MAX_BEHIND)
    if not years.is_labelled and (_is_of_something_else(before, behind) or _is_the_employer_s(before, behind)):
        return None
    kind = jd.kind_at(years.start)
    labelled = years.is_labelled or signs.LABEL.search(before) is not None
    found = {**_signs_of(years, before, behind), "labelled": labelled, "quotation": len(view) <= MAX_QUOTATION}
    weight = sum(WEIGHTS[name] for name, is_there in found.items() if is_there) + WEIGHTS_OF_KINDS.get(kind, 0)
    facts = jd.facts_at(years.start)
    preferred = kind == "preferred" or (facts is not None and facts.hedges(years.start))
    overall = signs.OVERALL_BEHIND.match(behind) is not None and not signs.WITHIN_OTHERS.search(before)
    instead = signs.INSTEAD.search(before[-60:] + behind.split(",")[0]) is not None
    return _Demand(years, weight, not preferred, not instead, labelled, overall, behind)


def _is_of_something_else(before: str, behind: str) -> bool:
    """Whether the years are those of an age, a contract, a degree, a stretch of the calendar."""
    return signs.OF_SOMETHING_ELSE.match(behind) is not None or signs.AFTER_SOMETHING_ELSE.search(before) is not None


def _is_the_employer_s(before: str, behind: str) -> bool:
    """Whether the sentence tells of the years of the employer or its people, not of the candidate's."""
    if signs.COMBINED.search(before[-40:] + behind[:60]) or signs.COLLEAGUES.search(before):
        return True
    if signs.OPENING.search(before) and signs.OTHER_SUBJECT.search(behind):
        return True
    if signs.NAME_HAS.search(before) and not signs.CANDIDATE.search(before):
        return True
    return _last(signs.EMPLOYER, before) > _last(signs.CANDIDATE, before)


def _last(pattern: re.Pattern[str], words: str) -> int:
    """Where the last of the words of a pattern ends; -1 without any."""
    return max((m.end() for m in pattern.finditer(words)), default=-1)


def _signs_of(years: Years, before: str, behind: str) -> dict[str, bool]:
    """The signs around the years, by the names of ``WEIGHTS``."""
    at_least, candidate = signs.MINIMUM.search(before), signs.CANDIDATE.search(before)
    nothing_before, nothing_behind = not before.strip(" *_-–•·"), not behind.strip(" *_-)")
    is_one = years.low == 1 and years.high is None and not years.has_plus
    return {
        "experience": bool(signs.EXPERIENCE.search(behind[:110]) or signs.EXPERIENCE.search(before[-60:])),
        "unit of experience": years.unit.replace(".", "") == "yoe",
        "worked": bool(signs.WORKED.search(before)),
        "work behind": bool(signs.WORK_BEHIND.match(behind)),
        "at least": bool(at_least),
        "plus or about": not at_least and bool(years.has_plus or signs.ABOUT_SO_MANY.search(before)),
        "candidate": bool(candidate),
        "heading before": not candidate and bool(signs.GLUED_HEADING.search(before)),
        "stated preference": bool(signs.STATED_PREFERENCE.match(behind)),
        "range": years.high is not None,
        "start of demand": bool(signs.LEAD_IN.fullmatch(before[-40:])),
        "plus at the end": years.has_plus and nothing_behind,
        "in brackets": before.rstrip().endswith("(") and behind.lstrip().startswith(")"),
        "alone": nothing_before and nothing_behind,
        "one or months": is_one or years.unit.startswith("mo"),
    }


def _wire(jd: JDText, demand: _Demand) -> Experience:
    years = demand.years
    end = years.end if demand.is_labelled else years.end + len(demand.behind)
    words = jd.view[years.start : end].rstrip(" ,:-–*_")
    first, last = jd.raw_span(years.start, years.start + len(words))
    return Experience(
        max=years.high,
        min=years.low,
        raw=" ".join(words.split()),
        source=TextSpan(start=first, end=last),
    )
