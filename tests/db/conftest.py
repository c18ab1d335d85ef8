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


OLD_STORES = sorted((Path(__file__).parent / "stores").glob("*.zip"))
"""Backups of stores as releases left them, named by the newest migration of each; ``tests.db.filled_store`` has made them there."""
OLD_STORE, LAST_STORE = OLD_STORES[0], OLD_STORES[-1]
"""The smallest, which most tests of whole stores work on, and that of the last release."""


@pytest.fixture
def filled(database: Database) -> Database:
    """A store with something in every table, restored from what an earlier release wrote and brought up to date."""
    restore(database, OLD_STORE)
    return database
