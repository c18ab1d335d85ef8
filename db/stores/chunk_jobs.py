"""The queue of experiments, of their chunks and of what made the difference between two: jobs of ``procrastinate`` in a schema of
their own beside the tables of the workbench.

What is in the queue follows from what is open, so that it is no part of a backup and needs no migrations: it is made anew for another
release of the library, and ``restock`` puts in what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.schema import SchemaManager
from psycopg import Connection as Session
from sqlalchemy import Connection, Engine, text

SCHEMA, QUEUE = "procrastinate", "experiments"
TASK, CAUSES_TASK = "run_chunk", "find_causes"
FIRST = 10
"""The priority of what a person waits for before a page: it is done before the next chunk."""
SEARCH_PATH = f"{SCHEMA}, public"
LOCK = 7_203_117
"""Key of the advisory lock under which the schema is made."""
SILENT_SECONDS = 10.0
"""A worker that has not been heard of for so long is taken for lost, and its chunk given to another."""
BATCH_SIZE = 1_000

_MADE_FOR = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")
_DROP = text(f"DELETE FROM {SCHEMA}.procrastinate_jobs WHERE status = 'todo' AND args ->> 'experiment' = :experiment")
_LIVING = text(f"SELECT count(*) FROM {SCHEMA}.procrastinate_workers WHERE last_heartbeat > now() - :silent")
_MISSING = text(f"""
    SELECT c.experiment_id, c.number FROM experiment_chunk c JOIN experiment e ON e.id = c.experiment_id
    WHERE c.ended_at IS NULL AND e.status = 'running' AND NOT EXISTS (
        SELECT FROM {SCHEMA}.procrastinate_jobs j
        WHERE j.lock = c.experiment_id || '/' || c.number AND j.status IN ('todo', 'doing')
    ) ORDER BY c.experiment_id, c.number LIMIT {BATCH_SIZE}
""")
_MISSING_CAUSES = text(f"""
    SELECT c.a_id, c.b_id FROM experiment_causes c WHERE c.status = 'waiting' AND NOT EXISTS (
        SELECT FROM {SCHEMA}.procrastinate_jobs j
        WHERE j.lock = 'causes ' || c.a_id || '/' || c.b_id AND j.status IN ('todo', 'doing')
    ) ORDER BY c.asked_at LIMIT {BATCH_SIZE}
""")


def prepare(engine: Engine) -> None:
    """Make the tables of the queue where there are none for this release of the library; what is lost by that is restocked."""
    release = version("procrastinate")
    with engine.begin() as connection:
        if connection.execute(_MADE_FOR, {"schema": SCHEMA}).scalar() == release:
            return
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if connection.execute(_MADE_FOR, {"schema": SCHEMA}).scalar() == release:
            return
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path = {SEARCH_PATH}"))
        _session(connection).execute(SchemaManager.get_schema())
        connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{release}'"))


def put(connection: Connection, experiment: int, chunks: Iterable[int]) -> None:
    """Queue chunks within a transaction. One that is queued twice is done once: no two of the same lock are had at a time."""
    connection.execute(text(f"SET LOCAL search_path = {SEARCH_PATH}"))
    session, numbers = _session(connection), list(chunks)
    for first in range(0, len(numbers), BATCH_SIZE):
        jobs = [_job(experiment, number) for number in numbers[first : first + BATCH_SIZE]]
        _deferrer().job_manager.batch_defer_jobs(jobs, connection=session)


def put_causes(connection: Connection, a: int, b: int) -> None:
    """Queue within a transaction that what made the difference between two experiments is looked for, before other chunks."""
    connection.execute(text(f"SET LOCAL search_path = {SEARCH_PATH}"))
    job = Job(
        id=None,
        queue=QUEUE,
        priority=FIRST,
        lock=f"causes {a}/{b}",
        queueing_lock=None,
        task_name=CAUSES_TASK,
        task_kwargs={"a": a, "b": b},
    )
    _deferrer().job_manager.batch_defer_jobs([job], connection=_session(connection))


def _job(experiment: int, number: int) -> Job:
    return Job(
        id=None,
        queue=QUEUE,
        lock=f"{experiment}/{number}",
        queueing_lock=None,
        task_name=TASK,
        task_kwargs={"experiment": experiment, "number": number},
    )


def drop(engine: Engine, experiment: int) -> None:
    """Take the chunks of an experiment that nobody works on out of the queue."""
    prepare(engine)
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL search_path = {SEARCH_PATH}"))
        connection.execute(_DROP, {"experiment": str(experiment)})


def restock(engine: Engine) -> int:
    """Queue what is to be done and is not queued, as after a backup was restored; returns how many jobs."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        missing = connection.execute(_MISSING).all()
        for experiment, number in missing:
            put(connection, experiment, [number])
        causes = connection.execute(_MISSING_CAUSES).all()
        for a, b in causes:
            put_causes(connection, a, b)
    return len(missing) + len(causes)


def living_workers(engine: Engine) -> int:
    """How many workers have been heard of lately, on any machine."""
    prepare(engine)
    with engine.connect() as connection:
        return int(connection.execute(_LIVING, {"silent": timedelta(seconds=SILENT_SECONDS)}).scalar_one())


@cache
def _deferrer() -> App:
    """The library's entry; it is given the connection with each call and opens none."""
    return App(connector=SyncPsycopgConnector())


def _session(connection: Connection) -> Session[Any]:
    session = connection.connection.driver_connection
    assert isinstance(session, Session)
    return session
