"""Put right: what a run should be is asked for or follows from a verdict; suggestions are staged; a group has the one change for most."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from db.services.gold_texts import StoredGold
from db.services.workbench import Workbench
from pages.components import put_right
from pages.put_right import group
from tests.conftest import JD
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of
from tests.pages.run.test_page import newest


@pytest.fixture(autouse=True)
def _without_gold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gold that ships says nothing here, and costs seconds; a search is waited for."""
    monkeypatch.setattr(StoredGold, "gold_items", lambda _: ())
    monkeypatch.setattr(put_right, "FIRST_SECONDS", 20.0)
    monkeypatch.setattr(group, "FIRST_SECONDS", 20.0)


def opened(**query: str) -> AppTest:
    """The page once its search has come to its end."""
    app = open_page("put_right", "Ada", **query)
    deadline = time.monotonic() + 60
    while "tried" in text_of(app) or "…" in text_of(app):
        assert time.monotonic() < deadline, text_of(app)
        time.sleep(0.1)
        app.run()
    return app


def look(app: AppTest):
    """The button of the form for a missing skill."""
    return [b for b in app.button if b.label == "Look for changes"][1]


def test_without_an_address_and_with_a_wrong_one_the_page_says_what_to_do(reading: Workbench) -> None:
    assert "Nothing is chosen. Open a run that is wrong" in text_of(open_page("put_right"))
    assert "“x” names no run" in text_of(open_page("put_right", id="x"))
    assert "names no run and no role" in text_of(open_page("put_right", like="x"))
    assert "“y” is no number of an experiment" in text_of(open_page("put_right", experiment="y"))
    wrong = text_of(open_page("put_right", of="history", since="yesterday"))
    assert "narrows the history by what it does not know: since." in wrong
    assert "There is no run" in text_of(open_page("put_right", id=str(uuid4())))


def test_what_a_run_should_be_is_asked_for(reading: Workbench) -> None:
    app = open_page("put_right", id=str(newest(reading)))
    assert "Say what this run should be" in text_of(app)
    roles = field(app.selectbox, "It should be")
    assert roles.value is None and "no role" in roles.options and "Data Engineer" not in roles.options
    app = opened(id=str(newest(reading)), want="no-role")
    assert "No change that is small enough does it. The text speaks for a role by more than two changes" in text_of(app)


def test_a_skill_that_is_missing_is_asked_for_by_words_of_the_text(reading: Workbench) -> None:
    app = open_page("put_right", id=str(newest(reading)))
    field(app.text_input, "Words of the text that mean it").set_value("not there")
    look(app).click().run()
    assert "The text has no such words; copy them from it." in text_of(app)
    field(app.text_input, "Words of the text that mean it").set_value("zephyrine")
    field(app.selectbox, "Skill of the catalog").set_value("redis")
    look(app).click().run()
    start = JD.index("Zephyrine")
    assert field(app.selectbox, "It should be").value == f"skill:redis@{start}:{start + 9}"
    while "tried" in text_of(app):
        app.run()
    assert "Zephyrine is an alias of Redis" in text_of(app)


def test_a_suggestion_is_staged_as_one_decision_with_the_run_that_showed_the_fault(writing: Workbench) -> None:
    run_id = newest(writing)
    writing.verdicts.give(run_id, "Ada", "data-engineer", ["kafka"])
    app = opened(id=str(run_id))
    said = text_of(app)
    assert "replayed here, and nowhere else: no other run has a verdict" in said and "1 row · no judged one" not in said
    assert field(app.selectbox, "It should be").value == "not-skill:kafka"
    first = next(b for b in app.button if b.label == "Stage")
    assert first.proto.shortcut == "1"
    first.click().run()
    number = writing.change_sets.draft_of("Ada")
    assert number is not None and f"It is in your draft {number}." in flashed(app)
    (decision,) = writing.change_sets.decisions(number)
    assert [source.key() for source in decision.sources] == [f"run {run_id}"] and all(
        c.reason for c in decision.changes
    )
    after = opened(id=str(run_id), want="not-skill:kafka")
    said = re.sub(r" (?=[:.,])", "", text_of(after))
    assert "With your draft it is without Kafka: on that catalog this run comes to Data Engineer 0.99." in said
    button(app, "Undo").click().run()
    assert all(d.out is not None for d in writing.change_sets.decisions(number))


def test_a_group_has_who_is_wrong_and_the_change_for_most(writing: Workbench) -> None:
    nobody = opened(of="history")
    assert "Nobody of them is wrong on today’s catalog" in text_of(nobody)
    run_id = newest(writing)
    writing.verdicts.give(run_id, "Ada", "data-engineer", ["kafka"])
    app = opened(of="history", status="completed")
    said = text_of(app)
    assert "1 is wrong" in said and "Data Engineer without Kafka" in said and "puts 1 of 1 right" in said
    assert f'href="run?id={run_id}"' in html_of(app) and 'href="history?status=completed"' in html_of(app)
    next(b for b in app.button if b.label == "Stage").click().run()
    assert "It is in your draft" in flashed(app)
