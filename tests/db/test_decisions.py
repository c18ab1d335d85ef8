"""Drafts as lists of decisions on a real PostgreSQL: staged in order, taken out and put back whole, kept with the commit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.errors import StoreError
from db.server import Database
from db.services.editions import Editions
from db.stores.audit_trail import AuditTrail, Search
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from db.stores.commits import CommitNote
from db.stores.draft_decisions import StandsOnIt
from db.stores.findings import FindingStore
from pipeline.audit import Finding, check_of_kind
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog import Catalog, SkillAlias
from pipeline.catalog.admission import DraftClash
from pipeline.catalog.changes import Change, ChangeConflict, InvalidChanges
from pipeline.catalog.operations import ChangeReason, edit, find_alias, merge, repoint_alias

WHY = ChangeReason("because")


def now(database: Database) -> Catalog:
    return CatalogStore(database.engine).load()[1]


def alias(catalog: Catalog, skill: str, text: str) -> SkillAlias:
    return find_alias(catalog, skill, text)


def titles(store: ChangeSetStore, number: int) -> list[tuple[str, bool]]:
    return [(d.title, d.out is not None) for d in store.decisions(number)]


def test_an_alias_that_is_given_away_and_then_typed_is_both(ready: Database) -> None:
    store, catalog = ChangeSetStore(ready.engine), now(ready)
    k8s = alias(catalog, "kubernetes", "k8s")
    number = store.stage_for("ann", repoint_alias(catalog, "kubernetes", "k8s", "docker", WHY))
    # Made on the catalog without the draft, as a finding is that was judged before.
    other = "LEGACY" if k8s.alias_type != "LEGACY" else "SYNONYM"
    store.stage_for("ann", edit(k8s, WHY, alias_type=other))
    assert len(store.decisions(number)) == 2
    store.commit(number, "ann")
    with pytest.raises(Exception, match="has no alias 'k8s'"):
        alias(now(ready), "kubernetes", "k8s")
    assert alias(now(ready), "docker", "k8s").alias_type == other


def test_a_decision_goes_and_comes_with_all_its_rows_and_what_stands_on_it(ready: Database) -> None:
    store, catalog = ChangeSetStore(ready.engine), now(ready)
    number = store.stage_for("ann", merge(catalog, "skills", "kafka-streams", "kafka", WHY))
    store.stage_for("ann", edit(catalog.skill["redis"], WHY, vendor="Redis Ltd"))
    moved = next(c.after for c in store.load_changes(number) if c.table == "skill_aliases" and c.after is not None)
    store.stage_for("bob", edit(catalog.skill["docker"], WHY, vendor="x"))
    store.stage(number, [Change(moved, None)], "ann")
    whole = store.load_changes(number)
    size = store.load(number).size
    with pytest.raises(StandsOnIt, match=f"{moved.alias_text} is not kafka") as caught:
        store.take_out(number, 1, "ann")
    assert caught.value.numbers == (3,)
    assert store.take_out(number, 1, "ann", why="too early", along=True) == (1, 3)
    assert [c.key for c in store.load_changes(number)] == [("redis",)]
    header = store.load(number)
    assert (header.size, header.decisions) == (1, 1)
    out = store.decisions(number)[0].out
    assert out is not None and (out.by, out.why, store.decisions(number)[2].out.along_with) == ("ann", "too early", 1)  # type: ignore[union-attr]
    with pytest.raises(StoreError, match="not in the draft any more"):
        store.take_out(number, 1, "ann")
    assert store.put_back(number, 1) == (1, 3)
    assert store.load_changes(number) == whole
    assert (store.load(number).size, store.load(number).decisions) == (size, 3)


def test_what_contradicts_the_draft_is_refused_by_name_and_can_be_made_to_prevail(ready: Database) -> None:
    store, redis = ChangeSetStore(ready.engine), now(ready).skill["redis"]
    number = store.stage_for("ann", edit(redis, WHY, vendor="One"))
    with pytest.raises(DraftClash, match=r"another vendor by now \(decision “Redis: vendor .* → One”\)"):
        store.stage_for("ann", edit(redis, WHY, vendor="Two"))
    assert len(store.decisions(number)) == 1
    store.stage_for("ann", edit(redis, WHY, vendor="Two"), prevailing="later")
    store.commit(number, "ann")
    assert now(ready).skill["redis"].vendor == "Two"
    with pytest.raises(StoreError, match="holds this already"):
        link = now(ready).skill_dimensions[0]
        store.stage_for("ann", [Change(link, None)])
        store.stage_for("ann", [Change(link, None)])


def test_a_rule_is_told_with_the_decision_that_breaks_it(ready: Database) -> None:
    store = ChangeSetStore(ready.engine)
    number = store.stage_for("ann", edit(now(ready).skill["redis"], WHY, vendor="x"))
    store.stage_for("ann", [Change(now(ready).dimension["cloud-platforms"], None)])
    found = store.examine(number)
    assert set(found.problems_of) == {2}
    assert any("there is no dimension 'cloud-platforms'" in text for text in found.problems_of[2])
    store.take_out(number, 2, "ann")
    assert store.examine(number).problems == ()
    with pytest.raises(InvalidChanges):
        store.put_back(number, 2)
        store.commit(number, "ann")


def test_a_finding_is_open_again_while_its_decision_is_out(ready: Database) -> None:
    store, findings = ChangeSetStore(ready.engine), FindingStore(ready.engine)
    k8s = alias(now(ready), "kubernetes", "k8s")
    check = check_of_kind("wrong_alias")
    assert check is not None
    finding = Finding(check, AliasSubject("kubernetes", "k8s"), 0.9, (), (Change(k8s, None),))
    number = findings.accept(finding, "ann")
    assert findings.still_open([finding]) == []
    store.take_out(number, 1, "ann")
    assert findings.still_open([finding]) == [finding]
    store.put_back(number, 1)
    assert findings.still_open([finding]) == []


def test_a_commit_keeps_title_why_impact_and_what_each_decision_did(ready: Database) -> None:
    store, catalog = ChangeSetStore(ready.engine), now(ready)
    number = store.stage_for("ann", edit(catalog.skill["redis"], WHY, vendor="One"))
    store.hand_over(number, "bob")
    store.stage_for("bob", edit(replace(catalog.skill["redis"], vendor="One"), WHY, license="mit"))
    store.stage_for("bob", [Change(None, SkillAlias(None, "redis", "redys", "MISSPELLING"))])
    store.stage_for("bob", edit(catalog.skill["docker"], WHY, vendor="gone"))
    store.take_out(number, 4, "bob")
    store.commit(number, "bob", note=CommitNote("Redis put right", "It was wrong.", {"touched": 3}))
    header = store.load(number)
    assert (header.title, header.why, header.committer, header.size) == ("Redis put right", "It was wrong.", "bob", 2)
    assert header.base_revision == 1
    assert store.impact_of(number) == {"touched": 3}
    kept = store.decisions(number)
    assert [(d.author, d.out is not None, len(d.changes)) for d in kept] == [
        ("ann", False, 1),
        ("bob", False, 1),
        ("bob", False, 1),
        ("bob", True, 1),
    ]
    assert kept[2].changes[0].after.id == alias(now(ready), "redis", "redys").id  # type: ignore[union-attr]
    events = AuditTrail(ready.engine).of_entity("skills", "redis")
    assert [(e.decision, e.author, e.reasons) for e in events] == [
        (3, "bob", ("It was wrong.",)),
        (2, "bob", ("because",)),
        (1, "ann", ("because",)),
    ]
    store.undo(number, "ann")
    assert now(ready) == catalog


def test_committed_sets_are_found_by_person_words_and_entity(ready: Database) -> None:
    store, trail = ChangeSetStore(ready.engine), AuditTrail(ready.engine)
    first = store.stage_for("ann", edit(now(ready).skill["redis"], ChangeReason("bought by X_Corp"), vendor="One"))
    store.commit(first, "bob")
    second = store.stage_for("ann", edit(now(ready).skill["docker"], WHY, vendor="One"))
    store.commit(second, "ann")
    assert [s.id for s in trail.find(Search())] == [second, first]
    assert [s.id for s in trail.find(Search("bob"))] == [first]
    assert [s.id for s in trail.find(Search(words="redis x_corp"))] == [first]
    assert [s.id for s in trail.find(Search(words="xxcorp"))] == []
    assert [s.id for s in trail.find(Search(words="vendor docker"))] == [second]
    assert trail.people() == ["ann", "bob"]


def test_a_discarded_draft_is_restored_whole(ready: Database) -> None:
    store = ChangeSetStore(ready.engine)
    number = store.stage_for("ann", edit(now(ready).skill["redis"], WHY, vendor="One"))
    changes = store.load_changes(number)
    store.discard(number, "ann")
    header = store.load(number)
    assert (header.status, header.discarded_by, store.draft_of("ann")) == ("discarded", "ann", None)
    store.restore(number, "ann")
    assert (store.draft_of("ann"), store.load_changes(number)) == (number, changes)
    with pytest.raises(StoreError, match="is draft"):
        store.restore(number, "ann")


def test_the_origin_of_the_catalog_follows_undo_and_redo(ready: Database) -> None:
    store, editions = ChangeSetStore(ready.engine), Editions(ready.engine)

    def origin() -> str | None:
        shipped = CatalogStore(ready.engine).shipped_edition()
        return shipped.name if shipped else None

    assert origin() == "clean"
    number, _ = editions.put_back("legacy", "ann")
    assert number and origin() == "legacy"
    undone = store.undo(number, "ann")
    assert origin() == "clean"
    assert editions.edited_rows() == {}
    store.undo(undone, "ann")
    assert origin() == "legacy"


def test_what_somebody_else_took_away_too_is_settled_before_the_commit(ready: Database) -> None:
    store, link = ChangeSetStore(ready.engine), now(ready).skill_dimensions[0]
    mine = store.open_draft("ann", "Mine", [Change(link, None)])
    store.stage(mine, edit(now(ready).skill["docker"], WHY, vendor="One"))
    store.commit(store.open_draft("bob", "Theirs", [Change(link, None)]), "bob")
    (conflict,) = store.check(mine)[0]
    store.resolve(mine, conflict.change.place, "current")
    assert store.check(mine) == ((), ())
    store.commit(mine, "ann")
    assert now(ready).skill["docker"].vendor == "One"


def test_an_edit_of_a_row_that_somebody_else_edited_alike_is_a_conflict(ready: Database) -> None:
    store, redis = ChangeSetStore(ready.engine), now(ready).skill["redis"]
    mine = store.open_draft("ann", "Mine", edit(redis, WHY, version_tag="1"))
    store.commit(store.open_draft("bob", "Theirs", edit(redis, WHY, version_tag="1")), "bob")
    with pytest.raises(ChangeConflict):
        store.commit(mine, "ann")
    assert len(store.check(mine)[0]) == 1


def test_what_is_staged_after_a_conflict_was_given_up_stands_on_what_others_made_of_the_row(ready: Database) -> None:
    store, redis = ChangeSetStore(ready.engine), now(ready).skill["redis"]
    mine = store.open_draft("ann", "Mine", edit(redis, WHY, version_tag="1"))
    theirs = edit(redis, WHY, version_tag="1", vendor="Theirs")
    store.commit(store.open_draft("bob", "Theirs", theirs), "bob")
    store.resolve(mine, ("skills", ("redis",)), "current")
    assert [d.out is not None for d in store.decisions(mine)] == [True]
    store.stage(mine, edit(now(ready).skill["redis"], WHY, version_tag="2"))
    assert store.check(mine) == ((), ())
    store.commit(mine, "ann")
    assert (now(ready).skill["redis"].version_tag, now(ready).skill["redis"].vendor) == ("2", "Theirs")
