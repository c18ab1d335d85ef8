"""What an action came to, told once on the next drawing of the page, with a way back where the action destroys.

It stays for a while, whatever is drawn meanwhile: a page that is drawn twice shows it longer than a blink, and a click
elsewhere does not take the way back away.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from pages.components import markup
from pages.components.verbatim import verbatim
from pipeline.errors import WorkbenchError

KEY, COUNT = "flash", "flash-count"
UNDO_SECONDS = 20
"""How long the way back is offered; the style sheet fades the message at the same time."""
NOTE_SECONDS = 3
"""How long a message without a way back stays when the page is drawn again; else it fades by itself."""


@dataclass(frozen=True)
class Flash:
    """A message that waits to be shown, its way back, its number among those before, and since when it is shown (seconds)."""

    text: str
    undo: Callable[[], None] | None
    number: int
    shown_at: float | None = None
    is_refusal: bool = False


def flash(text: str, undo: Callable[[], None] | None = None) -> None:
    """Keep a message for the next drawing; a later one takes its place.

    ``undo`` takes back what was done, outside any drawing; what it raises as ``WorkbenchError`` is shown.
    """
    number = int(st.session_state.get(COUNT, 0)) + 1
    st.session_state[COUNT] = number
    st.session_state[KEY] = Flash(text, undo, number)


def refuse(error: WorkbenchError) -> None:
    """Show where it happened why something could not be done. A page that is drawn anew meanwhile, since what it waits for has
    come, says it once more as a message.
    """
    st.error(verbatim(error), icon=":material/block:")
    flash(str(error))
    st.session_state[KEY] = replace(st.session_state[KEY], shown_at=time.time(), is_refusal=True)


def show_flash() -> None:
    """Show the message that is kept, if there is one, at its place above the page; forget it when its time is over."""
    place = st.container(key="flash")
    kept: Flash | None = st.session_state.get(KEY)
    if kept is None:
        return
    if kept.shown_at is None:
        kept = st.session_state[KEY] = replace(kept, shown_at=time.time())
    elif time.time() - kept.shown_at > (UNDO_SECONDS if kept.undo or kept.is_refusal else NOTE_SECONDS):
        del st.session_state[KEY]
        return
    # Two names by turns: the browser fades a message from the beginning only where the name of what fades is another.
    turn = "even" if kept.number % 2 == 0 else "odd"
    with place.container(key=f"flash-{'undo' if kept.undo else 'note'}-{turn}", horizontal=True, gap="small"):
        st.html(markup.status(kept.text))
        if kept.undo is not None:
            st.button("Undo", icon=":material/undo:", key="flash-undo", on_click=_take_back, args=(kept.undo,))


def _take_back(undo: Callable[[], None]) -> None:
    st.session_state.pop(KEY, None)
    try:
        undo()
    except WorkbenchError as error:
        flash(str(error))
        return
    if KEY not in st.session_state:
        flash("Taken back.")
