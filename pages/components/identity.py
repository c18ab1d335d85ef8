"""Who is at the screen: until sign-in exists, a name that is given once and kept for the browser.

The name is one value in the store, by the token of the browser's cookie: no widget owns it, all tabs of a browser read the
same, and each drawing reads it anew. It changes by its dialog alone. What writes calls ``has_name()`` first: where no name
was given yet, it is asked for, and then what was being done goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import streamlit as st

from pages.components import kept, markup
from pages.components.flash import refuse
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError

PLACE = "person"
"""Where the store keeps the name, among what it keeps for a browser."""
WAITING = "waits-for-a-name"
"""Session key of what goes on once a name is given."""
RENEWED_AFTER = timedelta(days=7)
"""The store forgets what nobody has asked for in weeks."""
MAX_NAME = 60


def person() -> str:
    """The name that every write carries; empty while none was given."""
    found = workbench().kept.find(kept.browser(), PLACE)
    return str(found.value) if found else ""


def become(name: str) -> None:
    """Be another person from now on, in all tabs of the browser."""
    workbench().kept.keep(kept.browser(), PLACE, name)


def has_name(then: Callable[[], None]) -> bool:
    """Whether a name is there; if not, the next drawing asks for one, and does ``then`` as soon as it is given.

    What ``then`` raises as ``WorkbenchError`` is shown beside the name. The page is to be drawn anew by whoever asks, unless
    that happens anyway.
    """
    if person():
        return True
    st.session_state[WAITING] = then
    return False


def person_button() -> None:
    """The foot of the side bar: who is at the screen, and the way to change it."""
    found = workbench().kept.find(kept.browser(), PLACE)
    name = str(found.value) if found else ""
    if found and datetime.now(UTC) - found.kept_at > RENEWED_AFTER:
        become(name)
    label = f"{name} · change" if name else "Give your name"
    if st.button(verbatim(label), icon=":material/person:", type="tertiary", key="person"):
        ask_name()


def ask_waiting_name() -> None:
    """Ask for the name that something waits for."""
    if WAITING in st.session_state:
        ask_name()


def _no_longer_waits() -> None:
    st.session_state.pop(WAITING, None)


@st.dialog("Who are you?", width="small", on_dismiss=_no_longer_waits)
def ask_name() -> None:
    """The dialog in which a name is given or changed; then goes on what waits for it."""
    st.html(markup.meta("Your name stands beside what you change. It is the same in all tabs of this browser."))
    with st.form("name", border=False):
        given = st.text_input("Your name", person(), max_chars=MAX_NAME, key="given-name")
        is_given = st.form_submit_button("Go on", type="primary")
    name = " ".join((given or "").split())
    if not is_given:
        return
    if not name:
        st.error("Give a name of at least one letter.", icon=":material/block:")
        return
    become(name)
    if then := st.session_state.pop(WAITING, None):
        try:
            then()
        except WorkbenchError as error:
            refuse(error)
            return
    st.rerun()
