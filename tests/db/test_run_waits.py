"""Waiting for a run's step: over when the run has come so far, has ended or is gone; many wait by one thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as NotYet
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from db.server import Database
from db.services.run_waits import RunWaits
from db.stores import jobs
from db.stores.runs import RunStore
from pipeline.config import Config

SECONDS = 20


@pytest.fixture
def waits(ready: Database) -> Iterator[RunWaits]:
    waits = RunWaits(ready.engine)
    yield waits
    waits.close()


@pytest.fixture
def run_id(ready: Database) -> UUID:
    return RunStore(ready.engine).create("A text", None, Config())


def become(database: Database, run_id: UUID, status: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE run SET status = :status WHERE id = :id"), {"status": status, "id": run_id})


@pytest.mark.parametrize(
    ("status", "steps_over"),
    [
        ("created", set()),
        ("extract_from_jd_done", {1}),
        ("extract_details_done", {1, 2}),
        ("completed", {1, 2, 3}),
        ("rejected", {1, 2, 3}),
        ("failed", {1, 2, 3}),
    ],
)
def test_a_wait_is_over_when_the_run_has_come_so_far(
    ready: Database, waits: RunWaits, run_id: UUID, status: str, steps_over: set[int]
) -> None:
    futures = {step: waits.for_step(run_id, step) for step in (1, 2, 3)}
    become(ready, run_id, status)
    for step in steps_over:
        futures[step].result(SECONDS)
    for step in {1, 2, 3} - steps_over:
        with pytest.raises(NotYet):
            futures[step].result(0.2)


def test_a_run_that_is_gone_is_waited_for_no_longer(waits: RunWaits) -> None:
    waits.for_step(uuid4(), 3).result(SECONDS)


def test_a_run_that_has_stopped_is_waited_for_no_longer(ready: Database, waits: RunWaits, run_id: UUID) -> None:
    waiting = waits.for_step(run_id, 1)
    with ready.engine.begin() as connection:
        jobs.forget(connection, run_id)
    waiting.result(SECONDS)
    waits.for_step(run_id, 3).result(SECONDS)


def test_many_wait_by_one_thread(ready: Database, waits: RunWaits, run_id: UUID) -> None:
    futures = [waits.for_step(run_id, 1) for _ in range(500)]
    assert sum(thread.name == "run-waits" for thread in threading.enumerate()) == 1
    assert all(future.cancel() for future in futures[:100])
    become(ready, run_id, "extract_from_jd_done")
    for future in futures[100:]:
        future.result(SECONDS)
    waits.for_step(run_id, 1).result(SECONDS)


def test_a_database_that_cannot_be_asked_ends_the_waiting_with_its_error_and_is_asked_again_later(
    ready: Database, waits: RunWaits, run_id: UUID
) -> None:
    with ready.engine.begin() as connection:
        connection.execute(text("ALTER TABLE run RENAME TO run_away"))
    with pytest.raises(SQLAlchemyError):
        waits.for_step(run_id, 1).result(SECONDS)
    with ready.engine.begin() as connection:
        connection.execute(text("ALTER TABLE run_away RENAME TO run"))
    become(ready, run_id, "completed")
    waits.for_step(run_id, 1).result(SECONDS)


def test_nobody_waits_when_the_workbench_ends(waits: RunWaits, run_id: UUID) -> None:
    waiting = waits.for_step(run_id, 1)
    waits.close()
    for future in (waiting, waits.for_step(run_id, 1)):
        with pytest.raises(CancelledError):
            future.result(SECONDS)
