"""A disk that is full, or can only be read: said in a sentence, tried with pauses, with a short log, over when there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db import embedded
from db.embedded import EmbeddedServer
from db.errors import StoreError, describe_error
from db.server import open_database

pytestmark = pytest.mark.slow

MEGABYTES = 112


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, in memory."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(tmp_path)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be made: {mounted.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    file = disk / "filler"
    with file.open("ab", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(2**16))
    return file


def kill(data_dir: Path) -> None:
    """Kill the server with all its processes, and wait until what they held is free."""
    postmaster = psutil.Process(int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def test_a_full_disk_is_named_costs_nothing_and_is_got_over(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data_dir = disk / "data"
    database = open_database(None, data_dir)
    log = data_dir / "postgres" / "log"
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept AS SELECT 1 AS n"))
    filler = fill(disk)
    grow = "CREATE TABLE big AS SELECT repeat(md5(n::text), 20) FROM generate_series(1, 60000) n"
    with pytest.raises(DBAPIError) as full, database.engine.begin() as connection:
        connection.execute(text(grow))
    assert (describe_error(full.value) or "").startswith("The disk of the database is full")

    kill(data_dir)
    fill(disk)
    before, began = log.stat().st_size, time.monotonic()
    for _ in range(20):
        with pytest.raises(StoreError, match=rf"The disk of {data_dir} is full.* Make room there"):
            database.engine.connect()
    # All but the first are answered from memory.
    assert log.stat().st_size - before < 2_000
    assert embedded._failed[data_dir].until - began < 10

    filler.unlink()
    # The pause is over.
    monkeypatch.setitem(embedded._failed, data_dir, replace(embedded._failed[data_dir], until=time.monotonic()))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM kept")).scalar_one() == 1
    database.close()


def test_a_disk_that_can_only_be_read_is_named(disk: Path) -> None:
    EmbeddedServer(disk / "data").close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(
        StoreError, match=rf"The data folder {disk}/data cannot be used: Read-only file system .* WORKBENCH_DATA"
    ):
        EmbeddedServer(disk / "data")


def test_the_pauses_between_starts_grow_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LEFTOVER_SECONDS", 0.0)
    monkeypatch.setattr(embedded, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(embedded, "LONGEST_PAUSE", 0.05)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")
    if os.geteuid() == 0:
        shutil.chown(tmp_path / "postgres", "nobody")
    pauses = []
    for _ in range(4):
        with pytest.raises(StoreError, match=r"does not start: .*Its log is postgres/log there"):
            EmbeddedServer(tmp_path)
        pauses.append(embedded._failed[tmp_path].pause)
        time.sleep(0.05)
    assert pauses == [0.02, 0.04, 0.05, 0.05]


def test_the_log_of_the_server_stays_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedServer(tmp_path)
    monkeypatch.setattr(embedded, "LOG_BYTES", 1_000)
    log = tmp_path / "postgres" / "log"
    with log.open("a") as file:
        file.write("x" * 2_000)
    server.restart()
    assert log.stat().st_size == 0
    server.close()
