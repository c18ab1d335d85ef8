"""What the tests share: the catalog that ships made ready, and a real PostgreSQL with a fresh database for each test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

os.environ.pop("DATABASE_URL", None)
os.environ.pop("OPENAI_API_KEY", None)
os.environ.pop("OPENAI_BASE_URL", None)
os.environ.pop("WORKBENCH_RECORDING", None)
os.environ["WORKBENCH_EDITION"] = "clean"
os.environ.setdefault("WORKBENCH_DATA", tempfile.mkdtemp(prefix="workbench-test-"))

from db.server import Database, EmbeddedServer, default_data_dir, open_database
from pipeline.catalog import Catalog
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.embedding import CachedEncoder, FileStore, user_cache

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SEED_CATALOG = ROOT / "seeds" / "catalog"


def shared(name: str) -> Path:
    """A file of the evaluation data beside the project; the test is skipped, saying so, where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the evaluation data is not here: {name}")
    return path


@pytest.fixture(scope="session")
def encoder() -> CachedEncoder:
    return CachedEncoder(FileStore(user_cache()))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return read_folder(SEED_CATALOG).catalog


@pytest.fixture(scope="session")
def indexes(catalog: Catalog, encoder: CachedEncoder) -> Indexes:
    return Indexes(catalog, encoder)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(default_data_dir())
    yield server
    server.close()


@contextmanager
def _own_database(server: EmbeddedServer, template: str = "template1") -> Iterator[Database]:
    name = f"t_{uuid4().hex[:12]}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        names = [psycopg.sql.Identifier(n) for n in (name, template)]
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        database = open_database(database=name)
        yield database
        database.close()
        connection.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))


@pytest.fixture
def database(server: EmbeddedServer) -> Iterator[Database]:
    """An empty database of its own."""
    with _own_database(server) as database:
        yield database


@pytest.fixture(scope="session")
def stocked(server: EmbeddedServer) -> str:
    """Name of a database with the clean catalog and the vectors that linking asks for, to be copied."""
    from db.workbench import Workbench

    bench = Workbench(open_database(database="stocked"))
    bench.indexes()[1].warm()
    bench.close()
    return "stocked"


@pytest.fixture
def ready(server: EmbeddedServer, stocked: str) -> Iterator[Database]:
    """A database of its own with the clean catalog."""
    with _own_database(server, stocked) as database:
        yield database


JD = """Senior Data Engineer

Company: Juniper Freight Ltd.
Location: Pune, Maharashtra, India (Hybrid)
Experience: 5-8 years

Responsibilities:
- Build batch and streaming pipelines with Spark and Kafka
- Schedule the loads with Airflow and backfill the days that failed
- Prepare quarterly harbour dues forecasts together with the dispatch office

Requirements:
- PySpark, SQL and Hive
- Docker/CI/K8s experience is a plus
- Python, Zephyrine and Terraform
"""


@pytest.fixture
def jd() -> str:
    return JD
