"""``batch --engine ray``: its rows are those of a plain batch, a restart goes on, and no job description is lost with a machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.command_line import answers, batch, ray_batch
from pipeline.command_line.parser import make_parser
from pipeline.errors import InputError
from pipeline.scale import ray_engine
from pipeline.scale.block_work import WORK
from tests.conftest import ROOT, SEED_CATALOG
from tests.pipeline.scale.tables import jd, read, write

BROKEN = [
    {"id": "no text", "title": "QA Lead", "text": None},
    {"id": None, "title": None, "text": "Somebody is wanted."},
    {"id": "binary", "title": None, "text": "\0\1" * 99},
    {"id": "empty", "title": None, "text": ""},
]
STORE = 100 * 2**20


def arguments(*args: str) -> Namespace:
    return make_parser().parse_args(["batch", "--engine", "ray", *args])


def of_line(line: str, error: str | None) -> dict[str, Any]:
    """The line of a plain batch as the row of a shard."""
    row = json.loads(line)
    return row | {"id": None if row["id"] is None else str(row["id"]), "error": error}


def plain(rows: list[dict[str, Any]], catalog: Path, full: bool = False) -> list[dict[str, Any]]:
    """What a plain batch makes of rows, as rows of a shard."""
    indexes = batch._indexes(catalog)
    made = [answers.answered(answers.Asked(catalog, False, full), indexes, row) for row in rows]
    found = [of_line(answer.line, answer.error) for answer in made]
    return [{k: json.dumps(v) if k in answers.steps(full) else v for k, v in row.items()} for row in found]


def small_catalog(folder: Path) -> Path:
    catalog = folder / "catalog"
    catalog.mkdir()
    (catalog / "roles.csv").write_text("slug,display_name\ndata-engineer,Data Engineer\n")
    (catalog / "skills.csv").write_text("slug,display_name\npython,Python\n")
    return catalog


@pytest.mark.slow
def test_rows_are_those_of_a_plain_batch(tmp_path: Path) -> None:
    rows = [jd(0), *BROKEN, jd(1, "Backend Engineer"), jd(2, "Nurse")]
    write(tmp_path / "in" / "a.parquet", rows[:3])
    write(tmp_path / "in" / "b.parquet", rows[3:])
    command = ["batch", "--engine", "ray", "--full", "--jds", f"{tmp_path}/in/*.parquet", "--out", f"{tmp_path}/out"]
    done = subprocess.run([sys.executable, "-m", "pipeline", *command, "--actors", "1"], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr.decode().splitlines()[-1] == f"7 job descriptions written to {tmp_path}/out, 3 of them broken"
    assert read(tmp_path / "out") == plain(rows, SEED_CATALOG, full=True)


# --- a machine is lost --------------------------------------------------------------------------------------------


@contextmanager
def two_nodes() -> Iterator[tuple[str, psutil.Process]]:
    """A cluster of two nodes with a core each, on the loopback of this machine; yields its address and the raylet of the second."""
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    options = {"num_cpus": 1, "object_store_memory": STORE, "node_ip_address": "127.0.0.1"}
    soon_dead = {f"health_check_{name}": value for name, value in HEALTH.items()}
    head = options | {"include_dashboard": False, "_system_config": soon_dead}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
    try:
        second = cluster.add_node(**options)
        yield cluster.address, psutil.Process(second.all_processes["raylet"][0].process.pid)
    finally:
        cluster.shutdown()


HEALTH = {"initial_delay_ms": 500, "period_ms": 500, "failure_threshold": 3}


def wait_for(holds: Callable[[], bool], driver: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert driver.poll() is None and time.monotonic() < end
        time.sleep(0.05)


def has_actor(raylet: psutil.Process) -> bool:
    return any("_BlockActor" in " ".join(child.cmdline()) for child in raylet.children(recursive=True))


@pytest.mark.slow
def test_every_job_description_is_answered_once_when_a_node_is_lost(tmp_path: Path) -> None:
    rows = [jd(n) for n in range(48)]
    write(tmp_path / "in" / "a.parquet", rows)
    out, small = tmp_path / "out", small_catalog(tmp_path)
    with two_nodes() as (address, raylet):
        command = [sys.executable, "-m", "pipeline", "batch", "--engine", "ray", "--address", address]
        command += [
            "--jds",
            f"{tmp_path}/in/*.parquet",
            "--out",
            str(out),
            "--shard-rows",
            "4",
            "--catalog",
            str(small),
        ]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as driver:
            # Each node has a block in hand.
            wait_for(lambda: has_actor(raylet) and len(list((out / WORK).glob("*.tried"))) == 2, driver)
            for process in (*raylet.children(recursive=True), raylet):
                process.kill()
            before = len(list(out.glob("*.parquet")))
            assert driver.stderr is not None
            said = driver.stderr.read().decode()
            assert driver.wait() == 0, said
    assert before < 12
    found = read(out)
    assert Counter(row["id"] for row in found) == Counter(row["id"] for row in rows)
    assert sorted(found, key=lambda row: str(row["id"])) == sorted(plain(rows, small), key=lambda row: str(row["id"]))
    assert list((out / WORK).iterdir()) == []


# --- going on -----------------------------------------------------------------------------------------------------


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The engine without Ray; the list has the shards that are made."""
    made: list[str] = []

    @contextmanager
    def connected(address: str | None, cores: int | None = None) -> Iterator[int]:
        yield 2

    def answer_blocks(blocks: Any, make_worker: Any, actors: int | None = None) -> Iterator[Any]:
        worker = make_worker()
        for block in blocks:
            made.append(block.shard)
            yield worker.work(block)

    monkeypatch.setattr(ray_engine, "connected", connected)
    monkeypatch.setattr(ray_engine, "answer_blocks", answer_blocks)
    return made


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., Namespace]:
    def make(*more: str) -> Namespace:
        files = ("--jds", f"{tmp_path}/in/*.parquet", "--out", f"{tmp_path}/out", "--catalog", f"{tmp_path}/catalog")
        return arguments(*files, *more)

    # A batch of nothing but broken rows asks no model.
    write(tmp_path / "in" / "a.parquet", [{"id": str(n), "title": None, "text": None} for n in range(5)])
    small_catalog(tmp_path)
    return make


