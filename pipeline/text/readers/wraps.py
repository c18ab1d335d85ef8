"""Lines that a layout has broken in the middle of a sentence are one line again."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from pipeline.text.readers.words import is_phrase, opens_sentence, words
from pipeline.text.view import BULLETS, Edit, Reading

MIN_WIDTH = 40
"""Characters of the longest line of a paragraph that was broken to a width."""
MIN_LINKED = 16
"""Characters of a line that ends with a word behind which no sentence ends."""
MIN_SPREAD = 60
"""Characters of a line that goes on behind an empty one."""

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(rf"[ ]{{0,24}}(?:[{BULLETS}·*–—-]|\(?[0-9a-zA-Z]{{1,2}}[.)])[ ]")
_LAST_WORD = re.compile(r"[A-Za-z]{1,12}\Z")
_FIRST_WORD = re.compile(r"[ ]{0,24}([A-Za-z][\w’'/-]{0,30})")
_STOPS = tuple(".:;!?：…|")
_OPEN_ENDS = tuple(",(&–-")
_LABEL = re.compile(r"[ ]{0,24}[\w /()-]{1,40}:")


class _Line(NamedTuple):
    start: int
    end: int
    text: str
    width: int
    """Characters of the longest line of its paragraph."""
    bulleted: bool


def wrapped_lines(text: str) -> Reading:
    """Read a line end inside a sentence as a blank."""
    lines = _lines(text)
    edits: list[Edit] = []
    in_item = False
    for before, line in pairwise(lines):
        in_item = before.bulleted or (in_item and bool(edits) and edits[-1].end >= before.start)
        indent = len(line.text) - len(line.text.lstrip(" "))
        if (
            indent < len(line.text)
            and not line.bulleted
            and _goes_on(before, line, text.count("\n", before.end, line.start), in_item)
        ):
            edits.append(Edit(before.start + len(before.text), line.start + indent, " "))
    return Reading(edits)


def _lines(text: str) -> list[_Line]:
    spans = [m.span() for m in _LINE.finditer(text) if not m.group().isspace()]
    widths: list[int] = []
    first = 0
    for i, (start, _) in enumerate(spans):
        if i and text.count("\n", spans[i - 1][1], start) > 1:
            widths += [max(b - a for a, b in spans[first:i])] * (i - first)
            first = i
    if spans:
        widths += [max(b - a for a, b in spans[first:])] * (len(spans) - first)
    return [
        _Line(start, end, text[start:end].rstrip(" "), width, _BULLET.match(text, start, end) is not None)
        for (start, end), width in zip(spans, widths, strict=True)
    ]


def _goes_on(before: _Line, line: _Line, n_breaks: int, in_item: bool) -> bool:
    """Whether a line goes on with the sentence of the line before."""
    if before.text.endswith(_STOPS) or _LABEL.match(line.text):
        return False
    first = _FIRST_WORD.match(line.text)
    word = first.group(1) if first else ""
    small = word[:1].islower()
    if n_breaks > 1:
        return small and len(before.text) >= MIN_SPREAD and not _ends_in_capitals(before.text)
    last = _LAST_WORD.search(before.text, max(0, len(before.text) - 13))
    if len(before.text) >= MIN_LINKED and (
        before.text.endswith(_OPEN_ENDS) or (last and last.group() in words("unfinished"))
    ):
        return bool(word) and not is_phrase(line.text.strip())
    if small and word in words("links"):
        return len(word) > 1
    if in_item:
        return small or line.text.lstrip(" ")[:1] == "(" or _ends_item(before, line, word)
    fills = before.width >= MIN_WIDTH and len(before.text) + 1 + len(word) > before.width
    return small and fills


def _ends_item(before: _Line, line: _Line, word: str) -> bool:
    """Whether a line with a capital ends the item of a list before it rather than beginning something of its own."""
    return (
        before.width >= MIN_WIDTH
        and len(before.text) + 1 + len(word) > before.width
        and line.text.endswith(".")
        and not opens_sentence(word)
        and ":" not in line.text
    )


def _ends_in_capitals(text: str) -> bool:
    return text.rpartition(" ")[2].isupper()
