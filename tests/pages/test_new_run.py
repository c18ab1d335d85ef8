"""New run: a text from the clipboard, a sample or a file; what cannot be run is said; a text that ran is recognised."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from db.stores.run_filters import HistoryFilter
from pages.components import workbench as process
from pages.components.kept import SESSION_TOKEN
from pages.new_run import SAMPLES, sample_label
from tests.conftest import JD
from tests.db.conftest import finished
from tests.pages.conftest import SECONDS, _script, be, button, field, open_page, text_of


def test_the_first_screen_has_an_empty_form_and_all_samples(reading: Workbench) -> None:
    app = open_page("new_run")
    assert "A job description goes through three steps" in text_of(app)
    assert field(app.text_area, "Job description").value == ""
    assert len(field(app.selectbox, "Choose a sample").options) == len(list(SAMPLES.glob("*.txt"))) > 10


def test_a_sample_is_called_by_its_words() -> None:
    assert sample_label("14-two-roles-in-one") == "Two roles in one"


@pytest.mark.parametrize("jd", ["", "  \n "])
def test_without_text_the_page_says_so_and_nothing_is_stored(writing: Workbench, jd: str) -> None:
    app = open_page("new_run")
    field(app.text_area, "Job description").set_value(jd)
    button(app, "Run").click().run()
    assert "There is no text." in text_of(app)
    assert writing.history.find(HistoryFilter()).total == 1


def test_a_text_that_is_too_long_gets_its_reason_and_stays(reading: Workbench) -> None:
    app = open_page("new_run")
    field(app.text_area, "Job description").set_value("word " * 1_000_000)
    button(app, "Run").click().run()
    assert "at most" in text_of(app)
    assert len(field(app.text_area, "Job description").value) == 5_000_000


def test_a_text_is_run_with_its_title_and_shown(writing: Workbench) -> None:
    app = open_page("new_run")
    field(app.text_area, "Job description").set_value(JD + "\n- Dovetail")
    field(app.text_input, "Title, if the text lacks it").set_value("Harbour engineer")
    button(app, "Run").click().run()
    stored = finished(writing, UUID(app.query_params["id"]))
    assert (stored.given_title, stored.engine, stored.status) == ("Harbour engineer", "local", "completed")


def test_a_run_carries_the_name_of_who_asked_for_it(writing: Workbench) -> None:
    app = open_page("new_run", "Ada")
    field(app.text_area, "Job description").set_value(JD + "\n- Whose is it?")
    button(app, "Run").click().run()
    stored = finished(writing, UUID(app.query_params["id"]))
    assert (stored.asked_by, stored.asked_through) == ("Ada", "pages")
    assert "asked for by Ada" in text_of(open_page("run", id=str(stored.id)))


def test_a_text_that_ran_before_is_offered_and_run_again_only_when_asked(writing: Workbench) -> None:
    app = open_page("new_run")
    field(app.text_area, "Job description").set_value(JD.upper())
    button(app, "Run").click().run()
    assert "This text ran before" in text_of(app)
    assert "1 earlier run of the same text." in text_of(app)
    assert f'href="run?id={writing.history.recent()[0].id}"' in "".join(e.value for e in app.get("html"))
    assert re.search(r"Data Engineer · 0\.\d\d · .* · revision 1", text_of(app))
    button(app, "Run again").click().run()
    assert finished(writing, UUID(app.query_params["id"])).jd_text == JD.upper()
    assert writing.history.find(HistoryFilter()).total == 2


def test_a_sample_fills_the_text(reading: Workbench) -> None:
    app = open_page("new_run")
    name = sorted(path.stem for path in SAMPLES.glob("*.txt"))[0]
    field(app.selectbox, "Choose a sample").set_value(name).run()
    assert field(app.text_area, "Job description").value == sample_text(name)
    assert "is kept:" not in text_of(app)


def sample_text(name: str) -> str:
    return (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def opened(**typed: str) -> AppTest:
    """The page in a browser of its own, in which something was typed and not submitted."""
    app = AppTest.from_function(_script, args=("pages.new_run",), default_timeout=SECONDS)
    be(app, "Ada")
    for place, text in typed.items():
        process.workbench().kept.keep(app.session_state[SESSION_TOKEN], f"kept-new-{place}", text)
    return app.run()


def test_what_was_typed_comes_back_and_is_gone_once_its_run_has_started(writing: Workbench) -> None:
    app = opened(jd=JD + "\n- Halyard", title="Harbour engineer")
    assert field(app.text_area, "Job description").value == JD + "\n- Halyard"
    assert field(app.text_input, "Title, if the text lacks it").value == "Harbour engineer"
    token = app.session_state[SESSION_TOKEN]
    button(app, "Run").click().run()
    assert finished(writing, UUID(app.query_params["id"])).given_title == "Harbour engineer"
    assert writing.kept.find(token, "kept-new-jd") is None


def test_a_sample_puts_the_typed_text_aside_and_it_is_taken_back(writing: Workbench) -> None:
    app = opened(jd="Typed by hand", title="Boatswain")
    first, second = sorted(path.stem for path in SAMPLES.glob("*.txt"))[:2]
    field(app.selectbox, "Choose a sample").set_value(first).run()
    field(app.selectbox, "Choose a sample").set_value(second).run()
    assert field(app.text_area, "Job description").value == sample_text(second)
    assert re.search(r"Your text of \d\d:\d\d is kept: “Typed by hand…”", text_of(app))
    button(app, "Take it back").click().run()
    assert field(app.text_area, "Job description").value == "Typed by hand"
    assert field(app.text_input, "Title, if the text lacks it").value == "Boatswain"
    assert "is kept:" not in text_of(app)


def test_a_text_put_aside_can_be_let_go(writing: Workbench) -> None:
    app = opened(jd="Typed by hand")
    app.file_uploader[0].set_value(("jd.txt", JD.encode(), "text/plain")).run()
    assert "“Typed by hand…”" in text_of(app)
    button(app, "Let it go").click().run()
    assert "is kept:" not in text_of(app)
    assert field(app.text_area, "Job description").value == JD


def test_a_file_fills_the_text_and_a_binary_one_is_refused(reading: Workbench) -> None:
    app = open_page("new_run")
    app.file_uploader[0].set_value(("jd.txt", JD.encode(), "text/plain")).run()
    assert field(app.text_area, "Job description").value == JD
    app.file_uploader[0].set_value(("jd.pdf", b"%PDF-1.7 \xff\xfe", "application/pdf")).run()
    assert "is a binary file, not text" in text_of(app)
    assert field(app.text_area, "Job description").value == JD


def test_the_model_engine_says_what_it_costs_and_who_answers(reading: Workbench) -> None:
    app = open_page("new_run", engine="Model engine")
    shown = text_of(app)
    assert "No server is set: recorded answers are replayed" in shown
    assert "At most $" in shown and "the local engine judges" in shown
