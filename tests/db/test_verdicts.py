"""Verdicts in the store: point by point, one of each reviewer, blind answers as they were given, read together by who replays runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.server import Database
from db.stores.runs import RunStore
from db.stores.verdicts import Answer, LinkVerdict, MissingSkill, VerdictStore
from pipeline.config import Config
from pipeline.impact import Verdict
from tests.conftest import own_database

KAFKA = MissingSkill(20, 25, "Kafka", "kafka")
GANTRY = MissingSkill(30, 36, "Gantry")
WHOLE = Answer(
    role_slug="data-engineer",
    has_role=True,
    right_skills=("pyspark", "sql"),
    wrong_skills=("hive",),
    right_terms=("Gantry",),
    missing_skills=(KAFKA, GANTRY),
    links=(
        LinkVerdict("pyspark", "big-data", True),
        LinkVerdict("sql", "react", False, "databases"),
    ),
    note="reads well",
)


@pytest.fixture(scope="module")
def database(server: EmbeddedServer, stocked: str) -> Iterator[Database]:
    with own_database(server, stocked) as own:
        yield own


@pytest.fixture
def run(database: Database) -> UUID:
    return RunStore(database.engine).create("A text", None, Config())


@pytest.fixture
def store(database: Database) -> VerdictStore:
    return VerdictStore(database.engine)


def test_a_whole_verdict_comes_back_as_it_was_given(store: VerdictStore, run: UUID) -> None:
    assert store.change(run, "Ann", lambda _: WHOLE) is None
    own = store.own(run, "Ann")
    assert own is not None and own.answer == WHOLE
    assert (own.author, own.is_blind, own.blind_answer) == ("Ann", False, None)


def test_a_verdict_grows_point_by_point_and_says_nothing_of_the_rest(store: VerdictStore, run: UUID) -> None:
    store.change(run, "Ann", lambda said: replace(said, right_skills=("sql",)))
    before = store.change(run, "Ann", lambda said: replace(said, has_role=True))
    assert before is not None and (before.has_role, before.right_skills) == (False, ("sql",))
    (own,) = store.of_run(run)
    assert (own.has_role, own.role_slug, own.right_skills) == (True, None, ("sql",))


def test_a_change_is_taken_back_to_what_was_said_before(store: VerdictStore, run: UUID) -> None:
    first = store.change(run, "Ann", lambda _: WHOLE)
    second = store.change(run, "Ann", lambda _: Answer(has_role=True))
    store.put_back(run, "Ann", second)
    assert [given.answer for given in store.of_run(run)] == [WHOLE]
    store.put_back(run, "Ann", first)
    assert store.of_run(run) == []


def test_a_verdict_that_says_nothing_any_more_goes(store: VerdictStore, run: UUID) -> None:
    store.change(run, "Ann", lambda _: WHOLE)
    store.change(run, "Ann", lambda _: Answer())
    assert store.own(run, "Ann") is None


def test_nobody_gives_no_verdict(store: VerdictStore, run: UUID) -> None:
    with pytest.raises(StoreError, match="needs a reviewer"):
        store.change(run, "", lambda _: WHOLE)


def test_what_was_said_blind_is_kept_as_it_was_said(store: VerdictStore, run: UUID) -> None:
    store.change(run, "Ann", lambda said: replace(said, has_role=True, role_slug="data-engineer"), is_blind=True)
    store.change(run, "Ann", lambda said: replace(said, missing_skills=(KAFKA,)))
    hidden = store.own(run, "Ann")
    assert hidden is not None and hidden.is_open_blind and hidden.independent == hidden.answer
    store.reveal(run, "Ann", lambda said: replace(said, right_skills=("kafka",), missing_skills=()))
    shown = store.own(run, "Ann")
    assert shown is not None and not shown.is_open_blind and not shown.changed_role
    assert shown.blind_answer == hidden.answer and shown.independent == hidden.answer
    assert (shown.right_skills, shown.missing_skills) == (("kafka",), ())

    store.change(run, "Ann", lambda said: replace(said, role_slug=None))
    changed = store.own(run, "Ann")
    assert changed is not None and changed.is_blind and changed.changed_role
    assert changed.independent.role_slug == "data-engineer"
    store.reveal(run, "Ann", lambda _: Answer())
    again = store.own(run, "Ann")
    assert again is not None and again == changed, "what was revealed once stays as it is"
    store.put_back(run, "Ann", hidden)
    put_back = store.own(run, "Ann")
    assert put_back is not None and put_back == hidden


def test_a_verdict_that_began_with_the_run_in_sight_is_never_blind(store: VerdictStore, run: UUID) -> None:
    store.give(run, "Ann", "data-engineer")
    store.change(run, "Ann", lambda said: replace(said, note="later"), is_blind=True)
    store.reveal(run, "Ann", lambda _: Answer())
    own = store.own(run, "Ann")
    assert own is not None and (own.is_blind, own.blind_answer, own.note) == (False, None, "later")


def test_only_a_blind_verdict_has_a_blind_answer(store: VerdictStore, run: UUID, database: Database) -> None:
    store.give(run, "Ann", None)
    with database.engine.begin() as connection, pytest.raises(IntegrityError, match="only_blind_is_revealed"):
        connection.execute(text("UPDATE verdict SET revealed_at = now() WHERE run_id = :run"), {"run": run})


def test_reviewers_have_a_verdict_each_and_the_newest_word_on_a_point_counts(store: VerdictStore, run: UUID) -> None:
    store.change(run, "Ann", lambda _: WHOLE)
    bob = Answer(wrong_skills=("sql", "kafka"), links=(LinkVerdict("pyspark", "big-data", False),))
    store.change(run, "Bob", lambda _: bob)
    assert [given.author for given in store.of_runs([run])[run]] == ["Bob", "Ann"]
    assert store.newest([run])[run] == Verdict(
        "data-engineer",
        wrong_skills=frozenset({"hive", "sql", "kafka"}),
        right_skills=frozenset({"pyspark"}),
        right_links=frozenset({("sql", "databases")}),
        wrong_links=frozenset({("sql", "react"), ("pyspark", "big-data")}),
    )


def test_a_verdict_on_skills_alone_says_nothing_of_the_role(store: VerdictStore, run: UUID) -> None:
    store.change(run, "Ann", lambda _: Answer(right_skills=("sql",)))
    assert store.newest([run])[run].has_role is False
