"""Runs: stored and queued at once, executed by workers, watched, stopped, resumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol
from uuid import UUID

from sqlalchemy import Engine

from db.services.run_threads import RunThreads
from db.stores.jobs import JobStore, PendingRun
from db.stores.run_records import RunRecords
from db.stores.run_requests import RunRequestStore
from db.stores.runs import NOBODY, AskedBy, RunOrder, RunStore, StoredRun
from pipeline.config import Config

STOPPED_BY = "it was stopped by "
"""How the reason begins why a run failed that a person stopped."""


class Workers(Protocol):
    """Whoever executes what is queued; ``count`` runs at once at most."""

    count: int

    @property
    def is_ready(self) -> bool:
        """Whether one is there that has all that it needs."""

    def wake(self) -> None:
        """A run was queued."""

    def stop(self, run_id: UUID) -> None:
        """A run was stopped."""

    def close(self) -> None:
        """Execute nothing more; what is not finished goes back to the queue."""


class RunExecutor:
    """Runs from the moment that they are asked for. ``workers`` execute them; ``threads`` one now, where somebody waits for it."""

    def __init__(self, engine: Engine, workers: Workers, threads: RunThreads) -> None:
        self._runs = RunStore(engine)
        self._requests = RunRequestStore(engine)
        self._jobs = JobStore(engine)
        self._records = RunRecords(engine)
        self._workers = workers
        self._threads = threads

    def begin(self) -> None:
        """Have workers ready, and executed what was queued before this process began."""
        self._workers.wake()

    @property
    def is_ready(self) -> bool:
        """Whether a worker is there that has all that it needs."""
        return self._workers.is_ready

    def close(self) -> None:
        """Execute nothing more. What is queued, or does not end in time, is executed by the next workbench."""
        self._workers.close()
        self._threads.close()

    def start(self, jd: str, title: str | None = None, config: Config | None = None, name: str | None = None) -> UUID:
        """Store and queue a run; returns its id at once. Raises ``InputError`` for a text that cannot be run."""
        return self.start_for(RunOrder(jd, title, config or Config(), name))

    def start_for(self, order: RunOrder) -> UUID:
        """Store and queue a run of somebody; returns its id at once. Raises ``InputError`` for a text that cannot be run."""
        run_id = self._runs.create_for(order)
        self._workers.wake()
        return run_id

    def request(self, order: RunOrder, key: str) -> tuple[UUID, bool]:
        """Store and queue a run that a program asks for with a key, unless it has done so before; returns its id, and whether it is
        new. Raises ``InputError`` for a text that cannot be run, and ``KeyReused``.
        """
        return self._woken(self._requests.with_key(order, key))

    def request_same(self, order: RunOrder) -> tuple[UUID, bool]:
        """Store and queue a run that a program asks for, unless it has asked for the same on today's catalog; returns its id, and
        whether it is new. Raises ``InputError`` for a text that cannot be run.
        """
        return self._woken(self._requests.without_key(order))

    def _woken(self, requested: tuple[UUID, bool]) -> tuple[UUID, bool]:
        if requested[1]:
            self._workers.wake()
        return requested

    def resume(self, run_id: UUID) -> None:
        """Go on with a run that stopped, from what it had come to. Does nothing while it is queued or executed, however often."""
        if self._jobs.resume(run_id):
            self._workers.wake()

    def stop(self, run_id: UUID, person: str) -> None:
        """Stop a run that is queued or executed; what it had come to is kept, and it can be resumed. Raises ``UnknownRun``."""
        stored, pending = self.observe(run_id)
        if pending is not None:
            self._records.failure(run_id, f"{STOPPED_BY}{person or 'somebody'}", stored.timings_ms)
            self._workers.stop(run_id)

    def run_again(self, run_id: UUID, asked: AskedBy = NOBODY) -> UUID:
        """Run the same text with the same config on today's catalog; returns the new run's id."""
        old = self._runs.load(run_id)
        return self.start_for(RunOrder(old.jd_text, old.given_title, Config.for_rerun(old.config), old.name, asked))

    def run_with(self, run_id: UUID, engine: Literal["local", "openai"], asked: AskedBy = NOBODY) -> UUID:
        """Run the same text with another engine, for comparison; returns the new run's id."""
        old = self._runs.load(run_id)
        config = Config.for_rerun(old.config).model_copy(update={"engine": engine})
        return self.start_for(RunOrder(old.jd_text, old.given_title, config, old.name, asked))

    def pending(self) -> Mapping[UUID, PendingRun]:
        """The runs that are queued or executed, and how they stand.

        Ask this before the rows of runs are read: one that ends in between is then read as ended, and not taken for
        one that stopped.
        """
        return self._jobs.pending()

    def expected_seconds(self, pending: PendingRun) -> float | None:
        """How long a queued run is likely to wait for its result, by the time that the newest runs took; null where there are none."""
        typical = self._jobs.typical_seconds()
        return None if typical is None else typical * (1 + pending.place / self._workers.count)

    def observe(self, run_id: UUID) -> tuple[StoredRun, PendingRun | None]:
        """A run as it is stored, and how it stands where it is queued or executed. Raises ``UnknownRun``."""
        pending = self.pending().get(run_id)
        stored = self._runs.load(run_id)
        return stored, None if stored.is_finished else pending

    def execute(self, run_id: UUID) -> None:
        """Execute a queued run to its end in this thread, writing each stage as it ends; a failure is written down, not raised."""
        self._threads.execute(run_id)
