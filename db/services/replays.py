"""One stored run on other catalogs: as it would come out today, with a draft, and after each decision of a draft.

A replay is computed from the run's stored parse by the local engine, and nothing of it is stored. It is kept for a while, so
that a page which shows it is drawn again at once.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from uuid import UUID

from cachetools import LRUCache, TTLCache
from sqlalchemy import Engine

from db.errors import StoreError
from db.services.results import result_of
from db.services.snapshots import CatalogSnapshots
from db.stores.runs import RunStore, read_stored
from db.stores.vectors import load_centroids
from pipeline.catalog.changes import Change, preview, squash
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.impact import Scope
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import Completed, Run, RunContext, RunState, run_stages, until
from pipeline.stages.encoding import EncodedJD, encode_jds
from pipeline.text import JDText

MAX_REPLAYS, MAX_TEXTS = 128, 32
SECONDS_KEPT = 600
"""How long a replay is kept: the centroids of roles move on with the runs that are made meanwhile."""

Text = tuple[EncodedJD, Config]
"""A run's text, encoded, and the config that it was run with."""


class Replays:
    """Replays of single runs. Safe to use from several threads; two that ask for the same at once may both compute it."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._encoder = encoder
        self._snapshots = snapshots
        self._runs: TTLCache[object, Run] = TTLCache(MAX_REPLAYS, SECONDS_KEPT)
        self._texts: LRUCache[UUID, Text] = LRUCache(MAX_TEXTS)
        self._lock = threading.Lock()

    def today(self, run_id: UUID) -> Run:
        """What a run would come to on the stored catalog. Raises ``UnknownRun``, and ``StoreError`` for a run without a result."""
        current = self._snapshots.current()
        return self._on(run_id, current.indexes, (current.revision, ()))

    def with_changes(self, run_id: UUID, changes: Sequence[Change]) -> Run:
        """What a run would come to with changes of the stored catalog. Raises as ``today`` does."""
        snapshot = self._snapshots.with_changes(squash(changes))
        return self._on(run_id, snapshot.indexes, snapshot.key)

    def after_each(self, run_id: UUID, decisions: Sequence[Sequence[Change]]) -> tuple[Run, ...]:
        """What a run would come to today, then after the first decision, after the first two, and so on: one more than there
        are decisions. A decision that cannot touch the run leaves it as it was. Raises as ``today`` does.
        """
        current = self._snapshots.current()
        runs = [self.today(run_id)]
        before = current.indexes
        for end in range(1, len(decisions) + 1):
            changes = squash(change for decision in decisions[:end] for change in decision)
            key = current.revision, changes
            kept = self._kept(run_id, key)
            if kept is None:
                # The whole draft is a state that the page shows too, and that is made once for all.
                whole = end == len(decisions)
                after = (
                    self._snapshots.with_changes(changes).indexes
                    if whole
                    else before.for_catalog(preview(current.catalog, changes))
                )
                kept = (
                    self._on(run_id, after, key)
                    if self._touches(run_id, before, after, decisions[end - 1])
                    else runs[-1]
                )
                before = after
            runs.append(kept)
        return tuple(runs)

    def _touches(self, run_id: UUID, before: Indexes, after: Indexes, changes: Sequence[Change]) -> bool:
        jd, _ = self._text(run_id)
        scope = Scope(before, after, changes)
        return scope.everything or scope.holds_form(f"{jd.text.view}\n{jd.title or ''}")

    def _kept(self, run_id: UUID, key: object) -> Run | None:
        with self._lock:
            return self._runs.get((run_id, key))

    def _on(self, run_id: UUID, indexes: Indexes, key: object) -> Run:
        kept = self._kept(run_id, key)
        if kept is None:
            jd, config = self._text(run_id)
            centroids = load_centroids(self._engine, self._encoder.name)
            context = RunContext(str(run_id), indexes, config, centroids)
            kept = until(run_stages(RunState.from_encoded(jd), context), Completed).run
            with self._lock:
                self._runs[run_id, key] = kept
        return kept

    def _text(self, run_id: UUID) -> Text:
        with self._lock:
            kept = self._texts.get(run_id)
        if kept is None:
            stored = RunStore(self._engine).load(run_id)
            result = result_of(stored)
            if result is None:
                raise StoreError("This run has no result that could be compared.")
            (jd,) = encode_jds([(JDText(stored.jd_text), result.extraction.parsed)], self._encoder)
            kept = jd, read_stored(Config.from_stored, stored.config, run_id, "settings")
            with self._lock:
                self._texts[run_id] = kept
        return kept
