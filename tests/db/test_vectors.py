"""Vectors in PostgreSQL: they come back bit for bit, and using them leaves nothing behind in the process."""

from __future__ import annotations

import gc

import numpy as np

from db.server import Database
from db.stores.vectors import PgVectorStore, load_centroids

SMALLEST, LARGEST = np.finfo(np.float32).tiny, np.finfo(np.float32).max


def test_vectors_come_back_bit_for_bit(ready: Database) -> None:
    random = np.random.default_rng(7).standard_normal((3, 384)).astype(np.float32)
    random[0, :3] = SMALLEST, LARGEST, -0.0
    vectors = {f"key {i}": row.tobytes() for i, row in enumerate(random)}
    store = PgVectorStore(ready.engine)
    store.put("a model", vectors)
    assert store.get("a model", ["key 2", "key 0", "key 1", "another"]) == vectors
    assert store.get("another model", ["key 0"]) == {}


def test_thousands_of_uses_leave_nothing_behind(ready: Database) -> None:
    store, vector = PgVectorStore(ready.engine), np.ones(384, np.float32).tobytes()

    def use(times: int) -> int:
        """Use vectors, each time on a connection out of the pool; returns the objects of the process then."""
        for number in range(times):
            store.put("a model", {f"key {number % 10}": vector})
            store.get("a model", ["key 1"])
            load_centroids(ready.engine, "a model")
            if number % 50 == 0:
                ready.engine.dispose()
        gc.collect()
        return len(gc.get_objects())

    before = use(100)
    assert use(700) - before < 500
