"""What the runs of a role say of its centroid."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.stages.centroids import centroid_shape
from pipeline.stages.signals import Centroid
from pipeline.vectors import Vectors, unit

EAST, NORTH, UP = np.eye(3, dtype=np.float32)


def runs(*vectors: Vectors) -> Vectors:
    return unit(np.stack(vectors).astype(np.float32))


def centroid(vectors: Vectors) -> Centroid:
    return Centroid(len(vectors), vectors.sum(axis=0))


EASTERN = runs(EAST, EAST + 0.1 * NORTH, EAST + 0.1 * UP, EAST - 0.1 * NORTH, 0.3 * EAST + NORTH)
NORTHERN = runs(NORTH, NORTH + 0.1 * EAST, NORTH - 0.1 * EAST)
UPPER = runs(UP, UP + 0.2 * EAST, UP)
ALL = {"east": centroid(EASTERN), "north": centroid(NORTHERN), "up": centroid(UPPER)}


def test_the_mean_cosine_and_the_spread_are_those_of_the_runs_with_their_sum() -> None:
    shape = centroid_shape("east", EASTERN, ALL, 3)
    assert shape is not None
    middle = EASTERN.sum(axis=0) / np.linalg.norm(EASTERN.sum(axis=0))
    cosines = [float(v @ middle) for v in EASTERN]
    assert shape.runs == 5
    assert shape.mean == pytest.approx(np.mean(cosines), abs=1e-6)
    assert shape.spread == pytest.approx(np.std(cosines), abs=1e-6)
    assert shape.least == pytest.approx(min(cosines), abs=1e-6)
    assert shape.quartiles == pytest.approx(tuple(np.quantile(cosines, (0.25, 0.75))), abs=1e-6)
    means = sorted(float(np.linalg.norm(c.total)) / c.n for c in ALL.values())
    assert shape.usual == pytest.approx(means[1], abs=1e-6)


def test_the_nearest_roles_come_first_with_their_cosine_and_their_runs() -> None:
    shape = centroid_shape("east", EASTERN, ALL, 3)
    assert shape is not None
    assert [(near.slug, near.runs) for near in shape.nearest] == [("north", 3), ("up", 3)]
    one, other = (c.total / np.linalg.norm(c.total) for c in (ALL["east"], ALL["north"]))
    assert shape.nearest[0].cosine == pytest.approx(float(one @ other), abs=1e-6)


def test_a_run_that_lies_nearer_to_another_role_is_an_outlier_without_its_own_pull() -> None:
    shape = centroid_shape("east", EASTERN, ALL, 3)
    assert shape is not None
    (outlier,) = shape.outliers
    assert (outlier.place, outlier.slug) == (4, "north")
    rest = EASTERN[:4].sum(axis=0)
    assert outlier.own == pytest.approx(float(EASTERN[4] @ rest / np.linalg.norm(rest)), abs=1e-5)
    assert outlier.other == pytest.approx(
        float(EASTERN[4] @ ALL["north"].total / np.linalg.norm(ALL["north"].total)), abs=1e-5
    )
    assert outlier.lead == pytest.approx(outlier.other - outlier.own)


def test_the_run_that_lies_furthest_off_comes_first() -> None:
    vectors = runs(EAST, EAST, EAST, EAST, 0.7 * EAST + NORTH, NORTH)
    shape = centroid_shape("east", vectors, {**ALL, "east": centroid(vectors)}, 3)
    assert shape is not None and [o.place for o in shape.outliers] == [5, 4]


def test_few_runs_make_no_centroid_and_are_compared_with_none() -> None:
    assert centroid_shape("east", EASTERN[:2], ALL, 3) is None
    few = {**ALL, "north": centroid(NORTHERN[:2])}
    shape = centroid_shape("east", EASTERN, few, 3)
    assert shape is not None and [near.slug for near in shape.nearest] == ["up"]


def test_a_role_alone_has_no_neighbours_and_no_outliers() -> None:
    shape = centroid_shape("east", EASTERN, {"east": ALL["east"]}, 3)
    assert shape is not None
    assert (shape.nearest, shape.outliers) == ((), ()) and shape.usual == pytest.approx(shape.mean, abs=1e-6)
