"""The frame around every page, what an action leaves behind, and the last resort for errors."""

import pytest
from streamlit.testing.v1 import AppTest

from db.errors import StoreError
from db.meters import PROCESS
from db.services.workbench import Workbench
from pages.components import links
from pages.components.side_bar import counts_style, waiting
from tests.conftest import ROOT
from tests.pages.conftest import SECONDS, button, flashed, text_of


def frame() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)


def test_the_first_page_stands_in_its_frame(reading: Workbench) -> None:
    drawn = PROCESS.get_sample_value("workbench_page_seconds_count", {"page": "Home"}) or 0
    app = frame().run()
    shown = text_of(app)
    assert PROCESS.get_sample_value("workbench_page_seconds_count", {"page": "Home"}) == drawn + 1
    assert "Home " in shown and "Needs me now" in shown
    assert "Revision 1 · local engine " in shown
    assert "Model engine: recorded answers" in shown
    assert app.button(key="person").label == "Give your name"


def test_without_a_store_the_side_bar_says_so_and_no_page_is_shown(
    reading: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> int:
        raise StoreError("The database cannot be reached.")

    monkeypatch.setattr(reading.snapshots, "revision", gone)
    app = frame().run()
    assert [e.value for e in app.error] == ["The database cannot be reached."]
    assert "Needs me now" not in text_of(app)


def test_the_side_bar_counts_what_waits_as_far_as_it_is_known(reading: Workbench) -> None:
    _, found = reading.snapshots.findings()
    assert waiting() == {
        links.HEALTH: len(reading.findings.still_open(found)),
        links.REVIEW_QUEUE: reading.proposals.count_pending(),
        links.VERDICTS: 0,
        links.CHANGES: 0,
    }


def test_counts_are_written_behind_the_links_and_nothing_is_no_count() -> None:
    style = counts_style({links.HEALTH: 1097, links.REVIEW_QUEUE: 0})
    assert style == '<style>[data-testid="stSidebarNavLink"][href$="/health"]::after{content:"1,097"}</style>'


def _flash() -> None:
    import streamlit as st

    from pages.components.flash import flash, show_flash
    from pipeline.errors import WorkbenchError

    def undo() -> None:
        st.session_state["undone"] = True

    def refuse() -> None:
        raise WorkbenchError("It cannot be taken back.")

    show_flash()
    if st.button("Act"):
        flash("Done.")
    if st.button("Destroy"):
        flash("Gone.", undo)
    if st.button("Destroy for good"):
        flash("Gone for good.", refuse)


def test_what_an_action_came_to_is_told_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppTest.from_function(_flash).run()
    button(app, "Act").click().run()
    assert flashed(app) == ""
    assert flashed(app.run()) == "Done."
    assert flashed(app.run()) == "Done."
    monkeypatch.setattr("pages.components.flash.NOTE_SECONDS", -1)
    assert flashed(app.run()) == ""


def test_the_way_back_stays_whatever_is_drawn_meanwhile_and_takes_back_once() -> None:
    app = AppTest.from_function(_flash).run()
    button(app, "Destroy").click().run()
    assert flashed(app.run()) == "Gone."
    assert flashed(app.run()) == "Gone."
    button(app, "Undo").click().run()
    assert app.session_state["undone"]
    assert flashed(app) == "Taken back."
    assert [b.label for b in app.run().button] == ["Act", "Destroy", "Destroy for good"]


def test_the_way_back_is_gone_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppTest.from_function(_flash).run()
    button(app, "Destroy").click().run()
    monkeypatch.setattr("pages.components.flash.UNDO_SECONDS", -1)
    assert flashed(app.run()) == "Gone."
    assert flashed(app.run()) == ""


def test_a_way_back_that_is_refused_says_why() -> None:
    app = AppTest.from_function(_flash).run()
    button(app, "Destroy for good").click().run()
    button(app.run(), "Undo").click().run()
    assert flashed(app) == "It cannot be taken back."


def _tab() -> None:
    from pages.components.frame import name_tab

    name_tab("Java · Skill")


def test_a_page_names_its_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []
    monkeypatch.setattr("streamlit.set_page_config", lambda page_title: named.append(page_title))
    assert not AppTest.from_function(_tab).run().exception
    assert named == ["Java · Skill · JD Workbench"]


def _fail(message: str, for_a_person: bool) -> None:
    from pages.components.errors import show_error
    from pipeline.errors import WorkbenchError

    assert show_error(WorkbenchError(message) if for_a_person else KeyError(message))


@pytest.mark.parametrize(
    ("for_a_person", "shown"),
    [(True, "It is so."), (False, "This page could not be shown. The log has the details; reloading often helps.")],
)
def test_an_error_is_told_only_where_it_was_written_for_a_person(for_a_person: bool, shown: str) -> None:
    app = AppTest.from_function(_fail, args=("It is so.", for_a_person)).run()
    assert [e.value for e in app.error] == [shown]
