"""Judging a run: step by step with a key each, kept at once, undone, blind, and by several reviewers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from db.stores import jobs
from db.stores.verdicts import Answer, GivenVerdict, LinkVerdict, MissingSkill
from pages.run.verdict.desk import Place
from pages.run.verdict.questions import skill_of_form
from pipeline.config import Config
from tests.conftest import JD
from tests.pages.conftest import button, field, flashed, give_name, open_page, text_of


@pytest.fixture
def run_id(reading: Workbench) -> Iterator[UUID]:
    """The run that all share, without what other tests said of it."""
    with reading.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM verdict"))
        connection.execute(text("DELETE FROM parse_verdict"))
    yield reading.history.recent()[0].id


def judge(run_id: UUID, person: str = "Ada", **query: str) -> AppTest:
    return open_page("run", person, id=str(run_id), **(query or {"judge": "1"}))


def press(app: AppTest, key: str) -> AppTest:
    """Press the button that has a key on the keyboard; here each drawing is of the whole page."""
    (found,) = [b for b in app.button if b.proto.shortcut.lower() == key.lower()]
    return found.click().run()


def keys_of(app: AppTest) -> dict[str, str]:
    return {b.proto.shortcut.upper(): b.label for b in app.button if b.proto.shortcut and not b.disabled}


def own(bench: Workbench, run_id: UUID, author: str = "Ada") -> GivenVerdict:
    found = bench.verdicts.own(run_id, author)
    assert found is not None
    return found


def parts(app: AppTest) -> list[dict[str, str]]:
    return [json.loads(component.proto.json) for component in app.get("bidi_component")]


def rows(app: AppTest) -> list[tuple[str, str]]:
    """The list of the steps: name and what was said."""
    found = re.findall(r'<li class="\w+" data-pick="[^"]+"><span>(.*?)</span><b>(.*?)</b>', parts(app)[1]["html"])
    return [(unescape(name), word) for name, word in found]


def now(app: AppTest) -> str:
    return parts(app)[1]["now"]


def test_each_step_has_its_keys_and_goes_on_to_the_next_open_one(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    assert now(app) == "role" and "Is this the role? Data Engineer" in text_of(app)
    assert {"1": "Right", "2": "Another role", "3": "No role fits", "V": "Done"}.items() <= keys_of(app).items()
    press(app, "1")
    assert own(reading, run_id).role_slug == "data-engineer"
    first = now(app)
    assert first.startswith("skill:") and "Does the text mean this skill?" in text_of(app)
    press(app, "1")
    second = now(app)
    press(app, "2")
    said = own(reading, run_id)
    assert [f"skill:{slug}" for slug in (*said.right_skills, *said.wrong_skills)] == [first, second]
    press(app, "K")
    assert now(app) == second
    press(app, "J")
    assert now(app) not in (first, second)
    assert [word for _, word in rows(app)[:4]] == ["right", "right", "wrong", "open"]


def test_undo_takes_back_what_was_said_last_and_goes_there(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    press(press(app, "3"), "1")
    assert own(reading, run_id).right_skills and own(reading, run_id).role_slug is None
    press(app, "U")
    assert own(reading, run_id).right_skills == () and own(reading, run_id).has_role
    press(app, "U")
    assert reading.verdicts.of_run(run_id) == [] and now(app) == "role"
    assert "U" not in keys_of(app)


def test_what_was_said_outlives_the_session(reading: Workbench, run_id: UUID) -> None:
    press(press(judge(run_id), "1"), "2")
    app = judge(run_id)
    assert [word for _, word in rows(app)[:3]] == ["right", "wrong", "open"]
    (judged,) = re.findall(r"(\d+) of \d+ judged", text_of(app))
    assert int(judged) >= 2, "links of a skill that is wrong need no word"


def test_who_has_no_name_is_asked_for_it_and_what_was_pressed_is_kept(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id, "")
    press(app, "1")
    assert reading.verdicts.of_run(run_id) == []
    give_name(app, "Ada")
    assert own(reading, run_id).role_slug == "data-engineer"


def test_another_role_is_chosen_by_its_name(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    press(app, "2")
    assert parts(app)[0]["focus"] == "verdict-choice"
    field(app.selectbox, "The right role").set_value("data-architect").run()
    assert own(reading, run_id).role_slug == "data-architect"
    assert ("Role", "wrong") in rows(app)


def test_a_wrong_link_is_kept_at_once_and_then_which_dimension_is_right(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    links = re.findall(r'data-pick="(link:[^"]+)"', parts(app)[1]["html"])
    app.session_state[f"verdict-place-{run_id}"] = Place(links[0])
    app.run()
    assert "Does the skill belong into this dimension?" in text_of(app)
    press(app, "2")
    (link,) = own(reading, run_id).links
    assert (link.is_right, link.right_dimension) == (False, None)
    field(app.selectbox, "The right dimension").set_value("cloud-platforms").run()
    (link,) = own(reading, run_id).links
    assert (link.is_right, link.right_dimension) == (False, "cloud-platforms")
    assert now(app) == links[1]


def test_the_rest_of_a_kind_is_called_right_and_taken_back_at_once(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    press(press(app, "1"), "2")
    before = own(reading, run_id).answer
    press(app, "A")
    said = own(reading, run_id)
    n = sum(name.startswith(("skill:", "term:")) for name in re.findall(r'data-pick="([^"]+)"', parts(app)[1]["html"]))
    assert len(said.right_skills) + len(said.right_terms) == n - 1 and said.wrong_skills == before.wrong_skills
    assert f"{n - 1} skills called right." in flashed(app) and now(app).startswith("link:")
    app.button(key="flash-undo").click().run()
    assert own(reading, run_id).answer == before


def test_facts_are_judged_where_the_readers_page_keeps_them(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    app.session_state[f"verdict-place-{run_id}"] = Place("fact:title")
    app.run()
    assert "Is this what the text gives? Title Senior Data Engineer" in text_of(app)
    press(app, "1")
    assert [(v.field, v.author, v.value) for v in reading.parse_verdicts.of_run(run_id)] == [
        ("title", "Ada", "Senior Data Engineer")
    ]
    assert ("Title", "right") in rows(app)
    press(app, "U")
    assert reading.parse_verdicts.of_run(run_id) == []
    press(app, "2")
    assert "What does the text give? Esc leaves it." in text_of(app)
    lines = field(app.selectbox, "The right value")
    lines.set_value(other := lines.options[1]).run()
    assert [v.value for v in reading.parse_verdicts.of_run(run_id)] == [other] != ["Senior Data Engineer"]
    press(app, "U")
    press(app, "3")
    assert [v.value for v in reading.parse_verdicts.of_run(run_id)] == [None]
    press(app, "U")


def test_what_is_put_together_of_several_is_given_in_place_too(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    app.session_state[f"verdict-place-{run_id}"] = Place("fact:experience")
    app.run()
    press(app, "2")
    field(app.number_input, "From (years)").set_value(7)
    button(app, "Keep it").click().run()
    (kept,) = reading.parse_verdicts.of_run(run_id)
    assert kept.value["min"] == 7
    press(app, "U")
    assert reading.parse_verdicts.of_run(run_id) == []


def test_words_of_the_text_are_marked_as_a_skill_of_the_catalog_or_none(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    start = JD.index("Freight")
    app.session_state[f"verdict-words-{run_id}"] = (start, start + 7)
    app.run()
    assert "Which skill do these words name? Freight" in text_of(app)
    assert keys_of(app)["3"] == "Not in the catalog" and "1" not in keys_of(app)
    press(app, "3")
    assert own(reading, run_id).missing_skills == (MissingSkill(start, start + 7, "Freight"),)
    assert ("Freight → not in the catalog", "missing") in rows(app)
    app.session_state[f"verdict-words-{run_id}"] = (start, start + 7)
    app.run()
    press(app, "2")
    field(app.selectbox, "A skill of the catalog").set_value("kafka").run()
    assert own(reading, run_id).missing_skills == (MissingSkill(start, start + 7, "Freight", "kafka"),)
    press(app, "U")
    press(app, "U")
    assert reading.verdicts.own(run_id, "Ada") is None


def test_the_skill_that_has_some_words_as_a_form_is_one_key_away(reading: Workbench) -> None:
    catalog = reading.snapshots.current().catalog
    assert skill_of_form("apache KAFKA", catalog) == skill_of_form("Kafka", catalog) == "kafka"
    assert skill_of_form("no such thing", catalog) is None


# --- blind --------------------------------------------------------------------------------------------------------


def test_a_blind_reviewer_sees_nothing_of_what_the_run_found_until_the_role_is_chosen(
    reading: Workbench, run_id: UUID
) -> None:
    reading.verdicts.give(run_id, "Bo", "data-engineer", note="plainly")
    app = judge(run_id, blind="1")
    shown = text_of(app) + "".join(part["html"] for part in parts(app))
    for hidden in ("Is this the role", "primary", "plainly", "Bo", "Library match", "Chosen role", "verdict, shown"):
        assert hidden not in shown, hidden
    assert "<mark" not in parts(app)[0]["html"] and [name for name, _ in rows(app)] == ["Role"]
    assert not {"S", "V", "1", "A"} & keys_of(app).keys()
    press(app, "2")
    field(app.selectbox, "The right role").set_value("data-architect").run()
    hidden = own(reading, run_id)
    assert hidden.is_open_blind and hidden.role_slug == "data-architect" and rows(app) == [("Role", "chosen")]

    without = open_page("run", "Ada", id=str(run_id))
    assert "Chosen role" not in text_of(without), "the address does not show it either"
    assert "Chosen role Data Engineer" in text_of(open_page("run", "Cy", id=str(run_id)))

    press(app, "S")
    assert "Blind you said Data Architect" in text_of(app) and len(rows(app)) > 5
    press(press(app, "K"), "1")
    changed = own(reading, run_id)
    assert changed.changed_role and changed.blind_answer is not None
    assert (changed.role_slug, changed.blind_answer.role_slug) == ("data-engineer", "data-architect")
    page = text_of(open_page("run", "Cy", id=str(run_id)))
    assert "role right Data Engineer · Ada, just now blind Data Architect before the run was shown" in page


def test_what_was_marked_blind_and_found_is_right_and_the_rest_is_missing(reading: Workbench, run_id: UUID) -> None:
    start = JD.index("Freight")
    marks = (
        MissingSkill(JD.index("PySpark"), JD.index("PySpark") + 7, "PySpark", "pyspark"),
        MissingSkill(start, start + 7, "Freight"),
    )
    reading.verdicts.change(
        run_id, "Ada", lambda _: Answer(has_role=True, role_slug="data-engineer", missing_skills=marks), is_blind=True
    )
    app = judge(run_id)
    assert ("PySpark → PySpark", "missing") in rows(app)
    press(app, "S")
    said = own(reading, run_id)
    assert (said.right_skills, said.missing_skills) == (("pyspark",), marks[1:])
    assert said.blind_answer is not None and set(said.blind_answer.missing_skills) == set(marks)


def test_who_has_judged_with_the_result_in_sight_cannot_judge_blind(reading: Workbench, run_id: UUID) -> None:
    reading.verdicts.give(run_id, "Ada", None)
    app = judge(run_id, blind="1")
    assert "so it cannot be judged blind" in text_of(app) and len(rows(app)) > 5


# --- several ------------------------------------------------------------------------------------------------------


def test_verdicts_of_several_stand_side_by_side_with_what_they_differ_on(reading: Workbench, run_id: UUID) -> None:
    reading.verdicts.change(
        run_id,
        "Bo",
        lambda _: Answer(
            has_role=True,
            role_slug="data-engineer",
            right_skills=("kafka",),
            links=(LinkVerdict("kafka", "cloud-platforms", False, "databases"),),
        ),
    )
    reading.verdicts.change(run_id, "Ada", lambda _: Answer(wrong_skills=("kafka",), right_terms=("Gantry",)))
    app = open_page("run", "Ada", id=str(run_id))
    shown = text_of(app)
    assert "role right Data Engineer , 1 skill right, wrong links: Kafka → " in shown
    assert "role open , 1 skill right, not meant: Kafka" in shown
    (expander,) = [e for e in app.expander if "side by side" in e.label]
    assert expander.label == "2 verdicts side by side, which differ on 1 point"
    assert "Kafka wrong right differ" in shown and "Gantry right –" in shown


def test_a_verdict_is_taken_back_whole_and_put_back(reading: Workbench, run_id: UUID) -> None:
    reading.verdicts.change(run_id, "Ada", lambda _: Answer(right_skills=("kafka",), note="so"))
    before = own(reading, run_id)
    app = judge(run_id)
    app.button(key="withdraw-verdict").click().run()
    assert reading.verdicts.own(run_id, "Ada") is None and "Your verdict is taken back." in flashed(app)
    app.button(key="flash-undo").click().run()
    assert own(reading, run_id) == before


def test_the_next_run_is_one_that_the_person_has_not_judged(reading: Workbench, run_id: UUID) -> None:
    app = judge(run_id)
    assert "G" not in keys_of(app), "there is no other"
    assert reading.history.next_unjudged(run_id, "Ada") is None


def test_what_is_assigned_to_the_person_comes_next_and_blind_where_that_is_asked(
    reading: Workbench, run_id: UUID
) -> None:
    other = reading.runs.create("Another text", None, Config())
    with reading.database.engine.begin() as connection:
        jobs.forget(connection, other)
        assignment = connection.execute(
            text(
                "INSERT INTO assignment (name, author, way, seed, size, overlap, judges, is_blind) "
                "VALUES ('Freight', 'Bo', 'random', 1, 1, 0, 1, true) RETURNING id"
            )
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO assignment_item (assignment_id, run_id, reviewer, position, given_by) VALUES (:id, :run, 'Ada', 1, 'Bo')"
            ),
            {"id": assignment, "run": other},
        )
    try:
        app = press(judge(run_id), "G")
        assert (app.query_params["id"], app.query_params["blind"]) == (str(other), "1")
    finally:
        with reading.database.engine.begin() as connection:
            connection.execute(text("DELETE FROM assignment"))
            connection.execute(text("DELETE FROM run WHERE id = :run"), {"run": other})
