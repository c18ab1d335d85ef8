"""The centroid of a role as the store has it: its runs, and those that lie nearer to another role."""

from __future__ import annotations

from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import text

from db.server import Database
from db.stores.centroids import CentroidStore
from db.stores.vectors import file_run, load_filed
from pipeline.config import Config
from pipeline.vectors import Vectors, unit

MODEL = "a model"
LEAST = Config().centroid_min_runs
EAST, NORTH = np.eye(384, dtype=np.float32)[:2]


def filed(database: Database, role: str, *vectors: Vectors, model: str = MODEL) -> list[UUID]:
    """Runs with these vectors, filed under a role."""
    made = []
    with database.engine.begin() as connection:
        for vector in vectors:
            run_id = uuid4()
            connection.execute(
                text(
                    "INSERT INTO run (id, jd_text, jd_hash, config, revision_id, status, engine, cost_usd) VALUES "
                    "(:id, 'A text that says which run it is', 'x', '{}', (SELECT max(id) FROM catalog_revision), 'completed', 'local', 0)"
                ),
                {"id": run_id},
            )
            file_run(connection, run_id, role, model, unit(vector))
            made.append(run_id)
    return made


def test_the_vectors_of_filed_runs_come_back_bit_for_bit_with_their_runs(ready: Database) -> None:
    random = unit(np.random.default_rng(3).standard_normal((4, 384)).astype(np.float32))
    ids = filed(ready, "data-engineer", *random)
    filed(ready, "dba", EAST)
    found, vectors = load_filed(ready.engine, "data-engineer", MODEL)
    assert found == sorted(ids)
    assert {i: v.tobytes() for i, v in zip(found, vectors, strict=True)} == {
        i: v.tobytes() for i, v in zip(ids, unit(random), strict=True)
    }
    assert load_filed(ready.engine, "data-engineer", "another")[0] == []


def test_a_run_that_is_nearer_to_another_role_is_named_with_both_cosines(ready: Database) -> None:
    filed(ready, "data-engineer", *[EAST + 0.01 * i * NORTH for i in range(LEAST)])
    (odd,) = filed(ready, "data-engineer", NORTH + 0.2 * EAST)
    filed(ready, "dba", *[NORTH] * LEAST)
    filed(ready, "retired", *[NORTH + 0.2 * EAST] * LEAST)
    found = CentroidStore(ready.engine).of_role("data-engineer", {"data-engineer", "dba"}, MODEL)
    assert (found.runs, found.outlier_count) == (LEAST + 1, 1) and found.shape is not None
    assert [near.slug for near in found.shape.nearest] == ["dba"]
    (outlier,) = found.outliers
    assert (outlier.run_id, outlier.slug, outlier.label) == (odd, "dba", "A text that says which run it is")
    assert outlier.other == pytest.approx(1 / np.hypot(1, 0.2), abs=1e-4) and outlier.own < 0.3


def test_below_the_least_number_of_runs_there_is_no_centroid(ready: Database) -> None:
    store = CentroidStore(ready.engine)
    assert store.of_role("data-engineer", {"data-engineer"}, MODEL).runs == 0
    filed(ready, "data-engineer", *[EAST] * (LEAST - 1))
    found = store.of_role("data-engineer", {"data-engineer"}, MODEL)
    assert (found.runs, found.min_runs, found.shape) == (LEAST - 1, LEAST, None)


def test_only_so_many_outliers_are_named_and_all_are_counted(ready: Database) -> None:
    filed(ready, "data-engineer", *[EAST] * 8, *[NORTH] * 3)
    filed(ready, "dba", *[NORTH] * LEAST)
    found = CentroidStore(ready.engine).of_role("data-engineer", {"data-engineer", "dba"}, MODEL, most=2)
    assert (len(found.outliers), found.outlier_count) == (2, 3)
