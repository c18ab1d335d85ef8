"""The words around a form in a folded text, among which those that it asks for are searched."""

from __future__ import annotations

from collections.abc import Sequence

MAX_CONTEXT_DISTANCE = 120
"""Code points on each side of a form in which its context words are searched."""
MAX_NEIGHBOUR_DISTANCE = 60
"""Code points between a form and a skill of the same dimension that is context for it."""


def nearest_context(words: Sequence[str], folded_text: str, start: int, end: int) -> int:
    """Return the code points from a form, at a span of a folded text, to the nearest of its context words; those behind the end
    of a clause are further away.
    """
    before = folded_text[max(0, start - MAX_CONTEXT_DISTANCE) : start]
    after = folded_text[end : end + MAX_CONTEXT_DISTANCE]
    nearest = 2 * MAX_CONTEXT_DISTANCE
    for word in words:
        left, right = before.rfind(f" {word}"), after.find(f" {word}")
        if left >= 0:
            nearest = min(nearest, _distance(before[left + 1 + len(word) :]))
        if right >= 0:
            nearest = min(nearest, _distance(after[: right + 1]))
    return nearest


def _distance(between: str) -> int:
    """Code points between a form and a context word; more where a sign stands between them."""
    return len(between) + (MAX_NEIGHBOUR_DISTANCE if ". " in between or "  " in between else 0)


def words_around(folded_text: str, start: int, end: int) -> str:
    """Return the words around a span of a folded text in which context words are searched, between blanks."""
    before = folded_text[max(0, start - MAX_CONTEXT_DISTANCE) : start]
    around = f" {before} ; {folded_text[end : end + MAX_CONTEXT_DISTANCE]} "
    return " ".join(["", *around.replace("/", " ").replace(". ", " ").split(), ""])
