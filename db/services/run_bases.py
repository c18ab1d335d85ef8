"""Finds on what runs rest that were stored without it, or that a commit can have moved: beside the pages, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine

from db.services.basis_reader import RowsOfCatalog
from db.services.beside_pages import BesidePages
from db.services.snapshots import CatalogSnapshots
from db.stores.past_runs import PastRunStore
from db.stores.run_rows import RunRows
from db.stores.vectors import load_centroids
from pipeline.basis import run_basis
from pipeline.held import HeldRun
from pipeline.learned.encoder import CachedEncoder

BATCH_SIZE = 8
"""Runs that are read in one go; then the pages have the processor as long."""
PAUSE_SECONDS = 10.0
"""How long it rests where nothing is missing."""


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
        self.beside_pages = BesidePages("finding what runs rest on", self._step, PAUSE_SECONDS)
        """Finds what is missing, once it has begun."""

    def catch_up(self, limit: int) -> int:
        """Find on what at most ``limit`` runs rest of which it is not kept, or not as the catalog is now; returns of how many."""
        done = 0
        while done < limit and not self.beside_pages.is_closing:
            missing = self._rows.missing(min(BATCH_SIZE, limit - done) + len(self._unreadable))
            batch = [run_id for run_id in missing if run_id not in self._unreadable][:BATCH_SIZE]
            if not batch:
                break
            done += self._find(batch)
        return done

    def _step(self) -> bool:
        return self.beside_pages.in_turn(lambda: self.catch_up(BATCH_SIZE)) > 0

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
