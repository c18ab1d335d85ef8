"""Web and mail addresses in a text: what stands in them is no name of a skill."""

from __future__ import annotations

import re

_WEB = re.compile(r"(?:https?(?::/|//)|www\.)\S+")


def addresses(text: str) -> list[tuple[int, int]]:
    """Spans of web and mail addresses, in which no skill is found."""
    spans = [m.span() for m in _WEB.finditer(text)] if "http" in text or "www." in text else []
    at = text.find("@")
    while at >= 0:
        start, end = at, at
        while start and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        if "." in text[at:end] and at - start < 80:
            spans.append((start, end))
        at = text.find("@", end)
    return spans
