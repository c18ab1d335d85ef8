"""The search for fixed phrases in a text, whole words only, in one pass (Aho and Corasick 1975)."""

from __future__ import annotations

from collections.abc import Iterable

import ahocorasick


class PhraseFinder:
    """Finds fixed phrases, given in lower case, in a text in lower case."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for phrase in phrases:
            self._automaton.add_word(phrase, phrase)
        self._automaton.make_automaton()

    def find(self, lowered: str) -> list[tuple[int, int, str]]:
        """Return (start, end, phrase) of every phrase with no letter or digit beside it, overlaps included."""
        found = []
        last = len(lowered)
        for position, phrase in self._automaton.iter(lowered):
            start, end = position + 1 - len(phrase), position + 1
            if (start and lowered[start - 1].isalnum()) or (end < last and lowered[end].isalnum()):
                continue
            found.append((start, end, phrase))
        return found
