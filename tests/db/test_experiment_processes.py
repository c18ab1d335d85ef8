"""Experiments done by real processes: killed, with the database stopped under them, started by the command that waits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db.server import Database, open_database
from db.services.experiments import Experiments, Way
from db.services.jd_files import JDFile, read_jd_bytes
from db.services.workbench import Workbench
from db.stores.experiments import CHUNK_SIZE
from tests.conftest import JD, ROOT, SETTINGS

SECONDS = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def bench(folder: Path) -> Iterator[Workbench]:
    """A workbench on a server of its own, which may be stopped, without workers."""
    settings = SETTINGS.model_copy(update={"data_dir": folder})
    bench = Workbench(open_database(None, folder), settings)
    yield bench
    bench.close()


def jds(count: int, words: str) -> JDFile:
    lines = (json.dumps({"id": f"{words} {i}", "text": f"{JD}\n{words} {i}"}) for i in range(count))
    return read_jd_bytes("jds.jsonl", "\n".join(lines).encode())


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            if holds():
                return
        except OperationalError:
            pass
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.1)


POISON = "this text ends whoever reads it"
QUICK_WORKER = f"""
import os, signal, sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from db.server import open_database
from db.services import chunk_queue, chunk_worker
from db.services.snapshots import CatalogSnapshots
from db.services.workbench import Models
from db.stores import chunk_jobs
from pipeline.config import Config
from pipeline.experiments.results import Outcome
from tests.conftest import SETTINGS

chunk_jobs.SILENT_SECONDS, chunk_queue.HEARTBEAT_SECONDS, chunk_queue.SWEEP_SECONDS = 2.0, 0.3, 0.3

class Worker(chunk_worker.ChunkWorker):
    def _way(self, experiment):
        return SimpleNamespace(config=Config())

    def _extract(self, jd, way, calls):
        if {POISON!r} in jd.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(case="D")

database = open_database(None, Path(sys.argv[1]))
models = Models.of_settings(SETTINGS, database.engine)
snapshots = CatalogSnapshots(database.engine, models.encoder)
worker = Worker(database.engine, models.encoder, models.provider, snapshots)
work = partial(worker.work, turn=lambda config: nullcontext())
chunk_queue.ChunkQueue(database.engine, database.address, work, lambda a, b: None).serve()
"""
"""A worker on the real queue that reads no text, so that it begins at once; one text ends it as the kernel ends a process."""


def start_worker(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "db", "worker"],
        cwd=ROOT,
        env={**os.environ, "WORKBENCH_DATA": str(folder), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(30)


def each_once(database: Database, experiment: int) -> tuple[int, int]:
    """How many results there are, and how many job descriptions they are of."""
    query = text("SELECT count(*), count(DISTINCT position) FROM experiment_result WHERE experiment_id = :id")
    with database.engine.connect() as connection:
        return tuple(connection.execute(query, {"id": experiment}).one())  # type: ignore[return-value]


def test_a_killed_worker_and_a_stopped_database_lose_nothing_and_store_nothing_twice(
    bench: Workbench, folder: Path
) -> None:
    experiments: Experiments = bench.experiments
    size = 3 * CHUNK_SIZE
    found = experiments.start("hard", "Ada", jds(size, "hard"), Way())
    assert experiments.living_workers() == 0
    supervisor = start_worker(folder)
    try:
        until(lambda: experiments.load("hard").done >= 3)
        (worker,) = psutil.Process(supervisor.pid).children()
        worker.send_signal(signal.SIGKILL)
        before = experiments.load("hard").done
        until(lambda: experiments.load("hard").done >= before + 3)
        assert experiments.living_workers() >= 1
        postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        until(lambda: experiments.load("hard").status == "finished")
    finally:
        code = ended(supervisor)
    found = experiments.load("hard")
    assert (found.done, found.failed) == (size, 0)
    assert each_once(bench.database, found.id) == (size, size)
    assert code == 0


def test_a_text_that_ends_its_process_three_times_is_recorded_as_failed_and_all_others_are_done_once(
    bench: Workbench, folder: Path
) -> None:
    lines = [{"id": i, "text": f"{POISON}\n{JD}" if i == 1 else f"{JD}\npoisoned {i}"} for i in range(4)]
    texts = read_jd_bytes("jds.jsonl", "\n".join(map(json.dumps, lines)).encode())
    found = bench.experiments.start("poisoned", "Ada", texts, Way())
    ends = []
    while not bench.experiments.load("poisoned").is_over:
        assert len(ends) < 4
        worker = subprocess.Popen([sys.executable, "-c", QUICK_WORKER, str(folder)], cwd=ROOT)
        until(lambda: worker.poll() is not None or bench.experiments.load("poisoned").is_over)  # noqa: B023
        if bench.experiments.load("poisoned").is_over:
            worker.terminate()
        ends.append(worker.wait(SECONDS))
    assert ends == [-signal.SIGKILL] * 3 + [-signal.SIGTERM]
    found = bench.experiments.load("poisoned")
    assert (found.status, found.done, found.failed) == ("finished", 4, 1)
    assert each_once(bench.database, found.id) == (4, 4)
    results = {result.id: result.error for result in bench.experiments.results(found)}
    assert results == {
        "0": None,
        "1": "It failed 3 times: the worker that had it ended each time.",
        "2": None,
        "3": None,
    }


def test_the_command_that_waits_brings_its_own_worker_and_ends_with_the_experiment(
    bench: Workbench, folder: Path, tmp_path: Path
) -> None:
    until(lambda: bench.experiments.living_workers() == 0)
    file = tmp_path / "jds.jsonl"
    file.write_text("\n".join(json.dumps({"id": i, "text": JD, "role": "data-engineer"}) for i in range(2)))
    command = [
        sys.executable,
        "-m",
        "db",
        "--author",
        "Ada",
        "experiment",
        "start",
        "--name",
        "waited",
        "--jds",
        str(file),
        "--wait",
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "WORKBENCH_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.strip().splitlines()
    assert re.match(r"experiment \d+ “waited”: 2 job descriptions of jds.jsonl, revision 1, local engine", first)
    assert last.startswith("waited: finished, 2 of 2 done")
    results = bench.experiments.results(bench.experiments.load("waited"))
    assert [(r.id, r.is_right) for r in results] == [("0", True), ("1", True)]
