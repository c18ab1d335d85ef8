"""How well the confidence would be calibrated on other texts, and how far its score may be from the true one."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np


def cross_validated(pairs: Sequence[tuple[float, bool]], folds: int = 10) -> list[tuple[float, bool]]:
    """The pairs with each confidence calibrated on the other folds alone (Platt 1999: a logistic of its log odds)."""
    fitted: list[tuple[float, bool]] = []
    for fold in range(folds):
        slope, intercept = _platt([p for i, p in enumerate(pairs) if i % folds != fold])
        fitted += [
            (1.0 / (1.0 + exp(-slope * _logit(p) - intercept)), r)
            for i, (p, r) in enumerate(pairs)
            if i % folds == fold
        ]
    return fitted


def _logit(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return log(p / (1 - p))


def _platt(pairs: Sequence[tuple[float, bool]], prior: float = 0.05) -> tuple[float, float]:
    """Slope and intercept by Newton's method, with a penalty (``prior``) on their distance from 1 and 0.

    The penalty draws towards leaving the confidence as it is, where ``learned.fit.logistic`` draws towards no slope.
    """
    x = np.array([[_logit(p), 1.0] for p, _ in pairs])
    y = np.array([float(r) for _, r in pairs])
    start = np.array([1.0, 0.0])
    weights = start.copy()
    for _ in range(25):
        p = 1.0 / (1.0 + np.exp(-x @ weights))
        gradient = x.T @ (p - y) + prior * len(pairs) * (weights - start) / 10
        hessian = (x * (p * (1 - p))[:, None]).T @ x + prior * len(pairs) / 10 * np.eye(2)
        weights -= np.linalg.solve(hessian, gradient)
    return float(weights[0]), float(weights[1])


def bootstrap(pairs: Sequence[tuple[float, bool]], rounds: int = 2000, seed: int = 0) -> tuple[float, float]:
    """The middle 95 % of the Brier score over resamples of the pairs (Efron 1979)."""
    squares = np.array([(p - r) ** 2 for p, r in pairs])
    drawn = np.random.default_rng(seed).integers(0, len(squares), (rounds, len(squares)))
    low, high = np.percentile(squares[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
