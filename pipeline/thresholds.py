"""What a threshold of confidence takes and leaves: how many answers are taken without a reviewer, and how many of these are right.

An answer is a role, or that none fits, with the probability that it is right (``pipeline.stages.review.answer_confidence``). A
threshold takes the answers whose confidence is at least as high. Precision is the share of those taken that are right, coverage the
share that is taken, workload the rest, which a reviewer sees. Intervals are Wilson's, of one threshold at a time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import floor

from pipeline.intervals import Interval, wilson

WANTED_PRECISIONS = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 1.0)
"""Precisions whose thresholds are worth comparing."""


@dataclass(frozen=True)
class JudgedAnswer:
    """The confidence of an answer, and whether it is right; ``n`` answers of which both is so."""

    confidence: float
    is_right: bool
    n: int = 1


@dataclass(frozen=True)
class ThresholdPoint:
    """What a threshold takes of ``total`` answers, and how many of those taken are right."""

    threshold: float
    taken: int
    right: int
    total: int

    @property
    def precision(self) -> float | None:
        """The share of the answers taken that is right; null where none is taken."""
        return self.right / self.taken if self.taken else None

    @property
    def precision_interval(self) -> Interval:
        """Its 95 % interval; the whole range where none is taken."""
        return wilson(self.right, self.taken)

    @property
    def coverage(self) -> float:
        """The share of answers that is taken; 0 without answers."""
        return self.taken / self.total if self.total else 0.0

    @property
    def coverage_interval(self) -> Interval:
        """Its 95 % interval."""
        return wilson(self.taken, self.total)

    @property
    def workload(self) -> float:
        """The share of answers that a reviewer sees; 0 without answers."""
        return 1.0 - self.coverage if self.total else 0.0

    @property
    def workload_interval(self) -> Interval:
        """Its 95 % interval."""
        return wilson(self.total - self.taken, self.total)


class ThresholdCurve:
    """All that thresholds make of some answers: what is taken changes at the confidences of the answers alone."""

    def __init__(self, answers: Iterable[JudgedAnswer]) -> None:
        ordered = sorted(answers, key=lambda a: a.confidence)
        grouped = [(confidence, list(same)) for confidence, same in groupby(ordered, lambda a: a.confidence)]
        self.total = sum(a.n for a in ordered)
        self._confidences = [confidence for confidence, _ in grouped]
        # Any threshold above the confidence before takes the same answers: the plainest number is the one to be chosen.
        self._plain = [
            _plain(low, high) for low, high in zip([-1.0, *self._confidences], self._confidences, strict=False)
        ]
        # How many are below each confidence, and how many of these are right; the last of both is all of them.
        self._below = [0, *accumulate(sum(a.n for a in same) for _, same in grouped)]
        self._right_below = [0, *accumulate(sum(a.n for a in same if a.is_right) for _, same in grouped)]

    def at(self, threshold: float) -> ThresholdPoint:
        """Return what a threshold takes."""
        place = bisect_left(self._confidences, threshold)
        right = self._right_below[-1] - self._right_below[place]
        return ThresholdPoint(threshold, self.total - self._below[place], right, self.total)

    def points(self) -> tuple[ThresholdPoint, ...]:
        """Return a point for each threshold at which something changes, the lowest first; the first one takes all."""
        return tuple(map(self.at, self._plain))

    def lowest(self, precision: float, *, surely: bool = False) -> ThresholdPoint | None:
        """Return the lowest threshold, which takes most, with at least this precision; null where none has it.

        ``surely`` asks that of the lower end of the interval, so that chance in the sample does not make it look so.
        """

        def value(point: ThresholdPoint) -> float:
            return point.precision_interval.low if surely else point.precision or 0.0

        return next((point for point in self.points() if value(point) >= precision), None)

    def candidates(self, also: Iterable[float] = ()) -> tuple[ThresholdPoint, ...]:
        """Return points worth comparing, the lowest first: taking all, the lowest for usual precisions, and those ``also`` named."""
        found = {self.at(0.0).threshold: self.at(0.0)}
        for precision in WANTED_PRECISIONS:
            if (point := self.lowest(precision)) is not None and not _is_same(point, found.values()):
                found[point.threshold] = point
        found |= {threshold: self.at(threshold) for threshold in also}
        return tuple(found[threshold] for threshold in sorted(found))


def _plain(above: float, at_most: float) -> float:
    """The number with the fewest decimals that is above one number and at most another."""
    for decimals in range(1, 5):
        found = round(floor(at_most * 10.0**decimals + 1e-9) / 10.0**decimals, decimals)
        if above < found <= at_most:
            return found
    return at_most


def _is_same(point: ThresholdPoint, others: Iterable[ThresholdPoint]) -> bool:
    """Whether another one takes the very same answers."""
    return any(other.taken == point.taken for other in others)


@dataclass(frozen=True)
class RunCounts:
    """Past runs by the confidence of their answers: how many need a reviewer from which threshold on."""

    confidences: tuple[float, ...]
    """In ascending order, each once."""
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many runs there are."""
        return sum(self.counts)

    def below(self, threshold: float) -> int:
        """Return how many runs a reviewer sees with this threshold."""
        return sum(self.counts[: bisect_left(self.confidences, threshold)])


@dataclass(frozen=True)
class ThresholdEffect:
    """What another threshold changes for past runs: so many more would need a reviewer, or so many fewer."""

    to_review: int
    no_longer: int


def effect_of(runs: RunCounts, present: float | None, chosen: float) -> ThresholdEffect:
    """Return what ``chosen`` changes beside ``present``; where none is set, no run needs a reviewer."""
    before, after = runs.below(present) if present is not None else 0, runs.below(chosen)
    return ThresholdEffect(max(0, after - before), max(0, before - after))


def thinned(points: Sequence[ThresholdPoint], most: int) -> tuple[ThresholdPoint, ...]:
    """Return at most ``most`` points for a drawing, evenly over the list, the first and the last among them."""
    if len(points) <= most:
        return tuple(points)
    step = (len(points) - 1) / (most - 1)
    return tuple(points[round(i * step)] for i in range(most))
