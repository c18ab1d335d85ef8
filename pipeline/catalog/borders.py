"""Where a form cannot go on: at the end of a line that is not visibly wrapped, and at a dash between two items."""

from __future__ import annotations

import re

MIN_WRAPPED = 40
"""Characters of a line that ends because it is full."""
MIN_RUNNING = 30
"""Characters of a line that goes on in lower case."""

_ITEM_DASH = re.compile(r"\s[-‐‑‒–—−]\s")
_HYPHENATED = re.compile(r"[a-z]-\Z")


def crosses_border(text: str, start: int, end: int) -> bool:
    """Return whether a span of a text holds the end of a line that is not wrapped, or a dash between items."""
    surface = text[start:end]
    if surface.isalnum():
        return False
    at = surface.find("\n")
    while at >= 0:
        if not _is_wrapped(text, start + at):
            return True
        at = surface.find("\n", at + 1)
    return _ITEM_DASH.search(surface) is not None


def _is_wrapped(text: str, line_end: int) -> bool:
    """Whether a sentence goes on behind a line end: in lower case, or because the line had no room for the next word."""
    line_start = text.rfind("\n", 0, line_end) + 1
    before = text[line_start:line_end].strip()
    next_end = text.find("\n", line_end + 1)
    after = text[line_end + 1 : next_end if next_end >= 0 else len(text)].strip()
    if not after or not after[0].isalnum() or not before or not before[-1].isalnum():
        return False
    if after[0].islower():
        return len(before) >= MIN_RUNNING
    earlier_end = max(line_start - 1, 0)
    # A bullet begins anew: what stands above it is not wrapped with it.
    is_bullet = not before[0].isalnum()
    earlier = "" if is_bullet else text[text.rfind("\n", 0, earlier_end) + 1 : earlier_end].strip()
    if _HYPHENATED.search(earlier):
        return True
    word = after.split(None, 1)[0]
    return len(before) >= MIN_WRAPPED and len(before) + 1 + len(word) > max(len(before), len(after), len(earlier))
