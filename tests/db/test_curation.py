"""Change sets on a real PostgreSQL: committed whole or not at all, undone exactly, and what shipped brought back."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from db.errors import StoreError
from db.server import Database
from db.services.editions import Editions, initialise
from db.services.shipped import read_shipped
from db.stores.audit_trail import AuditTrail
from db.stores.catalog import CatalogStore, ShippedEdition
from db.stores.change_sets import ChangeSetStore
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, ChangeConflict, InvalidChanges, diff
from pipeline.catalog.folder import read_folder
from tests.conftest import ROOT, SEED_CATALOG


def now(database: Database) -> Catalog:
    return CatalogStore(database.engine).load()[1]


def rename(database: Database, slug: str, name: str) -> Change:
    skill = now(database).skill[slug]
    return Change(skill, replace(skill, display_name=name), "test")


def exported(database: Database, folder: Path) -> dict[str, bytes]:
    CatalogStore(database.engine).export(folder)
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_draft_changes_nothing_until_it_is_committed(ready: Database) -> None:
    draft = ChangeSetStore(ready.engine).open_draft("ann", "Rename")
    ChangeSetStore(ready.engine).stage(draft, [rename(ready, "kafka", "Apache Kafka")])
    assert now(ready).skill["kafka"].display_name == "Kafka"
    revision = ChangeSetStore(ready.engine).commit(draft, "ann")
    assert (CatalogStore(ready.engine).load()[0], now(ready).skill["kafka"].display_name) == (revision, "Apache Kafka")
    found = ChangeSetStore(ready.engine).load(draft)
    assert (found.status, found.revision_id, found.author, found.size) == ("committed", revision, "ann", 1)


def test_undo_gives_back_the_catalog_byte_for_byte(ready: Database, tmp_path: Path) -> None:
    before = exported(ready, tmp_path / "before")
    skill = now(ready).skill["kafka"]
    changes = [
        *(Change(link, None) for link in now(ready).skill_dimensions if link.skill_slug == "kafka"),
        *(Change(alias, None) for alias in now(ready).skill_aliases if alias.skill_slug == "kafka"),
        Change(skill, None),
        Change(None, replace(skill, id=None, slug="new-kafka", display_name="New Kafka")),
    ]
    number = ChangeSetStore(ready.engine).open_draft("ann", "Swap", changes)
    ChangeSetStore(ready.engine).commit(number, "ann")
    assert "kafka" not in now(ready).skill and now(ready).skill["new-kafka"].id
    undone = ChangeSetStore(ready.engine).undo(number, "bob")
    assert exported(ready, tmp_path / "after") == before
    assert ChangeSetStore(ready.engine).load(undone).undoes == number


def test_undo_is_refused_where_later_changes_stand_on_it(ready: Database) -> None:
    first = ChangeSetStore(ready.engine).open_draft("ann", "One", [rename(ready, "kafka", "Kafka 1")])
    ChangeSetStore(ready.engine).commit(first, "ann")
    second = ChangeSetStore(ready.engine).open_draft("bob", "Two", [rename(ready, "kafka", "Kafka 2")])
    ChangeSetStore(ready.engine).commit(second, "bob")
    assert [s.id for s in AuditTrail(ready.engine).later_change_sets(first)] == [second]
    with pytest.raises(ChangeConflict, match="kafka has been changed"):
        ChangeSetStore(ready.engine).undo(first, "ann")
    assert now(ready).skill["kafka"].display_name == "Kafka 2"
    ChangeSetStore(ready.engine).undo(second, "ann")
    ChangeSetStore(ready.engine).undo(first, "ann")
    assert now(ready).skill["kafka"].display_name == "Kafka"


def test_a_conflict_applies_nothing_and_keeps_the_draft(ready: Database) -> None:
    mine = ChangeSetStore(ready.engine).open_draft(
        "ann", "Mine", [rename(ready, "kafka", "Mine"), rename(ready, "redis", "Mine too")]
    )
    theirs = ChangeSetStore(ready.engine).open_draft("bob", "Theirs", [rename(ready, "kafka", "Theirs")])
    ChangeSetStore(ready.engine).commit(theirs, "bob")
    with pytest.raises(ChangeConflict) as caught:
        ChangeSetStore(ready.engine).commit(mine, "ann")
    conflict = caught.value.conflicts[0]
    assert [r.display_name for r in (conflict.change.before, conflict.current, conflict.change.after)] == [
        "Kafka",
        "Theirs",
        "Mine",
    ]
    assert now(ready).skill["redis"].display_name == "Redis"
    assert ChangeSetStore(ready.engine).load(mine).status == "draft"


def test_what_would_lead_nowhere_is_not_committed(ready: Database) -> None:
    draft = ChangeSetStore(ready.engine).open_draft(
        "ann", "Drop", [Change(now(ready).dimension["cloud-platforms"], None)]
    )
    with pytest.raises(InvalidChanges, match="there is no dimension 'cloud-platforms'"):
        ChangeSetStore(ready.engine).commit(draft, "ann")
    assert "cloud-platforms" in now(ready).dimension


def test_only_a_draft_can_be_changed(ready: Database) -> None:
    draft = ChangeSetStore(ready.engine).open_draft("ann", "Gone")
    ChangeSetStore(ready.engine).discard(draft)
    for act in (
        lambda: ChangeSetStore(ready.engine).commit(draft, "ann"),
        lambda: ChangeSetStore(ready.engine).stage(draft, []),
    ):
        with pytest.raises(StoreError, match="is discarded"):
            act()
    with pytest.raises(StoreError, match="no change set 999"):
        ChangeSetStore(ready.engine).load(999)


def test_parallel_commits_on_one_row_lose_no_update(ready: Database) -> None:
    drafts = [
        ChangeSetStore(ready.engine).open_draft(f"p{i}", f"Name {i}", [rename(ready, "kafka", f"Kafka {i}")])
        for i in range(6)
    ]
    won: list[int] = []
    lost: list[int] = []

    def attempt(number: int) -> None:
        try:
            ChangeSetStore(ready.engine).commit(number, "someone")
            won.append(number)
        except ChangeConflict:
            lost.append(number)

    threads = [threading.Thread(target=attempt, args=(n,)) for n in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 5)
    assert (
        now(ready).skill["kafka"].display_name
        == ChangeSetStore(ready.engine).load_changes(won[0])[0].after.display_name
    )  # type: ignore[union-attr]


def test_the_catalog_is_put_back_to_the_legacy_one_and_to_the_clean_one(ready: Database, tmp_path: Path) -> None:
    before = exported(ready, tmp_path / "before")
    legacy = read_folder(SEED_CATALOG, ROOT / "seeds" / "legacy").catalog
    number, size = Editions(ready.engine).put_back("legacy", "ann")
    assert number and size == len(diff(read_folder(SEED_CATALOG).catalog, legacy))
    assert diff(now(ready), legacy) == ()
    shipped = CatalogStore(ready.engine).shipped_edition()
    assert shipped is not None and shipped.name == "legacy"
    ChangeSetStore(ready.engine).undo(number, "ann")
    assert exported(ready, tmp_path / "undone") == before
    assert Editions(ready.engine).put_back("clean", "ann") == (None, 0)


def test_a_newer_shipped_catalog_comes_as_a_change_set(ready: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ChangeSetStore(ready.engine).commit(
        ChangeSetStore(ready.engine).open_draft("ann", "Mine", [rename(ready, "kafka", "Our Kafka")]), "ann"
    )
    assert Editions(ready.engine).newer_edition() is None
    upstream, _ = read_shipped("clean")
    skills = tuple(
        replace(s, display_name="Their Kafka")
        if s.slug == "kafka"
        else replace(s, vendor="New Vendor")
        if s.slug == "redis"
        else s
        for s in upstream.skills
    )
    newer = ShippedEdition("clean", "newer")
    monkeypatch.setattr("db.services.editions.read_shipped", lambda _: (replace(upstream, skills=skills), newer))
    monkeypatch.setattr("db.services.editions.shipped_edition", lambda _: newer)
    assert Editions(ready.engine).newer_edition() == "clean"
    number, kept = Editions(ready.engine).update_to_shipped("ann")
    assert number and kept == 1
    assert (now(ready).skill["kafka"].display_name, now(ready).skill["redis"].vendor) == ("Our Kafka", "New Vendor")
    assert Editions(ready.engine).newer_edition() is None


def test_a_store_of_before_gets_baselines_and_the_maturity_of_its_skills_with_the_newer_catalog(
    ready: Database,
) -> None:
    store, editions, shipped = ChangeSetStore(ready.engine), Editions(ready.engine), read_shipped("clean")[0]
    # As a migration leaves a store of before: no baselines, and no skill says how mature it is.
    with ready.engine.begin() as connection:
        connection.execute(text("DELETE FROM role_baseline"))
        connection.execute(text("UPDATE skill SET maturity_band = NULL, is_cloud_native = false"))
        connection.execute(text("UPDATE catalog_revision SET fingerprint = 'of before'"))
    mine = replace(shipped.baseline_of_role["data-engineer"], ai_index=0.75)
    kafka = now(ready).skill["kafka"]
    edits = [Change(kafka, replace(kafka, vendor="Ours")), Change(None, mine)]
    store.commit(store.open_draft("ann", "Mine", edits), "ann")
    assert editions.newer_edition() == "clean"
    number, kept = editions.update_to_shipped("ann")
    assert number and kept == 2
    catalog = now(ready)
    assert (catalog.skill["kafka"].vendor, catalog.skill["kafka"].maturity_band) == ("Ours", "MODERN")
    assert catalog.baseline_of_role["data-engineer"] == mine and len(catalog.role_baselines) == len(catalog.roles)
    assert catalog.skill["kubernetes"].is_cloud_native and editions.newer_edition() is None
    store.undo(number, "ann")
    assert [b.role_slug for b in now(ready).role_baselines] == ["data-engineer"]


def test_the_embedded_database_starts_with_faults_to_repair_unless_an_edition_is_set(database: Database) -> None:
    initialise(database)
    assert "d_init_01" in now(database).dimension
    shipped = CatalogStore(database.engine).shipped_edition()
    assert shipped is not None and shipped.name == "legacy"


def test_a_flag_decides_the_edition(database: Database) -> None:
    initialise(database, edition="legacy")
    assert "fullstack-developer" in now(database).role
