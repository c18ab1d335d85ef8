"""The stored catalog equals what was imported; an import is all or nothing; ids are kept or assigned."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db import catalog as stored
from db import schema
from db.server import Database
from pipeline.catalog import Catalog, Role, Skill
from pipeline.catalog.folder import read_folder
from pipeline.errors import CatalogError, WorkbenchError
from tests.conftest import SEED_CATALOG


@pytest.fixture
def ready(database: Database) -> Database:
    schema.migrate(database.engine)
    return database


def rows(catalog: Catalog) -> dict[str, set[object]]:
    return {name: set(getattr(catalog, name)) for name in catalog.counts()}


def test_import_and_export_keep_every_row(ready: Database, catalog: Catalog, tmp_path: Path) -> None:
    revision, _ = stored.import_folder(ready.engine, SEED_CATALOG, "test")
    assert revision == 1
    assert rows(stored.load_catalog(ready.engine)[1]) == rows(catalog)
    stored.export_folder(ready.engine, tmp_path / "out")
    assert rows(read_folder(tmp_path / "out").catalog) == rows(catalog)
    stored.import_folder(ready.engine, tmp_path / "out", "test")
    stored.export_folder(ready.engine, tmp_path / "again")
    for file in (tmp_path / "out").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_a_broken_folder_changes_nothing(ready: Database, tmp_path: Path) -> None:
    stored.store_catalog(ready.engine, Catalog(roles=(Role(5, "qa", "QA"),)), "test", "first")
    (tmp_path / "roles.csv").write_text("slug,display_name\na,A\na,B\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="already stands"):
        stored.import_folder(ready.engine, tmp_path, "test")
    assert stored.load_catalog(ready.engine) == (1, Catalog(roles=(Role(5, "qa", "QA"),)))


def test_what_the_database_refuses_changes_nothing_either(ready: Database) -> None:
    good = Catalog(skills=(Skill(1, "a", "A"),))
    stored.store_catalog(ready.engine, good, "test", "first")
    bad = Catalog(skills=(Skill(1, "a", "A"), Skill(1, "b", "B")))
    with pytest.raises(IntegrityError, match="pk_skill"):
        stored.store_catalog(ready.engine, bad, "test", "second")
    assert stored.load_catalog(ready.engine) == (1, good)


def test_empty_ids_are_assigned_behind_the_given_ones(ready: Database) -> None:
    stored.store_catalog(ready.engine, Catalog(roles=(Role(None, "b", "B"), Role(41, "a", "A"))), "test", "first")
    assert [(r.slug, r.id) for r in stored.load_catalog(ready.engine)[1].roles] == [("a", 41), ("b", 42)]


def test_vocabularies_are_kept_by_the_database(ready: Database) -> None:
    with pytest.raises(IntegrityError, match="ck_skill_skill_nature_known"), ready.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO skill (slug, display_name, skill_nature, is_extractable, is_also_category, context_tags) "
                "VALUES ('x', 'X', 'MAGIC', true, false, '{}')"
            )
        )


def test_export_without_a_catalog_says_what_to_do(ready: Database, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="run 'python -m db init' first"):
        stored.export_folder(ready.engine, tmp_path)
