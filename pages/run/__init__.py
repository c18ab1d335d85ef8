"""A run: watched while it goes, then everything that it found, with a link of its own."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from db.errors import MalformedRun, UnknownRun
from db.services import results
from db.stores.jobs import PendingRun
from db.stores.runs import StoredRun
from pages.components import gold_form, links, markup
from pages.components.frame import name_tab
from pages.components.progress import watch
from pages.components.run_deletion import show_deletion
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.run import banner, draft_side, old, screen, text, verdict, verdicts
from pages.run.entries import Entries


def page() -> None:
    """The run that the address names, in its state: queued, executed, stopped, rejected, or finished."""
    found = run_of_address()
    if found is None:
        links.page_link(links.HISTORY, icon=links.HISTORY.icon)
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
    verdicts.show(given, result.extraction, Entries(workbench().snapshots.current().catalog))
    if result.extraction.rejected:
        banner.rejected(result)
    gold_form.show(stored.id, stored.jd_hash, given)
    screen.show(stored, result, side)


def run_of_address() -> tuple[StoredRun, PendingRun | None] | None:
    """The run that the address names, and how it stands where it is queued or executed; null when there is none, which the page then says."""
    asked = st.query_params.get("id", "")
    try:
        return workbench().executor.observe(UUID(asked))
    except ValueError:
        st.html(markup.title("There is no such run" if asked else "No run chosen"))
        names = f"“{asked}” names no run. " if asked else ""
        st.info(verbatim(f"{names}Open a run from the history, or start a new one."), icon=":material/history:")
    except UnknownRun as error:
        if deletion := workbench().deletions.find(UUID(asked)):
            show_deletion(deletion)
        else:
            st.html(markup.title("This run is not there"))
            st.warning(verbatim(error), icon=":material/search_off:")
    except MalformedRun as error:
        st.html(markup.title("This run cannot be read"))
        st.error(verbatim(error), icon=":material/error:")
    return None
