"""The clauses of a sentence: within one of them a "required" or a "preferred" belongs to what is named beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_EDGE = re.compile(
    r"[;|]|(?<=[a-z]{3})[.!?](?=\s|[A-Z])|(?<=[)+\d])[.!?](?=\s|[A-Z])|\s[-–—*]\s(?=[A-Z])(?!Associate|Professional|Special|Expert|Foundation|Practitioner|Level)"
)
"""A semicolon, the end of a sentence that the splitter left (never that of "B.Sc."), a dash before a new item."""
_LOST_BREAK = re.compile(r"(?<=[a-z]{4})(?=[A-Z][a-z]{2}|[A-Z]\.?[A-Z])")
"""Where a line break was lost ("requiredMaster's"); also inside of names like ServiceNow."""


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the clauses of a sentence."""
    yield from _between(text, _EDGE)


def glued_clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the clauses of a sentence that may have lost line breaks."""
    for start, end in _between(text, _EDGE):
        for inner_start, inner_end in _between(text[start:end], _LOST_BREAK):
            yield start + inner_start, start + inner_end


def _between(text: str, edge: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for match in edge.finditer(text):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < len(text):
        yield at, len(text)
