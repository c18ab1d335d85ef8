"""Logistic regression and the conditional logit, by Newton's method, with a penalty on the weights.

Sources: Hastie, Tibshirani and Friedman 2009, section 4.4 (logistic regression) and 3.4.1 (the penalty, on columns of
unit variance); McFadden 1974 (the conditional logit).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MAX_STEPS = 100
"""Newton steps."""
TOLERANCE = 1e-9
"""Relative improvement of the loss, and the part of a step, below which the search ends."""
MIN_DEVIATION = 1e-9
"""Standard deviation of a column that gets a weight; it also regularises the Newton step."""


@dataclass(frozen=True)
class Logistic:
    """A logistic model: ``weights`` (k,) and ``bias`` in log odds."""

    weights: Floats
    bias: float

    def log_odds(self, x: Floats) -> Floats:
        """Return (n,) log odds for rows (n, k)."""
        return np.asarray(x @ self.weights + self.bias, np.float64)


def sigmoid(log_odds: Floats) -> Floats:
    """Return the probabilities of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500))), np.float64)


def fit_logistic(x: Floats, y: npt.NDArray[np.bool_], penalty: float = 1.0, *, unit_variance: bool = True) -> Logistic:
    """Return the model of rows ``x`` (n, k) and outcomes ``y`` (n,).

    ``penalty`` is the weight of half the squared weights of the columns brought to unit variance; the bias has none. Without
    ``unit_variance`` the columns stay as they are, so that a sign which few rows have gets little weight.
    Raises ``ValueError`` where all outcomes are the same.
    """
    if y.all() or not y.any():
        raise ValueError("a logistic model needs outcomes of both kinds")
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    if not unit_variance:
        mean, deviation = np.zeros_like(mean), (deviation > MIN_DEVIATION).astype(np.float64)
    scale = np.where(deviation > MIN_DEVIATION, deviation, np.inf)
    rows = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])
    penalties = np.array([penalty] * x.shape[1] + [0.0])
    outcomes = y.astype(np.float64)

    def derivatives(weights: Floats) -> tuple[float, Floats, Floats]:
        z = rows @ weights
        p = sigmoid(z)
        loss = float(np.logaddexp(0.0, z).sum() - outcomes @ z + (penalties * weights**2).sum() / 2)
        gradient = rows.T @ (p - outcomes) + penalties * weights
        hessian = (rows * (p * (1 - p))[:, None]).T @ rows + np.diag(penalties)
        return loss, gradient, hessian

    scaled = _minimise(derivatives, np.zeros(rows.shape[1]))
    weights = scaled[:-1] / scale
    return Logistic(weights, float(scaled[-1] - weights @ mean))


@dataclass(frozen=True)
class Choice:
    """One choice: the alternatives' features, (n, k), and which are right, (n,) bool."""

    features: Floats
    right: npt.NDArray[np.bool_]


def fit_choices(choices: Sequence[Choice], penalty: float = 1.0) -> Floats:
    """Return the weights (k,) under which the right alternatives are most probable: a conditional logit.

    ``penalty`` is the weight of half the squared weights, the features as they are. A choice without a right
    alternative is left out. Where several are right, their probabilities are added.
    """
    informative = [c for c in choices if c.right.any()]
    width = informative[0].features.shape[1] if informative else 0

    def derivatives(weights: Floats) -> tuple[float, Floats, Floats]:
        loss = penalty * float(weights @ weights) / 2
        gradient = penalty * weights
        hessian = penalty * np.eye(width)
        for choice in informative:
            z = choice.features @ weights
            every, p = _softmax(z)
            right, q = _softmax(np.where(choice.right, z, -np.inf))
            mean = p @ choice.features
            loss += every - right
            gradient = gradient + mean - q @ choice.features
            centred = choice.features - mean
            # Without the term of the right alternatives the matrix is positive definite (a majorising step).
            hessian = hessian + (centred * p[:, None]).T @ centred
        return loss, gradient, hessian

    return _minimise(derivatives, np.zeros(width))


def folds(groups: Sequence[Hashable], count: int = 10) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the indexes to fit on and the indexes held out, each index held out once.

    Indexes of one of the ``groups`` (n,) are held out together; groups are dealt in order of first appearance.
    """
    order = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    fold_of = [order[group] % count for group in groups]
    for fold in range(min(count, len(order))):
        fitted_on = [i for i, f in enumerate(fold_of) if f != fold]
        yield fitted_on, [i for i, f in enumerate(fold_of) if f == fold]


def log_loss(probabilities: Floats, y: npt.NDArray[np.bool_]) -> float:
    """Return the mean negative log likelihood of outcomes, in nats."""
    p = np.clip(np.where(y, probabilities, 1 - probabilities), 1e-12, 1.0)
    return float(-np.log(p).mean())


def _softmax(z: Floats) -> tuple[float, Floats]:
    """The logarithm of the sum of exponentials, and each one's share."""
    peak = float(z.max())
    powers = np.exp(z - peak)
    total = float(powers.sum())
    return peak + float(np.log(total)), powers / total


def _minimise(derivatives: Callable[[Floats], tuple[float, Floats, Floats]], start: Floats) -> Floats:
    """Newton's method with halved steps; ``derivatives`` gives the loss, its gradient and a positive matrix."""
    weights = start
    loss, gradient, hessian = derivatives(weights)
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(hessian + MIN_DEVIATION * np.eye(len(weights)), gradient)
        size = 1.0
        while size > TOLERANCE:
            tried = weights - size * step
            at_tried = derivatives(tried)
            if at_tried[0] <= loss:
                break
            size /= 2
        else:
            return weights
        improvement = loss - at_tried[0]
        weights, (loss, gradient, hessian) = tried, at_tried
        if improvement < TOLERANCE * (1.0 + abs(loss)):
            return weights
    return weights
