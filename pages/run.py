"""A run: watched while it goes, then everything that it found, with a link of its own."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from db.errors import UnknownRun
from db.runs import StoredRun, delete_run, load_run, name_run
from pages.parts import run_view
from pages.parts.progress import watch
from pages.parts.session import workbench
from pages.parts.shell import COMPARE, RUN

bench = workbench()


def asked_for() -> StoredRun:
    """The run that the address names; a page that says so when there is none."""
    given = st.query_params.get("id", "")
    try:
        return load_run(bench.engine, UUID(given))
    except ValueError:
        st.html('<div class="jdw-title">No run chosen</div>')
        st.info("Open a run from the history, or start a new one.", icon=":material/history:")
    except UnknownRun as error:
        st.html('<div class="jdw-title">This run is not there</div>')
        st.warning(str(error), icon=":material/search_off:")
    st.page_link("pages/history.py", label="History", icon=":material/history:")
    return st.stop()


@st.dialog("Delete this run?")
def confirm_delete(stored: StoredRun) -> None:
    st.write("Its text, results and model calls are removed for good, and so are proposals that no other run made.")
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", icon=":material/delete:"):
            delete_run(bench.engine, stored.id)
            st.switch_page("pages/history.py")
        if st.button("Keep"):
            st.rerun()


def actions(stored: StoredRun) -> None:
    """Run again, name, delete."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Run again", icon=":material/replay:", help="The same text on today’s catalog"):
            st.switch_page(RUN, query_params={"id": str(bench.run_again(stored.id))})
        other = "local" if stored.engine == "openai" else "openai"
        if st.button("Compare engines", icon=":material/compare_arrows:", help="Runs the text with the other engine too, differences first"):
            st.switch_page(COMPARE, query_params={"a": str(stored.id), "b": str(bench.run_with(stored.id, other))})
        with st.popover("Name", icon=":material/edit:"):
            name = st.text_input("Name of this run", value=stored.name or "", max_chars=200, placeholder=stored.label)
            if st.button("Save", type="primary", key="save-name"):
                name_run(bench.engine, stored.id, name)
                st.rerun()
        if st.button("Delete", icon=":material/delete:", key="delete"):
            confirm_delete(stored)


stored = asked_for()
title, buttons = st.columns([1.1, 1], vertical_alignment="top")
with title:
    st.html(run_view.heading(stored))
with buttons:
    actions(stored)

if not stored.is_finished and bench.is_executing(stored.id):
    watch(stored.id)
elif stored.status in ("completed", "rejected"):
    run_view.show(stored)
else:
    run_view.stopped(stored)
    if st.button("Resume", type="primary", icon=":material/resume:"):
        bench.resume(stored.id)
        st.rerun()
    if stored.api1:
        run_view.show(stored)
    else:
        run_view.text_only(stored)
