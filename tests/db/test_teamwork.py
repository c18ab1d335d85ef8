"""Curators beside each other: drafts that go from hand to hand, conflicts, comments, claims, and what led to what."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from db.errors import StoreError
from db.server import Database
from db.stores import teamwork
from db.stores.audit_trail import AuditTrail
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from db.stores.runs import RunStore
from db.stores.teamwork import TeamworkStore
from db.stores.verdicts import VerdictStore
from pipeline.catalog.changes import Change, ChangeConflict
from pipeline.catalog.operations import ChangeReason, edit, merge, retire
from pipeline.catalog.refs import RunRef
from pipeline.config import Config
from pipeline.errors import InputError

WHY = ChangeReason("because", RunRef(UUID(int=1)))


def vendor(database: Database, slug: str, name: str, **cells: object) -> Change:
    skill = CatalogStore(database.engine).load()[1].skill[slug]
    return edit(skill, WHY, vendor=name, **cells)[0]


def test_edits_go_into_the_draft_in_hand_and_a_person_can_have_several(ready: Database) -> None:
    first = ChangeSetStore(ready.engine).stage_for("ann", [vendor(ready, "kafka", "A")])
    assert ChangeSetStore(ready.engine).stage_for("ann", [vendor(ready, "redis", "A")]) == first
    second = ChangeSetStore(ready.engine).open_draft("ann", "Another")
    assert ChangeSetStore(ready.engine).stage_for("ann", [vendor(ready, "docker", "A")]) == second
    ChangeSetStore(ready.engine).make_current(first)
    assert ChangeSetStore(ready.engine).draft_of("ann") == first
    ChangeSetStore(ready.engine).rename(second, "  Containers ")
    assert ChangeSetStore(ready.engine).load(second).title == "Containers"
    with pytest.raises(StoreError, match="Nothing is changed"):
        ChangeSetStore(ready.engine).stage_for("ann", [])


def test_a_draft_goes_to_a_colleague_and_who_made_each_change_stays_known(ready: Database) -> None:
    number = ChangeSetStore(ready.engine).stage_for("ann", [vendor(ready, "kafka", "A")])
    ChangeSetStore(ready.engine).hand_over(number, " bob ")
    assert (ChangeSetStore(ready.engine).draft_of("ann"), ChangeSetStore(ready.engine).draft_of("bob")) == (
        None,
        number,
    )
    ChangeSetStore(ready.engine).stage_for("bob", [vendor(ready, "redis", "B")])
    ChangeSetStore(ready.engine).commit(number, "bob")
    header = ChangeSetStore(ready.engine).load(number)
    assert (header.author, header.committer) == ("ann", "bob")
    with ready.engine.connect() as connection:
        rows = connection.execute(text("SELECT key[1], author FROM change WHERE change_set_id = :n"), {"n": number})
        assert dict(rows.all()) == {"kafka": "ann", "redis": "bob"}  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="to whom"):
        ChangeSetStore(ready.engine).hand_over(ChangeSetStore(ready.engine).open_draft("ann", "x"), " ")


def test_nobody_commits_a_change_of_their_own_where_two_persons_are_asked_for(ready: Database) -> None:
    change_sets = ChangeSetStore(ready.engine, second_person=True)
    number = change_sets.stage_for("ann", [vendor(ready, "kafka", "A")])
    with pytest.raises(StoreError, match="committed by a second person"):
        change_sets.commit(number, "ann")
    # Handing it over does not make the change somebody else's.
    change_sets.hand_over(number, "bob")
    with pytest.raises(StoreError, match="committed by a second person"):
        change_sets.commit(number, "ann")
    assert change_sets.commit(number, "bob") == 2


@pytest.mark.parametrize(
    ("choice", "vendor_then", "license_then"),
    [("draft", "Mine", "agpl_3_0"), ("current", "Theirs", "SSPL"), ("both", "Mine", "SSPL")],
)
def test_a_conflict_is_settled_in_one_of_three_ways(
    ready: Database, choice: str, vendor_then: str, license_then: str
) -> None:
    other = vendor(ready, "kafka", "Untouched")
    mine = ChangeSetStore(ready.engine).open_draft("ann", "Mine", [vendor(ready, "redis", "Mine"), other])
    theirs = ChangeSetStore(ready.engine).open_draft(
        "bob", "Theirs", [vendor(ready, "redis", "Theirs", license="SSPL")]
    )
    ChangeSetStore(ready.engine).commit(theirs, "bob")
    ((conflict,), problems) = ChangeSetStore(ready.engine).check(mine)
    assert conflict.clashes == ("vendor",) and problems == ()
    ChangeSetStore(ready.engine).resolve(mine, other.place, "current")  # It is in no conflict: nothing happens to it.
    ChangeSetStore(ready.engine).resolve(mine, conflict.change.place, choice)  # type: ignore[arg-type]
    assert ChangeSetStore(ready.engine).check(mine) == ((), ())
    ChangeSetStore(ready.engine).commit(mine, "ann")
    redis = CatalogStore(ready.engine).load()[1].skill["redis"]
    assert (redis.vendor, redis.license) == (vendor_then, license_then)
    assert CatalogStore(ready.engine).load()[1].skill["kafka"].vendor == "Untouched"


def test_a_row_that_went_away_is_taken_back_or_given_up(ready: Database) -> None:
    changes = retire(CatalogStore(ready.engine).load()[1], "skills", "redis", WHY)
    drafts = [ChangeSetStore(ready.engine).open_draft("ann", t, [vendor(ready, "redis", t)]) for t in ("one", "two")]
    ChangeSetStore(ready.engine).commit(ChangeSetStore(ready.engine).open_draft("bob", "Retire", changes), "bob")
    place = ("skills", ("redis",))
    with pytest.raises(InputError, match="nothing to join"):
        ChangeSetStore(ready.engine).resolve(drafts[0], place, "both")
    ChangeSetStore(ready.engine).resolve(drafts[0], place, "draft")
    ChangeSetStore(ready.engine).commit(drafts[0], "ann")
    assert CatalogStore(ready.engine).load()[1].skill["redis"].vendor == "one"
    ChangeSetStore(ready.engine).resolve(drafts[1], place, "current")
    assert ChangeSetStore(ready.engine).load_changes(drafts[1]) == ()


def test_every_rule_that_a_draft_breaks_is_told_at_once(ready: Database) -> None:
    catalog = CatalogStore(ready.engine).load()[1]
    bad = [
        replace(
            vendor(ready, "kafka", "x"),
            after=replace(catalog.skill["kafka"], skill_nature="GADGET", year_introduced=-5),
        ),
        Change(catalog.dimension["cloud-platforms"], None),
    ]
    number = ChangeSetStore(ready.engine).open_draft("ann", "Bad", bad)
    conflicts, problems = ChangeSetStore(ready.engine).check(number)
    assert (
        conflicts == ()
        and any("GADGET" in p for p in problems)
        and any("there is no dimension 'cloud-platforms'" in p for p in problems)
    )


def test_what_was_merged_leads_on_through_all_that_came_after_and_back_when_undone(ready: Database) -> None:
    gone = CatalogStore(ready.engine).load()[1].skill["kafka-streams"]

    def merged(slug: str, into: str) -> int:
        changes = merge(CatalogStore(ready.engine).load()[1], "skills", slug, into, WHY)
        number = ChangeSetStore(ready.engine).open_draft("ann", f"{slug} into {into}", changes)
        ChangeSetStore(ready.engine).commit(number, "ann")
        return number

    merged("kafka-streams", "kafka")
    last = merged("kafka", "apache-pulsar")
    # A verdict says what was said, and counts for what stands today.
    run, verdicts = RunStore(ready.engine).create("A text", None, Config()), VerdictStore(ready.engine)
    verdicts.give(run, "ann", None, ["kafka-streams"])
    assert verdicts.of_run(run)[0].wrong_skills == ("kafka-streams",)
    assert verdicts.newest([run])[run].wrong_skills == {"apache-pulsar"}
    assert AuditTrail(ready.engine).resolve_successors()["skills", "kafka-streams"] == "apache-pulsar"
    assert AuditTrail(ready.engine).slug_of_removed_id("skills", gone.id or 0) == "kafka-streams"
    assert AuditTrail(ready.engine).slug_of_removed_id("skills", 10**8) is None
    ChangeSetStore(ready.engine).undo(last, "bob")
    assert AuditTrail(ready.engine).resolve_successors()["skills", "kafka-streams"] == "kafka"
    assert ("skills", "kafka") not in AuditTrail(ready.engine).resolve_successors()
    assert verdicts.newest([run])[run].wrong_skills == {"kafka"}


def test_what_was_changed_between_two_revisions(ready: Database) -> None:
    numbers = []
    for name in ("A", "B", "C"):
        numbers.append(ChangeSetStore(ready.engine).open_draft("ann", name, [vendor(ready, "kafka", name)]))
        ChangeSetStore(ready.engine).commit(numbers[-1], "ann")
    between = AuditTrail(ready.engine).changes_between(2, 4)
    assert [(s.id, c[0].after.vendor) for s, c in between] == [(numbers[1], "B"), (numbers[2], "C")]
    assert [s.id for s, _ in AuditTrail(ready.engine).changes_between(4, 2)] == numbers[1:]


def test_comments_stand_with_what_they_are_about(ready: Database) -> None:
    change = vendor(ready, "kafka", "A")
    number = ChangeSetStore(ready.engine).stage_for("ann", [change])
    TeamworkStore(ready.engine).comment(teamwork.about_draft(number), "bob", " Why? ")
    TeamworkStore(ready.engine).comment(teamwork.about_change(number, change), "ann", "The vendor was renamed.")
    about = [teamwork.about_draft(number), teamwork.about_change(number, change)]
    assert [(c.author, c.body) for c in TeamworkStore(ready.engine).comments(about)] == [
        ("bob", "Why?"),
        ("ann", "The vendor was renamed."),
    ]
    assert [c.author for c in TeamworkStore(ready.engine).comments(about[:1])] == ["bob"]
    with pytest.raises(StoreError, match="The comment is empty"):
        TeamworkStore(ready.engine).comment(about[0], "bob", "  ")


def test_a_claim_holds_for_a_while_goes_on_and_can_be_taken_over(ready: Database) -> None:
    assert TeamworkStore(ready.engine).claim("one", "ann") is None
    assert TeamworkStore(ready.engine).claim("one", "bob") == "ann"
    assert TeamworkStore(ready.engine).claims() == {"one": "ann"}
    # Who opens another finding leaves the one before.
    assert TeamworkStore(ready.engine).claim("two", "ann") is None
    assert TeamworkStore(ready.engine).claims() == {"two": "ann"}
    assert TeamworkStore(ready.engine).claim("two", "bob", take_over=True) is None
    with ready.engine.begin() as connection:
        connection.execute(text("UPDATE claim SET until = now() - interval '1 second'"))
    assert TeamworkStore(ready.engine).claims() == {}
    assert TeamworkStore(ready.engine).claim("two", "ann") is None


def test_what_changed_since_somebody_looked_last(ready: Database) -> None:
    assert TeamworkStore(ready.engine).last_visit("ann") is None
    TeamworkStore(ready.engine).record_visit("ann")
    ChangeSetStore(ready.engine).commit(
        ChangeSetStore(ready.engine).open_draft("bob", "x", [vendor(ready, "kafka", "B")]), "bob"
    )
    assert TeamworkStore(ready.engine).last_visit("ann") == 1
    TeamworkStore(ready.engine).record_visit("ann")
    assert TeamworkStore(ready.engine).last_visit("ann") == 2


def test_a_draft_that_was_committed_cannot_be_committed_again(ready: Database) -> None:
    number = ChangeSetStore(ready.engine).stage_for("ann", [vendor(ready, "kafka", "A")])
    ChangeSetStore(ready.engine).commit(number, "ann")
    with pytest.raises(StoreError, match="is committed"):
        ChangeSetStore(ready.engine).commit(number, "ann")
    stale = ChangeSetStore(ready.engine).open_draft("bob", "Stale", [Change(vendor(ready, "kafka", "x").before, None)])
    with pytest.raises(Exception, match="nothing was applied") as caught:
        ChangeSetStore(ready.engine).commit(stale, "bob")
    assert not isinstance(caught.value, ChangeConflict)
