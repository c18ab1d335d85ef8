"""The paired bootstrap over job descriptions (Efron 1979): differences of figures of two sides, with intervals and p-values.

Whole job descriptions are drawn again, for both sides the same ones, since what stands in a text is right or wrong together
and hard for both. How often each was drawn is a matrix, (draws, texts), so that every figure of every slice is a product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import Interval, sign_test

DRAWS = 2_000
LEVEL = 0.05
"""The p-value below which a difference counts as sure."""
BLOCK = 250
"""Draws that are in memory at once."""

Floats = NDArray[np.float64]
Groups = Sequence[Sequence[NDArray[np.intp]]]
"""For each way of slicing, the places of the texts of each slice; a text is in one slice at most."""


@dataclass(frozen=True)
class Difference:
    """A figure in A and in B, the 95 % interval of B - A, and the two-sided p-value of there being none."""

    a: float
    b: float
    interval: Interval
    p_value: float

    @property
    def difference(self) -> float:
        """B - A."""
        return self.b - self.a

    @property
    def is_moved(self) -> bool:
        """Whether B differs from A at all."""
        return self.b != self.a

    @property
    def is_sure(self) -> bool:
        """Whether zero is outside the interval, and chance alone would seldom come so far."""
        return (self.interval.low > 0 or self.interval.high < 0) and self.p_value < LEVEL


def resampled_totals(counts: Floats, groups: Groups, seed: int, draws: int = DRAWS) -> list[list[Floats]]:
    """Totals of counts, (texts, columns) float64, within each slice of each grouping, each (draws, columns) float64."""
    n, columns = counts.shape
    totals = [[np.zeros((draws, columns)) for _ in slices] for slices in groups]
    orders = [np.concatenate([*slices, np.empty(0, np.intp)]) for slices in groups]
    sorted_counts = [np.asarray(counts[order], np.float32) for order in orders]
    for first, drawn in _drawn(n, draws, np.random.default_rng(seed)):
        for slices, order, values, into in zip(groups, orders, sorted_counts, totals, strict=True):
            within, start = drawn[:, order], 0
            for places, target in zip(slices, into, strict=True):
                end = start + len(places)
                target[first : first + len(drawn)] = within[:, start:end] @ values[start:end]
                start = end
    return totals


def _drawn(n: int, draws: int, random: Any) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """How often each text was drawn, in blocks of (block, texts) float32 with the number of their first draw."""
    for first in range(0, draws, BLOCK):
        size = min(BLOCK, draws - first)
        places = random.integers(0, n, (size, n))
        yield first, np.stack([np.bincount(row, minlength=n) for row in places]).astype(np.float32)


def difference(measured: Sequence[float], drawn: Sequence[Floats], moved: int) -> Difference:
    """The difference of a figure in A and B from its values in the draws, each (draws,) float64: the percentile interval, and the
    p-value as twice the smaller share of draws on either side of zero, the measured one counted among them.

    ``moved`` is how many texts differ between the sides. Drawing again what is all of one kind says nothing of other texts: the
    p-value is at least that of so many texts which all moved one way (``sign_test``), and while that is not sure the interval
    has zero in it.
    """
    found = drawn[1] - drawn[0]
    low, high = map(float, np.percentile(found, (2.5, 97.5)))
    n = len(found)
    at_most, at_least = (int((found <= 0).sum()) + 1) / (n + 1), (int((found >= 0).sum()) + 1) / (n + 1)
    least = sign_test(0, moved)
    if least >= LEVEL:
        low, high = min(low, 0.0), max(high, 0.0)
    return Difference(measured[0], measured[1], Interval(low, high), min(1.0, max(least, 2 * min(at_most, at_least))))
