"""What the tests of the store share."""

from __future__ import annotations

import time
from uuid import UUID

from db.runs import StoredRun, load_run
from db.workbench import Workbench


def finished(bench: Workbench, run_id: UUID) -> StoredRun:
    """The run once it has ended; an assertion fails when it does not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        stored = load_run(bench.engine, run_id)
        if stored.is_finished and not bench.is_executing(run_id):
            return stored
        time.sleep(0.02)
    raise AssertionError("the run did not end")
