"""The clause around a place of the text: the words before and behind it that belong to the same statement."""

from __future__ import annotations

import re

_EDGE = re.compile(
    r"[\n;•|!?]|(?<!\bapprox)(?<!\bmin)(?<!\bmax)(?<!\bincl)(?<!\bexcl)(?<!\bexp)(?<!\bca)(?<!\bRs)\.(?=\s{1,3}[A-Z$£€₹\d]|$)|\.\s{1,3}$|(?<=[a-z]{2})\.(?=[A-Z][a-z])"
    r"|(?<!\*)\*\s|(?<=[a-z.)])-\s(?=[A-Z])"
)
_EDGE_BEHIND = re.compile(r"[\n;•|!?]|\.(?=\s|$)|(?<=[a-z]{2})\.(?=[A-Z][a-z])")


def words_before(view: str, start: int, limit: int) -> str:
    """Return what stands before a place in its clause, at most ``limit`` code points."""
    words = view[max(0, start - limit) : start]
    edge = max((m.end() for m in _EDGE.finditer(words)), default=0)
    return words[edge:]


def words_behind(view: str, end: int, limit: int) -> str:
    """Return what stands behind a place in its clause, at most ``limit`` code points."""
    words = view[end : end + limit]
    edge = _EDGE_BEHIND.search(words)
    return words[: edge.start()] if edge else words
