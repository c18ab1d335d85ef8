"""The end of a real process: SIGTERM while it starts, at any moment, ends it soon and leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from db.embedded import EmbeddedServer
from db.http.lifespan import END_SECONDS
from tests.conftest import ROOT, SETTINGS

pytestmark = pytest.mark.slow

SECONDS = END_SECONDS + 20
"""How long an end may take: the bound, and a margin for a busy machine."""
HANGING = """
import sys, threading, time
from db.http.lifespan import killed_after
with killed_after(2):
    threading.Event().wait()
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory of its own; its server is stopped afterwards."""
    yield tmp_path / "data"
    EmbeddedServer(tmp_path / "data").close()


def started(data_dir: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A workbench that has just been started, and its address."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = int(s.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    environment = {**os.environ, "WORKBENCH_DATA": str(data_dir)}
    with (data_dir.parent / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    return process, f"http://127.0.0.1:{port}"


def wait_for(condition: str, data_dir: Path, address: str) -> None:
    """Wait until a start has come so far."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if condition == "the server begins" and (data_dir / "postgres.new" / "PG_VERSION").exists():
            return
        if condition == "the server runs" and (data_dir / "postgres" / "postmaster.pid").exists():
            return
        if condition == "the store is open":
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=60)
                return
            except OSError:
                pass
        time.sleep(0.02)
    raise AssertionError(f"not within two minutes: {condition}")


@pytest.mark.parametrize("moment", ["the server begins", "the server runs", "the store is open"])
def test_a_process_that_is_asked_to_end_while_it_starts_ends_and_leaves_nothing(data_dir: Path, moment: str) -> None:
    process, address = started(data_dir)
    try:
        wait_for(moment, data_dir, address)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) in (0, -signal.SIGTERM), (data_dir.parent / "log").read_text()
    finally:
        process.kill()
    # A process that starts the server may outlive it for a moment.
    left = [
        p for p in psutil.process_iter(["cmdline", "cwd"]) if str(data_dir) in f"{p.info['cmdline']} {p.info['cwd']}"
    ]
    assert psutil.wait_procs(left, timeout=20)[1] == []


def test_an_end_that_hangs_is_ended_and_the_log_has_the_threads() -> None:
    process = subprocess.run([sys.executable, "-c", HANGING], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert process.returncode == -signal.SIGALRM
    assert "Thread" in process.stderr and "killed_after" not in process.stdout


def test_a_process_that_has_left_the_server_does_not_start_it_again() -> None:
    server = EmbeddedServer(SETTINGS.data_dir)
    server.close()
    with pytest.raises(Exception, match="was left by this process"):
        server.restart()