@pytest.mark.slow
def test_a_restart_goes_on_behind_what_is_done(tmp_path: Path, in_process: list[str], asked: Any) -> None:
    ray_batch.ray_batch(asked("--shard-rows", "2"))
    assert len(in_process) == 3 and [row["id"] for row in read(tmp_path / "out")] == list("01234")
    (tmp_path / "out" / in_process[1]).unlink()
    (tmp_path / "out" / WORK / f"{in_process[1]}.tried").write_text("[0, 3]")
    ray_batch.ray_batch(asked())
    assert in_process[3:] == [in_process[1]]
    assert {row["error"] for row in read(tmp_path / "out")} == {"“text” is missing."}
    # Files that are added are answered beside.
    write(tmp_path / "in" / "b.parquet", [{"id": "5", "title": None, "text": None}])
    ray_batch.ray_batch(asked())
    assert len(in_process) == 5 and [row["id"] for row in read(tmp_path / "out")] == list("012345")
    ray_batch.ray_batch(asked())
    assert len(in_process) == 5


@pytest.mark.slow
def test_another_batch_in_the_same_folder_is_refused(
    tmp_path: Path, in_process: list[str], asked: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ray_batch.ray_batch(asked())
    assert capsys.readouterr().err.splitlines()[-1].startswith("5 job descriptions written to ")
    roles = tmp_path / "catalog" / "roles.csv"
    held, jds = roles.read_text(), tmp_path / "in" / "a.parquet"
    roles.write_text(held + "baker,Baker\n")
    with pytest.raises(InputError, match=r"not the same are the catalog, --hide-title\. Choose another folder"):
        ray_batch.ray_batch(asked("--hide-title"))
    roles.write_text(held)
    write(jds, [jd(1)])
    with pytest.raises(InputError, match=r"not the same are the file a\.parquet\."):
        ray_batch.ray_batch(asked())
    assert len(in_process) == 1 and len(read(tmp_path / "out")) == 5


def test_what_cannot_be_done_is_said_before_anything_is_started(tmp_path: Path, asked: Any) -> None:
    with pytest.raises(InputError, match="holds the job descriptions"):
        ray_batch.ray_batch(asked("--out", f"{tmp_path}/in"))
    write(tmp_path / "out" / "other.parquet", [jd(1)])
    with pytest.raises(InputError, match="has files of Parquet of something else"):
        ray_batch.ray_batch(asked())
    (tmp_path / "out" / "batch.json").write_text("[]")
    with pytest.raises(InputError, match="it is not the manifest of a batch"):
        ray_batch.ray_batch(asked())


def test_without_ray_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"pip install -r requirements-scale\.txt"), ray_engine.connected(None):
        pass
