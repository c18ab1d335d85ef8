"""Curators beside each other: drafts that go from hand to hand, conflicts, comments, claims, and what led to what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from db import catalog as stored
from db import curation, teamwork
from db.errors import StoreError
from db.server import Database
from pipeline.catalog.changes import Change, ChangeConflict
from pipeline.catalog.operations import Why, edit, merge, retire
from pipeline.errors import InputError

WHY = Why("because", "run 1")


def vendor(database: Database, slug: str, name: str, **cells: object) -> Change:
    skill = stored.load_catalog(database.engine)[1].skill[slug]
    return edit("skills", skill, WHY, vendor=name, **cells)[0]


def test_edits_go_into_the_draft_in_hand_and_a_person_can_have_several(ready: Database) -> None:
    first = curation.stage_mine(ready.engine, "ann", [vendor(ready, "kafka", "A")])
    assert curation.stage_mine(ready.engine, "ann", [vendor(ready, "redis", "A")]) == first
    second = curation.open_draft(ready.engine, "ann", "Another")
    assert curation.stage_mine(ready.engine, "ann", [vendor(ready, "docker", "A")]) == second
    curation.use(ready.engine, first)
    assert curation.draft_of(ready.engine, "ann") == first
    curation.rename(ready.engine, second, "  Containers ")
    assert curation.load_change_set(ready.engine, second).title == "Containers"
    with pytest.raises(StoreError, match="Nothing is changed"):
        curation.stage_mine(ready.engine, "ann", [])


def test_a_change_is_taken_out_of_a_draft(ready: Database) -> None:
    kept, out = vendor(ready, "kafka", "A"), vendor(ready, "redis", "A")
    number = curation.stage_mine(ready.engine, "ann", [kept, out])
    curation.unstage(ready.engine, number, [out.place])
    assert curation.load_changes(ready.engine, number) == (kept,)


def test_a_draft_goes_to_a_colleague_and_who_made_each_change_stays_known(ready: Database) -> None:
    number = curation.stage_mine(ready.engine, "ann", [vendor(ready, "kafka", "A")])
    curation.hand_over(ready.engine, number, " bob ")
    assert (curation.draft_of(ready.engine, "ann"), curation.draft_of(ready.engine, "bob")) == (None, number)
    curation.stage_mine(ready.engine, "bob", [vendor(ready, "redis", "B")])
    curation.commit(ready.engine, number, "bob")
    header = curation.load_change_set(ready.engine, number)
    assert (header.author, header.committer) == ("ann", "bob")
    with ready.engine.connect() as connection:
        rows = connection.execute(text("SELECT key[1], author FROM change WHERE change_set_id = :n"), {"n": number})
        assert dict(rows.all()) == {"kafka": "ann", "redis": "bob"}  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="to whom"):
        curation.hand_over(ready.engine, curation.open_draft(ready.engine, "ann", "x"), " ")


def test_nobody_commits_a_change_of_their_own_where_two_persons_are_asked_for(ready: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_SECOND_PERSON", "1")
    number = curation.stage_mine(ready.engine, "ann", [vendor(ready, "kafka", "A")])
    with pytest.raises(StoreError, match="committed by a second person"):
        curation.commit(ready.engine, number, "ann")
    # Handing it over does not make the change somebody else's.
    curation.hand_over(ready.engine, number, "bob")
    with pytest.raises(StoreError, match="committed by a second person"):
        curation.commit(ready.engine, number, "ann")
    assert curation.commit(ready.engine, number, "bob") == 2


@pytest.mark.parametrize(
    ("choice", "vendor_then", "license_then"), [("mine", "Mine", "agpl_3_0"), ("theirs", "Theirs", "SSPL"), ("both", "Mine", "SSPL")]
)
def test_a_conflict_is_settled_in_one_of_three_ways(ready: Database, choice: str, vendor_then: str, license_then: str) -> None:
    other = vendor(ready, "kafka", "Untouched")
    mine = curation.open_draft(ready.engine, "ann", "Mine", [vendor(ready, "redis", "Mine"), other])
    theirs = curation.open_draft(ready.engine, "bob", "Theirs", [vendor(ready, "redis", "Theirs", license="SSPL")])
    curation.commit(ready.engine, theirs, "bob")
    ((conflict,), problems) = curation.check(ready.engine, mine)
    assert conflict.clashes == ("vendor",) and problems == ()
    curation.resolve(ready.engine, mine, other.place, "theirs")  # It is in no conflict: nothing happens to it.
    curation.resolve(ready.engine, mine, conflict.change.place, choice)  # type: ignore[arg-type]
    assert curation.check(ready.engine, mine) == ((), ())
    curation.commit(ready.engine, mine, "ann")
    redis = stored.load_catalog(ready.engine)[1].skill["redis"]
    assert (redis.vendor, redis.license) == (vendor_then, license_then)
    assert stored.load_catalog(ready.engine)[1].skill["kafka"].vendor == "Untouched"


def test_a_row_that_went_away_is_taken_back_or_given_up(ready: Database) -> None:
    changes = retire(stored.load_catalog(ready.engine)[1], "skills", "redis", WHY)
    drafts = [curation.open_draft(ready.engine, "ann", t, [vendor(ready, "redis", "Mine")]) for t in ("one", "two")]
    curation.commit(ready.engine, curation.open_draft(ready.engine, "bob", "Retire", changes), "bob")
    place = ("skills", ("redis",))
    with pytest.raises(InputError, match="nothing to join"):
        curation.resolve(ready.engine, drafts[0], place, "both")
    curation.resolve(ready.engine, drafts[0], place, "mine")
    curation.commit(ready.engine, drafts[0], "ann")
    assert stored.load_catalog(ready.engine)[1].skill["redis"].vendor == "Mine"
    curation.resolve(ready.engine, drafts[1], place, "theirs")
    assert curation.load_changes(ready.engine, drafts[1]) == ()


def test_every_rule_that_a_draft_breaks_is_told_at_once(ready: Database) -> None:
    catalog = stored.load_catalog(ready.engine)[1]
    bad = [
        replace(vendor(ready, "kafka", "x"), after=replace(catalog.skill["kafka"], skill_nature="GADGET", year_introduced=-5)),
        Change("dimensions", catalog.dimension["cloud-platforms"], None),
    ]
    number = curation.open_draft(ready.engine, "ann", "Bad", bad)
    conflicts, problems = curation.check(ready.engine, number)
    assert conflicts == () and any("GADGET" in p for p in problems) and any("there is no dimension 'cloud-platforms'" in p for p in problems)


def test_what_was_merged_leads_on_through_all_that_came_after_and_back_when_undone(ready: Database) -> None:
    gone = stored.load_catalog(ready.engine)[1].skill["kafka-streams"]

    def merged(slug: str, into: str) -> int:
        changes = merge(stored.load_catalog(ready.engine)[1], "skills", slug, into, WHY)
        number = curation.open_draft(ready.engine, "ann", f"{slug} into {into}", changes)
        curation.commit(ready.engine, number, "ann")
        return number

    merged("kafka-streams", "kafka")
    last = merged("kafka", "apache-pulsar")
    assert curation.successors(ready.engine)["skills", "kafka-streams"] == "apache-pulsar"
    assert curation.by_id(ready.engine, "skills", gone.id or 0) == "kafka-streams"
    assert curation.by_id(ready.engine, "skills", 10**8) is None
    curation.undo(ready.engine, last, "bob")
    assert curation.successors(ready.engine)["skills", "kafka-streams"] == "kafka"
    assert ("skills", "kafka") not in curation.successors(ready.engine)


def test_what_was_changed_between_two_revisions(ready: Database) -> None:
    numbers = []
    for name in ("A", "B", "C"):
        numbers.append(curation.open_draft(ready.engine, "ann", name, [vendor(ready, "kafka", name)]))
        curation.commit(ready.engine, numbers[-1], "ann")
    between = curation.changes_between(ready.engine, 2, 4)
    assert [(s.id, c[0].after.vendor) for s, c in between] == [(numbers[1], "B"), (numbers[2], "C")]
    assert [s.id for s, _ in curation.changes_between(ready.engine, 4, 2)] == numbers[1:]


def test_comments_stand_with_what_they_are_about(ready: Database) -> None:
    change = vendor(ready, "kafka", "A")
    number = curation.stage_mine(ready.engine, "ann", [change])
    teamwork.comment(ready.engine, teamwork.about_draft(number), "bob", " Why? ")
    teamwork.comment(ready.engine, teamwork.about_change(number, change), "ann", "The vendor was renamed.")
    about = [teamwork.about_draft(number), teamwork.about_change(number, change)]
    assert [(c.author, c.body) for c in teamwork.comments(ready.engine, about)] == [("bob", "Why?"), ("ann", "The vendor was renamed.")]
    assert [c.author for c in teamwork.comments(ready.engine, about[:1])] == ["bob"]
    with pytest.raises(StoreError, match="nothing to say"):
        teamwork.comment(ready.engine, about[0], "bob", "  ")


def test_a_claim_holds_for_a_while_goes_on_and_can_be_taken_over(ready: Database) -> None:
    assert teamwork.claim(ready.engine, "one", "ann") is None
    assert teamwork.claim(ready.engine, "one", "bob") == "ann"
    assert teamwork.claims(ready.engine) == {"one": "ann"}
    # Who opens another finding leaves the one before.
    assert teamwork.claim(ready.engine, "two", "ann") is None
    assert teamwork.claims(ready.engine) == {"two": "ann"}
    assert teamwork.claim(ready.engine, "two", "bob", take_over=True) is None
    with ready.engine.begin() as connection:
        connection.execute(text("UPDATE claim SET until = now() - interval '1 second'"))
    assert teamwork.claims(ready.engine) == {}
    assert teamwork.claim(ready.engine, "two", "ann") is None


def test_what_changed_since_somebody_looked_last(ready: Database) -> None:
    assert teamwork.last_visit(ready.engine, "ann") is None
    teamwork.visited(ready.engine, "ann")
    curation.commit(ready.engine, curation.open_draft(ready.engine, "bob", "x", [vendor(ready, "kafka", "B")]), "bob")
    assert teamwork.last_visit(ready.engine, "ann") == 1
    teamwork.visited(ready.engine, "ann")
    assert teamwork.last_visit(ready.engine, "ann") == 2


def test_a_draft_that_was_committed_cannot_be_committed_again(ready: Database) -> None:
    number = curation.stage_mine(ready.engine, "ann", [vendor(ready, "kafka", "A")])
    curation.commit(ready.engine, number, "ann")
    with pytest.raises(StoreError, match="is committed"):
        curation.commit(ready.engine, number, "ann")
    stale = curation.open_draft(ready.engine, "bob", "Stale", [Change("skills", vendor(ready, "kafka", "x").before, None)])
    with pytest.raises(Exception, match="nothing was applied") as caught:
        curation.commit(ready.engine, stale, "bob")
    assert not isinstance(caught.value, ChangeConflict)
