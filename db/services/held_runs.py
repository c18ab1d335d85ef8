"""Stored runs held in memory on a state of the catalog, so that what another catalog makes of them is known within milliseconds.

A run is read from the store and its text encoded once; on the next state of the catalog it is held anew, with its text as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy import Engine

from db.errors import StoreError
from db.services.gold_texts import GoldSource, GoldTexts, Note, ReadGold
from db.services.impacts import Watch
from db.services.snapshot import Snapshot
from db.stores.past_runs import PastRunStore
from db.stores.vectors import load_centroids, load_centroids_before
from db.stores.verdicts import VerdictStore
from pipeline.config import Config
from pipeline.held import HeldRun
from pipeline.impact import PastRun
from pipeline.learned.encoder import CachedEncoder
from pipeline.repair import JudgedRun
from pipeline.stages.encoding import EncodedJD

MAX_TEXTS = 2_000
"""Texts that are kept, the last used."""
MAX_HELD = 2_000
"""Runs that are held, each on a state of the catalog, the last used."""
MAX_JUDGED = 1_000
"""Runs with a verdict that a change is held against, the last judged."""
ENCODED_AT_ONCE = 16
NO_RESULT = "This run has no result of this system that could be explained or put right."
READ_AT_ONCE = 50
"""Judged runs that are read from the store in one go: between two it is asked whether they are wanted still."""


class HeldRuns:
    """Runs held on the stored catalog, or on it with a draft. Safe to use from several threads; two that ask for the same at once may
    both read it.
    """

    def __init__(self, engine: Engine, encoder: CachedEncoder, gold: GoldTexts) -> None:
        self._engine = engine
        self._encoder = encoder
        self._past_runs = PastRunStore(engine)
        self._verdicts = VerdictStore(engine)
        self._gold = gold
        self._runs: LRUCache[UUID, PastRun] = LRUCache(MAX_TEXTS)
        self._held: LRUCache[tuple[Any, object], HeldRun] = LRUCache(MAX_HELD)
        self._lock = threading.Lock()

    def of(self, run_id: UUID, snapshot: Snapshot) -> HeldRun:
        """A run on a state of the catalog. Raises ``StoreError`` for one that is not there or has no result."""
        found = self.on(snapshot, [run_id])
        if not found:
            raise StoreError(NO_RESULT)
        return found[run_id]

    def as_made(self, run_id: UUID, snapshot: Snapshot) -> HeldRun:
        """A run on a state of the catalog with the centroids that it may have had, which is not held. Raises as ``of`` does."""
        run = self.past([run_id]).get(run_id)
        if run is None:
            raise StoreError(NO_RESULT)
        centroids = load_centroids_before(self._engine, self._encoder.name, run_id)
        return HeldRun(run.jd, snapshot.indexes, run.config, centroids)

    def on(self, snapshot: Snapshot, run_ids: Sequence[UUID]) -> dict[UUID, HeldRun]:
        """Some runs on a state of the catalog, by their ids; those that are not there or have no result are left out."""
        runs = self.past(run_ids)
        texts = {i: (runs[i].jd, runs[i].config) for i in run_ids if i in runs}
        return dict(zip(texts, self._hold(snapshot, texts), strict=True))

    def past(self, run_ids: Sequence[UUID]) -> dict[UUID, PastRun]:
        """Some finished runs, encoded, by their ids; a verdict is as it was when the run was read (see ``judged``)."""
        with self._lock:
            found = {run_id: run for run_id in run_ids if (run := self._runs.get(run_id)) is not None}
        missing = [run_id for run_id in run_ids if run_id not in found]
        if missing:
            read = {UUID(run.run_id): run for run in self._past_runs.of(missing, self._encoder)}
            with self._lock:
                self._runs.update(read)
            found |= read
        return found

    def judged(self, snapshot: Snapshot, most: int = MAX_JUDGED, watch: Watch | None = None) -> list[JudgedRun]:
        """The runs of which it is known what is right, on a state of the catalog: those with a verdict, the last judged first and at
        most so many, by their ids; then the gold texts of the store, by their names. ``watch`` is called as they are read.
        """
        ids = self._past_runs.judged_ids(most)
        count = len(ids) + len(self._gold.sources())
        verdicts = self._verdicts.newest(ids)

        def note(done: int) -> None:
            if watch is not None:
                watch(done, count)

        held: dict[UUID, HeldRun] = {}
        for start in range(0, len(ids), READ_AT_ONCE):
            note(start)
            held |= self.on(snapshot, ids[start : start + READ_AT_ONCE])
        found = [JudgedRun(str(i), held[i], verdict=verdicts[i]) for i in ids if i in held and i in verdicts]
        return [*found, *self._judged_gold(snapshot, lambda done, _: note(len(ids) + done))]

    def of_texts(self, snapshot: Snapshot, texts: Sequence[GoldSource], config: Config) -> list[HeldRun]:
        """Texts that are no runs, each another, on a state of the catalog, in their order."""
        encoded, settings = self._gold.encoded([ReadGold(source) for source in texts]), config.model_dump_json()
        pairs = zip(texts, encoded, strict=True)
        return self._hold(snapshot, {(source.digest, settings): (jd, config) for source, jd in pairs})

    def version(self) -> object:
        """What tells the verdicts and the gold of the store from what they were and will be."""
        return self._verdicts.version(), self._gold.version()

    def _judged_gold(self, snapshot: Snapshot, note: Note) -> Iterator[JudgedRun]:
        read = self._gold.read(note)
        encoded = self._gold.encoded(read, note)
        texts = {one.source.digest: (jd, Config()) for one, jd in zip(read, encoded, strict=True)}
        for one, held in zip(read, self._hold(snapshot, texts), strict=True):
            yield JudgedRun(one.source.item, held, gold=one.source.gold)

    def _hold(self, snapshot: Snapshot, texts: Mapping[Any, tuple[EncodedJD, Config]]) -> list[HeldRun]:
        """Texts with their configs, by what tells one from another, as held runs in their order."""
        with self._lock:
            found = {name: held for name in texts if (held := self._held.get((name, snapshot.key))) is not None}
        if len(found) < len(texts):
            centroids = load_centroids(self._engine, self._encoder.name)
            made = {
                name: HeldRun(jd, snapshot.indexes, config, centroids)
                for name, (jd, config) in texts.items()
                if name not in found
            }
            with self._lock:
                self._held.update({(name, snapshot.key): held for name, held in made.items()})
            found |= made
        return [found[name] for name in texts]
