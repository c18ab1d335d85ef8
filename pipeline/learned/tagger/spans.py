"""Tags and the spans that they encode."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.vectors import Vectors

TAGS = "OBI"
"""Outside any span, at the beginning of one, inside one; the columns of the scores."""

Span = tuple[int, int]
"""First and last word of a span, both inside it."""


def decode(scores: Vectors) -> list[Span]:
    """Return the spans of the best sequence of tags (Viterbi) in which no ``I`` follows an ``O`` or is first.

    ``scores`` is (n_words, 3), log probabilities in the order of ``TAGS``.
    """
    if not len(scores):
        return []
    transitions = np.zeros((3, 3), np.float32)
    transitions[0, 2] = -1e9
    best = scores[0].copy()
    best[2] = -1e9
    back = []
    for row in scores[1:]:
        scores_of_paths = best[:, None] + transitions
        back.append(scores_of_paths.argmax(axis=0))
        best = scores_of_paths.max(axis=0) + row
    tags = [int(best.argmax())]
    for step in reversed(back):
        tags.append(int(step[tags[-1]]))
    return spans_of([TAGS[t] for t in reversed(tags)])


def spans_of(tags: Sequence[str]) -> list[Span]:
    """Return the spans of tags; an ``I`` without a beginning begins a span."""
    spans: list[Span] = []
    start: int | None = None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and tag != "I":
            spans.append((start, i - 1))
            start = None
        if tag == "B" or (tag == "I" and start is None):
            start = i
    return spans


def strict_f1(predicted: Sequence[Sequence[Span]], gold: Sequence[Sequence[Span]]) -> float:
    """Return the F1, 0..1 rounded to four places, of spans of which both ends must agree; one list a sentence."""
    right = sum(len(set(p) & set(g)) for p, g in zip(predicted, gold, strict=True))
    total = sum(map(len, predicted)) + sum(map(len, gold))
    return float(np.round(2 * right / total, 4)) if total else 0.0
