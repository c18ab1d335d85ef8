"""Items and headings that run on in one line ("• a • b", "1. a 2. b", "… team. Key Responsibilities: …") get lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.text.readers.words import ends_label, phrase_at
from pipeline.text.view import BULLETS, Edit, Reading, without_overlaps

MIN_ITEMS = 3
"""Numbers or dashes in a row from which on they count as items."""
MIN_ITEM_LENGTH = 25
"""Characters of the items of a list, on average; shorter ones between bullets are the facts of one line ("Leeds • Remote")."""
MIN_RUNNING_LINE = 90
"""Characters of a line in which a label without a stop before it begins a line of its own."""
MAX_BEFORE = 40
"""Characters before a heading that are looked at."""

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(rf"(?P<before>[ ]*+)(?P<sign>[{BULLETS}]|[·*](?=[ ][A-Z0-9“\"(]))")
_DASH = re.compile(r"(?<=[^\s\-–])(?P<before>[ ]{0,8}+)[-–—](?=[ ]?[A-Z][\w’'/]{0,30}(?:[ ,.-]|\Z))")
_NUMBER = re.compile(
    r"(?P<before>[ ]{0,8}+)(?<![\w,$€£#/-])(?P<number>\d{1,2})[.)](?=[ ]?[A-Z][\w’'/-]{0,30}(?:[ ,.]|\Z))"
)
_LETTER = re.compile(r"(?P<before>[ ]{0,8}+)\((?:[a-h]|[ivx]{1,4})\)(?=[ ]?[A-Z])")
_LOUD = re.compile(r"(?<=[.!?;:)])[ ](?P<words>[A-Z][A-Z’']{0,20}(?:[ /&-]{1,3}[A-Z’']{1,20}){1,6}[:?])(?P<after>[ ]?)")
"""A heading in capitals behind a stop."""
_HEADING = re.compile(r"(?<=[ .;!?)])[A-Z][A-Za-z’'-]{1,20}")
_HEADING_BEHIND_STOP = re.compile(r"(?:(?<=[.!?;)])|(?<=[.!?;)] ))[A-Z][A-Za-z’'-]{1,20}")
_SEPARATOR = re.compile(r"[ ]{0,4}[|•·;,/–-]?[ ]{0,4}\Z")
_CAPITAL_NEXT = re.compile(r" {1,4}[A-Z•]")
_STOPS = ".!?:;)"


def items(text: str) -> Reading:
    """Read the bullets, numbers and headings inside lines as what begins a line."""
    edits: list[Edit] = []
    for match in _LINE.finditer(text):
        line, start = match.group(), match.start()
        edits += (Edit(start + e.start, start + e.end, e.text) for e in _items(line))
    return Reading(without_overlaps(edits))


def _items(line: str) -> Iterator[Edit]:
    yield from _bulleted(line)
    if "-" in line or "–" in line or "—" in line:
        yield from _dashed(line)
    if "." in line or ")" in line:
        yield from _numbered(line)
        yield from _lettered(line)
    yield from _headed(line)
    for match in _LOUD.finditer(line):
        yield Edit(match.start(), match.start("words"), "\n")
        if match["after"]:
            yield Edit(*match.span("after"), "\n")


def _bulleted(line: str) -> Iterator[Edit]:
    if not any(sign in line for sign in BULLETS + "·*"):
        return
    for signs in (BULLETS, "·", "*"):
        found = [m for m in _BULLET.finditer(line) if m["sign"] in signs]
        inner = [m for m in found if line[: m.start()].strip()]
        if not inner:
            continue
        behind_stop = [m for m in inner if line[m.start() - 1] in _STOPS]
        is_list = len(found) > len(inner) or len(line) - inner[0].start() >= MIN_ITEM_LENGTH * len(inner)
        for match in inner if is_list and (len(inner) > 1 or len(found) > 1) else behind_stop:
            yield Edit(match.start(), match.start("sign"), "\n")


def _dashed(line: str) -> Iterator[Edit]:
    begins = line.lstrip()[:1] in ("-", "–", "—")
    found = list(_DASH.finditer(line))
    glued = [m for m in found if not m["before"]]
    behind_stop = [m for m in found if line[m.start() - 1] in _STOPS]
    spaced = [m for m in found if m["before"]]
    first = 0 if begins or not spaced else spaced[0].start()
    is_long = bool(spaced) and len(line) - first >= MIN_ITEM_LENGTH * len(spaced)
    # One dash behind a bullet stands between a label and its value ("- Java - 5 years").
    if is_long and len(spaced) > (1 if begins else MIN_ITEMS):
        chosen = spaced + [m for m in glued if m in behind_stop]
    elif len(hanging := [m for m in glued if line[m.end() : m.end() + 1] == " "]) >= MIN_ITEMS - 1:
        # "maps- Draw rivers- Test them"
        chosen = hanging
    elif len(behind_stop) >= MIN_ITEMS - 1:
        chosen = behind_stop
    else:
        chosen = []
    yield from (Edit(m.start(), m.end() - 1, "\n") for m in sorted(chosen, key=lambda m: m.start()))


def _numbered(line: str) -> Iterator[Edit]:
    """Items with numbers that count up from one."""
    row: list[re.Match[str]] = []
    for match in _NUMBER.finditer(line):
        number = int(match["number"])
        if number == len(row) + 1:
            row.append(match)
        elif number == 1:
            yield from _row(line, row)
            row = [match]
    yield from _row(line, row)


def _lettered(line: str) -> Iterator[Edit]:
    """Items with letters or small numerals in brackets."""
    found = list(_LETTER.finditer(line))
    if len(found) >= MIN_ITEMS:
        yield from (Edit(m.start(), m.end("before"), "\n") for m in found if line[: m.start()].strip())


def _row(line: str, row: list[re.Match[str]]) -> Iterator[Edit]:
    if len(row) >= MIN_ITEMS:
        yield from (Edit(m.start(), m.start("number"), "\n") for m in row if line[: m.start()].strip())


def _ends_in_capitals(text: str) -> bool:
    last = text[text.rfind(" ") + 1 :]
    return last[:1].isupper()


def _headed(line: str) -> Iterator[Edit]:
    """Known headings and labels inside a line: behind a stop, or followed by a colon in a line that runs on."""
    covered = 0
    for match in (_HEADING if ":" in line or "：" in line else _HEADING_BEHIND_STOP).finditer(line):
        start = match.start()
        phrase = phrase_at(line, start, match.group()) if start >= covered else ""
        if not phrase:
            continue
        covered = start + len(phrase)
        before, behind = (
            line[max(0, start - MAX_BEFORE) : start].rstrip(" "),
            line[start + len(phrase) : start + len(phrase) + 40],
        )
        colon = behind.lstrip(" ")[:1] in (":", "：") and len(behind) - len(behind.lstrip(" ")) < 3
        at_stop = before[-1:] in tuple(_STOPS)
        if not before or (ends_label(phrase) and not at_stop and _ends_in_capitals(before)):
            continue
        if colon and before[-1] in "|•·;":
            gap = _SEPARATOR.search(line, max(0, start - 9), start)
            yield Edit(gap.start() if gap else start, start, "\n")
            continue
        lone = not colon and at_stop and " " in phrase and _CAPITAL_NEXT.match(behind) is not None
        if lone or (colon and (at_stop or len(line) >= MIN_RUNNING_LINE) and before[-1] not in "/&-–,("):
            yield Edit(max(0, start - MAX_BEFORE) + len(before), start, "\n")
        if lone:
            yield Edit(covered, covered + 1, "\n")
