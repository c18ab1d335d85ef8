"""Labels of a place ("Work location:", "City -", "Where:") and the part of the text that each speaks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.stages.parse.places.words import Word


class LabelValue(NamedTuple):
    """The part of a text that a label of a place speaks for; ``is_strong`` where the label can mean nothing else."""

    start: int
    end: int
    is_strong: bool


MAX_VALUE = 240
"""Code points of a value."""
MAX_CANDIDATES = 2000
"""Words of a text that are looked at as the last of a label."""
MAX_LABEL_WORDS = 4
"""Words of a label before its last."""
MAX_LINES = 12
"""Lines of a list under a label that stands alone."""
MAX_LIST_LINE = 60
"""Code points of a line of such a list."""

_KINDS = (
    r"(?:(?:job|work|working|office|primary|base|posting|project|client|current|main|position|role|hiring|employment|preferred|"
    r"reporting|interview|candidate|city|based|expected|available|possible|additional)\s{0,2}[/&]?\s{0,2}){0,2}"
)
_FIRST_WORDS = frozenset(re.findall(r"[a-z]+", _KINDS)) | {"place", "work", "duty"}
_LAST_WORDS = frozenset(
    "location locations work employment place workplace station standort site worksite city cities town in at of base based where office country "
    "region state ort hub".split()
)
_LABEL = re.compile(
    rf"(?:(?P<strong>{_KINDS}(?:locations?|place\s+of\s+(?:work|employment)|work\s?place|duty\s+station|standort|work\s?site))"
    rf"|(?P<weak>{_KINDS}(?:city|cities|town|based(?:\s+(?:in|at|out\s+of))?|base|where|site|office|country|region|state|ort|hub)))"
    r"(?:\s?\(\w{1,12}\))?[*_\"']{0,3}"
    r"(?P<sign>\s{0,3}[:：=]|\s{1,3}[–—-](?=\s)|\s?\||\s{2,4}(?=\S)|\s?(?=\n|$)|\s?(?-i:(?=[A-Z])))[*_\"'\s]{0,4}",
    re.I,
)
_BEFORE_LABEL = re.compile(r"(?:^|[\n.;:|•*·\"'{,()\[\]>/–-]\s{0,3}|\s{2}|[A-Za-z)]\s?)$")
_LABEL_BEGINNINGS = (
    "Job|Position|Work|Working|Employment|Pay|Salary|Start|End|Interview|Client|Company|Contract|Visa|Shift|Experience|Posting|Posted|Key|"
    "Required|Minimum|Hiring|Tax|Bill|Hourly|Notice|Number|Reports|Reporting|Project|Team|Time|Role|Zip|Postal|Overtime|Primary|Other|Date"
)
_OTHER_LABEL = re.compile(
    rf"(?:(?<![A-Za-z])|(?<=[A-Za-z])(?=[A-Z][a-z]))(?:(?:{_LABEL_BEGINNINGS})(?:[ /&-]{{1,3}}[A-Za-z]{{2,20}}){{0,3}}|[A-Z][a-z]{{2,20}}|"
    r"[A-Z]{3,20})(?:\s?\([\w ]{1,15}\))?\s{0,2}[:：=]|\"\s{0,2}[,}]"
)
_SENTENCE_END = re.compile(
    r"(?<!\bSt)(?<!\bFt)(?<!\bMt)(?<!\b[A-Z])[.!?](?!\s?[A-Z][\w ]{1,24},\s?[A-Z]{2}\b)(?=\s{1,3}[A-Z]|[A-Z][a-z]|\s{0,3}$)"
)
_NO_LABEL_BEFORE = re.compile(r"\b(?:on|by|and|for|your|any|the|each|this|a|of|to|with|company|compensation)\s$", re.I)


def label_values(view: str, words: Sequence[Word]) -> list[LabelValue]:
    """Return the spans of the values of all labels of a place, in order, without overlap."""
    found: list[LabelValue] = []
    candidates = (i for i, word in enumerate(words) if word.key in _LAST_WORDS)
    for i in islice(candidates, MAX_CANDIDATES):
        if found and words[i].start < found[-1].end:
            continue
        match = _longest_label(view, words, i)
        if match is None or not _is_label(view, match):
            continue
        value = _value(view, match)
        if value:
            found.append(value)
    return found


def _longest_label(view: str, words: Sequence[Word], last: int) -> re.Match[str] | None:
    """The longest label that ends with a word."""
    for first in range(max(0, last - MAX_LABEL_WORDS), last + 1):
        if first < last and words[first].key not in _FIRST_WORDS:
            continue
        match = _LABEL.match(view, words[first].start)
        if match and match.end() > words[last].start:
            return match
    return None


def _is_label(view: str, match: re.Match[str]) -> bool:
    """Whether the words are a label by where they stand and by the sign behind them."""
    before = view[max(0, match.start() - 14) : match.start()]
    at_line_start = not before.rsplit("\n", 1)[-1].strip(" \t#*_-–•·>|\"'\\.)(:{[/📍🌍🌎🌏🏢🏠") or match.start() == 0
    sign = match.group("sign")
    colon = bool(sign.strip()) and sign.strip() in ":：="
    capital = match.group()[0].isupper()
    if match.group("weak"):
        return (at_line_start and bool(sign.strip())) or (colon and capital and bool(_BEFORE_LABEL.search(before)))
    if at_line_start:
        return True
    if _NO_LABEL_BEFORE.search(before) and not capital:
        return False
    return (colon and (capital or match.group("strong").lower().endswith("locations"))) or (
        capital and not sign.strip() and bool(re.search(r"[a-z).]$", before))
    )


def _value(view: str, match: re.Match[str]) -> LabelValue | None:
    """The rest of the line, up to the next label or the sentence's end; under a label alone, the lines below."""
    start, strong = match.end("sign"), bool(match.group("strong"))
    line_end = _line_end(view, start)
    if view[start:line_end].strip(" *_\"'\\:"):
        end = _cut(view, start, min(line_end, start + MAX_VALUE))
        return LabelValue(start, end, strong) if end > start else None
    lines = list(_lines_below(view, line_end))
    return LabelValue(lines[0][0], lines[-1][1], strong) if lines else None


def _lines_below(view: str, at: int) -> Iterator[tuple[int, int]]:
    """The line under a label, and the further ones of a list of places."""
    n, blank = 0, 0
    while at < len(view) and n < MAX_LINES:
        end = _line_end(view, at + 1)
        line = view[at + 1 : end]
        if not line.strip():
            blank += 1
            if n or blank > 2:
                return
        elif n and (len(line) > MAX_LIST_LINE or ":" in line):
            return
        else:
            cut = _cut(view, at + 1, min(end, at + 1 + MAX_VALUE))
            if cut <= at + 1:
                return
            yield at + 1, cut
            n += 1
            if cut < end:
                return
        at = end


def _line_end(view: str, at: int) -> int:
    end = view.find("\n", at)
    return len(view) if end < 0 else end


def _cut(view: str, start: int, end: int) -> int:
    for edge in (_OTHER_LABEL.search(view, start, end), _SENTENCE_END.search(view, start, end)):
        if edge:
            end = min(end, edge.start())
    return end
