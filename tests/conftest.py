"""What the tests share: the catalog that ships made ready, and a real PostgreSQL with a fresh database for each test."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from xdist.scheduler import LoadScopeScheduling

from db.embedded import EmbeddedServer
from db.server import Database, open_database
from pipeline.catalog import Catalog
from pipeline.catalog.changes import preview
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.file_store import FileStore
from pipeline.gate import Demand, Policy
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.settings import Settings
from tests.made_once import AuditsOnce, IndexesOnce

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SEED_CATALOG = ROOT / "seeds" / "catalog"
# Vectors are kept beside the project from one run of the tests to the next; the user's own cache is left alone.
SETTINGS = Settings(
    edition="clean",
    data_dir=Path(tempfile.mkdtemp(prefix="workbench-test-")),
    cache_home=ROOT / ".cache",
    workers=0,
)

# What processes that tests start find in their environment: the same settings, and nothing of the person who runs the tests.
for setting in Settings.model_fields.values():
    os.environ.pop(str(setting.validation_alias), None)
os.environ |= {
    "WORKBENCH_EDITION": str(SETTINGS.edition),
    "WORKBENCH_DATA": str(SETTINGS.data_dir),
    "WORKBENCH_WORKERS": str(SETTINGS.workers),
    "XDG_CACHE_HOME": str(SETTINGS.cache_home),
}


BROWSER_TESTS = "tests/e2e/"
SELDOM = (20_000, 20, 20)
"""Objects after which Python looks for garbage, and how often it looks among older ones."""


class FilesTogether(LoadScopeScheduling):  # type: ignore[misc]
    """The tests of a file go to one process, since they share what they set up; all that drive a browser to one, since two
    browsers and two workbenches at once make each other wait.
    """

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER_TESTS if nodeid.startswith(BROWSER_TESTS) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesTogether:
    """How tests are shared between processes."""
    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for PostgreSQL is slow: it waits for the server, and for a catalog in a database of its own. Those in the
    browser take longest and come first, so that no process is left alone with them at the end; one that fails is tried once
    more and counted as rerun, since a click that meets a redraw at the wrong moment is no fault of the workbench.
    """
    for item in items:
        if item.nodeid.startswith(BROWSER_TESTS):
            item.add_marker(pytest.mark.flaky(reruns=1))
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER_TESTS))


def pytest_collection_finish() -> None:
    """What is there before the first test stays: garbage is looked for among what tests make, and seldom, or a catalog that is read
    would be interrupted by a look at all modules several times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def least_seconds(act: Callable[[], object], enough: float) -> float:
    """The processor time of an act, the least of a few tries: what else this process has to do (to look through all the objects
    that the tests have left, say) is no fault of the act.
    """
    least = float("inf")
    for _ in range(3):
        start = time.process_time()
        act()
        least = min(least, time.process_time() - start)
        if least <= enough:
            break
    return least


def shared(name: str) -> Path:
    """A file of the evaluation data beside the project; the test is skipped, saying so, where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the evaluation data is not here: {name}")
    return path


@pytest.fixture(scope="session", autouse=True)
def _rules_alone() -> Iterator[None]:
    """Most tests are about something else than the gate: in their stores the rules of the catalog must hold, and no other check,
    as if somebody had set it so. What is made beside the pages is made where a test asks for it.
    """
    from db.stores import gate

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "default_policy", lambda: Policy({"rules": Demand("not breaking")}))
        yield


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """Stores of the tests share what follows from the catalog that ships."""
    from db.services import audits, snapshots

    with pytest.MonkeyPatch.context() as patch:
        # In the order of the store.
        patch.setattr(snapshots, "Indexes", IndexesOnce(lambda: preview(read_folder(SEED_CATALOG).catalog, ())))
        patch.setattr(audits, "audit_in", AuditsOnce())
        yield


@pytest.fixture(scope="session")
def encoder() -> CachedEncoder:
    return CachedEncoder(ShippedFirst(FileStore(SETTINGS.vector_file)))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return read_folder(SEED_CATALOG).catalog


@pytest.fixture(scope="session")
def indexes(catalog: Catalog, encoder: CachedEncoder) -> Indexes:
    return Indexes(catalog, encoder)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(SETTINGS.data_dir)
    yield server
    server.close()
    shutil.rmtree(SETTINGS.data_dir, ignore_errors=True)


@contextmanager
def own_database(server: EmbeddedServer, template: str = "template1") -> Iterator[Database]:
    """A database that is there for a while; empty, or a copy of another."""
    name = f"t_{uuid4().hex[:12]}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        names = [psycopg.sql.Identifier(n) for n in (name, template)]
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    database = open_database(None, SETTINGS.data_dir, name)
    yield database
    database.close()
    # The server's own vacuum may be in it, which only a superuser sends away.
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))


@pytest.fixture
def database(server: EmbeddedServer) -> Iterator[Database]:
    """An empty database of its own."""
    with own_database(server) as database:
        yield database


@pytest.fixture(scope="session")
def stocked(server: EmbeddedServer) -> str:
    """Name of a database with the clean catalog, to be copied."""
    from db.services.workbench import Workbench

    Workbench(open_database(None, SETTINGS.data_dir, "stocked"), SETTINGS).close()
    return "stocked"


@pytest.fixture
def ready(server: EmbeddedServer, stocked: str) -> Iterator[Database]:
    """A database of its own with the clean catalog."""
    with own_database(server, stocked) as database:
        yield database


JD = """Senior Data Engineer

Company: Juniper Freight Ltd.
Location: Pune, Maharashtra, India (Hybrid)
Experience: 5-8 years

Responsibilities:
- Build batch and streaming pipelines with Spark and Kafka
- Schedule the loads with Airflow and backfill the days that failed
- Maintain curated tables of harbour dues for analysts and dashboards

Requirements:
- PySpark, SQL and Hive
- Docker/CI/K8s experience is a plus
- Python, Zephyrine and Terraform
"""


@pytest.fixture
def jd() -> str:
    return JD
