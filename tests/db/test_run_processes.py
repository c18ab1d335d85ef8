"""Runs in worker processes, killed, hung, greedy, orphaned: each run comes to its end or says why not, and nothing is left over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import psutil
import pytest
from sqlalchemy import text

from db.embedded import EmbeddedServer
from db.logs import FILE
from db.server import Database
from db.services.workbench import Workbench
from pipeline.config import Config
from tests.conftest import JD, ROOT, SETTINGS, own_database
from tests.db.conftest import finished
from tests.db.test_workbench import _database_name
from tests.model_server import ModelServer, serving
from tests.pipeline.engines.test_openai import GOOD

MODEL = Config(engine="openai", call_timeout_s=60.0, judgement_deadline_s=60.0)


def worker_processes(parent: int = 0) -> list[psutil.Process]:
    """The worker processes of a process, by default this one."""
    children = psutil.Process(parent or os.getpid()).children()
    return [p for p in children if "db.worker" in p.cmdline()]


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds; an assertion fails when it does not."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def database(server: EmbeddedServer, stocked: str) -> Iterator[Database]:
    with own_database(server, stocked) as database:
        yield database


@pytest.fixture(scope="module")
def models() -> Iterator[ModelServer]:
    with serving() as server:
        server.replies = dict(GOOD)
        yield server


@pytest.fixture(scope="module")
def bench(database: Database, models: ModelServer) -> Iterator[Workbench]:
    bench = Workbench(database, SETTINGS.model_copy(update={"workers": 1, "openai_base_url": models.url}))
    yield bench
    bench.executor.close()
    assert worker_processes() == []


def logged() -> list[tuple[str, str, int]]:
    """What the log has: message, run and process of each line."""
    lines = map(json.loads, (SETTINGS.data_dir / FILE).read_text(encoding="utf-8").splitlines())
    return [(line["event"], line.get("run", ""), line["process"]) for line in lines]


def waiting_for_a_model(bench: Workbench, models: ModelServer, words: str) -> UUID:
    """A run that has come so far as to wait for a model that does not answer."""
    models.requests.clear()
    models.faults = {"skills": ["slow"]}
    run_id = bench.executor.start(f"{JD} {words}", config=MODEL)
    until(lambda: models.asked("skills"))
    return run_id


def test_a_run_is_executed_by_a_process_beside_the_workbench(bench: Workbench) -> None:
    stored = finished(bench, bench.executor.start(JD))
    assert (stored.status, stored.role_slug) == ("completed", "data-engineer")
    (worker,) = worker_processes()
    assert worker.nice() == 5
    until(lambda: ("the run has ended", str(stored.id), worker.pid) in logged())


def test_a_killed_worker_is_replaced_and_its_run_comes_to_its_end(bench: Workbench, models: ModelServer) -> None:
    run_id = waiting_for_a_model(bench, models, "Its worker is killed.")
    (first,) = worker_processes()
    first.kill()
    until(lambda: (found := bench.executor.pending().get(run_id)) is None or found.loss)
    stored = finished(bench, run_id)
    assert stored.status == "completed"
    assert [p.pid for p in worker_processes()] != [first.pid]


def test_a_stopped_run_ends_at_once_with_its_calls_and_can_be_resumed(bench: Workbench, models: ModelServer) -> None:
    run_id = waiting_for_a_model(bench, models, "It is stopped.")
    (worker,) = worker_processes()
    bench.executor.stop(run_id, "Ada")
    worker.wait(5)
    stored, pending = bench.executor.observe(run_id)
    assert (stored.status, stored.error, pending) == ("failed", "it was stopped by Ada", None)
    bench.executor.resume(run_id)
    assert finished(bench, run_id).status == "completed"


def test_a_worker_that_lost_its_lease_writes_nothing_and_the_run_is_made_once(
    bench: Workbench, models: ModelServer
) -> None:
    run_id = waiting_for_a_model(bench, models, "Its worker stands still.")
    (worker,) = worker_processes()
    until(lambda: suspended_between_transactions(bench, worker))
    with bench.database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET lease_until = now() - interval '1 second'"))
    before = len(models.requests)
    # The lease has lapsed: another worker, here a thread of this process, takes the run over and brings it to its end.
    bench.executor.execute(run_id)
    done = bench.runs.load(run_id)
    asked = len(models.requests) - before
    assert done.status == "completed" and asked > 0
    # The old one is ended as soon as its lease should have been renewed.
    worker.wait(30)
    assert bench.runs.load(run_id) == done


def suspended_between_transactions(bench: Workbench, worker: psutil.Process) -> bool:
    """Let a worker stand still where it holds no lock: one that does is ended by the database after a while."""
    worker.suspend()
    with bench.database.engine.connect() as connection:
        open_ = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
        if connection.execute(text(open_)).scalar_one() == 0:
            return True
    worker.resume()
    return False


def test_a_run_goes_on_when_its_connections_are_lost(bench: Workbench, models: ModelServer) -> None:
    run_id = waiting_for_a_model(bench, models, "Its connections are cut.")
    with bench.database.engine.connect() as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(cut))
    assert bench.executor.pending()[run_id].is_executing
    bench.executor.resume(run_id)
    assert [p.attempt for p in bench.executor.pending().values()] == [1]
    bench.executor.stop(run_id, "Ada")


def test_a_run_that_takes_too_long_is_stopped_and_says_so(ready: Database) -> None:
    bench = Workbench(ready, SETTINGS.model_copy(update={"workers": 1, "run_seconds": 0.02}))
    try:
        stored = finished(bench, bench.executor.start(f"{JD} It takes too long."))
    finally:
        bench.executor.close()
    assert stored.status == "failed"
    assert stored.error == "it was stopped because it took longer than the 0.02 seconds that it may take"


GREEDY = """
import resource
from db.worker import bound_memory, used_memory
bound_memory(used_memory() + 64_000_000)
try:
    bytearray(256_000_000)
except MemoryError:
    bound_memory(resource.RLIM_INFINITY)
    print(len(bytearray(256_000_000)))
"""


def test_memory_that_a_run_may_not_have_is_an_error_in_it_and_can_be_had_after_it() -> None:
    done = subprocess.run([sys.executable, "-c", GREEDY], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "256000000"


def test_a_run_that_wants_too_much_memory_says_so(ready: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pipeline.run.extract_details", greedy)
    bench = Workbench(ready, SETTINGS)
    stored = finished(bench, bench.executor.start(JD))
    assert (stored.status, stored.error) == ("failed", "it needed more memory than a run may have")
    bench.executor.close()


ORPHANED = """
import sys, time
from db.server import open_database
from db.services.workbench import Workbench
from pipeline.settings import read_settings
settings = read_settings().model_copy(update={"workers": 1})
bench = Workbench(open_database(None, settings.data_dir, sys.argv[1]), settings)
bench.executor.begin()
print("begun", flush=True)
time.sleep(600)
"""


def test_workers_end_with_a_workbench_that_is_killed(ready: Database) -> None:
    name = _database_name(ready)
    process = subprocess.Popen(
        [sys.executable, "-c", ORPHANED, name], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    until(lambda: worker_processes(process.pid))
    (worker,) = worker_processes(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    worker.wait(10)
