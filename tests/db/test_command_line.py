"""``python -m db``: on a data directory of its own, and wherever the store cannot be used: a sentence, and exit code 2."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import text

from db import schema
from db.__main__ import main
from db.embedded import EmbeddedServer
from db.server import Database
from tests.conftest import ROOT, SEED_CATALOG

pytestmark = pytest.mark.slow

Call = Callable[..., str]
GONE = "postgresql://nobody:secret@127.0.0.1:1/none"
COMMANDS = (
    ("init",),
    ("migrate",),
    ("import", str(SEED_CATALOG)),
    ("export", "out"),
    ("status",),
    ("reset", "clean", "--yes"),
    ("update",),
    ("changes",),
    ("undo", "1"),
    ("check", "1"),
    ("purge",),
    ("export-gold", "gold"),
    ("record", "12345678-1234-1234-1234-123456789abc", "answers.jsonl"),
)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """What a command prints that does its work."""

    def call(*args: str) -> str:
        monkeypatch.setattr(sys, "argv", ["db", *args])
        assert main() == 0
        return capsys.readouterr().out

    return call


def test_init_status_export_and_import(
    done: Call, refused: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    monkeypatch.setenv("WORKBENCH_DATA", str(data))
    begun = subprocess.run([sys.executable, "-m", "db", "init"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (begun.returncode, begun.stdout) == (0, "ready: embedded PostgreSQL, catalog revision 1\n")
    assert done("init") == "ready: embedded PostgreSQL, catalog revision 1\n"
    assert done("export", str(out)).startswith("revision 1 written")
    assert sorted(p.name for p in out.iterdir()) == sorted(p.name for p in SEED_CATALOG.iterdir())
    (out / "roles.csv").write_text("slug,display_name\n,x\n", encoding="utf-8")
    assert "roles.csv, line 2, column slug: must not be empty" in refused("import", str(out))
    status = json.loads(done("status"))
    assert (status["catalog_revision"], status["runs"]) == (1, 0)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """What a command that cannot do its work says, on stderr alone."""

    def call(*args: str, **variables: str) -> str:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["db", *args])
        assert main() == 2
        said = capsys.readouterr().err
        assert said.strip() and "Traceback" not in said and "secret" not in said
        return said

    return call


def url_of(server: EmbeddedServer, database: Database) -> str:
    with database.engine.connect() as connection:
        return server.url(connection.execute(text("SELECT current_database()")).scalar_one())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_every_command_says_that_the_server_is_gone(refused: Call, command: tuple[str, ...]) -> None:
    assert "the server of DATABASE_URL cannot be reached" in refused(*command, DATABASE_URL=GONE)


def test_a_database_that_goes_while_a_command_waits_is_named(
    refused: Call, ready: Database, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = url_of(server, ready)

    class Person(io.StringIO):
        """Says yes, but only after the database has gone."""

        def readline(self, _: int | None = -1, /) -> str:
            name = urlsplit(url).path[1:]
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(Identifier(name)))
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            return "yes\n"

    monkeypatch.setattr(sys, "stdin", Person())
    said = refused("reset", "legacy", DATABASE_URL=url)
    assert "it can be undone. Go on?" in said and "The database could not do this" in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:secret@127.0.0.1:port/x", "cannot be read as an address"),
        ("postgresql://me:secret@127.0.0.1:1/x?colour=red", 'invalid connection option "colour"'),
        ("mysql://me:secret@127.0.0.1/x", "must begin with postgresql://"),
    ],
)
def test_an_address_that_is_none_is_named_and_not_repeated(refused: Call, url: str, said: str) -> None:
    assert said in refused("status", DATABASE_URL=url)


def test_a_role_that_may_not_is_named(refused: Call, database: Database, server: EmbeddedServer) -> None:
    url = url_of(server, database)
    with psycopg.connect(url.replace("//workbench@", "//postgres@")) as connection:
        connection.execute("ALTER SCHEMA public OWNER TO postgres")
    said = refused("init", DATABASE_URL=url)
    assert "permission denied for schema public" in said and "Let the role of DATABASE_URL own its database" in said


def test_a_store_of_a_newer_release_is_named(refused: Call, database: Database, server: EmbeddedServer) -> None:
    schema.migrate(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    url = url_of(server, database)
    for command in COMMANDS:
        if command[0] not in ("export", "status", "undo"):
            assert "are at 9999, which this release does not know" in refused(*command, DATABASE_URL=url)


def test_a_store_without_tables_is_named(refused: Call, database: Database, server: EmbeddedServer) -> None:
    url = url_of(server, database)
    for command in (("export", "out"), ("undo", "1")):
        assert "Bring them up to date by 'python -m db migrate'" in refused(*command, DATABASE_URL=url)


def test_a_data_folder_that_is_a_file_is_named(refused: Call, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for data in (tmp_path / "file", tmp_path / "file" / "below"):
        said = refused("status", WORKBENCH_DATA=str(data))
        assert f"The data folder {data} cannot be used" in said and "WORKBENCH_DATA" in said


def test_a_data_folder_that_cannot_be_written_is_named(refused: Call) -> None:
    # Not even root makes a folder there.
    assert "The data folder /proc/workbench cannot be used" in refused("status", WORKBENCH_DATA="/proc/workbench")


def test_a_file_that_cannot_be_written_is_named(refused: Call, ready: Database, server: EmbeddedServer) -> None:
    said = refused("export", "/proc/workbench", DATABASE_URL=url_of(server, ready))
    assert said.startswith("/proc/workbench: ")
