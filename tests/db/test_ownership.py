"""A store of the release before: let in everybody, as superuser. It opens with all that is in it, and lets in its owner alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text

from db import schema
from db.embedded import EmbeddedServer
from db.server import open_database
from db.stores.catalog import CatalogStore
from db.stores.runs import RunStore
from pipeline.catalog import Catalog, Role
from pipeline.config import Config
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def of_the_release_before(data_dir: Path) -> int:
    """Make a store whose server still runs though nobody uses it; returns its process."""
    pgdata = data_dir / "postgres"
    for step in ("make", "start"):
        subprocess.run([sys.executable, "-m", "db.postgres", step, str(pgdata)], cwd=ROOT, check=True)
    pid, _, _, _, socket, *_ = (pgdata / "postmaster.pid").read_text().splitlines()
    address = f"postgresql://postgres@/{{}}?host={socket}&port=5432"
    with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE workbench")
    engine = create_engine(address.format("workbench").replace("postgresql:", "postgresql+psycopg:"))
    schema.migrate(engine)
    CatalogStore(engine).store(Catalog(roles=(Role(1, "data-engineer", "Data Engineer"),)), "ann", "small")
    RunStore(engine).create("We need Python.", None, Config(), "kept")
    engine.dispose()
    (pgdata / "pg_hba.conf").write_text("local all all trust\n")
    return int(pid)


def test_a_store_of_the_release_before_opens_with_all_that_is_in_it(tmp_path: Path) -> None:
    pid = of_the_release_before(tmp_path)
    database = open_database(None, tmp_path)
    try:
        with database.engine.begin() as connection:
            names = connection.execute(text("SELECT name FROM run")).scalars().all()
            assert names == ["kept"]
            owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(text(owners)).scalars().all() == ["workbench"]
            assert (
                connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar() is False
            )
        assert CatalogStore(database.engine).load()[1].roles[0].slug == "data-engineer"
        RunStore(database.engine).create("We need Java.", None, Config())
        # Tables are its own to change, and the next database has pgvector too.
        schema.downgrade(database.engine)
        schema.migrate(database.engine)
        another = open_database(None, tmp_path, "another")
        schema.migrate(another.engine)
        another.close()
    finally:
        database.close()
    # What has ended may lie there a moment longer, until the machine's first process has taken note.
    with suppress(psutil.NoSuchProcess):
        assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_setup_that_was_broken_off_is_done_at_the_next_start(tmp_path: Path) -> None:
    EmbeddedServer(tmp_path).close()
    server = EmbeddedServer(tmp_path)
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("ALTER ROLE workbench NOLOGIN")
    os.kill(int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    server.restart()
    with psycopg.connect(server.url("postgres")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("workbench",)
    server.close()
