"""The import of the old system's files: chosen from the disk, many at once, each with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from markupsafe import Markup

from db.services.old_runs import OUTCOME_NAMES, FileReport
from db.stores.runs import OLD_SYSTEM
from pages.components import links, markup
from pages.components.flash import refuse
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError
from pipeline.old_runs import STEP_KEYS

REPORTS = "old-run-reports"
"""Session key: what became of the files that were imported last, until that is put away."""
TONES = {"imported": "good", "there": "", "refused": "bad"}


def button() -> None:
    """The button that opens the form."""
    if st.button(
        "Import old runs",
        icon=":material/upload_file:",
        key="import-old",
        help="Pages and JSON documents of the old system, as runs beside ours",
    ):
        form()


@st.dialog("Import runs of the old system", width="medium")
def form() -> None:
    """The files, and the button that imports them."""
    st.html(
        markup.meta(
            "Pages of the old system saved as text, and its JSON: step 1 alone, several steps, or one object with the keys "
            f"{STEP_KEYS}; whole, or stopped after a step. They stand in the history under the engine “old system”, and nobody changes them."
        )
    )
    files = st.file_uploader("Files", accept_multiple_files=True, key="old-files", label_visibility="collapsed")
    if st.button("Import", type="primary", icon=":material/upload_file:", key="import-go", disabled=not files):
        act = partial(import_files, [(file.name, file.getvalue()) for file in files or ()])
        try:
            if has_name(act):
                with st.spinner(f"Reading {count_label(len(files or ()), 'file')}"):
                    act()
        except WorkbenchError as error:
            refuse(error)
            return
        st.rerun()


def import_files(files: Sequence[tuple[str, bytes]]) -> None:
    """Import files in the person's name; what became of each is kept for the next drawing."""
    st.session_state[REPORTS] = workbench().old_imports.import_files(files, person())


def report() -> None:
    """What became of the files that were imported last, until it is put away."""
    found: Sequence[FileReport] = st.session_state.get(REPORTS) or ()
    if not found:
        return
    with st.container(key="import-report"):
        st.html(summary(found))
        st.button("Put away", icon=":material/close:", key="import-done", on_click=_put_away)


def _put_away() -> None:
    st.session_state.pop(REPORTS, None)


def summary(reports: Sequence[FileReport]) -> Markup:
    """How many were imported, were there, were refused; then each file with its sentence, and a link to its run."""
    outcomes = [report.outcome for report in reports]
    counts = ", ".join(f"{outcomes.count(key)} {name}" for key, name in OUTCOME_NAMES.items() if key in outcomes)
    every = markup.link("all runs of the old system", links.page_url(links.HISTORY, engine=OLD_SYSTEM))
    head = markup.status(markup.fill("{} · {}", counts, every))
    return head + markup.table(["File", "", "What became of it"], map(_row, reports))


def _row(report: FileReport) -> list[Markup | str]:
    said = markup.block(report.sentence)
    if report.warnings:
        said += markup.meta(
            f"{count_label(report.warnings, 'thing was', 'things were')} not understood: see the run’s page."
        )
    is_there = report.run_id is not None and report.outcome != "refused"
    name = markup.link(report.file, links.run_url(report.run_id)) if is_there and report.run_id else report.file
    return [name, markup.tag(OUTCOME_NAMES[report.outcome], TONES[report.outcome]), said]
