"""Who is at the screen: one name for all tabs of a browser, asked for by the first write, which then goes on."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from pages.components.identity import PLACE
from pages.components.kept import SESSION_TOKEN
from tests.pages.conftest import SECONDS, be, button, field, flashed, give_name, text_of


def _page() -> None:
    import streamlit as st

    from pages.components import draft
    from pages.components.flash import show_flash
    from pages.components.identity import ask_waiting_name, person, person_button
    from pipeline.errors import WorkbenchError

    def refuse() -> None:
        raise WorkbenchError("Somebody was faster.")

    person_button()
    show_flash()
    ask_waiting_name()
    st.html(f"<p>I am {person()}.</p>")
    if st.button("Write"):
        draft.attempt(person, lambda author: f"Written by {author}.")
    if st.button("Write in vain"):
        draft.attempt(refuse, "Written.")


def tab(browser: str = "") -> AppTest:
    app = AppTest.from_function(_page, default_timeout=SECONDS)
    if browser:
        app.session_state[SESSION_TOKEN] = browser
    return app.run()


def test_the_first_write_asks_for_a_name_and_goes_on(reading: Workbench) -> None:
    app = tab()
    button(app, "Write").click().run()
    give_name(app, "  Ada   Lovelace ")
    assert flashed(app) == "Written by Ada Lovelace."
    button(app, "Write").click().run()
    assert [field.label for field in app.text_input] == []
    assert app.button(key="person").label == "Ada Lovelace · change"


def test_an_empty_name_is_asked_for_again(reading: Workbench) -> None:
    app = tab()
    button(app, "Write").click().run()
    give_name(app, "   ")
    assert "Give a name of at least one letter." in text_of(app)
    give_name(app, "Ada")
    assert flashed(app) == "Written by Ada."


def test_a_write_that_is_refused_says_so_beside_the_name(reading: Workbench) -> None:
    app = tab()
    button(app, "Write in vain").click().run()
    give_name(app, "Ada")
    assert "Somebody was faster." in text_of(app)


def test_a_name_that_changes_in_one_tab_has_changed_in_the_other(reading: Workbench) -> None:
    one = tab()
    be(one, "Ada")
    other = tab(one.session_state[SESSION_TOKEN])
    assert "I am Ada." in text_of(other)
    button(one.run(), "Ada · change").click()
    one.run()
    # Here each drawing is of the whole page, so the button that opens the dialog is pressed again with that within it.
    button(one, "Ada · change").click()
    field(one.text_input, "Your name").set_value("Bea")
    button(one, "Go on").click()
    one.run()
    button(other, "Write").click().run()
    assert flashed(other) == "Written by Bea."
    assert "I am Bea." in text_of(other)


def test_a_name_that_is_used_is_not_forgotten(reading: Workbench) -> None:
    app = tab()
    be(app, "Ada")
    browser = app.session_state[SESSION_TOKEN]
    with reading.database.engine.begin() as connection:
        connection.execute(text("UPDATE kept_input SET kept_at = kept_at - interval '20 days'"))
    app.run()
    found = reading.kept.find(browser, PLACE)
    assert found is not None and datetime.now(UTC) - found.kept_at < timedelta(minutes=5)
