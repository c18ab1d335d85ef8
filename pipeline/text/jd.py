"""A job description as text: its view, its sections, its sentences and their facts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.learned.structure.model import structure_model
from pipeline.text.facts import SentenceFacts
from pipeline.text.readers import read_view
from pipeline.text.sections import DUTY_KINDS, HEADING, Section, SectionedUnit, divide
from pipeline.text.sentences import Sentence, find_units
from pipeline.text.view import Mark, View

MAX_LEAD_WORDS = 8
"""Words of a line that opens a list."""
MAX_LEAD_SIGNS = 8
"""Code points before a line in which its bullet stands."""


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

    def lead_over(self, position: int) -> str | None:
        """Return the line that opens the list at a position: its heading, or a short line over bullets; null without any."""
        at = bisect_right(self._leads[0], position) - 1
        return self._leads[1][at] if at >= 0 else None

    @cached_property
    def _leads(self) -> tuple[list[int], list[str]]:
        """The ends of the lines that open a list, and the lines."""
        found = [
            facts.sentence
            for i, facts in enumerate(self.facts)
            if self._is_open(facts.sentence) and (facts.section_kind == HEADING or self._is_over_bullets(i))
        ]
        return [s.end for s in found], [s.text.rstrip(" :") for s in found]

    def _is_open(self, sentence: Sentence) -> bool:
        """Whether a sentence has no end of its own, so that it may open what is below it."""
        return self.view[sentence.end - 1 : sentence.end + 1].strip()[-1:] not in (".", "!", ";", ",")

    def _is_over_bullets(self, index: int) -> bool:
        """Whether a sentence is a short line without an end over one with a bullet."""
        sentence = self.sentences[index]
        if (
            index + 1 == len(self.sentences)
            or word_count(sentence.text) > MAX_LEAD_WORDS
            or sentence.text[-1:] in ".!;,"
        ):
            return False
        return not self._has_bullet(sentence) and self._has_bullet(self.sentences[index + 1])

    def _has_bullet(self, sentence: Sentence) -> bool:
        line_start = self.view.rfind("\n", max(0, sentence.start - MAX_LEAD_SIGNS), sentence.start) + 1
        return bool(self.view[max(line_start, sentence.start - MAX_LEAD_SIGNS) : sentence.start].strip())

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
