"""The embedded server: shared by processes, stopped by the last one, and back after a kill."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.server import open_database
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


USE = """
import sys, time
from pathlib import Path
from db.server import open_database
from sqlalchemy import text
database = open_database(None, Path(sys.argv[1]))
with database.engine.begin() as c:
    c.execute(text("CREATE TABLE IF NOT EXISTS seen (who text)"))
    c.execute(text("INSERT INTO seen VALUES (:w)"), {"w": sys.argv[2]})
print("ready", flush=True)
sys.stdin.readline()
database.close()
"""


def start(folder: Path, who: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", USE, str(folder), who],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline().strip() == "ready"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=60)


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not runs(pid)


def test_two_processes_share_it_and_the_last_one_stops_it(tmp_path: Path) -> None:
    first, second = start(tmp_path, "first"), start(tmp_path, "second")
    pid = postmaster(tmp_path)
    leave(first)
    assert runs(pid)
    leave(second)
    assert gone(pid)


def test_a_killed_process_is_not_waited_for(tmp_path: Path) -> None:
    killed, other = start(tmp_path, "killed"), start(tmp_path, "other")
    pid = postmaster(tmp_path)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert runs(pid)
    leave(other)
    assert gone(pid)


def test_a_killed_server_is_started_again_by_whoever_needs_it_and_nothing_is_lost(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    try:
        with database.engine.begin() as c:
            c.execute(text("CREATE TABLE kept (n int)"))
            c.execute(text("INSERT INTO kept VALUES (1)"))
        for _ in range(2):
            os.kill(postmaster(tmp_path), signal.SIGKILL)
            time.sleep(0.5)  # Its children notice and leave.
            with database.engine.connect() as c:
                assert c.execute(text("SELECT n FROM kept")).scalar_one() == 1
    finally:
        database.close()


def test_what_a_killed_server_left_does_not_stop_it_and_nothing_else_is_touched(tmp_path: Path) -> None:
    EmbeddedServer(tmp_path).close()
    pgdata = tmp_path / "postgres"
    files = {p.name for p in pgdata.iterdir()}
    # An earlier release had the socket among its files.
    (pgdata / "postmaster.pid").write_text(f"{os.getpid()}\n{pgdata}\n1\n5432\n{pgdata}\n\n1 1\nready\n")
    open_database(None, tmp_path).close()
    assert {p.name for p in pgdata.iterdir()} == files


@pytest.mark.parametrize(
    ("url", "said"),
    [("mysql://x", "must begin with postgresql://"), ("postgresql://nobody@127.0.0.1:1/none", "cannot be reached")],
)
def test_a_given_server_that_does_not_answer_is_named(url: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=said):
        open_database(url, tmp_path)


def test_a_given_server_is_used(server: EmbeddedServer, tmp_path: Path) -> None:
    database = open_database(server.url("postgres"), tmp_path)
    with database.engine.connect() as c:
        assert c.execute(text("SELECT 1")).scalar_one() == 1
    assert database.embedded is None
    database.close()


def test_a_server_that_is_too_old_is_refused(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("db.server.MINIMUM_VERSION", 99)
    with pytest.raises(StoreError, match=r"is PostgreSQL \d+; version 99 or newer is needed"):
        open_database(server.url("postgres"), tmp_path)
