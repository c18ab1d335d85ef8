"""How far two reviewers say the same, and how sure that is: Cohen's kappa, F1, and the share of equal answers.

Each is a figure of sums over runs, so that an interval is made by drawing whole runs again (Efron 1979): what stands in one
text is hard for both or for neither. A figure at its upper end moves in no draw, however few runs there are; the interval is
therefore never narrower than Wilson's (1927) for the share of equal answers, carried over to the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.experiments.bootstrap import resampled_totals
from pipeline.intervals import SEED, Z_95, Interval

Floats = NDArray[np.float64]
Measure = Literal["kappa", "f1", "share"]
WhyNot = Literal["", "nothing shared", "one answer"]


@dataclass(frozen=True)
class Figure:
    """How far reviewers agree on something: the figure and its 95 % interval, null where there is none, and why not.

    ``runs`` have been judged by two of them, ``items`` are the things that both have judged there, ``agreed`` those that got the
    same answer. Of F1, ``items`` is how many skills they name on average, ``agreed`` how many both name.
    """

    measure: Measure
    value: float | None
    interval: Interval | None
    runs: int
    items: float
    agreed: int
    why_not: WhyNot = ""

    @property
    def share(self) -> float | None:
        """The share of equal answers; null without any."""
        return self.agreed / self.items if self.items else None


@dataclass(frozen=True)
class PairTable:
    """The answers of two reviewers, counted for each run: (runs, columns) float64.

    The columns are the number of items and of equal answers; for kappa, then how often the first gave each label, and the second.
    Items of F1 are the mean of how many skills each names.
    """

    counts: Floats
    n_labels: int = 0

    @classmethod
    def of_labels(cls, answers: Sequence[Sequence[tuple[str, str]]], *, with_labels: bool) -> PairTable:
        """The table of the labels that two gave to the same things, for each run."""
        places = {label: i for i, label in enumerate(sorted({w for run in answers for both in run for w in both}))}
        k = len(places) if with_labels else 0
        counts = np.zeros((len(answers), 2 + 2 * k))
        for row, run in zip(counts, answers, strict=True):
            for a, b in run:
                row[0] += 1
                row[1] += a == b
                if k:
                    row[2 + places[a]] += 1
                    row[2 + k + places[b]] += 1
        return cls(counts, k)

    @classmethod
    def of_sets(cls, named: Sequence[tuple[int, int, int]]) -> PairTable:
        """The table of sets: for each run how many the first names, how many the second, and how many both."""
        return cls(np.array([((a + b) / 2, both) for a, b, both in named], float).reshape(len(named), 2))

    @property
    def width(self) -> int:
        """How many columns it has."""
        return int(self.counts.shape[1])


def figures(measure: Measure, tables: Sequence[PairTable]) -> tuple[Figure, list[Figure]]:
    """The figure of all pairs together, and that of each. The rows of all tables are the same runs.

    Several pairs are pooled as de Vries, Elliott, Kanouse and Teleki do for kappa (Field Methods 20, 2008): observed and chance
    agreement are added up before one is held against the other, here each pair with the weight of what it has judged.
    """
    if not tables:
        return _none(measure, "nothing shared"), []
    counts = np.concatenate([table.counts for table in tables], axis=1)
    shared = counts[:, np.cumsum([0, *(table.width for table in tables[:-1])])] > 0
    counts, shared = counts[shared.any(axis=1)], shared[shared.any(axis=1)]
    if not len(counts):
        return _none(measure, "nothing shared"), [_none(measure, "nothing shared")] * len(tables)
    drawn = resampled_totals(counts, [[np.arange(len(counts))]], SEED)[0][0]
    totals = counts.sum(axis=0)[None, :]
    cuts = np.cumsum([table.width for table in tables])[:-1]
    parts = list(zip(np.split(totals, cuts, axis=1), np.split(drawn, cuts, axis=1), tables, strict=True))
    each = [
        _figure(measure, _sums(total, table), _sums(draws, table), int(shared[:, i].sum()))
        for i, (total, draws, table) in enumerate(parts)
    ]
    measured = np.sum([_sums(total, table) for total, _, table in parts], axis=0)
    moved = np.sum([_sums(draws, table) for _, draws, table in parts], axis=0)
    return _figure(measure, measured, moved, len(counts)), each


def _sums(totals: Floats, table: PairTable) -> Floats:
    """Items, equal answers, and how many of them chance alone would give (Cohen 1960): (draws, 3) float64."""
    n, agreed = totals[:, 0], totals[:, 1]
    first, second = totals[:, 2 : 2 + table.n_labels], totals[:, 2 + table.n_labels :]
    chance = np.divide((first * second).sum(axis=1), n, out=np.zeros_like(n), where=n > 0)
    return np.stack([n, agreed, chance], axis=1)


def _values(sums: Floats) -> Floats:
    """The figure of sums, (draws,) float64: for kappa (observed - chance) / (all - chance); not a number where that is nought."""
    n, agreed, chance = sums.T
    rest = n - chance
    values: Floats = np.divide(agreed - chance, rest, out=np.full(len(n), np.nan), where=rest > 1e-9)
    return values


def _figure(measure: Measure, sums: Floats, drawn: Floats, runs: int) -> Figure:
    n, agreed, chance = (float(x) for x in sums[0])
    if not n:
        return _none(measure, "nothing shared")
    value = float(_values(sums)[0])
    if np.isnan(value):
        return Figure(measure, None, None, runs, n, round(agreed), "one answer")
    moved = _values(drawn)
    low, high = np.nanpercentile(moved, (2.5, 97.5))
    share = _wilson(agreed / n, n)
    floor, ceiling = ((bound * n - chance) / (n - chance) for bound in share)
    interval = Interval(min(float(low), floor), max(float(high), ceiling))
    return Figure(measure, value, interval, runs, n, round(agreed))


def _wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's interval of a share of ``n`` things, where ``n`` may be half a thing."""
    square = Z_95 * Z_95
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z_95 / (1 + square / n) * float(np.sqrt(share * (1 - share) / n + square / (4 * n * n)))
    return max(0.0, middle - half), min(1.0, middle + half)


def _none(measure: Measure, why_not: WhyNot) -> Figure:
    return Figure(measure, None, None, 0, 0, 0, why_not)
