"""One worker: takes a run off the queue, executes it to its end and writes every stage down as it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db.errors import LostLease, UnknownRun, describe_error
from db.logs import about_run
from db.services.basis_reader import BasisReader, RowsOfCatalog
from db.services.run_recorder import RunRecorder
from db.services.snapshots import CatalogSnapshots
from db.stores.jobs import JobStore, Lease
from db.stores.locks import LockStore
from db.stores.model_calls import ModelCallStore
from db.stores.runs import RunStore, StoredRun
from db.stores.stack_maturities import StackMaturityStore
from db.stores.vectors import load_centroids
from pipeline.config import Config
from pipeline.contracts import Extraction
from pipeline.engines import Engine as JudgingEngine
from pipeline.engines import engine_for
from pipeline.engines.ledger import Ledger, Note
from pipeline.engines.provider import ModelProvider
from pipeline.errors import WorkbenchError
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import RunContext, RunState, run_stages
from pipeline.stages.encoding import encode_jds
from pipeline.text import JDText

log = logging.getLogger("workbench")

MAX_ATTEMPTS = 3
"""How many workers may be lost with a run in their hands before it is given up."""

Holding = Callable[[Lease, Config], AbstractContextManager[object]]
"""What surrounds the execution of a run on lease: the lease is renewed meanwhile, a deadline counts."""


class RunWorker:
    """Executes runs, one at a time for each thread that asks it to."""

    def __init__(
        self, engine: Engine, encoder: CachedEncoder, models: ModelProvider, snapshots: CatalogSnapshots
    ) -> None:
        self._engine = engine
        self._encoder = encoder
        self._models = models
        self._snapshots = snapshots
        self._runs = RunStore(engine)
        self._jobs = JobStore(engine)
        self._calls = ModelCallStore(engine)
        self._maturities = StackMaturityStore(engine)
        self._locks = LockStore(engine)
        self._rows = RowsOfCatalog()
        self._judging: dict[UUID, JudgingEngine] = {}
        """Who makes the judgements of each run that is being executed."""

    def cancel(self, run_id: UUID) -> None:
        """End what a run waits for, from another thread; it has been taken from this worker."""
        if (engine := self._judging.get(run_id)) is not None:
            engine.cancel()

    def work(self, name: str, holding: Holding, run_id: UUID | None = None) -> bool:
        """Execute the oldest run that waits, or a certain one, as the worker of that name; whether there was one to be had."""
        lease = self._jobs.claim(name, run_id)
        if lease is None:
            return False
        with about_run(lease.run_id):
            log.info("a run begins, attempt %d", lease.attempt)
            try:
                self._execute(lease, holding)
            except (LostLease, UnknownRun) as error:
                log.warning("%s", error)
            else:
                log.info("the run has ended")
        return True

    def _execute(self, lease: Lease, holding: Holding) -> None:
        """Execute a run; a failure is written down, not raised. Raises ``LostLease`` once the run is another's, and
        ``OperationalError`` when the database is lost, which leaves the run in the queue.
        """
        stored = self._runs.load(lease.run_id)
        locks = self._locks.in_force()
        recorder = RunRecorder(self._engine, lease, self._encoder.name, dict(stored.timings_ms), locks)
        try:
            if lease.attempt > MAX_ATTEMPTS:
                raise WorkbenchError(given_up(lease.attempt - 1, "the last of them did not say why"))
            config = Config.from_stored(stored.config).model_copy(update={"locks": locks})
            with holding(lease, config):
                self._run_stages(stored, config, recorder)
        except (LostLease, UnknownRun):
            raise
        except OperationalError:
            # The database was lost, and is not the run's fault: it goes on from what it had come to.
            with suppress(OperationalError):
                self._jobs.release(lease, "the database did not answer")
            raise
        except BaseException as error:
            # A library's panic is no Exception: the run is to blame all the same, and its worker ends.
            log.exception("run %s failed", lease.run_id)
            recorder.fail(_reason(error))
            if not isinstance(error, Exception):
                raise

    def _run_stages(self, stored: StoredRun, config: Config, recorder: RunRecorder) -> None:
        """The stages that a run still lacks: all of them, or steps 2 and 3 behind a stored step 1."""
        earlier = Ledger(self._calls.of_run(stored.id), tuple(Note.model_validate(n) for n in stored.notes))
        with engine_for(config, self._models, stored.jd_text, recorder.record_call, earlier) as engine:
            snapshot = self._snapshots.current()
            centroids = load_centroids(self._engine, self._encoder.name)
            context = RunContext(str(stored.id), snapshot.indexes, config, centroids, engine, self._maturities)
            recorder.reader = BasisReader(context, self._rows.of(snapshot.catalog), snapshot.revision)
            self._judging[stored.id] = engine
            try:
                for event in run_stages(self._state(stored), context):
                    recorder.record(event)
            finally:
                del self._judging[stored.id]

    def _state(self, stored: StoredRun) -> RunState:
        """What a stored run has come to: nothing, or its step 1."""
        if stored.extraction is None:
            return RunState.from_text(stored.jd_text, stored.given_title)
        extraction = Extraction.model_validate(stored.extraction)
        (jd,) = encode_jds([(JDText(stored.jd_text), extraction.parsed)], self._encoder)
        return RunState.from_extraction(jd, extraction)


def given_up(attempts: int, why: str) -> str:
    """Why a run is not tried once more."""
    return f"its worker was lost {attempts} times; {why}. Each time it had not come to its end."


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "it needed more memory than a run may have"
    return describe_error(error) or f"{type(error).__name__}: {error}"
