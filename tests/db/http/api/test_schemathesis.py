"""What the reference says of each address is what it takes and answers: Schemathesis makes requests up from it, right and wrong
ones, and sends them to a real server.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from db.http.api.paths import OPENAPI
from db.services.workbench import Workbench
from tests.db.http.api.conftest import served

EXAMPLES = 5
"""Requests that are made up for each address, beside the many that its limits and words lead to."""
SETTINGS = """
[[operations]]
include-method = "GET"
# A cursor is a text that the list itself has made: one that is made up is refused, which no schema can say.
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404"]
"""


@contextmanager
def listening(app: Starlette) -> Iterator[str]:
    """Address of a server of the application, on this machine alone; it ends with the block."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)


@pytest.mark.slow
def test_the_reference_is_kept(bench: Workbench, tmp_path: Path) -> None:
    bench.snapshots.findings()
    (tmp_path / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
    with listening(served(bench)) as address:
        command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}{OPENAPI}"]
        command += [
            "--max-examples",
            str(EXAMPLES),
            "--seed",
            "1",
            "--phases",
            "examples,coverage,fuzzing",
            "--no-color",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-8_000:]
    assert "No issues found" in done.stdout
