"""Intervals of measured figures, and whether two figures differ: what the sample is large enough to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from scipy.special import bdtr

Z_95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""
RESAMPLES = 2_000
SEED = 20_260
"""Texts are drawn again from a fixed seed: the same counts give the same interval."""


@dataclass(frozen=True)
class Interval:
    """The 95 % interval of a figure between 0 and 1."""

    low: float
    high: float


@dataclass(frozen=True)
class TermCounts:
    """Of one text: terms that were found, how many of them are right, and how many it should have."""

    found: int
    right: int
    wanted: int


def wilson(right: int, total: int) -> Interval:
    """The 95 % interval of a share (Wilson 1927); the whole range without any trial."""
    if not total:
        return Interval(0.0, 1.0)
    share, square = right / total, Z_95 * Z_95
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = Z_95 / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def f1(counts: Sequence[TermCounts]) -> float:
    """The F1 of all texts together; 0 where nothing was found and nothing wanted."""
    both = sum(c.found + c.wanted for c in counts)
    return 2 * sum(c.right for c in counts) / both if both else 0.0


@lru_cache(256)
def f1_interval(counts: tuple[TermCounts, ...]) -> Interval:
    """The 95 % interval of ``f1``: its 2.5th and 97.5th percentile when the texts are drawn again (Efron 1979).

    Whole texts are drawn, since the terms of one are right or wrong together. The whole range for fewer than two texts.
    """
    if len(counts) < 2:
        return Interval(0.0, 1.0)
    cells = np.array([(c.right, c.found + c.wanted) for c in counts], np.int64)
    drawn = np.random.default_rng(SEED).integers(0, len(cells), (RESAMPLES, len(cells)))
    right, both = (cells[drawn, column].sum(axis=1) for column in (0, 1))
    scores = np.divide(2 * right, both, out=np.zeros(RESAMPLES), where=both > 0)
    low, high = np.percentile(scores, (2.5, 97.5))
    return Interval(float(low), float(high))


def sign_test(first: int, second: int) -> float:
    """The probability of a difference at least as large between two counts if either were as likely: the exact
    two-sided sign test, which for pairs that were judged twice is McNemar's (1947).
    """
    n = first + second
    return min(1.0, 2.0 * float(bdtr(min(first, second), n, 0.5))) if n else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of several tests, corrected so that the chance of any false alarm stays below the level (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    corrected, highest = [1.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        corrected[i] = highest
    return corrected
