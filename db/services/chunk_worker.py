"""Does the chunks of experiments: one job description after the other, each with its turn among what else a worker does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter

import psycopg
from cachetools import LRUCache
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db.errors import describe_error
from db.services.catalog_states import CatalogStates
from db.services.experiments import Experiments
from db.services.snapshots import CatalogSnapshots
from db.services.unkept_vectors import unkept
from db.stores.audit_trail import AuditTrail
from db.stores.experiment_chunks import ChunkStore, Stored, TakenChunk
from db.stores.experiments import ExperimentStore
from db.stores.jd_sets import JD
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.engines import engine_for
from pipeline.engines.ledger import ModelCall, total_cost
from pipeline.engines.provider import ModelProvider
from pipeline.errors import InputError
from pipeline.experiments.results import Outcome, mark
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import Extracted, RunContext, RunState, run_id_for, run_stages, until

log = logging.getLogger("workbench")

MAX_ATTEMPTS = 3
"""How often a job description is begun before it is recorded as failed."""

Turn = Callable[[Config], AbstractContextManager[None]]
"""What surrounds each job description: other work comes first, and bounds of time and memory hold."""


@dataclass(frozen=True)
class _Way:
    """How the job descriptions of an experiment are run, made ready."""

    indexes: Indexes
    config: Config
    successors: Mapping[str, str]


class ChunkWorker:
    """Does chunks, one at a time. ``is_ending`` says that no further job description is to be begun."""

    def __init__(
        self,
        engine: Engine,
        encoder: CachedEncoder,
        models: ModelProvider,
        snapshots: CatalogSnapshots,
        is_ending: Callable[[], bool] = lambda: False,
    ) -> None:
        self._encoder = unkept(encoder)
        self._models = models
        self._states = CatalogStates(engine, snapshots)
        self._experiments = ExperimentStore(engine)
        self._chunks = ChunkStore(engine)
        self._audit_trail = AuditTrail(engine)
        self._is_ending = is_ending
        self._ways: LRUCache[int, _Way] = LRUCache(2)
        self._begun: TakenChunk | None = None
        self._causes = Experiments(engine, snapshots).causes

    def find_causes(self, a: int, b: int, turn: Turn) -> None:
        """Find what made the difference between two experiments, each replay in a turn of its own."""
        self._causes.work(a, b, MAX_ATTEMPTS, lambda stack, config: stack.enter_context(turn(config)))

    def work(self, experiment: int, number: int, turn: Turn) -> None:
        """Do what is left of a chunk, until it is done, or the experiment runs no more, or another has the chunk.

        Raises ``OperationalError`` when the database is lost; what was stored stays, and the rest is done by whoever takes it.
        """
        chunk = self._chunks.take(experiment, number)
        left = self._chunks.left(chunk) if chunk else []
        if chunk is None or not left:
            return
        way = self._way(experiment)
        attempts = self._chunks.begin(chunk, left[0].position)
        self._begun = chunk
        try:
            for jd, following in zip(left, [*left[1:], None], strict=True):
                if not attempts:
                    return
                with turn(way.config):
                    stored = self._run(chunk, jd, way, attempts)
                    goes_on = following is not None and not self._is_ending()
                    attempts = self._chunks.store(chunk, stored, following.position if following and goes_on else None)
        finally:
            self._begun = None

    def give_back(self) -> None:
        """Take back that a job description was begun, as the worker ends and no turn is taken."""
        self._causes.give_back()
        if (chunk := self._begun) is not None:
            self._chunks.begin(chunk, None)

    def _way(self, experiment: int) -> _Way:
        if experiment not in self._ways:
            stored = self._experiments.load(experiment)
            indexes = self._states.at(stored.revision_id, stored.draft_changes())
            successors = {slug: end for (_, slug), end in self._audit_trail.resolve_successors().items()}
            self._ways[experiment] = _Way(indexes.with_encoder(self._encoder), stored.run_config(), successors)
        return self._ways[experiment]

    def _run(self, chunk: TakenChunk, jd: JD, way: _Way, attempts: int) -> Stored:
        """Run a job description; what it came to, or why it failed as often as it may."""
        began, calls = perf_counter(), list[ModelCall]()
        outcome = self._outcome(chunk, jd, way, attempts, calls)
        milliseconds = (perf_counter() - began) * 1000
        marks = mark(jd.gold, jd.text, outcome, self._gone(way)) if jd.gold else None
        return Stored(jd.position, outcome, marks, milliseconds, total_cost(tuple(calls)))

    @staticmethod
    def _gone(way: _Way) -> Mapping[str, str]:
        """Successors of what is not in the catalog that it runs on: an entry that is there stands for itself."""
        catalog = way.indexes.catalog
        return {s: e for s, e in way.successors.items() if s not in catalog.role and s not in catalog.skill}

    def _outcome(self, chunk: TakenChunk, jd: JD, way: _Way, attempts: int, calls: list[ModelCall]) -> Outcome:
        why = "the worker that had it ended each time"
        while 0 < attempts <= MAX_ATTEMPTS:
            try:
                return self._extract(jd, way, calls)
            except InputError as error:
                # Data that is no text is a rejected one, as for ``batch``.
                return Outcome(case="rejected", error=str(error))
            except (OperationalError, psycopg.OperationalError):
                raise
            except Exception as error:
                log.exception("a job description of experiment %d failed, attempt %d", chunk.experiment, attempts)
                why = _reason(error)
            if attempts == MAX_ATTEMPTS:
                break
            attempts = self._chunks.begin(chunk, jd.position)
        return Outcome(error=f"It failed {MAX_ATTEMPTS} times: {why}.")

    def _extract(self, jd: JD, way: _Way, calls: list[ModelCall]) -> Outcome:
        """Step 1 of a run: role and skills follow from no other. There are no centroids: they change with every run."""
        with engine_for(way.config, self._models, jd.text, calls.append) as engine:
            context = RunContext(run_id_for(jd.text, None), way.indexes, way.config, engine=engine)
            events = run_stages(RunState.from_text(jd.text, jd.title), context)
            return Outcome.of_extraction(until(events, Extracted).extraction)


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "it needed more memory than it may have"
    return (describe_error(error) or f"{type(error).__name__}: {error}").rstrip(".")
