"""What the tests of the store share."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import UUID

import pytest

from db.server import Database
from db.services.workbench import Workbench
from db.stores.runs import RunStore, StoredRun
from db.upkeep.backups import restore


def finished(bench: Workbench, run_id: UUID) -> StoredRun:
    """The run once it has ended; an assertion fails when it does not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        stored = RunStore(bench.database.engine).load(run_id)
        if stored.is_finished and run_id not in bench.executor.pending():
            return stored
        time.sleep(0.02)
    raise AssertionError("the run did not end")


OLD_STORE = Path(__file__).parent / "stores" / "0012.zip"
"""A backup of a store as release 0012 left it; ``tests.db.filled_store`` has made it there."""


@pytest.fixture
def filled(database: Database) -> Database:
    """A store with something in every table, restored from what an earlier release wrote and brought up to date."""
    restore(database, OLD_STORE)
    return database
