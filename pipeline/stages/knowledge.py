"""How probably the words of a text are knowledge (a tool, a language, a method, a field), by the tagger of the encoder's pass."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.learned.words import word_spans
from pipeline.text import JDText, Sentence
from pipeline.vectors import Vectors

OUTSIDE_BONUS = 0.3
"""Log odds added to a word's being outside any span: half a span counts as two errors."""
NEXT = 3
"""Code points from the end of a word below which the next one is beside it."""
MIN_PROBABILITY = 0.002
"""Least probability of a tag, half a step of those that are given."""


@dataclass(frozen=True)
class TaggedSpan:
    """A span of the view that the tagger takes for knowledge; ``probability`` is the mean of its words'."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True)
class Knowledge:
    """The words of the tagged sentences of a text, in order, with their tags.

    ``starts`` and ``ends`` are places in the view, ``tags`` (n_words, 2) float32 the probabilities that a word begins a span
    and that it goes on with one, and ``opens`` the indexes of the words that open a sentence.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tags: Vectors
    opens: frozenset[int]

    def over(self, start: int, end: int) -> float | None:
        """Return how probably the words of a span of the view are knowledge, their mean; null where none of them is tagged."""
        tags = self.over_words(start, end)
        return float(tags.sum(1).mean()) if len(tags) else None

    def over_words(self, start: int, end: int) -> Vectors:
        """Return the tags of the words of a span of the view, (n_words, 2) float32."""
        return self.tags[bisect_right(self.ends, start) : bisect_left(self.starts, end)]

    def goes_on(self, end: int) -> float:
        """Return how probably a span that ends at a place of the view goes on with the next word of its sentence."""
        after = bisect_left(self.starts, end)
        is_next = after < len(self.starts) and after not in self.opens and self.starts[after] - end < NEXT
        return float(self.tags[after, 1]) if is_next else 0.0

    def spans(self, outside_bonus: float = OUTSIDE_BONUS) -> tuple[TaggedSpan, ...]:
        """Return the spans that the tagger takes for knowledge, in order; none goes beyond a sentence.

        ``outside_bonus`` is added to the log odds of a word's being outside any: the lower it is, the more spans there are.
        """
        if outside_bonus not in self._spans:
            self._spans[outside_bonus] = self._find_spans(outside_bonus)
        return self._spans[outside_bonus]

    @cached_property
    def _spans(self) -> dict[float, tuple[TaggedSpan, ...]]:
        """The spans by the bonus that they were asked for with: a text that is linked to many catalogs asks again."""
        return {}

    def _find_spans(self, outside_bonus: float) -> tuple[TaggedSpan, ...]:
        found: list[list[int]] = []
        for i, tag in enumerate(self._best_tags(outside_bonus)):
            if tag == "B":
                found.append([i, i])
            elif tag == "I":
                found[-1][1] = i
        return tuple(
            TaggedSpan(self.starts[a], self.ends[b], float(self.tags[a : b + 1].sum(1).mean())) for a, b in found
        )

    def _best_tags(self, outside_bonus: float) -> str:
        """The likeliest tags of all words (Viterbi), in which no ``I`` follows an ``O`` or opens a sentence."""
        if not self.starts:
            return ""
        within = np.clip(1.0 - self.tags.sum(1), MIN_PROBABILITY, 1.0)
        begins, inside = np.log(np.maximum(self.tags, MIN_PROBABILITY)).T.tolist()
        outside = (np.log(within) + outside_bonus).tolist()
        paths: list[tuple[str, str, str]] = []
        out, began, went_on = 0.0, float("-inf"), float("-inf")
        for i in range(len(begins)):
            best = max((out, "O"), (began, "B"), (went_on, "I"))
            onward = (float("-inf"), "O") if i in self.opens else max((began, "B"), (went_on, "I"))
            paths.append((best[1], best[1], onward[1]))
            out, began, went_on = best[0] + outside[i], best[0] + begins[i], onward[0] + inside[i]
        tag = max((out, "O"), (began, "B"), (went_on, "I"))[1]
        tags = [tag]
        for step in reversed(paths[1:]):
            tag = step["OBI".index(tag)]
            tags.append(tag)
        return "".join(reversed(tags))


NO_KNOWLEDGE = Knowledge((), (), np.zeros((0, 2), np.float32), frozenset())
"""Of a text of which nothing is tagged."""


def knowledge_of(jd: JDText, tagged: Iterable[tuple[Sentence, Vectors]]) -> Knowledge:
    """Return the words of sentences, in their order in the text, with the tags of each sentence's words."""
    starts: list[int] = []
    ends: list[int] = []
    opens: list[int] = []
    tags: list[Vectors] = []
    for sentence, of_words in tagged:
        spans = word_spans(jd.view[sentence.start : sentence.end])[: len(of_words)]
        is_read = of_words[: len(spans), 0] >= 0
        opens.append(len(starts))
        starts += [sentence.start + a for (a, _), read in zip(spans, is_read, strict=True) if read]
        ends += [sentence.start + b for (_, b), read in zip(spans, is_read, strict=True) if read]
        tags.append(of_words[: len(spans)][is_read])
    if not starts:
        return NO_KNOWLEDGE
    return Knowledge(tuple(starts), tuple(ends), np.concatenate(tags), frozenset(opens))
