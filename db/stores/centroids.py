"""The centroid of a role as a person looks at it: the vectors of the runs that were filed under it, beside the other roles' centroids."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, text

from db.stores.vectors import load_centroids, load_filed
from pipeline.config import Config
from pipeline.stages.centroids import MAX_OUTLIERS, CentroidShape, centroid_shape

_LABELS = text(
    "SELECT id, coalesce(name, title, given_title, left(jd_text, 60)) AS label, created_at FROM run WHERE id = ANY(:ids)"
)


@dataclass(frozen=True)
class FiledElsewhere:
    """A run that was filed under a role and is nearer to another: its cosines with both, that with its own without itself."""

    run_id: UUID
    label: str
    created_at: datetime
    own: float
    slug: str
    other: float


@dataclass(frozen=True)
class RoleCentroid:
    """How many runs are filed under a role, from how many on it has a centroid, and that (null below it) with its outliers.

    ``outliers`` are the first of ``outlier_count``, those that lie furthest off first.
    """

    runs: int
    min_runs: int
    shape: CentroidShape | None = None
    outliers: tuple[FiledElsewhere, ...] = ()
    outlier_count: int = 0


class CentroidStore:
    """Centroids of roles, and the runs that they are made of."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_role(self, slug: str, roles: Collection[str], model: str, most: int = MAX_OUTLIERS) -> RoleCentroid:
        """The centroid of a role by an embedding model, compared with those of other ``roles``; at most ``most`` outliers."""
        least = Config().centroid_min_runs
        run_ids, vectors = load_filed(self._engine, slug, model)
        if len(run_ids) < least:
            return RoleCentroid(len(run_ids), least)
        centroids = {s: c for s, c in load_centroids(self._engine, model).items() if s in roles}
        shape = centroid_shape(slug, vectors, centroids, least, most)
        if shape is None:
            return RoleCentroid(len(run_ids), least)
        shown = [(run_ids[outlier.place], outlier) for outlier in shape.outliers]
        with self._engine.connect() as connection:
            rows = connection.execute(_LABELS, {"ids": [run_id for run_id, _ in shown]}) if shown else ()
            known = {row.id: row for row in rows}
        found = tuple(
            FiledElsewhere(run_id, str(known[run_id].label), known[run_id].created_at, o.own, o.slug, o.other)
            for run_id, o in shown
            if run_id in known
        )
        return RoleCentroid(len(run_ids), least, shape, found, shape.outlier_count)
