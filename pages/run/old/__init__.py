"""A run of the old system: everything that its page and its documents say, what it got wrong, and the way to ours of the same text."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.services.old_runs import faults_in
from db.services.results import RunResult, result_of
from db.stores.old_runs import ImportedFrom
from db.stores.run_history import EarlierRun
from db.stores.runs import StoredRun
from pages.components.workbench import workbench
from pages.run import verdicts
from pages.run.old import body, details, faults, head
from pages.run.old.names import OldEntries
from pages.run.sides import RunView
from pipeline.contracts import Extraction
from pipeline.old_runs.faults import Fault


@dataclass(frozen=True)
class OldRunView:
    """What the page of an old run shows: the run, what it was imported from, our newest run of its text, and its faults."""

    view: RunView
    imported: ImportedFrom | None
    ours: EarlierRun | None
    ours_extraction: Extraction | None
    faults: tuple[Fault, ...]


def show(stored: StoredRun, result: RunResult) -> None:
    """The whole run, read-only."""
    found = load(stored, result)
    heading_at, actions_at = st.columns([1.5, 1], vertical_alignment="top")
    with heading_at:
        st.html(head.heading(stored, result, found.imported))
    with actions_at:
        head.actions(stored, found.ours)
    if notes := head.notes(found.imported):
        st.html(notes)
    verdicts.show(workbench().verdicts.of_run(stored.id), result.extraction, found.view.entries)
    faults.answers(found.view, found.faults)
    body.show(found.view, found.ours_extraction)
    faults.show(found.faults, found.ours)
    body.links(found.view)
    details.show(found.view, found.imported)


def load(stored: StoredRun, result: RunResult) -> OldRunView:
    """What the page shows, with our newest run of the same text beside where there is one."""
    bench = workbench()
    ours = next(iter(bench.history.of_same_text(stored.jd_text, 1, ours=True)), None)
    ours_result = result_of(bench.runs.load(ours.id)) if ours else None
    extraction = ours_result.extraction if ours_result else None
    imported = bench.old_runs.load(stored.id)
    indexes = bench.snapshots.current().indexes
    view = RunView(stored, result, None, OldEntries(indexes.catalog), {})
    found = faults_in(stored, result, imported, indexes, extraction)
    return OldRunView(view, imported, ours, extraction, tuple(found))
