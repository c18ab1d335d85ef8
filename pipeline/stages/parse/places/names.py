"""Where a text writes names that the gazetteer has: the longest one that begins at a word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stages.parse.places.gazetteer import Gazetteer, Senses, read_gazetteer
from pipeline.stages.parse.places.labels import LabelValue
from pipeline.stages.parse.places.words import Word

NAME_GAP = frozenset(" -.'’‘`´")
"""What may stand between two words of a name."""
_ITEM_EDGES = frozenset(["", *"\n:,;/|()&=-–·•\"'"])


_SMALL_PART = re.compile(r"(?:on|in|upon|by|le|la|les|de|du|sur|sous|am|an|the|under|super|y|i)-")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,300}")


@dataclass(frozen=True)
class Name:
    """A name in the words: where it begins and ends (indexes of words), and its senses."""

    first: int
    behind: int
    senses: Senses


class NameScanner:
    """Finds names in a view. In ``label_values`` (sorted spans) they may be in lower case."""

    def __init__(self, view: str, words: Sequence[Word], label_values: Sequence[LabelValue] = ()) -> None:
        self._view = view
        addresses = [m.span() for m in _ADDRESS.finditer(view)]
        self._words = [w for w in words if not _is_within(w, addresses)] if addresses else words
        self._names: Gazetteer = read_gazetteer()
        self._values = label_values
        self._value_starts = [value.start for value in label_values]

    def _written(self, at: int, behind: int | None = None) -> str:
        return self._view[self._words[at].start : self._words[(behind or at + 1) - 1].end]

    def _gap(self, at: int) -> str:
        """What stands between a word and the one before."""
        return self._view[self._words[at - 1].end : self._words[at].start] if at else "\n"

    def _in_value(self, word: Word) -> bool:
        i = bisect_right(self._value_starts, word.start) - 1
        return i >= 0 and word.start < self._values[i].end

    def _name_at(self, at: int) -> Name | None:
        """The longest name that begins at a word."""
        if at >= len(self._words):
            return None
        word = self._words[at]
        longest = self._names.longest.get(word.key, 0)
        if not longest or not (self._view[word.start].isupper() or self._in_value(word)) or self._is_address(word):
            return None
        keys, best = [word.key], None
        for behind in range(at + 1, min(at + longest, len(self._words)) + 1):
            if behind > at + 1:
                gap = self._gap(behind - 1)
                if len(gap) > 3 or not NAME_GAP.issuperset(gap):
                    break
                keys.append(self._words[behind - 1].key)
            senses = self._names.senses(" ".join(keys))
            if (
                senses is not None
                and not self._goes_on(self._words[behind - 1].end)
                and self._is_written_as_name(at, behind, " ".join(keys))
            ):
                best = Name(at, behind, senses)
        return best

    def _goes_on(self, end: int) -> bool:
        """Whether a name goes on behind a hyphen ("Stow-on-the-Wold")."""
        return self._view[end : end + 1] == "-" and bool(_SMALL_PART.match(self._view, end + 1))

    def _is_address(self, word: Word) -> bool:
        """Whether a word is a part of a net address, a tag or an identifier."""
        before, after = self._view[max(0, word.start - 1) : word.start], self._view[word.end : word.end + 2]
        return (
            before in ("@", "#", "_", "\\")
            or after[:1] == "_"
            or (after[:1] == "." and after[1:].islower())
            or after[:1] == "@"
        )

    def _is_written_as_name(self, at: int, behind: int, key: str) -> bool:
        written = self._written(at, behind)
        if key in self._names.capitals_alone:
            return not any(c.islower() for c in written)
        last = self._words[behind - 1]
        return self._view[last.start].isupper() or self._in_value(last)

    def _is_word(self, name: Name) -> bool:
        return name.behind == name.first + 1 and self._words[name.first].key in self._names.also_words

    def _stands_alone(self, name: Name) -> bool:
        """Whether a name is an item of a label's value by itself."""
        first, last = self._words[name.first], self._words[name.behind - 1]
        before, behind = self._view[: first.start][-3:].rstrip(" *_"), self._view[last.end : last.end + 3].lstrip(" *_")
        return self._in_value(first) and before[-1:] in _ITEM_EDGES and behind[:1] in _ITEM_EDGES


def _is_within(word: Word, spans: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(spans, (word.start, len(spans) and spans[-1][1])) - 1
    return at >= 0 and word.start < spans[at][1]
