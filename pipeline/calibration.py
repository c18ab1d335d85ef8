"""How sure a check really is: its scores against what curators decided, kind by kind.

A score is mapped by beta calibration (Kull, Silva Filho and Flach 2017): the log odds of being right are
``c + a ln(score) - b ln(1 - score)``. The numbers are those that are most probable after the decisions, beginning from what is
believed before: all kinds together from the score as it is shipped (a = b = 1, c = 0), each kind from all together. With few
decisions a kind therefore has nearly the certainty of all, and with none at all the score is as it was shipped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.intervals import Interval, wilson

SHIPPED = (1.0, 1.0, 0.0)
"""a, b and c that leave a score as it is."""
SPREAD = (0.25, 0.25, 0.5)
"""How far a, b and c are believed to be from where they begin: a standard deviation of each."""
LEAST = 0.005
"""Scores nearer to 0 or 1 than this are taken to be this far from it: nothing that is suspected is beyond doubt."""
STEPS, ENOUGH = 60, 1e-10


@dataclass(frozen=True)
class DecidedScore:
    """A finding that somebody decided: its kind, the check's score (0 to 1; null where it was not kept), whether it was right."""

    kind: str
    score: float | None
    is_right: bool


@dataclass(frozen=True)
class Precision:
    """How many findings of a kind were decided, and how many of them were right."""

    right: int
    decided: int

    @property
    def share(self) -> float:
        """The share that was right; 0 where none was decided."""
        return self.right / self.decided if self.decided else 0.0

    @property
    def interval(self) -> Interval:
        """Its 95 % interval."""
        return wilson(self.right, self.decided)


@dataclass(frozen=True)
class Certainty:
    """How probably a finding is right; ``decided`` are the decisions of its kind on which that rests, ``of_all`` those of any kind.

    Without any decision it is the score as it was shipped.
    """

    value: float
    decided: int
    of_all: int

    @property
    def is_measured(self) -> bool:
        """Whether it rests on decisions at all."""
        return self.of_all > 0


Numbers = tuple[float, float, float]


@dataclass(frozen=True)
class Calibration:
    """The measured certainty of findings, by kind; ``counts`` are the decisions with a score that each kind's numbers rest on."""

    overall: Numbers
    by_kind: Mapping[str, Numbers]
    counts: Mapping[str, int]
    precisions: Mapping[str, Precision]

    def certainty(self, kind: str, score: float) -> Certainty:
        """How probably a finding of a kind with a score is right."""
        of_all = sum(self.counts.values())
        if not of_all:
            return Certainty(score, 0, 0)
        value = _mapped(self.by_kind.get(kind, self.overall), score)
        return Certainty(value, self.counts.get(kind, 0), of_all)


def calibrate(decided: Iterable[DecidedScore]) -> Calibration:
    """Fit the certainty of each kind to decisions. The same decisions, in any order, give the same numbers."""
    ordered = sorted(decided, key=lambda d: (d.kind, -1.0 if d.score is None else d.score, d.is_right))
    of_kind: dict[str, list[DecidedScore]] = defaultdict(list)
    for one in ordered:
        of_kind[one.kind].append(one)
    scored = {kind: [d for d in found if d.score is not None] for kind, found in of_kind.items()}
    overall = _fitted([d for found in scored.values() for d in found], SHIPPED)
    return Calibration(
        overall,
        {kind: _fitted(found, overall) for kind, found in scored.items() if found},
        {kind: len(found) for kind, found in scored.items() if found},
        {kind: Precision(sum(d.is_right for d in found), len(found)) for kind, found in of_kind.items()},
    )


def _signs(scores: Sequence[float]) -> np.ndarray:
    """ln(score), -ln(1 - score) and 1 of each score: (n, 3)."""
    kept = np.clip(np.asarray(scores, np.float64), LEAST, 1.0 - LEAST)
    return np.stack([np.log(kept), -np.log1p(-kept), np.ones(len(kept))], axis=1)


def _mapped(numbers: Numbers, score: float) -> float:
    return float(_probable(_signs([score]) @ np.asarray(numbers))[0])


def _probable(log_odds: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -40.0, 40.0))), np.float64)


def _fitted(decided: Sequence[DecidedScore], before: Numbers) -> Numbers:
    """The most probable numbers after decisions, from those that were believed before. A surer score is never less certain:
    a and b are not below 0.
    """
    if not decided:
        return before
    signs = _signs([d.score or 0.0 for d in decided])
    right = np.array([d.is_right for d in decided], np.float64)
    free = np.array([True, True, True])
    numbers = _newton(signs, right, np.asarray(before), free)
    while (numbers[:2][free[:2]] < 0).any():
        free[:2] &= numbers[:2] >= 0
        numbers = _newton(signs, right, np.where(free, np.asarray(before), 0.0), free)
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


def _newton(signs: np.ndarray, right: np.ndarray, before: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Newton's method on the penalised likelihood, which has one maximum; numbers that are not free stay as they are."""
    weight = np.diag(1.0 / np.square(np.asarray(SPREAD))[free])
    numbers = before.copy()
    for _ in range(STEPS):
        found = _probable(signs @ numbers)
        slope = signs[:, free].T @ (right - found) - weight @ (numbers - before)[free]
        bend = (signs[:, free] * (found * (1.0 - found))[:, None]).T @ signs[:, free] + weight
        step = np.linalg.solve(bend, slope)
        # Half a step where a whole one would leap: far from the maximum the curve is flat.
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        numbers[free] += step
        if float(np.abs(step).max()) < ENOUGH:
            break
    return numbers
