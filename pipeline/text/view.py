"""The view of a text: what a person sees of it, each character with its place in the raw text.

A chain of readers makes it, each of which takes one kind of paste mark away (or puts a lost line break back) and knows
nothing of the others: it returns edits of the text that it is given, and the view keeps the places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int32]
MarkKind = Literal["heading", "strong"]


class Edit(NamedTuple):
    """Code points ``start`` to ``end`` of a text give way to ``text``; where they are none, ``text`` is put in."""

    start: int
    end: int
    text: str


class Mark(NamedTuple):
    """A span that the markup sets as a heading, or strong (bold)."""

    start: int
    end: int
    kind: MarkKind


class Reading(NamedTuple):
    """What a reader found in a text: edits in order, none of which overlap, and marks; all places are the text's."""

    edits: Sequence[Edit] = ()
    marks: Sequence[Mark] = ()


Reader = Callable[[str], Reading]


def without_overlaps(edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits in order without those that begin inside an earlier or a longer one."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


@dataclass(frozen=True, eq=False)
class View:
    """A visible text. Its character ``i`` stands for the code points ``starts[i]`` to ``ends[i]`` of the raw text.

    ``starts`` and ``ends`` are (n,) int32 and never decrease; a restored line break stands for no code point. ``marks``
    are spans of the view.
    """

    text: str
    starts: Places = field(repr=False)
    ends: Places = field(repr=False)
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of_raw(cls, raw: str) -> View:
        """Return a text as the view of itself."""
        places = np.arange(len(raw) + 1, dtype=np.int32)
        return cls(raw, places[:-1], places[1:])

    def read(self, reader: Reader) -> View:
        """Return the view with what a reader finds in it."""
        reading = reader(self.text)
        if not reading.edits and not reading.marks:
            return self
        edited = self._edited(reading.edits) if reading.edits else self
        if not (self.marks or reading.marks):
            return edited
        marks = (*self.marks, *(m for m in reading.marks if m.start < m.end))
        moved = (Mark(*edited.span_of(*self.raw_span(m.start, m.end)), m.kind) for m in marks)
        return View(edited.text, edited.starts, edited.ends, tuple(sorted(m for m in moved if m.start < m.end)))

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the code points of the raw text that a span of the view stands for."""
        if start >= end:
            at = int(self.starts[start]) if start < len(self.starts) else int(self.ends[-1]) if len(self.ends) else 0
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])

    def span_of(self, raw_start: int, raw_end: int) -> tuple[int, int]:
        """Return the span of the view that stands for code points of the raw text; empty where none is seen."""
        start = int(np.searchsorted(self.ends, raw_start, "right"))
        return start, max(start, int(np.searchsorted(self.starts, raw_end, "left")))

    def _edited(self, edits: Sequence[Edit]) -> View:
        pieces: list[str] = []
        at = 0
        for start, end, text in edits:
            pieces += (self.text[at:start], text)
            at = end
        pieces.append(self.text[at:])
        # Kept stretches and edits take turns; a new character knows the old place that its stretch begins at.
        places = np.array([(e.start, e.end) for e in edits], np.int64).reshape(-1)
        begins = np.concatenate(([0], places))
        sizes = np.fromiter(map(len, pieces), np.int64, len(pieces))
        offsets = np.cumsum(sizes) - sizes
        total = int(sizes.sum())
        kept = np.arange(len(pieces)) % 2 == 0
        within = np.arange(total) - np.repeat(offsets, sizes)
        first = np.repeat(begins, sizes) + np.where(np.repeat(kept, sizes), within, 0)
        stops = np.concatenate((places, [len(self.text)]))
        last = np.where(np.repeat(kept, sizes), first + 1, np.repeat(stops, sizes))
        return View("".join(pieces), self._starts_at(first), self._ends_at(first, last))

    def _starts_at(self, first: npt.NDArray[np.int64]) -> Places:
        beyond = self.ends[-1:] if len(self.ends) else np.zeros(1, np.int32)
        return np.concatenate((self.starts, beyond))[first].astype(np.int32)

    def _ends_at(self, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]) -> Places:
        own = np.concatenate((np.zeros(1, np.int32), self.ends))[last]
        ends = np.where(last > first, own, self._starts_at(first))
        # What is put in amid characters that stand for one code point all together stands for it too.
        return np.maximum.accumulate(ends).astype(np.int32)


BULLETS = "•●▪◦‣∙■□➢➤✓✔❖"


def lowered(text: str) -> str:
    """Return the text in lower case, position for position, typographic apostrophes made plain."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.replace("’", "'")
