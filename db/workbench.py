"""The workbench of one process: its database, its encoder, the catalog made ready, and the runs that it executes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Literal
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, Engine, text

from db import catalog, curation, replay, runs, schema, usage
from db.model_calls import PgAnswers, calls_of, record_call
from db.server import Database, open_database
from db.vectors import PgVectorStore, load_centroids
from pipeline.audit import Finding, audit
from pipeline.audit.links import Links, judge
from pipeline.catalog.changes import Change, overlaid, squash
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import Decision, ParsedJD, Signals, Step1, Step2
from pipeline.embedding import CachedEncoder, Vectors
from pipeline.engines.openai import OpenAIEngine, Recording, Session, server_from_environment
from pipeline.errors import WorkbenchError
from pipeline.impact import Impact, Scope, impact
from pipeline.run import ReadJD, Run, StageDone, finish, link, read_jd, reread, session_of
from pipeline.stages import parse
from pipeline.text import JDText

log = logging.getLogger("workbench")

RUN_LOCK = 7_203
"""Class of the advisory locks that executing runs hold: a run without one is not being executed by anybody."""
WORKERS = 2
REPLAYED = 1_000
"""Past runs that an impact looks at."""
SAMPLE = 300
"""Past runs that stand for all where a draft can touch any."""
RECORDING = Path(__file__).resolve().parent.parent / "seeds" / "recording.jsonl"
"""Answers of a model to some of the samples, so that a demo needs no key."""


def initialise(database: Database, author: str = "setup", edition: str | None = None) -> int:
    """Bring the tables up to date and load a shipped catalog if there is none; returns the revision.

    The edition is the one given, else that of ``WORKBENCH_EDITION``, else ``legacy`` on the embedded database, so that
    who tries the workbench finds real faults to repair, and ``clean`` on a database of one's own.
    """
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        revision = catalog.current_revision(connection)
    if revision is not None:
        return revision
    chosen = edition or os.environ.get("WORKBENCH_EDITION") or ("legacy" if database.embedded else "clean")
    value, fingerprint = catalog.shipped(chosen)
    return catalog.store_catalog(database.engine, value, author, f"the {chosen} catalog that ships", chosen, fingerprint)


class Workbench:
    """What the pages ask. One for each process; safe to use from several threads."""

    def __init__(self, database: Database | None = None) -> None:
        self.database = database or open_database()
        self.engine = self.database.engine
        initialise(self.database)
        self.encoder = CachedEncoder(PgVectorStore(self.engine), os.environ.get("EMBEDDING_MODEL", ""))
        self.models = model_engine(self.engine)
        self._lock = threading.Lock()
        self._indexes: tuple[int, Indexes] | None = None
        self._audit_lock = threading.Lock()
        self._findings: tuple[int, list[Finding]] | None = None
        self._judged: tuple[object, Links] | None = None
        self._drafted: tuple[tuple[int, tuple[Change, ...]], Indexes] | None = None
        self._executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="run")
        self.is_warm = False
        """Whether the model is loaded and the catalog made ready, so that a run does not wait for them."""

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)
        self.database.close()

    # --- catalog --------------------------------------------------------------------------------------------------

    def revision(self) -> int:
        """Number of the current revision."""
        with self.engine.connect() as connection:
            revision = catalog.current_revision(connection)
        if revision is None:
            raise WorkbenchError("There is no catalog yet; run 'python -m db init' first.")
        return revision

    def indexes(self) -> tuple[int, Indexes]:
        """The current revision and its catalog made ready; read anew when the revision has moved."""
        current = self.revision()
        with self._lock:
            if self._indexes is None or self._indexes[0] != current:
                revision, value = catalog.load_catalog(self.engine)
                assert revision is not None
                self._indexes = revision, Indexes(value, self.encoder)
            return self._indexes

    def findings(self) -> tuple[int, list[Finding]]:
        """The current revision and what the audit finds in it, with what runs say of it; audited once a revision, which
        takes seconds."""
        revision, indexes = self.indexes()
        with self._audit_lock:
            if self._findings is None or self._findings[0] != revision:
                self._findings = revision, audit(indexes, usage.usage(self.engine))
            return self._findings

    def with_draft(self, number: int) -> tuple[Indexes, tuple[Change, ...]]:
        """The catalog as it would be with a draft, made ready, and the draft's changes, one a row.

        Rows of the draft that somebody else has moved stay as they are in the catalog.
        """
        revision, indexes = self.indexes()
        changes = squash(curation.load_changes(self.engine, number))
        key = revision, changes
        with self._lock:
            if self._drafted is None or self._drafted[0] != key:
                self._drafted = key, indexes.of(overlaid(indexes.catalog, changes))
            return self._drafted[1], changes

    def fit(self, indexes: Indexes, key: object, skills: Sequence[str], dimensions: Sequence[str]) -> Vectors:
        """How near skills are to the other members of dimensions, (n_skills, n_dimensions) float32 of mean cosines.

        ``key`` tells one state of the catalog from another: the whole is weighed once for each.
        """
        with self._audit_lock:
            if self._judged is None or self._judged[0] != key:
                self._judged = key, judge(indexes)
            judged = self._judged[1]
        row, column = {s.slug: i for i, s in enumerate(judged.skills)}, {d: j for j, d in enumerate(judged.dimensions)}
        found = np.zeros((len(skills), len(dimensions)), np.float32)
        for i, skill in enumerate(skills):
            for j, dimension in enumerate(dimensions):
                if skill in row and dimension in column:
                    found[i, j] = judged.fit[row[skill], column[dimension]]
        return found

    def impact(self, number: int, most: int = REPLAYED) -> Impact:
        """What a draft would have made of past runs: the newest ``most`` that it can touch, on both catalogs.

        Where the draft changes what roles are, any run can be touched, and a sample stands for all.
        """
        return self._impact(self.indexes()[1], self.with_draft(number)[0], most)

    def impact_of(self, changes: Sequence[Change], most: int = REPLAYED) -> Impact:
        """The same of changes that are not staged yet."""
        before = self.indexes()[1]
        return self._impact(before, before.of(overlaid(before.catalog, changes)), most)

    def replayed(self, run_id: UUID, number: int) -> tuple[Run, Run]:
        """What a stored run would come to today, and what on the catalog with a draft; nothing of it is stored."""
        stored = runs.load_run(self.engine, run_id)
        if stored.api1 is None:
            raise WorkbenchError("This run has no result that could be compared.")
        parsed = ParsedJD.model_validate(stored.api1["nano_parsed"])
        read = reread([(JDText(stored.jd_text), stored.given_title, parsed)], self.encoder)[0]
        centroids = load_centroids(self.engine, self.encoder.name)

        def on(indexes: Indexes) -> Run:
            *_, last = link(read, str(run_id), indexes, Config.stored(stored.config), centroids)
            assert isinstance(last.value, Run)
            return last.value

        return on(self.indexes()[1]), on(self.with_draft(number)[0])

    def _impact(self, before: Indexes, after: Indexes, most: int) -> Impact:
        scope = Scope(before, after)
        newest = SAMPLE if scope.everything else most
        past = replay.past_runs(self.engine, self.encoder, newest, scope)
        found = impact(past, before, after, load_centroids(self.engine, self.encoder.name), scope)
        return replace(found, newest=newest) if replay.count_runs(self.engine) > newest else found

    def warm(self) -> None:
        """Load the model and build the indexes, so that the first run does not wait for them."""
        try:
            self.encoder.load()
            parse.warm()
            self.indexes()[1].warm()
            self.is_warm = True
        except Exception:
            log.exception("warming up failed; the first run tries again")

    def health(self) -> dict[str, Any]:
        """What ``/healthz`` answers."""
        with self.engine.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar_one()
            revision = catalog.current_revision(connection)
        return {
            "status": "ok",
            "database": {"kind": self.database.label, "version": str(version)},
            "catalog_revision": revision,
            "embedding_model": {"name": self.encoder.name, "loaded": self.encoder.is_loaded, "ready": self.is_warm},
        }

    # --- runs -----------------------------------------------------------------------------------------------------

    def start(self, jd: str, title: str | None = None, config: Config | None = None, name: str | None = None) -> UUID:
        """Store a run and begin it; returns its id at once. Raises ``InputError`` for a text that cannot be run."""
        run_id = runs.create_run(self.engine, jd, title, config or Config(), name)
        self._submit(run_id)
        return run_id

    def resume(self, run_id: UUID) -> None:
        """Go on with a run that stopped, from what it had come to. Does nothing while it is being executed."""
        if runs.load_run(self.engine, run_id).status not in ("completed", "rejected"):
            self._submit(run_id)

    def run_again(self, run_id: UUID) -> UUID:
        """Run the same text with the same config on today's catalog; returns the new run's id."""
        old = runs.load_run(self.engine, run_id)
        return self.start(old.jd_text, old.given_title, Config.again(old.config), old.name)

    def run_with(self, run_id: UUID, engine: Literal["local", "openai"]) -> UUID:
        """Run the same text with another engine, for comparison; returns the new run's id."""
        old = runs.load_run(self.engine, run_id)
        config = Config.again(old.config).model_copy(update={"engine": engine})
        return self.start(old.jd_text, old.given_title, config, old.name)

    def _submit(self, run_id: UUID) -> None:
        """Take the run's lock and hand it to a worker. The lock lives in a session, so that it ends with the process."""
        guard = self.engine.connect()
        taken = guard.execute(text("SELECT pg_try_advisory_lock(:c, :o)"), _lock_key(run_id)).scalar()
        guard.commit()
        if not taken:
            guard.close()
            return
        self._executor.submit(self._execute_guarded, run_id, guard)

    def _execute_guarded(self, run_id: UUID, guard: Connection) -> None:
        try:
            self.execute(run_id)
        finally:
            try:
                guard.execute(text("SELECT pg_advisory_unlock(:c, :o)"), _lock_key(run_id))
                guard.commit()
                guard.close()
            except Exception:
                # The session is lost, and the lock with it.
                guard.invalidate()
                guard.close()

    def being_executed(self) -> frozenset[int]:
        """Lock numbers of all runs that some process is executing."""
        query = text("SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = :c AND granted")
        with self.engine.connect() as connection:
            return frozenset(int(n) for n in connection.execute(query, {"c": RUN_LOCK}).scalars())

    def is_executing(self, run_id: UUID) -> bool:
        return lock_number(run_id) in self.being_executed()

    def execute(self, run_id: UUID) -> None:
        """Execute a stored run to its end, writing each stage as it ends; a failure is written down, not raised."""
        stored = runs.load_run(self.engine, run_id)
        timings = dict(stored.timings_ms)
        try:
            self._stages(stored, timings)
        except Exception as error:
            log.exception("run %s failed", run_id)
            reason = str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
            runs.record_failure(self.engine, run_id, reason or type(error).__name__, timings)

    def _stages(self, stored: runs.StoredRun, timings: dict[str, float]) -> None:
        partial: dict[str, Any] = {}
        step1: Step1 | None = None
        config = Config.stored(stored.config)
        kept = {"on_call": lambda call: record_call(self.engine, stored.id, call), "earlier": calls_of(self.engine, stored.id)}
        before = perf_counter()
        with session_of(self.models, config, stored.jd_text, **kept) as session:
            for done in self._remaining(stored, config, session):
                timings[done.stage] = round((perf_counter() - before) * 1000, 2)
                value = done.value
                if isinstance(value, Step1):
                    step1 = runs.record_step1(self.engine, stored.id, value, timings)
                elif isinstance(value, Step2):
                    runs.record_step2(self.engine, stored.id, value, timings)
                elif isinstance(value, Run):
                    done_run = replace(value, api1=step1) if step1 else value
                    runs.record_done(self.engine, stored.id, done_run, self.encoder.name, timings)
                else:
                    partial.update(_partial(done))
                    runs.record_stage(self.engine, stored.id, done.stage, partial, timings)
                before = perf_counter()

    def _remaining(self, stored: runs.StoredRun, config: Config, session: Session | None) -> Iterator[StageDone]:
        """The stages that a run still lacks: all of them, or steps 2 and 3 behind a stored step 1."""
        _, indexes = self.indexes()
        read = None
        for done in read_jd(stored.jd_text, stored.given_title, config, self.encoder, session):
            read = done.value
            if stored.api1 is None:
                yield done
        assert isinstance(read, ReadJD)
        if stored.api1 is None:
            centroids = load_centroids(self.engine, self.encoder.name)
            yield from link(read, str(stored.id), indexes, config, centroids, session)
        else:
            yield from finish(Step1.model_validate(stored.api1), read, indexes, session)


def model_engine(engine: Engine) -> OpenAIEngine:
    """The model engine of this process: a server when the environment names one, else the recorded answers of the
    file ``WORKBENCH_RECORDING`` or of the one that ships."""
    server = server_from_environment()
    if server is not None:
        return OpenAIEngine(PgAnswers(engine), server)
    return OpenAIEngine(Recording(Path(os.environ.get("WORKBENCH_RECORDING") or RECORDING)))


def lock_number(run_id: UUID) -> int:
    """The number under which a run's lock is taken (31 bits of its id)."""
    return run_id.int & 0x7FFF_FFFF


def _lock_key(run_id: UUID) -> dict[str, int]:
    return {"c": RUN_LOCK, "o": lock_number(run_id)}


def _partial(done: StageDone) -> dict[str, Any]:
    """What a watching page may show of a stage before step 1 is whole."""
    value = done.value
    if isinstance(value, ParsedJD):
        return {"parsed": value.wire()}
    if isinstance(value, Signals):
        return {"signals": value.wire()}
    if isinstance(value, Decision):
        return {"decision": value.wire()}
    if done.stage == "skills":
        return {"skills": [s.wire().wire() for s in value]}
    return {}
