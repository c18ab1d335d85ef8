"""Writes a run down while it goes: each event of its stages, and each call to a model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatchmethod
from time import perf_counter
from typing import Any

from sqlalchemy import Engine

from db.services.basis_reader import BasisReader
from db.stores.jobs import Lease
from db.stores.run_records import RunRecords
from pipeline.catalog.aliases import fold_key
from pipeline.config import TermLock
from pipeline.engines.ledger import ModelCall
from pipeline.run import (
    Completed,
    Decided,
    Encoded,
    Event,
    Extracted,
    LibraryMatched,
    Parsed,
    RoleLinked,
    SignalsRead,
    SkillsFound,
)


class RunRecorder:
    """Stores the events of one run as they come, for the worker that has it on lease. A stage's time is counted from the end of the one before it.

    ``model`` names the embedding model of the JD's vector; ``timings`` has the milliseconds of each stage that has ended,
    those of an earlier attempt among them; ``locks`` has what is fixed for terms. Every method raises ``LostLease`` once the run is another worker's.
    """

    def __init__(
        self,
        engine: Engine,
        lease: Lease,
        model: str,
        timings: dict[str, float],
        locks: Mapping[str, TermLock] | None = None,
    ) -> None:
        self._records = RunRecords(engine, lease, model)
        self._run_id = lease.run_id
        self._model = model
        self.timings = timings
        self._locks = locks or {}
        self._partial: dict[str, Any] = {}
        self._stage_began = perf_counter()
        self.reader: BasisReader | None = None
        """What finds on which rows of the catalog the run rests; null where that is left for later."""

    def record(self, event: Event) -> None:
        """Store what a stage has come to."""
        self.timings[event.stage] = round((perf_counter() - self._stage_began) * 1000, 2)
        if self.reader is not None:
            self.reader.see(event)
        self._store(event)
        self._stage_began = perf_counter()

    def fail(self, reason: str) -> None:
        """Store why the run stopped."""
        self._records.failure(self._run_id, reason, self.timings)

    def record_call(self, call: ModelCall) -> None:
        """Store a call to a model; called by several threads."""
        self._records.call(self._run_id, call)

    @singledispatchmethod
    def _store(self, event: Event) -> None:
        raise NotImplementedError(f"no handler for {type(event).__name__}")

    @_store.register
    def _parsed(self, event: Parsed) -> None:
        self._show(event, parsed=event.parsed.wire())

    @_store.register
    def _encoded(self, event: Encoded) -> None:
        self._show(event)

    @_store.register
    def _skills_found(self, event: SkillsFound) -> None:
        self._show(event, skills=[s.wire().wire() for s in event.skills])

    @_store.register
    def _signals_read(self, event: SignalsRead) -> None:
        self._show(event, signals=event.role_signals.signals.wire())

    @_store.register
    def _decided(self, event: Decided) -> None:
        self._show(event, decision=event.decision.wire())

    @_store.register
    def _extracted(self, event: Extracted) -> None:
        basis = self.reader.basis(event.extraction) if self.reader else None
        self._records.extraction(self._run_id, event.extraction, event.notes, self.timings, basis)
        self._partial = {}

    @_store.register
    def _library_matched(self, event: LibraryMatched) -> None:
        keys = (fold_key(d.input_skill) for d in event.library_match.skills_detail if d.canonical is None)
        taken = {key: self._locks[key] for key in keys if key in self._locks}
        self._records.library_match(self._run_id, event.library_match, self.timings, taken)

    @_store.register
    def _role_linked(self, event: RoleLinked) -> None:
        self._show(event)

    @_store.register
    def _completed(self, event: Completed) -> None:
        self._records.completion(self._run_id, event.run, self._model, self.timings)

    def _show(self, event: Event, **found: Any) -> None:
        """Note that a stage has ended, with what a watching page may show before its step is whole."""
        self._partial |= found
        self._records.stage(self._run_id, event.stage, self._partial, self.timings)
