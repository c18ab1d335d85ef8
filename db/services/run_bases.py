"""Finds on what runs rest that were stored without it, or that a commit can have moved: beside the pages, the newest first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from time import perf_counter
from uuid import UUID

from sqlalchemy import Engine

from db.services.basis_reader import RowsOfCatalog
from db.services.snapshots import CatalogSnapshots
from db.stores.past_runs import PastRunStore
from db.stores.run_rows import RunRows
from db.stores.vectors import load_centroids
from pipeline.basis import run_basis
from pipeline.held import HeldRun
from pipeline.learned.encoder import CachedEncoder

log = logging.getLogger("workbench")

BATCH_SIZE = 8
"""Runs that are read in one go; then the pages have the processor as long."""
PAUSE_SECONDS = 10.0
"""How long it rests where nothing is missing."""
CLOSE_SECONDS = 5.0


class RunBases:
    """Keeps the index from rows to runs whole. Safe to use from several threads and processes: two may find the same."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._encoder = encoder
        self._snapshots = snapshots
        self._rows = RunRows(engine)
        self._past_runs = PastRunStore(engine)
        self._of_catalog = RowsOfCatalog()
        self._unreadable: set[UUID] = set()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Find what is missing from now on, in a thread of its own."""
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._watch, name="run-bases", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Find nothing any more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def catch_up(self, limit: int) -> int:
        """Find on what at most ``limit`` runs rest of which it is not kept, or not as the catalog is now; returns of how many."""
        done = 0
        while done < limit and not self._stopping.is_set():
            missing = self._rows.missing(min(BATCH_SIZE, limit - done) + len(self._unreadable))
            batch = [run_id for run_id in missing if run_id not in self._unreadable][:BATCH_SIZE]
            if not batch:
                break
            done += self._find(batch)
        return done

    def _watch(self) -> None:
        while not self._stopping.is_set():
            began, found = perf_counter(), 0
            try:
                found = self.catch_up(BATCH_SIZE)
            except Exception:
                if not self._stopping.is_set():
                    log.exception("what runs rest on was not found; the next round tries again")
            self._stopping.wait(perf_counter() - began if found else PAUSE_SECONDS)

    def _find(self, run_ids: Sequence[UUID]) -> int:
        snapshot = self._snapshots.current()
        centroids = load_centroids(self._engine, self._encoder.name)
        rows = self._of_catalog.of(snapshot.catalog)
        found = 0
        for past in self._past_runs.of(run_ids, self._encoder):
            held = HeldRun(past.jd, snapshot.indexes, past.config, centroids)
            basis = run_basis(held, rows, held.result.role_slug)
            if basis is not None:
                self._rows.keep(UUID(past.run_id), basis, snapshot.revision)
                found += 1
        # One that cannot be read, or has nothing to be read, is not looked at again until the process ends.
        self._unreadable |= set(run_ids) & set(self._rows.missing(len(run_ids) + len(self._unreadable)))
        return found
