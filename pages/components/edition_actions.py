"""Whole catalogs brought by one press: put back to what shipped, or bring the newer one that has shipped since."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.components import draft
from pages.components.flash import flash
from pages.components.identity import person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench

EDITION_NAMES = {"clean": "the clean catalog", "legacy": "the legacy catalog, with the old system's faults"}


def edition_actions() -> None:
    """The buttons, each of which asks before it does anything."""
    if st.button("Put back to clean", icon=":material/restart_alt:"):
        ask_put_back("clean")
    if st.button("Put back to legacy", icon=":material/history:"):
        ask_put_back("legacy")
    if workbench().editions.newer_edition() and st.button("Bring the newer catalog", icon=":material/upgrade:"):
        ask_update()


def _taking_back(done: tuple[int | None, int]) -> Callable[[], None] | None:
    """The way back from a change set that has set the whole catalog; null where there was nothing to do."""
    number = done[0]
    if number is None:
        return None

    def take_back() -> None:
        undone = workbench().change_sets.undo(number, person())
        flash(f"Change set {undone} took change set {number} back.")

    return take_back


def _override() -> str:
    """Why the catalog is to be set although a check does not hold that must; asked beforehand, since its draft is not kept."""
    return st.text_input(
        "If a check does not hold, commit all the same, because",
        placeholder="Empty: what does not pass the checks is not done",
    )


@st.dialog("Put the catalog back")
def ask_put_back(edition: str) -> None:
    """Ask, then set the catalog to a shipped edition as one change set."""
    name = EDITION_NAMES[edition]
    st.write(
        verbatim(
            f"The catalog becomes {name} again, as one change set. What was edited since goes; undo brings it back."
        )
    )
    override = _override()
    if st.button("Put back", type="primary", icon=":material/restart_alt:"):
        with st.spinner("Comparing the catalogs and making the checks"):
            draft.attempt(
                lambda: workbench().editions.put_back(edition, person(), override),
                lambda done: (
                    f"Nothing differs from {name}."
                    if done[0] is None
                    else f"Change set {done[0]} put {done[1]} rows back to {name}."
                ),
                _taking_back,
            )


@st.dialog("Bring the newer catalog")
def ask_update() -> None:
    """Ask, then bring the newer shipped catalog as one change set."""
    st.write(
        "A newer catalog has shipped with the workbench. It comes as one change set; rows that curators "
        "changed stay as they are, but for facts that they lack and nobody set."
    )
    override = _override()
    if st.button("Bring it", type="primary", icon=":material/upgrade:"):
        with st.spinner("Comparing the catalogs and making the checks"):
            draft.attempt(
                lambda: workbench().editions.update_to_shipped(person(), override),
                lambda done: (
                    f"Nothing is newer; {done[1]} rows stay as curators left them."
                    if done[0] is None
                    else f"Change set {done[0]} brought the newer catalog; {done[1]} rows stay as curators left them."
                ),
                _taking_back,
            )
