"""Backups on a real PostgreSQL: what is restored is equal to the byte, and what is damaged, newer or in the way is refused."""

from __future__ import annotations

import argparse
import json
import re
import stat
import threading
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from db import schema
from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.models import CATALOG_TABLES, metadata
from db.server import Database, open_database
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from db.stores.parse_verdicts import ParseVerdictStore
from db.upkeep.backups import back_up, catalog_digest, restore, try_out, verify
from db.upkeep.commands import add_commands
from pipeline.catalog import RoleBaseline
from pipeline.catalog.changes import Change
from tests.conftest import own_database
from tests.db.conftest import OLD_STORE


def exported(database: Database, folder: Path) -> dict[str, bytes]:
    CatalogStore(database.engine).export(folder)
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(target: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """A backup with changed members."""
    held = members(OLD_STORE)
    change(held)
    with zipfile.ZipFile(target, "w") as file:
        for name, content in held.items():
            file.writestr(name, content)
    return target


BASELINE = RoleBaseline(
    "data-engineer",
    "Data pipeline and platform engineering",
    "Moves data.",
    "Mainstream",
    "Spark is usual.",
    0.5,
    ("on_ai_team",),
)


def _tables_since(path: Path) -> set[str]:
    """The tables that a backup of an earlier release does not have."""
    return set(metadata.tables) - set(json.loads(members(path)["manifest.json"])["tables"])


def test_what_is_restored_is_equal_to_the_byte_and_goes_on(
    filled: Database, server: EmbeddedServer, tmp_path: Path
) -> None:
    with filled.engine.begin() as connection:
        token = connection.execute(text("SELECT nextval('job_token')")).scalar_one()
        run = connection.execute(text("SELECT id FROM run ORDER BY created_at LIMIT 1")).scalar_one()
        asked = "INSERT INTO run_request (person, key, digest, run_id) VALUES ('Ann', 'nightly', 'x', :run)"
        connection.execute(text(asked), {"run": run})
        connection.execute(
            insert(CATALOG_TABLES["role_baselines"]), [{**asdict(BASELINE), "ai_indicators": ["on_ai_team"]}]
        )
    ParseVerdictStore(filled.engine).give(run, "title", "Ann", None)
    made = back_up(filled, tmp_path / "one.zip")
    empty = {name for name, content in made.tables.items() if not content.rows}
    # Tables that came after the release of the old store may have no rows.
    assert empty <= _tables_since(OLD_STORE)
    assert made.tables["role_baseline"].rows == 1
    assert set(made.tables) == set(metadata.tables)
    with own_database(server) as other:
        restore(other, tmp_path / "one.zip")
        assert exported(other, tmp_path / "b") == exported(filled, tmp_path / "a")
        back_up(other, tmp_path / "two.zip")
        one, two = members(tmp_path / "one.zip"), members(tmp_path / "two.zip")
        assert {name for name in one if one[name] != two[name]} == {"manifest.json"}
        assert json.loads(two["manifest.json"])["sequences"] == json.loads(one["manifest.json"])["sequences"]
        # Numbers that were given are not given again.
        assert ChangeSetStore(other.engine).open_draft("Ann", "Next") == 7
        with other.engine.begin() as connection:
            assert connection.execute(text("SELECT nextval('job_token')")).scalar_one() == token + 1


def test_a_backup_is_of_one_moment_while_the_store_is_used(
    filled: Database, server: EmbeddedServer, tmp_path: Path
) -> None:
    store, began, stop = ChangeSetStore(filled.engine), threading.Event(), threading.Event()

    def commit_again_and_again() -> None:
        while not stop.is_set():
            redis = CatalogStore(filled.engine).load()[1].skill["redis"]
            change = Change(redis, replace(redis, vendor=f"{redis.vendor}+"))
            store.commit(store.open_draft("Ann", "Redis", [change]), "Ann")
            began.set()

    committing = threading.Thread(target=commit_again_and_again)
    committing.start()
    try:
        assert began.wait(30)
        made = back_up(filled, tmp_path / "one.zip")
    finally:
        stop.set()
        committing.join()
    with own_database(server) as other:
        restore(other, tmp_path / "one.zip")
        with other.engine.connect() as connection:
            assert catalog_digest(connection) == made.catalog_sha256
        assert made.catalog_revision == CatalogStore(other.engine).revision()
        newest = ChangeSetStore(other.engine).newest(1, status="committed")[0]
        assert newest.revision_id == made.catalog_revision


def test_a_file_is_tried_out_in_a_server_of_its_own(tmp_path: Path) -> None:
    made = verify(OLD_STORE, tmp_path)
    assert made.schema_revision == "0012" and made.rows > 400
    assert list(tmp_path.iterdir()) == []


def test_rows_that_come_to_something_else_are_found_though_the_file_is_whole(
    database: Database, tmp_path: Path
) -> None:
    def claim_more(held: dict[str, bytes]) -> None:
        held["manifest.json"] = re.sub(
            rb'("catalog_sha256": ")[0-9a-f]{64}', rb"\g<1>" + b"0" * 64, held["manifest.json"]
        )

    with pytest.raises(StoreError, match="does not come to what was backed up; what differs: the exported catalog"):
        try_out(database, rewritten(tmp_path / "x.zip", claim_more))


def cut(path: Path) -> None:
    path.write_bytes(OLD_STORE.read_bytes()[:-2000])


def flip(path: Path) -> None:
    content = bytearray(OLD_STORE.read_bytes())
    at = content.index(b"tables/run.copy") + 2000
    content[at] ^= 0xFF
    path.write_bytes(content)


def other_rows(path: Path) -> None:
    def change(held: dict[str, bytes]) -> None:
        held["tables/verdict.copy"] = held["tables/verdict.copy"].replace(b"Ann", b"Eve")

    rewritten(path, change)


def lost_table(path: Path) -> None:
    rewritten(path, lambda held: held.pop("tables/verdict.copy"))


def newer_tables(path: Path) -> None:
    def change(held: dict[str, bytes]) -> None:
        held["manifest.json"] = held["manifest.json"].replace(b'"0012"', b'"9999"')

    rewritten(path, change)


def no_backup(path: Path) -> None:
    rewritten(path, lambda held: held.pop("manifest.json"))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (cut, "is damaged: "),
        (flip, "is damaged: "),
        (other_rows, "is damaged: the rows of verdict are not those that were written"),
        (lost_table, "is damaged: .*verdict"),
        (newer_tables, "was made by a newer release of the workbench .tables at 9999"),
        (no_backup, "is no backup of a workbench"),
        (lambda path: path.write_text("not a zip"), "is damaged: "),
        (lambda path: None, "There is no file"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_and_nothing_is_written(
    database: Database, tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    spoil(tmp_path / "x.zip")
    with pytest.raises(StoreError, match=reason):
        restore(database, tmp_path / "x.zip")
    assert schema.current_revision(database.engine) is None


def test_a_store_that_is_not_empty_is_left_alone(filled: Database) -> None:
    with pytest.raises(StoreError, match=r"The store is not empty: \d+ of its tables have rows .*Nothing was restored"):
        restore(filled, OLD_STORE)


def test_an_empty_database_of_a_given_server_is_restored_into_also_where_it_has_newer_tables(
    database: Database, server: EmbeddedServer, tmp_path: Path
) -> None:
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        name = str(connection.execute(text("SELECT current_database()")).scalar_one())
    given = open_database(server.url(name), tmp_path)
    try:
        restore(given, OLD_STORE)
    finally:
        given.close()
    assert CatalogStore(database.engine).revision() == 4


def test_a_backup_is_for_its_owner_alone_and_never_overwrites_another(filled: Database, tmp_path: Path) -> None:
    path = tmp_path / "one.zip"
    back_up(filled, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="is there already"):
        back_up(filled, path)
    with pytest.raises(StoreError, match="cannot be written: No such file or directory"):
        back_up(filled, tmp_path / "nowhere" / "one.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["one.zip"]


def test_the_commands_say_what_they_did(
    filled: Database, server: EmbeddedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())

    def command(database: Database, name: str) -> str:
        args = parser.parse_args([name, str(tmp_path / "one.zip")])
        args.function(database, args)
        return capsys.readouterr().out

    assert re.fullmatch(r"\d+ rows of \d+ tables written to .*/one\.zip \(0\.1 MB\)\n", command(filled, "backup"))
    with own_database(server) as other:
        assert re.fullmatch(
            r"\d+ rows restored into embedded PostgreSQL, catalog revision 4\n", command(other, "restore")
        )


def test_there_is_nothing_to_back_up_without_tables(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing to back up"):
        back_up(database, tmp_path / "one.zip")
    assert list(tmp_path.iterdir()) == []
