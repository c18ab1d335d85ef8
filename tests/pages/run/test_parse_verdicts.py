"""A reviewer says what a text gives for a field: in the form, beside the field, taken back, and as the labels have it."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from pages.components.parse_inputs import passages_of, sentences_in, short_lines
from pages.components.parse_values import lines_of_places, places_of_lines, value_words
from pages.run.parse_verdicts import is_right
from pipeline.text import JDText
from tests.pages.conftest import button, field, flashed, open_page, text_of
from tests.pages.run.test_page import newest

TEXT = "Welder\nDuties\n• Weld the hulls of ships\n• Grind what was welded before\nLunch is free.\n• Paint all of it in grey\n"


def parsed_text(bench: Workbench, person: str = "Ann") -> AppTest:
    return open_page("run", person, id=str(newest(bench)), section="Parsed text")


def said(bench: Workbench) -> list[tuple[str, str, Any]]:
    return [(v.field, v.author, v.value) for v in bench.parse_verdicts.of_run(newest(bench))]


def judge(app: AppTest, name: str, answer: str) -> AppTest:
    """Open the form of a field and choose an answer; here each drawing is of the whole page, so the form is opened for each."""
    opened(app, name).run()
    field(opened(app, name).radio, "What was read is").set_value(answer).run()
    return opened(app, name)


def opened(app: AppTest, name: str) -> AppTest:
    button(app, f"Judge {name}").click()
    return app


def test_the_text_has_its_facts_beside_it_each_leading_to_its_place(reading: Workbench) -> None:
    app = parsed_text(reading, "")
    shown = text_of(app)
    assert "Duties" in shown and "Type of text a job description" in shown
    html = "".join(element.value for element in app.get("html"))
    assert 'class="jdw-legend"' in html and 'class="part p-duty"' in html


def test_a_wrong_title_is_put_right_and_stays(writing: Workbench) -> None:
    app = judge(parsed_text(writing), "title", "another")
    offered = field(app.selectbox, "The right value")
    line = offered.options[1]
    offered.set_value(line)
    button(app, "Keep it").click().run()
    assert said(writing) == [("title", "Ann", line)]
    assert f"wrong {line} Ann, just now" in text_of(app)
    assert f"wrong {line}" in text_of(parsed_text(writing, ""))


def test_what_was_said_is_taken_back_by_undo(writing: Workbench) -> None:
    app = judge(parsed_text(writing), "company", "none")
    button(app, "Keep it").click().run()
    assert said(writing) == [("company", "Ann", None)] and "the text gives none" in text_of(app)
    assert flashed(app).startswith("Company: your word is kept.")
    button(app, "Undo").click().run()
    assert said(writing) == []


def test_what_is_right_is_confirmed_with_its_value(writing: Workbench) -> None:
    app = judge(parsed_text(writing), "type of text", "right")
    button(app, "Keep it").click().run()
    assert said(writing) == [("jd_type", "Ann", "pass")] and "right Ann, just now" in text_of(app)


def test_the_form_opens_with_what_one_said_before_and_takes_it_back(writing: Workbench) -> None:
    writing.parse_verdicts.give(newest(writing), "experience", "Ann", {"min": 3, "max": 6})
    app = parsed_text(writing)
    assert "wrong 3–6 years" in text_of(app)
    opened(app, "experience").run()
    assert field(app.radio, "What was read is").value == "another"
    assert [field(app.number_input, label).value for label in ("From (years)", "To (years)")] == [3.0, 6.0]
    button(opened(app, "experience"), "Take it back").click().run()
    assert said(writing) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", None, "none"),
        ("experience", {"min": None, "max": 4}, "up to 4 years"),
        ("ctc", {"currency": "EUR", "min": 50000, "max": None, "period": "annual"}, "EUR 50,000 annual"),
        ("locations", [["Pune", "Poona"], ["Kenya"]], "Pune | Poona; Kenya"),
        ("certifications", [], "none"),
        ("responsibilities", [["Weld the", "in grey"]], "“Weld the” … “in grey”"),
        ("jd_type", "too_short", "too short"),
        ("urls", 0, "0"),
    ],
)
def test_a_value_is_told_in_words(name: str, value: Any, words: str) -> None:
    assert value_words(name, value) == words


def test_places_are_written_one_a_line_with_their_other_names() -> None:
    places = [["Pune", "Poona"], ["Kenya"]]
    assert places_of_lines(lines_of_places(places)) == places
    assert places_of_lines(" | \n\nPune|  Poona \n") == [["Pune", "Poona"]]


def test_nothing_and_an_empty_list_are_the_same_and_none_is_no_number() -> None:
    assert is_right([], None) and is_right(None, []) and is_right({"min": 1, "max": None}, {"max": None, "min": 1})
    assert not is_right(0, None) and not is_right(None, "x")


def test_chosen_sentences_become_passages_and_are_found_again() -> None:
    jd = JDText(TEXT)
    numbers = [n for n, sentence in enumerate(jd.sentences) if sentence.text.startswith(("Weld the", "Grind", "Paint"))]
    assert len(numbers) == 3
    passages = passages_of(numbers, jd)
    assert passages == [
        ["Weld the hulls of ships", "Grind what was welded before"],
        ["Paint all of it in", "all of it in grey"],
    ]
    assert sentences_in(passages, jd) == numbers


def test_lines_that_may_be_a_title_are_offered_without_their_bullets() -> None:
    assert short_lines(JDText(TEXT))[:3] == ["Welder", "Duties", "Weld the hulls of ships"]
