"""Fields that keep what is typed: it comes back in another session of the same browser, until it is used."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from pages.components import kept
from tests.pages.conftest import SECONDS, button, field

BROWSER = "12345678-1234-1234-1234-123456789abc"


def _script() -> None:
    import streamlit as st

    from pages.components import kept

    st.text_area("Comment", **kept.text("comment-7"))
    st.selectbox("Nature", ["Tool", "Library"], **kept.choice("nature-7", "Tool", ["Tool", "Library"]))
    with st.form("all"):
        st.text_input("Name", **kept.form_text("name-7"))
        st.form_submit_button("Check")
    if st.button("Send"):
        kept.forget("comment-7", "nature-7", "name-7")
        st.rerun()


def session() -> AppTest:
    app = AppTest.from_function(_script, default_timeout=SECONDS)
    app.session_state[kept.SESSION_TOKEN] = BROWSER
    return app.run()


def test_what_was_entered_is_there_in_the_next_session(writing: Workbench) -> None:
    app = session()
    field(app.text_area, "Comment").set_value("looks wrong").run()
    field(app.selectbox, "Nature").set_value("Library").run()
    writing.kept.keep(BROWSER, "kept-name-7", "typed in a form")
    after = session()
    assert field(after.text_area, "Comment").value == "looks wrong"
    assert field(after.selectbox, "Nature").value == "Library"
    assert field(after.text_input, "Name").value == "typed in a form"


def test_what_was_sent_is_empty_now_and_later(writing: Workbench) -> None:
    app = session()
    field(app.text_area, "Comment").set_value("looks wrong").run()
    field(app.selectbox, "Nature").set_value("Library").run()
    button(app, "Send").click().run()
    assert field(app.text_area, "Comment").value == "" and field(app.selectbox, "Nature").value == "Tool"
    assert field(session().text_area, "Comment").value == ""


def test_a_choice_that_is_no_longer_offered_gives_way(writing: Workbench) -> None:
    writing.kept.keep(BROWSER, "chosen-nature-7", "Gone")
    assert field(session().selectbox, "Nature").value == "Tool"


def _broken_off() -> None:
    import streamlit as st

    from pages.components import kept

    st.text_input("Name", **kept.text("name-8", "Quorvixel"))
    if st.session_state.setdefault("drawings-left", 1):
        st.session_state["drawings-left"] = 0
        kept.break_off_drawing()
        st.rerun()
    kept.end_drawing()


def test_a_field_whose_first_drawing_was_broken_off_still_tells_the_browser_its_content(writing: Workbench) -> None:
    app = AppTest.from_function(_broken_off, default_timeout=SECONDS).run()
    assert app.text_input[0].proto.set_value and app.text_input[0].proto.value == "Quorvixel"
    # Once it stands, what the browser holds is left alone.
    assert not app.run().text_input[0].proto.set_value


def test_places_are_short_and_of_letters_that_a_style_class_keeps() -> None:
    assert kept.place("commit", 12, "why") == "commit-12-why"
    odd = kept.place("comment", 'finding {"skill_slug": "c++"}')
    assert odd.startswith("comment-") and odd != kept.place("comment", 'finding {"skill_slug": "c"}')
    assert len(odd) < 60 and odd.replace("-", "").isalnum()
