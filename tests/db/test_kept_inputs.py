"""What was typed and not sent: kept by browser and field, newest first, gone once it was used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from db import schema
from db.server import Database
from db.stores.kept_inputs import KeptInputStore


@pytest.fixture
def store(database: Database) -> KeptInputStore:
    schema.migrate(database.engine)
    return KeptInputStore(database.engine)


def value(store: KeptInputStore, browser: str = "b", place: str = "jd") -> object:
    found = store.find(browser, place)
    return found.value if found else None


def test_what_is_typed_is_there_for_its_browser_and_field_alone(store: KeptInputStore) -> None:
    store.keep("b", "jd", "Senior\u0000 \ud800 engineer")
    store.keep("b", "form", {"role": ["x\u0000"], "n": 2})
    assert value(store) == "Senior\ufffd \ufffd engineer"
    assert value(store, place="form") == {"role": ["x\ufffd"], "n": 2}
    assert value(store, "other") is None and value(store, place="title") is None


def test_an_emptied_field_keeps_nothing(store: KeptInputStore) -> None:
    store.keep("b", "jd", "a")
    store.keep("b", "jd", "")
    assert value(store) is None


def test_what_arrives_late_does_not_take_the_place_of_what_is_newer(store: KeptInputStore) -> None:
    store.keep("b", "jd", "newer")
    store.keep("b", "jd", "older", timedelta(seconds=5))
    assert value(store) == "newer"
    store.forget("b", ["jd"])
    store.keep("b", "jd", "typed before it was sent", timedelta(seconds=5))
    assert value(store) is None
    store.keep("b", "jd", "typed since")
    assert value(store) == "typed since"


def test_what_nobody_came_back_for_goes_after_two_months(store: KeptInputStore, database: Database) -> None:
    store.keep("b", "old", "x")
    store.keep("b", "new", "y")
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE kept_input SET kept_at = now() - interval '61 days' WHERE place = 'old'"))
    store.forget("b", ["other"])
    assert value(store, place="old") is None and value(store, place="new") == "y"
