"""What the runs of a role say of its centroid: how tight they lie, which roles are near it, and which runs are nearer to another role.

All vectors are unit vectors, so that the mean cosine of ``n`` of them with their sum ``total`` is ``|total| / n``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.value import slug_order
from pipeline.stages.signals import Centroid
from pipeline.vectors import Vectors

MAX_NEAR = 6
"""Nearest roles that are given."""
MAX_OUTLIERS = 200
"""Outliers that are given, those that lie furthest off."""
TINY = 1e-9


@dataclass(frozen=True)
class NearCentroid:
    """A role near another: the cosine of their centroids, and how many runs its own is made of."""

    slug: str
    runs: int
    cosine: float


@dataclass(frozen=True)
class Outlier:
    """A run, by its place among the role's vectors, that is nearer to the centroid of another role.

    ``own`` is its cosine with the role's centroid as it is without the run, ``other`` that with the role ``slug``, the nearest.
    """

    place: int
    own: float
    slug: str
    other: float

    @property
    def lead(self) -> float:
        """How much nearer it is there."""
        return self.other - self.own


@dataclass(frozen=True)
class CentroidShape:
    """The centroid of a role that has enough runs.

    Cosines of its ``runs`` with it: their ``mean``, standard deviation (``spread``), ``quartiles`` (the lower and the upper) and the
    ``least``; ``usual`` is the median of the means of all roles that have enough runs. ``outliers`` are the first of
    ``outlier_count``, in order of their lead.
    """

    runs: int
    mean: float
    spread: float
    quartiles: tuple[float, float]
    least: float
    usual: float
    nearest: tuple[NearCentroid, ...]
    outliers: tuple[Outlier, ...]
    outlier_count: int


def centroid_shape(
    slug: str, vectors: Vectors, centroids: Mapping[str, Centroid], min_runs: int, most: int = MAX_OUTLIERS
) -> CentroidShape | None:
    """Return what a role's runs, (n, width) float32, say of its centroid, with at most ``most`` outliers; null where there are fewer
    runs than ``min_runs``.

    Roles of fewer runs are neither near nor compared with. Linear in the runs and in the roles.
    """
    known = {s: c for s, c in centroids.items() if c.n >= min_runs}
    if len(vectors) < min_runs:
        return None
    total = vectors.sum(axis=0)
    length = max(float(np.linalg.norm(total)), TINY)
    own = vectors @ (total / length)
    others = sorted((s for s in known if s != slug), key=slug_order)
    units = np.stack([_unit(known[s].total) for s in others]) if others else vectors[:0]
    means = [float(np.linalg.norm(c.total)) / c.n for s, c in known.items() if s != slug] + [length / len(vectors)]
    outliers, outlier_count = _outliers(vectors, total, others, units, most)
    low, high = np.quantile(own, (0.25, 0.75)).tolist()
    return CentroidShape(
        runs=len(vectors),
        mean=float(own.mean()),
        spread=float(own.std()),
        quartiles=(low, high),
        least=float(own.min()),
        usual=float(np.median(means)),
        nearest=_nearest(others, units @ (total / length), known),
        outliers=outliers,
        outlier_count=outlier_count,
    )


def _unit(total: Vectors) -> Vectors:
    return np.asarray(total / max(float(np.linalg.norm(total)), TINY), np.float32)


def _nearest(others: list[str], cosines: Vectors, known: Mapping[str, Centroid]) -> tuple[NearCentroid, ...]:
    order = np.argsort(-cosines, kind="stable")[:MAX_NEAR]
    return tuple(NearCentroid(others[i], known[others[i]].n, float(cosines[i])) for i in order)


def _outliers(
    vectors: Vectors, total: Vectors, others: list[str], units: Vectors, most: int
) -> tuple[tuple[Outlier, ...], int]:
    """The runs that are nearer to another role than to their own without them, which they would draw to themselves; and how many."""
    if not others:
        return (), 0
    with_own = vectors @ total
    rest = np.sqrt(np.maximum(float(total @ total) - 2.0 * with_own + 1.0, TINY))
    own = (with_own - 1.0) / rest
    cosines = vectors @ units.T
    best = cosines.argmax(axis=1)
    other = cosines[np.arange(len(vectors)), best]
    lead = other - own
    places = np.argsort(-lead, kind="stable")[: min(most, int((lead > 0).sum()))]
    found = (Outlier(int(i), float(own[i]), others[int(best[i])], float(other[i])) for i in places)
    return tuple(found), int((lead > 0).sum())
