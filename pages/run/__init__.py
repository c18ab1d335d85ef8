"""A run: watched while it goes, then everything that it found, with a link of its own."""

from __future__ import annotations

import streamlit as st

from db.errors import MalformedRun
from db.services import results
from pages.components import gold_form, markup, run_tabs
from pages.components.frame import name_tab
from pages.components.progress import watch
from pages.components.run_address import run_of_address
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.run import banner, draft_side, mended, old, screen, text, verdict, verdicts
from pages.run.entries import Entries


def page() -> None:
    """The run that the address names, in its state: queued, executed, stopped, rejected, or finished."""
    found = run_of_address()
    if found is None:
        return
    stored, pending = found
    name_tab(f"{stored.label} · Run")
    try:
        result = results.result_of(stored)
    except MalformedRun as error:
        st.html(markup.title(stored.label))
        st.error(verbatim(error), icon=":material/error:")
        st.html(text.plain_text(stored.jd_text))
        return
    given = workbench().verdicts.of_run(stored.id)
    if result is not None and not pending and verdict.is_asked_for(given):
        verdict.show(stored, result, given)
        return
    if stored.is_old and result is not None:
        old.show(stored, result)
        return
    side = None if pending else draft_side.load(stored)
    heading_at, actions_at = st.columns([1.5, 1], vertical_alignment="top")
    with heading_at:
        st.html(banner.heading(stored, result, pending))
    with actions_at:
        if result is not None:
            run_tabs.show(stored.id, "run")
        banner.actions(stored, result, given, side)
    if pending:
        watch(stored.id, pending)
        return
    if stored.status not in ("completed", "rejected"):
        banner.stopped(stored)
    if result is None:
        st.html(text.plain_text(stored.jd_text))
        return
    if needed := banner.review(result, given):
        st.html(needed)
    if because := mended.lines(stored.id):
        st.html(because)
    verdicts.show(given, result.extraction, Entries(workbench().snapshots.current().catalog))
    if result.extraction.rejected:
        banner.rejected(result)
    gold_form.show(stored.id, stored.jd_hash, given)
    screen.show(stored, result, side)
