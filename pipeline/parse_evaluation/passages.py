"""The duties of a job description against the passages that a reader has marked, by letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.contracts import ResponsibilityBlock
from pipeline.parse_evaluation.names import f1

MIN_SHARE = 0.8
"""Share of a sentence that stands in a block where it is found."""
MIN_WORDS = 4
"""A shorter sentence of the gold is a heading or a scrap."""

_SENTENCE_END = re.compile(r"\n+|(?<=[.!?;])\s+|(?<=[a-z)][.!?])(?=[A-Z])|\s+(?=[•*·-]\s)")

Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class DutyMarks:
    """Of one text, shares between 0 and 1."""

    precision: float
    """Letters of the blocks that are gold; introductions of the role and demands count for nothing."""
    strict_precision: float
    """The same, with demands wrong."""
    recall: float
    """Sentences of the gold that stand in a block."""
    noise: float
    """Letters of the blocks that are neither introduction nor demand."""

    @property
    def f1(self) -> float:
        """Of precision and recall."""
        return f1(self.precision, self.recall)


def duty_marks(text: str, gold: Mapping[str, Any], blocks: Sequence[ResponsibilityBlock]) -> DutyMarks:
    """Compare blocks with the passages of a line of gold. Raises ``ValueError`` for a passage that the text lacks."""
    duties, introduction, demands = (
        _passages(text, gold[key]) for key in ("responsibilities", "responsibilities_optional", "demands")
    )
    wanted, optional, asked = _positions(duties), _positions(introduction), _positions(demands)
    found = {i for i in _positions(_located(text, blocks)) if text[i].isalnum()}
    strict = found - (optional - wanted)
    fair = strict - (asked - wanted)
    right = len(found & wanted)
    sentences = list(_sentences(text, duties))
    hit = sum(_is_found(text, sentence, found) for sentence in sentences)
    return DutyMarks(
        right / max(1, len(fair)),
        right / max(1, len(strict)),
        hit / max(1, len(sentences)),
        len(fair) / max(1, len(found)),
    )


def _passages(text: str, anchors: Iterable[Sequence[str]] | None) -> Spans:
    """The spans from the first to the last words of passages."""
    spans = []
    for first, last in anchors or ():
        start = text.find(first)
        end = text.find(last, start)
        if start < 0 or end < 0:
            raise ValueError(f"the text has no passage from “{first}” to “{last}”")
        spans.append((start, end + len(last)))
    return spans


def _positions(spans: Iterable[tuple[int, int]]) -> set[int]:
    return {i for start, end in spans for i in range(start, end)}


def _is_found(text: str, sentence: tuple[int, int], found: set[int]) -> bool:
    start, end = sentence
    return sum(i in found or not text[i].isalnum() for i in range(start, end)) >= MIN_SHARE * (end - start)


def _sentences(text: str, spans: Spans) -> Iterator[tuple[int, int]]:
    """The sentences of passages; headings and scraps are left out."""
    for first, last in spans:
        passage = text[first:last]
        edges = [(m.start(), m.end()) for m in _SENTENCE_END.finditer(passage)]
        begins = [0, *(end for _, end in edges)]
        for begin, stop in zip(begins, [*(start for start, _ in edges), len(passage)], strict=True):
            piece = passage[begin:stop]
            if len(re.findall(r"\w+", piece)) >= MIN_WORDS and not piece.rstrip().endswith(":"):
                yield first + begin, first + stop


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text in lower case, and where each stands."""
    where = [i for i, character in enumerate(text) if character.isalnum()]
    return "".join(text[i].lower()[0] for i in where), where


def _located(text: str, blocks: Sequence[ResponsibilityBlock]) -> Iterator[tuple[int, int]]:
    """Where blocks stand in a text: whole, or line by line where one was put together anew."""
    flat, where = _letters(text)
    for block in blocks:
        whole = _letters(block.text)[0]
        parts = [whole] if whole in flat else [_letters(line)[0] for line in block.text.split("\n")]
        for part in filter(None, parts):
            at = flat.find(part)
            if at >= 0:
                yield where[at], where[at + len(part) - 1] + 1
