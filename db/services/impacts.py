"""What changes of the catalog would make of past runs, replayed from what the store has of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Engine

from db.services.replays import Replays
from db.services.snapshots import CatalogSnapshots
from db.stores.past_runs import PastRunStore
from db.stores.vectors import load_centroids
from pipeline.catalog.changes import Change, squash
from pipeline.catalog.indexes import Indexes
from pipeline.impact import Impact, Scope, impact
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import Run

MAX_REPLAYED = 200
"""Past runs that an impact replays, the newest that a change can touch: where there are more, they stand for all."""

Watch = Callable[[int, int], None]
"""Is called with how many runs have been replayed, and of how many."""


class Impacts:
    """Replays of past runs on the stored catalog and on another."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._encoder = encoder
        self._snapshots = snapshots
        self._past_runs = PastRunStore(engine)
        self.replays = Replays(engine, encoder, snapshots)
        """Replays of single runs."""

    def of_draft(self, number: int, watch: Watch | None = None) -> Impact:
        """What a draft would have made of past runs: the newest that it can touch, on both catalogs."""
        return self._impact(self._snapshots.with_draft(number).indexes, watch)

    def of_changes(self, changes: Sequence[Change], watch: Watch | None = None) -> Impact:
        """The same of changes that are not staged yet."""
        return self._impact(self._snapshots.with_changes(squash(changes)).indexes, watch)

    def replay(self, run_id: UUID, number: int) -> tuple[Run, Run]:
        """What a stored run would come to today, and what on the catalog with a draft; nothing of it is stored."""
        return self.replays.today(run_id), self.replays.with_changes(run_id, self._snapshots.with_draft(number).changes)

    def _impact(self, after: Indexes, watch: Watch | None) -> Impact:
        before = self._snapshots.current().indexes
        past = self._past_runs.touched(self._encoder, MAX_REPLAYED, Scope(before, after))
        found = impact(watched(past.runs, watch), before, after, load_centroids(self._engine, self._encoder.name))
        return replace(found, among=past.count) if past.count > MAX_REPLAYED else found


Item = TypeVar("Item")


def watched(runs: Sequence[Item], watch: Watch | None) -> Iterator[Item]:
    """The runs, or whatever is replayed; before each, and behind the last, ``watch`` is called."""
    for done in range(len(runs) + 1):
        if watch is not None:
            watch(done, len(runs))
        yield from runs[done : done + 1]
