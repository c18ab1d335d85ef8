"""A run that the person at the screen was given to judge: where it stands, what comes behind it, and putting it aside."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from db.stores.assignment_progress import GivenRun
from pages.components.flash import flash, refuse
from pages.components.identity import person
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError


def following(run_id: UUID) -> GivenRun | None:
    """What waits for the person behind a run, the first where they were not given that; null where nothing does."""
    me = person()
    return workbench().assignment_progress.after(me, run_id) if me else None


def place_text(run_id: UUID) -> str:
    """Which of the person's runs it is, and how many wait still; empty where they were not given it."""
    me = person()
    found = workbench().assignment_progress.place(me, run_id) if me else None
    if found is None:
        return ""
    left = workbench().assignment_progress.waiting(me)
    return f"{found.assignment}, number {found.position}" + (
        f" · {left:,} wait for you" if left else " · nothing waits"
    )


@st.dialog("Skip this run", width="small")
def ask_skip(run: GivenRun, then: Callable[[], None]) -> None:
    """Ask why a run is skipped; whoever it is given to next reads that. ``then`` is done once it is."""
    with st.form("skip", border=False):
        reason = st.text_input("Why", placeholder="As: I do not know this field", max_chars=300, key="skip-reason")
        is_given = st.form_submit_button("Skip", type="primary")
    if not is_given:
        return
    me, store = person(), workbench().assignments
    try:
        store.skip(run.assignment_id, run.run_id, me, reason)
    except WorkbenchError as error:
        refuse(error)
        return
    flash("Skipped.", undo=lambda: store.unskip(run.assignment_id, run.run_id, me))
    then()
    st.rerun()
