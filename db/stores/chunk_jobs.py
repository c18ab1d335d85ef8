"""The queue of chunks of experiments: jobs of ``procrastinate`` in a schema of their own beside the tables of the workbench.

What is in the queue follows from the chunks that are open, so that it is no part of a backup and needs no migrations: it is made
anew for another release of the library, and ``restock`` puts in what is missing.
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

SCHEMA, QUEUE, TASK = "procrastinate", "experiments", "run_chunk"
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
    """Queue the open chunks that are not queued, as after a backup was restored; returns how many."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        missing = connection.execute(_MISSING).all()
        for experiment, number in missing:
            put(connection, experiment, [number])
    return len(missing)


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
