"""Spans of time in every notation that occurs ("5+ yrs", "three (3) to five years", "half a decade"), not yet whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.stages.parse.number_words import BELOW_HUNDRED, number_of

MAX_YEARS, MAX_UPPER_YEARS = 40, 45
"""The most years that a demand may have as its lower and as its upper bound."""
MAX_MONTHS = 60
MAX_UNITS = 3000
"""Units of time of a text that are looked at."""
MAX_SPAN = 64
"""Code points before and behind the beginning of a unit in which its numbers stand."""

_OTHER_NUMBERS = {"a": 1.0, "an": 1.0, "half a": 0.5, "fresher": 0.0, "freshers": 0.0}
_N = rf"(?:\d{{1,2}}(?:\.\d)?(?!\d)|(?<![a-z])(?:{BELOW_HUNDRED}|half\sa|an?|freshers?)(?![a-z]))"
_PAREN = r"(?:\s?\(\s?\w{1,10}\s?\+?\s?\))?"
_PLUS = r"\+|-?\s?plus\b|\s?or\s(?:more|greater|above)\b|\s?and\s(?:above|more)\b"
_UNIT = r"(?:years?(?:\(s\))?|yea?rs?\b|yrs?(?:\(s\))?|y\.?o\.?e|decades?|months?(?:\(s\))?|mos)(?![a-z])"
_SPAN = re.compile(
    rf"(?<![\d$£€₹])(?<!\d[.,/:])(?P<low>{_N}){_PAREN}\s{{0,2}}(?P<plus1>{_PLUS})?"
    rf"(?:\s{{0,2}}(?P<unit1>{_UNIT})?\.?\s{{0,8}}(?P<join>-|–|—|−|~|to\b|or\b|and\b|up\sto\b)\s{{0,8}}(?P<high>{_N}){_PAREN}\s{{0,2}}(?P<plus2>{_PLUS})?)?\s{{0,2}}"
    rf"-?(?:full|solid|complete|calendar|good)?\s{{0,2}}(?P<unit>{_UNIT})\.?"
    r"(?P<plus3>\s?\+|\s(?:plus|minimum|min)\b|\s(?:or|and)\s(?:more|greater|above|over|up|higher|longer)\b)?",
    re.I,
)
_HINT = re.compile(r"yea?r|yr|y\.?o\.?e|month|\bmos|decade", re.I)
"""What every unit begins with: only around it a span is looked for."""
_LABELLED = re.compile(
    r"\bexp(?:erience|\.)?(?:\s(?:level|required|needed|range|wanted|in\syears))?\s?(?:\((?:in\s)?(?:years|yrs)\))?\s{0,2}[:：–—-]\s{0,2}"
    r"(?:min(?:imum|\.)?\s(?:of\s)?|at\sleast\s)?(?P<low>\d{1,2})\s?(?P<plus1>\+)?(?:\s?(?:-|–|—|to)\s?(?P<high>\d{1,2}))?\s?(?P<plus2>\+)?"
    r"(?:\s?\(?(?:min(?:imum)?|required|preferred)\)?)?(?=\s{0,3}(?:[\n|;,)•]|$|max))",
    re.I,
)
_CEILING = re.compile(
    r"(?:\bup\s?to|\bless\sthan|\bat\smost|\bno(?:t)?\smore\sthan|\bfewer\sthan|\bmax(?:imum|\.)?(?:\sof)?|\bunder|≤|<)\s{0,2}(?:an?\s)?$",
    re.I,
)
_MOST_BEFORE = re.compile(r"\bmax(?:imum|\.)?\s{0,2}$", re.I)
_BETWEEN = re.compile(r"\bbetween\s{0,2}$", re.I)


@dataclass(frozen=True)
class Years:
    """A span of years; places are those of the view."""

    start: int
    end: int
    low: int
    high: int | None
    unit: str
    """The unit as the text has it, in lower case; empty for a number behind the label "Experience:"."""
    has_plus: bool

    @property
    def is_labelled(self) -> bool:
        """Whether it is a number without a unit behind the label "Experience:"."""
        return not self.unit


def find_years(view: str) -> Iterator[Years]:
    """Yield the spans of time of a view in order, first those behind a label without a unit."""
    for match in _LABELLED.finditer(view):
        low, high = int(match.group("low")), match.group("high")
        if low <= MAX_YEARS and (high is None or low <= int(high) <= MAX_UPPER_YEARS):
            start = match.start("low")
            if high is None and _MOST_BEFORE.search(view, max(0, match.start() - 12), match.start()):
                yield Years(start, match.end(), 0, low, "", has_plus=False)
            else:
                yield Years(start, match.end(), low, int(high) if high else None, "", has_plus=False)
    covered = 0
    for hint in islice(_HINT.finditer(view), MAX_UNITS):
        found = _SPAN.search(view, max(covered, hint.start() - MAX_SPAN), hint.end() + MAX_SPAN)
        if found is None or hint.start() < covered:
            continue
        covered = found.end()
        span = _read(view, found)
        if span:
            yield span


def _read(view: str, match: re.Match[str]) -> Years | None:
    """The span that a match is; null where its numbers are none of years."""
    per_unit = _years_of_unit(match.group("unit"))
    low, start = _number(match.group("low")), match.start()
    high = _number(match.group("high")) if match.group("high") else None
    if match.group("join") == "and" and not _BETWEEN.search(view, max(0, start - 12), start):
        low, high, start = high or low, None, match.start("high")
    if match.group("join") == "or" and match.group("low").lower().startswith("fresher"):
        low, high, start = high or low, None, match.start("high")
    first_unit = match.group("unit1")
    least = int(low * (_years_of_unit(first_unit) if first_unit and high is not None else per_unit))
    most = None if high is None else -int(-high * per_unit // 1)
    plus = any(match.group("plus1", "plus2", "plus3"))
    if per_unit < 1 and max(low, high or 0) > MAX_MONTHS:
        return None
    if most is None and not plus and _CEILING.search(view, max(0, start - 24), start):
        least, most = 0, max(1, least)
    if least > MAX_YEARS or (most is not None and not least <= most <= MAX_UPPER_YEARS):
        return None
    return Years(start, match.end(), least, most, match.group("unit").lower(), plus)


def _number(text: str) -> float:
    word = " ".join(text.lower().split())
    if word[0].isdigit():
        return float(word)
    return _OTHER_NUMBERS[word] if word in _OTHER_NUMBERS else float(number_of(word))


def _years_of_unit(unit: str) -> float:
    unit = unit.lower()
    return 10.0 if unit.startswith("dec") else 1 / 12 if unit.startswith("mo") else 1.0
