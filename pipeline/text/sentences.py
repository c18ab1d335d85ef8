"""The bullets and sentences of a section, each with its offsets in the text as given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.text.sections import LINE, Section
from pipeline.text.splitter import sentence_ends
from pipeline.text.view import BULLETS

_BULLET_AT_START = re.compile(rf"\s*(?:[{BULLETS}·*–—-]|o(?=\s)|\(?\d{{1,2}}[.)](?=\s)|\(?[a-z][.)](?=\s))\s*")
_INLINE_BULLET = re.compile(rf"(?<=\s)[{BULLETS}](?=\s?)|(?<=[\s.;:])[*·](?=\s)|(?<=[.;:]\s)[-–—](?=\s)")


@dataclass(frozen=True)
class Sentence:
    """A sentence or a bullet: ``text`` is the visible text, white space folded, without the bullet sign."""

    start: int
    end: int
    text: str
    section: int
    """Index of its section."""


def find_sentences(view: str, index: int, section: Section) -> Iterator[Sentence]:
    """Yield the sentences of the section with an index, in order."""
    for line in LINE.finditer(view, section.start, section.end):
        for bullet_start, bullet_end in _split_bullets(view, line.start(), line.end()):
            for start, end in _split_sentences(view, bullet_start, bullet_end):
                yield Sentence(start, end, " ".join(view[start:end].split()), index)


def _split_bullets(view: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the bullets of a line, without their signs."""
    at_start = _BULLET_AT_START.match(view, start, end)
    body = at_start.end() if at_start else start
    cuts = [m.start() for m in _INLINE_BULLET.finditer(view, body, end)]
    starts = [body, *(cut + 1 for cut in cuts)]
    return list(zip(starts, [*cuts, end], strict=True))


def _split_sentences(view: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences by the splitter, without its cuts inside a token ("ASP.|NET")."""
    text = view[start:end]
    if not text.strip():
        return []
    edges = [0, *sentence_ends(text), len(text)]
    spans = []
    for left, right in zip(edges, edges[1:], strict=False):
        piece = text[left:right]
        trimmed = piece.strip(" \n;:")
        if any(c.isalnum() for c in trimmed):
            at = left + piece.index(trimmed)
            spans.append((start + at, start + at + len(trimmed)))
    return spans
