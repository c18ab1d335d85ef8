"""The likelihood of a linear-chain conditional random field and its gradient, over many texts at once.

Forward and backward sums go over all texts together, the longest first, so that at each step the texts that are long enough
are the first ones. Labels may be missing: the likelihood is that of all paths through those that there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

UNKNOWN = -1
"""The label of a unit whose kind is not known."""


class Chain(NamedTuple):
    """The parameters beside the features' weights: steps (n_joints, k, k) from kind to kind, first and last (k,)."""

    steps: Doubles
    first: Doubles
    last: Doubles


@dataclass(frozen=True)
class Texts:
    """Texts of some units: their rows in a table of units, their joints and labels, padded to (n_texts, longest)."""

    rows: Integers
    joints: Integers
    labels: Integers
    lengths: Integers
    weights: Doubles
    """How much each text counts, (n_texts,)."""

    @classmethod
    def of(cls, joints: Sequence[Integers], labels: Sequence[Integers], weights: Sequence[float]) -> Texts:
        """Return texts by the joints and labels of their units, whose rows follow each other; each has a unit."""
        sizes = np.array([len(each) for each in labels])
        starts = np.cumsum(sizes) - sizes
        order = np.argsort(-sizes, kind="stable")
        shape = (len(sizes), int(sizes.max()))
        rows, joint, label = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.full(shape, UNKNOWN)
        for at, i in enumerate(order):
            rows[at, : sizes[i]] = starts[i] + np.arange(sizes[i])
            joint[at, : sizes[i]] = joints[i]
            label[at, : sizes[i]] = labels[i]
        return cls(rows, joint, label, sizes[order], np.array(weights, np.float64)[order])


def loss(texts: Texts, scores: Doubles, chain: Chain) -> tuple[float, Doubles, Chain]:
    """Return the negative log likelihood of the labels and its gradient by the units' scores (n_units, k) and by the chain."""
    k = scores.shape[1]
    padded = scores[texts.rows]
    known = texts.labels != UNKNOWN
    barred = np.where(known[..., None] & (np.arange(k) != texts.labels[..., None]), -1e3, 0.0)
    every, by_scores, by_chain = _sums(texts, padded, chain)
    told, told_scores, told_chain = _sums(texts, padded + barred, chain)
    gradient = np.zeros_like(scores)
    inside = np.arange(padded.shape[1]) < texts.lengths[:, None]
    gradient[texts.rows[inside]] = (by_scores - told_scores)[inside]
    return every - told, gradient, Chain(*(a - b for a, b in zip(by_chain, told_chain, strict=True)))


def _sums(texts: Texts, padded: Doubles, chain: Chain) -> tuple[float, Doubles, Chain]:
    """The log of the sum over all paths, and its gradient: the expected counts."""
    n, longest, _ = padded.shape
    top = padded.max(axis=2)
    chances = np.exp(padded - top[..., None])
    steps = np.exp(chain.steps)
    alive = np.searchsorted(-texts.lengths, -np.arange(longest), side="left")
    forward = np.zeros_like(padded)
    norms = np.ones((n, longest))
    for t in range(longest):
        m = alive[t]
        if t == 0:
            each = np.exp(chain.first) * chances[:m, 0]
        else:
            each = np.matmul(forward[:m, t - 1, None], steps[texts.joints[:m, t]])[:, 0] * chances[:m, t]
        norms[:m, t] = each.sum(axis=1)
        forward[:m, t] = each / norms[:m, t, None]
    ends = texts.lengths - 1
    every = np.arange(n)
    at_end = forward[every, ends] * np.exp(chain.last)
    total = np.log(norms).sum(axis=1) + top.sum(axis=1, where=np.arange(longest) < texts.lengths[:, None])
    total += np.log(at_end.sum(axis=1))
    backward = np.zeros_like(padded)
    backward[every, ends] = np.exp(chain.last) / at_end.sum(axis=1, keepdims=True)
    for t in range(longest - 2, -1, -1):
        m = alive[t + 1]
        ahead = (chances[:m, t + 1] * backward[:m, t + 1]) / norms[:m, t + 1, None]
        backward[:m, t] = np.matmul(steps[texts.joints[:m, t + 1]], ahead[..., None])[..., 0]
    weight = texts.weights[:, None, None]
    marginals = forward * backward * weight
    pairs = np.zeros_like(chain.steps)
    behind = np.arange(1, longest) < texts.lengths[:, None]
    left, right = forward[:, :-1] * weight, chances[:, 1:] * backward[:, 1:] / norms[:, 1:, None]
    for j in range(len(pairs)):
        chosen = behind & (texts.joints[:, 1:] == j)
        pairs[j] = steps[j] * (left[chosen].T @ right[chosen])
    value = float(total @ texts.weights)
    return value, marginals, Chain(pairs, marginals[:, 0].sum(axis=0), marginals[every, ends].sum(axis=0))
