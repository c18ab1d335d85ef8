"""The headings, bullets and sentences of a text, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.learned.structure.units import TextUnit
from pipeline.text.headings import heading_kind, inline_headings
from pipeline.text.splitter import sentence_ends
from pipeline.text.view import BULLETS, Mark

LINE = re.compile(r"[^\n\v\f\u2028\u2029]+")
_BULLET_AT_START = re.compile(
    rf"[^\S\n]{{0,200}}(?:[{BULLETS}·*–—-]|o(?=\s)|\(?\d{{1,2}}[.)](?=\s)|\(?[a-z][.)](?=\s))[^\S\n]{{0,200}}"
)
_INLINE_BULLET = re.compile(rf"(?<=\s)[{BULLETS}](?=\s?)|(?<=[\s.;:])[*·](?=\s)|(?<=[.;:]\s)[-–—](?=\s)")
_TRIMMED = " \n\r;:：|#*_="


@dataclass(frozen=True)
class Sentence:
    """A sentence, a bullet or a heading: ``text`` is the visible text, white space folded, without the bullet sign."""

    start: int
    end: int
    text: str
    section: int
    """Index of its section."""


def find_units(view: str, marks: Sequence[Mark] = ()) -> list[TextUnit]:
    """Return the units of a view with its marks, in order: headings, bullets and the sentences of running lines."""
    units: list[TextUnit] = []
    marked = {mark.start: mark for mark in marks}
    last_line_end = 0
    for number, line in enumerate(LINE.finditer(view)):
        text = line.group()
        if not any(map(str.isalnum, text)):
            continue
        gap = view.count("\n", last_line_end, line.start()) > 1
        last_line_end = line.end()
        first = len(units)
        units += _line_units(view, line.start(), line.end(), number)
        for i in range(first, len(units)):
            mark = marked.get(units[i].start)
            units[i] = units[i]._replace(
                opens_line=i == first,
                after_gap=i == first and gap,
                mark=mark.kind if mark else None,
                mark_covers=mark is not None and mark.end >= units[i].end,
            )
    return units


def _line_units(view: str, start: int, end: int, number: int) -> Iterator[TextUnit]:
    line = view[start:end]
    whole = heading_kind(line, whole=_BULLET_AT_START.match(line) is not None)
    headings = [] if whole else inline_headings(line)
    at = start
    for heading in headings:
        yield from _pieces(view, at, start + heading.start, number, None)
        first, at = start + heading.start, start + heading.end
        yield TextUnit(first, at, view[first:at], number, heading_kind=heading.kind)
    yield from _pieces(view, at, end, number, whole)


def _pieces(view: str, start: int, end: int, number: int, kind: str | None) -> Iterator[TextUnit]:
    for bulleted, bullet_start, bullet_end in _split_bullets(view, start, end):
        for first, last in _split_sentences(view, bullet_start, bullet_end):
            stop = first + len(view[first:bullet_end].rstrip()) if view[last:bullet_end].strip(_TRIMMED) == "" else last
            yield TextUnit(first, last, view[first:stop], number, bullet=bulleted, heading_kind=kind)


def _split_bullets(view: str, start: int, end: int) -> list[tuple[bool, int, int]]:
    """Spans of the bullets of a line, without their signs, and whether each has one."""
    at_start = _BULLET_AT_START.match(view, start, end)
    body = at_start.end() if at_start else start
    cuts = [m.start() for m in _INLINE_BULLET.finditer(view, body, end)]
    starts = [body, *(cut + 1 for cut in cuts)]
    signs = [at_start is not None, *(True for _ in cuts)]
    return list(zip(signs, starts, [*cuts, end], strict=True))


def _split_sentences(view: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences by the splitter, without its cuts inside a token ("ASP.|NET")."""
    text = view[start:end]
    if not text.strip():
        return []
    edges = [0, *sentence_ends(text), len(text)]
    spans = []
    for left, right in zip(edges, edges[1:], strict=False):
        piece = text[left:right]
        trimmed = piece.strip(_TRIMMED)
        if any(map(str.isalnum, trimmed)):
            at = left + piece.index(trimmed)
            spans.append((start + at, start + at + len(trimmed)))
    return spans
