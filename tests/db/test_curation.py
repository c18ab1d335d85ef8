"""Change sets on a real PostgreSQL: committed whole or not at all, undone exactly, and what shipped brought back."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from db import catalog as stored
from db import curation, editions
from db.errors import StoreError
from db.server import Database
from db.workbench import initialise
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, ChangeConflict, InvalidChanges, diff
from pipeline.catalog.folder import read_folder
from tests.conftest import ROOT, SEED_CATALOG


def now(database: Database) -> Catalog:
    return stored.load_catalog(database.engine)[1]


def rename(database: Database, slug: str, name: str) -> Change:
    skill = now(database).skill[slug]
    return Change("skills", skill, replace(skill, display_name=name), "test")


def exported(database: Database, folder: Path) -> dict[str, bytes]:
    stored.export_folder(database.engine, folder)
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_draft_changes_nothing_until_it_is_committed(ready: Database) -> None:
    draft = curation.open_draft(ready.engine, "ann", "Rename")
    curation.stage(ready.engine, draft, [rename(ready, "kafka", "Apache Kafka")])
    assert now(ready).skill["kafka"].display_name == "Kafka"
    revision = curation.commit(ready.engine, draft, "ann")
    assert (stored.load_catalog(ready.engine)[0], now(ready).skill["kafka"].display_name) == (revision, "Apache Kafka")
    found = curation.load_change_set(ready.engine, draft)
    assert (found.status, found.revision_id, found.author, found.size) == ("committed", revision, "ann", 1)


def test_undo_gives_back_the_catalog_byte_for_byte(ready: Database, tmp_path: Path) -> None:
    before = exported(ready, tmp_path / "before")
    skill = now(ready).skill["kafka"]
    changes = [
        *(Change("skill_dimensions", link, None) for link in now(ready).skill_dimensions if link.skill_slug == "kafka"),
        *(Change("skill_aliases", alias, None) for alias in now(ready).skill_aliases if alias.skill_slug == "kafka"),
        Change("skills", skill, None),
        Change("skills", None, replace(skill, id=None, slug="new-kafka", display_name="New Kafka")),
    ]
    number = curation.open_draft(ready.engine, "ann", "Swap", changes)
    curation.commit(ready.engine, number, "ann")
    assert "kafka" not in now(ready).skill and now(ready).skill["new-kafka"].id
    undone = curation.undo(ready.engine, number, "bob")
    assert exported(ready, tmp_path / "after") == before
    assert curation.load_change_set(ready.engine, undone).undoes == number


def test_undo_is_refused_where_later_changes_stand_on_it(ready: Database) -> None:
    first = curation.open_draft(ready.engine, "ann", "One", [rename(ready, "kafka", "Kafka 1")])
    curation.commit(ready.engine, first, "ann")
    second = curation.open_draft(ready.engine, "bob", "Two", [rename(ready, "kafka", "Kafka 2")])
    curation.commit(ready.engine, second, "bob")
    assert [s.id for s in curation.built_on(ready.engine, first)] == [second]
    with pytest.raises(ChangeConflict, match="kafka has been changed"):
        curation.undo(ready.engine, first, "ann")
    assert now(ready).skill["kafka"].display_name == "Kafka 2"
    curation.undo(ready.engine, second, "ann")
    curation.undo(ready.engine, first, "ann")
    assert now(ready).skill["kafka"].display_name == "Kafka"


def test_a_conflict_applies_nothing_and_keeps_the_draft(ready: Database) -> None:
    mine = curation.open_draft(ready.engine, "ann", "Mine", [rename(ready, "kafka", "Mine"), rename(ready, "redis", "Mine too")])
    theirs = curation.open_draft(ready.engine, "bob", "Theirs", [rename(ready, "kafka", "Theirs")])
    curation.commit(ready.engine, theirs, "bob")
    with pytest.raises(ChangeConflict) as caught:
        curation.commit(ready.engine, mine, "ann")
    conflict = caught.value.conflicts[0]
    assert [r.display_name for r in (conflict.change.before, conflict.theirs, conflict.change.after)] == ["Kafka", "Theirs", "Mine"]
    assert now(ready).skill["redis"].display_name == "Redis"
    assert curation.load_change_set(ready.engine, mine).status == "draft"


def test_what_would_lead_nowhere_is_not_committed(ready: Database) -> None:
    draft = curation.open_draft(ready.engine, "ann", "Drop", [Change("dimensions", now(ready).dimension["cloud-platforms"], None)])
    with pytest.raises(InvalidChanges, match="there is no dimension 'cloud-platforms'"):
        curation.commit(ready.engine, draft, "ann")
    assert "cloud-platforms" in now(ready).dimension


def test_only_a_draft_can_be_changed(ready: Database) -> None:
    draft = curation.open_draft(ready.engine, "ann", "Gone")
    curation.discard(ready.engine, draft)
    for act in (lambda: curation.commit(ready.engine, draft, "ann"), lambda: curation.stage(ready.engine, draft, [])):
        with pytest.raises(StoreError, match="is discarded"):
            act()
    with pytest.raises(StoreError, match="no change set 999"):
        curation.load_change_set(ready.engine, 999)


def test_parallel_commits_on_one_row_lose_no_update(ready: Database) -> None:
    drafts = [curation.open_draft(ready.engine, f"p{i}", f"Name {i}", [rename(ready, "kafka", f"Kafka {i}")]) for i in range(6)]
    won: list[int] = []
    lost: list[int] = []

    def attempt(number: int) -> None:
        try:
            curation.commit(ready.engine, number, "someone")
            won.append(number)
        except ChangeConflict:
            lost.append(number)

    threads = [threading.Thread(target=attempt, args=(n,)) for n in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 5)
    assert now(ready).skill["kafka"].display_name == curation.load_changes(ready.engine, won[0])[0].after.display_name  # type: ignore[union-attr]


def test_the_catalog_is_put_back_to_the_legacy_one_and_to_the_clean_one(ready: Database, tmp_path: Path) -> None:
    before = exported(ready, tmp_path / "before")
    legacy = read_folder(SEED_CATALOG, ROOT / "seeds" / "legacy").catalog
    number, size = editions.put_back(ready.engine, "legacy", "ann")
    assert number and size == len(diff(read_folder(SEED_CATALOG).catalog, legacy))
    assert diff(now(ready), legacy) == ()
    assert editions.shipped_state(ready.engine)[0] == "legacy"
    curation.undo(ready.engine, number, "ann")
    assert exported(ready, tmp_path / "undone") == before
    assert editions.put_back(ready.engine, "clean", "ann") == (None, 0)


def test_a_newer_shipped_catalog_comes_as_a_change_set(ready: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    curation.commit(ready.engine, curation.open_draft(ready.engine, "ann", "Mine", [rename(ready, "kafka", "Our Kafka")]), "ann")
    assert editions.newer_edition(ready.engine) is None
    theirs, _ = stored.shipped("clean")
    skills = tuple(
        replace(s, display_name="Their Kafka") if s.slug == "kafka" else replace(s, vendor="New Vendor") if s.slug == "redis" else s
        for s in theirs.skills
    )
    monkeypatch.setattr(editions, "shipped", lambda edition: (replace(theirs, skills=skills), "newer"))
    monkeypatch.setattr(editions, "fingerprint_of", lambda edition: "newer")
    assert editions.newer_edition(ready.engine) == "clean"
    number, kept = editions.update_to_shipped(ready.engine, "ann")
    assert number and kept == 1
    assert (now(ready).skill["kafka"].display_name, now(ready).skill["redis"].vendor) == ("Our Kafka", "New Vendor")
    assert editions.newer_edition(ready.engine) is None


def test_the_embedded_database_starts_with_faults_to_repair_unless_told_otherwise(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_EDITION")
    initialise(database)
    assert "d_init_01" in now(database).dimension
    assert editions.shipped_state(database.engine)[0] == "legacy"


def test_a_flag_decides_the_edition(database: Database) -> None:
    initialise(database, edition="legacy")
    assert "fullstack-developer" in now(database).role
