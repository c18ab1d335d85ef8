"""The stored catalog equals what was imported; an import is all or nothing; ids are kept or assigned."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db import schema
from db.server import Database
from db.services.editions import Editions
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from pipeline.catalog import Catalog, Dimension, Role, RoleBaseline, Setting, Skill, SkillDimension
from pipeline.catalog.changes import Change, InvalidChanges
from pipeline.catalog.folder import read_folder
from pipeline.catalog.operations import ChangeReason, merge
from pipeline.errors import CatalogError, WorkbenchError
from tests.conftest import SEED_CATALOG

BASELINE = RoleBaseline(
    "a",
    "Testing and quality assurance",
    "Tests what others build.",
    "Mainstream",
    "Known tools.",
    1.5,
    ("title_match",),
)


@pytest.fixture
def ready(database: Database) -> Database:
    schema.migrate(database.engine)
    return database


def rows(catalog: Catalog) -> dict[str, set[object]]:
    return {name: set(getattr(catalog, name)) for name in catalog.counts()}


def test_import_and_export_keep_every_row(ready: Database, catalog: Catalog, tmp_path: Path) -> None:
    revision, _ = Editions(ready.engine).import_folder(SEED_CATALOG, "test")
    assert revision == 1
    assert rows(CatalogStore(ready.engine).load()[1]) == rows(catalog)
    CatalogStore(ready.engine).export(tmp_path / "out")
    assert rows(read_folder(tmp_path / "out").catalog) == rows(catalog)
    assert Editions(ready.engine).import_folder(tmp_path / "out", "test")[0] == 1, "nothing differs"
    CatalogStore(ready.engine).export(tmp_path / "again")
    for file in (tmp_path / "out").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_an_import_over_a_catalog_is_a_change_set_that_can_be_undone(ready: Database, tmp_path: Path) -> None:
    before = Catalog(skills=(Skill(1, "redis", "Redis"), Skill(8, "kafka", "Kafka")))
    CatalogStore(ready.engine).store(before, "test", "first")
    # Another skill of the name, ids that change hands, and one that goes.
    (tmp_path / "skills.csv").write_text("id,slug,display_name\n7,kafka,Kafka\n8,other,Other\n", encoding="utf-8")
    revision, _ = Editions(ready.engine).import_folder(tmp_path, "ann")
    (made, *_) = ChangeSetStore(ready.engine).newest()
    assert (revision, made.kind, made.committer, made.revision_id) == (2, "import", "ann", 2)
    assert [(s.id, s.slug) for s in CatalogStore(ready.engine).load()[1].skills] == [(7, "kafka"), (8, "other")]
    ChangeSetStore(ready.engine).undo(made.id, "ann")
    assert CatalogStore(ready.engine).load() == (3, before)


def test_rows_may_change_ids_with_each_other(ready: Database, tmp_path: Path) -> None:
    CatalogStore(ready.engine).store(Catalog(skills=(Skill(1, "a", "A"), Skill(2, "b", "B"))), "test", "first")
    (tmp_path / "skills.csv").write_text("id,slug,display_name\n1,b,B\n2,a,A\n3,c,C\n,d,D\n", encoding="utf-8")
    Editions(ready.engine).import_folder(tmp_path, "test")
    assert [(s.id, s.slug) for s in CatalogStore(ready.engine).load()[1].skills] == [
        (1, "b"),
        (2, "a"),
        (3, "c"),
        (4, "d"),
    ]


def test_an_import_that_names_what_was_merged_leads_on(ready: Database, tmp_path: Path) -> None:
    two = Catalog(
        skills=(Skill(1, "kafka", "Kafka"), Skill(2, "kstreams", "KStreams")),
        dimensions=(Dimension(1, "streams", "Streams"),),
    )
    CatalogStore(ready.engine).store(two, "test", "first")
    merged = ChangeSetStore(ready.engine).open_draft(
        "ann", "One", merge(two, "skills", "kstreams", "kafka", ChangeReason())
    )
    ChangeSetStore(ready.engine).commit(merged, "ann")
    (tmp_path / "skills.csv").write_text("slug,display_name\nkafka,Kafka\n", encoding="utf-8")
    (tmp_path / "dimensions.csv").write_text("slug,display_name\nstreams,Streams\n", encoding="utf-8")
    (tmp_path / "skill_dimensions.csv").write_text("skill_slug,dimension_slug\nkstreams,streams\n", encoding="utf-8")
    _, reading = Editions(ready.engine).import_folder(tmp_path, "test")
    assert reading.warnings == (
        "skill_dimensions.csv, line 2, column skill_slug: 'kstreams' was replaced by its successor 'kafka'",
    )
    assert CatalogStore(ready.engine).load()[1].skill_dimensions == (SkillDimension("kafka", "streams"),)


def test_a_broken_folder_changes_nothing(ready: Database, tmp_path: Path) -> None:
    CatalogStore(ready.engine).store(Catalog(roles=(Role(5, "qa", "QA"),)), "test", "first")
    (tmp_path / "roles.csv").write_text("slug,display_name\na,A\na,B\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="already stands"):
        Editions(ready.engine).import_folder(tmp_path, "test")
    assert CatalogStore(ready.engine).load() == (1, Catalog(roles=(Role(5, "qa", "QA"),)))


def test_what_the_database_refuses_changes_nothing_either(ready: Database) -> None:
    good = Catalog(skills=(Skill(1, "a", "A"),))
    CatalogStore(ready.engine).store(good, "test", "first")
    bad = Catalog(skills=(Skill(1, "a", "A"), Skill(1, "b", "B")))
    with pytest.raises(IntegrityError, match="pk_skill"):
        CatalogStore(ready.engine).store(bad, "test", "second")
    assert CatalogStore(ready.engine).load() == (1, good)


def test_empty_ids_are_assigned_behind_the_given_ones(ready: Database) -> None:
    CatalogStore(ready.engine).store(Catalog(roles=(Role(None, "b", "B"), Role(41, "a", "A"))), "test", "first")
    assert [(r.slug, r.id) for r in CatalogStore(ready.engine).load()[1].roles] == [("a", 41), ("b", 42)]


def test_vocabularies_are_kept_by_the_database(ready: Database) -> None:
    with pytest.raises(IntegrityError, match="ck_skill_skill_nature_known"), ready.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO skill (slug, display_name, skill_nature, is_extractable, is_also_category, context_tags, "
                "is_cloud_native) VALUES ('x', 'X', 'MAGIC', true, false, '{}', false)"
            )
        )


@pytest.mark.parametrize(
    ("cells", "constraint"),
    [
        ({"ai_index": 5.5}, "ck_role_baseline_ai_index_within"),
        ({"ai_indicators": ("is_clever",)}, "ck_role_baseline_ai_indicators_known"),
        ({"tech_stack_maturity": "Unknown"}, "ck_role_baseline_tech_stack_maturity_known"),
        ({"nature_of_work": "Work"}, "ck_role_baseline_nature_of_work_known"),
        ({"role_slug": "b"}, "fk_role_baseline_role_slug"),
    ],
)
def test_a_baseline_is_kept_to_its_rules_by_the_database(
    ready: Database, cells: dict[str, Any], constraint: str
) -> None:
    row = replace(BASELINE, **cells)
    with pytest.raises(IntegrityError, match=constraint):
        CatalogStore(ready.engine).store(Catalog(roles=(Role(1, "a", "A"),), role_baselines=(row,)), "test", "first")


def test_a_baseline_and_the_facts_of_a_skill_are_read_as_they_were_written(ready: Database) -> None:
    skill = Skill(1, "k", "K", maturity_band="MODERN", is_cloud_native=True)
    catalog = Catalog(roles=(Role(1, "a", "A"),), role_baselines=(BASELINE,), skills=(skill,))
    CatalogStore(ready.engine).store(catalog, "test", "first")
    assert CatalogStore(ready.engine).load() == (1, catalog)


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (Setting("mood", "0.5"), "ck_setting_key_known"),
        (Setting("role_without_reviewer_from", "1.01"), "ck_setting_value_of_key"),
        (Setting("role_without_reviewer_from", "often"), "ck_setting_value_of_key"),
    ],
)
def test_a_setting_is_kept_to_its_key_by_the_database(ready: Database, row: Setting, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        CatalogStore(ready.engine).store(Catalog(settings=(row,)), "test", "first")


def test_a_setting_is_set_changed_and_taken_back_by_change_sets(ready: Database) -> None:
    CatalogStore(ready.engine).store(Catalog(roles=(Role(1, "a", "A"),)), "test", "first")
    change_sets = ChangeSetStore(ready.engine)
    low, high = (Setting("role_without_reviewer_from", value) for value in ("0.7", "0.9"))

    def commit(change: Change) -> int:
        number = change_sets.open_draft("ann", "sure enough", [change])
        change_sets.commit(number, "ann")
        return number

    first = commit(Change(None, low, "gold says so"))
    assert CatalogStore(ready.engine).load()[1].review_confidence == 0.7
    second = commit(Change(low, high, "rather more"))
    assert CatalogStore(ready.engine).load()[1].settings == (high,)
    with pytest.raises(InvalidChanges, match=r"column value: 1.5 is not a number from 0 to 1"):
        commit(Change(high, replace(high, value="1.5")))
    for number, settings in ((second, (low,)), (first, ())):
        change_sets.undo(number, "ann")
        assert CatalogStore(ready.engine).load()[1].settings == settings


def test_export_without_a_catalog_says_what_to_do(ready: Database, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="run 'python -m db init' first"):
        CatalogStore(ready.engine).export(tmp_path)
