"""Figures over the revisions of a catalog, as lines of points, each with its interval and what it was measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation import SkillCounts
from pipeline.experiments.bootstrap import DRAWS, resampled_totals
from pipeline.intervals import SEED, Interval, wilson

Unit = Literal["share", "f1", "count", "days", "kappa", "seconds", "usd"]
MAX_DRAWN = 40_000_000
"""Texts that are drawn again in all: of very many texts the interval needs fewer draws."""
MIN_DRAWS = 200


@dataclass(frozen=True)
class TrendPoint:
    """A figure on a revision. ``total`` is how many it is counted from, ``experiment`` refers to the one that measured it (null: none
    did).
    """

    revision: int
    value: float
    interval: Interval | None = None
    total: int | None = None
    experiment: str | None = None


@dataclass(frozen=True)
class TrendLine:
    """One figure by revision, the oldest first."""

    name: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True)
class TrendPanel:
    """Lines of one unit, drawn together."""

    title: str
    unit: Unit
    lines: tuple[TrendLine, ...]


@dataclass(frozen=True)
class Backlog:
    """What was open at a moment, and how long half of it had been, at least (null where nothing was open)."""

    n_open: int
    median_age: float | None


def share_point(revision: int, right: int, total: int, experiment: str | None = None) -> TrendPoint | None:
    """Return so many of so many as a point with Wilson's interval; null of none."""
    return TrendPoint(revision, right / total, wilson(right, total), total, experiment) if total else None


def backlogs(created: Sequence[float], decided: Sequence[float | None], times: Sequence[float]) -> list[Backlog]:
    """Return what was open at each of some moments, of things that were created and perhaps decided at others, all in one unit."""
    begun = np.array(created, np.float64)
    ended = np.array([np.inf if moment is None else moment for moment in decided], np.float64)
    found = []
    for time in times:
        ages = time - begun[(begun <= time) & (ended > time)]
        found.append(Backlog(len(ages), float(np.median(ages)) if len(ages) else None))
    return found


def skills_f1(counts: Sequence[SkillCounts]) -> tuple[float, Interval] | None:
    """Return the F1 of the skills of some texts with its 95 % interval, whole texts drawn again (Efron 1979); null of none.

    The interval is the whole range for fewer than two texts.
    """
    if not counts:
        return None
    table = np.array([(c.predicted, c.right, c.wanted, c.found) for c in counts], np.float64)
    value = float(_f1(table.sum(axis=0)[None])[0])
    if len(counts) < 2:
        return value, Interval(0.0, 1.0)
    draws = min(DRAWS, max(MIN_DRAWS, MAX_DRAWN // len(counts)))
    ((drawn,),) = resampled_totals(table, [[np.arange(len(counts), dtype=np.intp)]], SEED, draws)
    low, high = np.percentile(_f1(drawn), (2.5, 97.5))
    return value, Interval(float(low), float(high))


def _f1(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of totals, (n, 4) of predicted, right, wanted and found; (n,)."""
    predicted, right, wanted, found = totals.T
    precision = np.divide(right, predicted, out=np.zeros(len(totals)), where=predicted > 0)
    recall = np.divide(found, wanted, out=np.zeros(len(totals)), where=wanted > 0)
    both = precision + recall
    scores: NDArray[np.float64] = np.divide(2 * precision * recall, both, out=np.zeros(len(totals)), where=both > 0)
    return scores
