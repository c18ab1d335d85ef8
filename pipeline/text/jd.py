"""A job description as text: its view, its sections, its sentences and their facts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.learned.structure.model import structure_model
from pipeline.text.facts import SentenceFacts
from pipeline.text.readers import read_view
from pipeline.text.sections import DUTY_KINDS, Section, SectionedUnit, divide
from pipeline.text.sentences import Sentence, find_units
from pipeline.text.view import Mark, View


@dataclass(frozen=True)
class JDText:
    """A raw text; everything derived from it is computed on first use and cached."""

    raw: str

    @cached_property
    def mapped_view(self) -> View:
        """The visible text with the place of each of its characters in the raw one."""
        return read_view(self.raw)

    @property
    def view(self) -> str:
        """The visible text; every position inside the pipeline is one of it."""
        return self.mapped_view.text

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The spans of the view that the markup sets as headings or strong, in order."""
        return self.mapped_view.marks

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the code points of the raw text that a span of the view stands for."""
        return self.mapped_view.raw_span(start, end)

    def view_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the view that stands for code points of the raw text; empty where none is seen."""
        return self.mapped_view.span_of(start, end)

    @cached_property
    def n_words(self) -> int:
        """How many words the view has."""
        return word_count(self.view)

    @cached_property
    def _divided(self) -> tuple[list[Section], list[SectionedUnit]]:
        units = find_units(self.view, self.marks)
        # A few sentences have no structure to speak of.
        is_told_apart = len(units) > 3 or any(unit.heading_kind for unit in units)
        return divide(self.view, units, structure_model().kinds(units) if is_told_apart else ["body"] * len(units))

    @cached_property
    def sections(self) -> list[Section]:
        """The sections in order; they cover the view."""
        return self._divided[0]

    @cached_property
    def duty_sections(self) -> frozenset[int]:
        """Indexes of the sections with duties, the blocks of ``roles_and_responsibilities``."""
        return frozenset(i for i, s in enumerate(self.sections) if s.kind == "responsibilities")

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, bullets and headings in order."""
        return tuple(
            Sentence(u.unit.start, u.unit.end, " ".join(self.view[u.unit.start : u.unit.end].split()), u.section)
            for u in self._divided[1]
        )

    @cached_property
    def facts(self) -> tuple[SentenceFacts, ...]:
        """The facts of each sentence, in the order of ``sentences``."""
        return tuple(
            SentenceFacts(sentence, placed.kind, placed.kind in DUTY_KINDS, self.view)
            for sentence, placed in zip(self.sentences, self._divided[1], strict=True)
        )

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.sentences]

    @cached_property
    def _section_starts(self) -> list[int]:
        return [s.heading_start for s in self.sections]

    def kind_at(self, position: int) -> str:
        """Return the kind of the section at a position; ``body`` before the first one."""
        at = bisect_right(self._section_starts, position)
        return self.sections[at - 1].kind if at else "body"

    def sentence_at(self, position: int) -> Sentence | None:
        """Return the sentence that covers a position, or null between sentences."""
        at = self._index_at(position)
        return None if at is None else self.sentences[at]

    def facts_at(self, position: int) -> SentenceFacts | None:
        """Return the facts of the sentence that covers a position, or null between sentences."""
        at = self._index_at(position)
        return None if at is None else self.facts[at]

    def _index_at(self, position: int) -> int | None:
        at = bisect_right(self._starts, position) - 1
        return at if at >= 0 and position < self.sentences[at].end else None


@lru_cache(maxsize=2048)
def view_text(raw: str) -> str:
    """Return the view of a raw text without its map; kept for those who search the same texts again and again."""
    return read_view(raw).text


def word_count(text: str) -> int:
    """Return how many words a text has, as white space separates them."""
    return len(text.split())
