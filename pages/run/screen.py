"""Everything that a run found, on one screen: answers, text, signals and linkage, links with their doubts, details below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from db.services.results import RunResult
from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.workbench import workbench
from pages.run import answers, details, draft_side, linkage, links_table, points, text
from pages.run.details import parsed
from pages.run.draft_side import DraftSide
from pages.run.effects import DecisionEffect
from pages.run.entries import Entries
from pages.run.facts import fact_marks
from pages.run.sides import RunView
from pages.run.text import Layers
from pipeline.audit import Finding
from pipeline.catalog.changes import Place
from pipeline.text import JDText

TEXT_HEIGHT = 680


def show(stored: StoredRun, result: RunResult, side: DraftSide | None) -> None:
    """The whole run as far as it has come; with a draft that changes it, beside what the draft makes of it."""
    chosen = draft_side.strip(side) if side else "before"
    view = view_of(stored, result, side, chosen)
    if side and chosen != "before":
        st.html(markup.meta(replayed_line(stored)))
    if result.extraction.rejected:
        parsed.show(stored, result.extraction.parsed)
        return
    effects: Sequence[DecisionEffect] = side.effects if side and view.before else ()
    answers.show(view, effects)
    if stored.notes and chosen == "before":
        st.html(answers.notes(stored.notes))
    _side_by_side(view)
    links_table.show(view, effects)
    details.show(stored, view)


def view_of(stored: StoredRun, result: RunResult, side: DraftSide | None, chosen: str) -> RunView:
    """What the page shows: the run as it was, the replay with the draft, or both replays."""
    snapshots = workbench().snapshots
    if side is None or chosen == "before":
        return RunView(stored, result, None, Entries(snapshots.current().catalog), _suspected(None))
    drafted = snapshots.with_draft(side.number)
    entries = Entries(drafted.catalog, drafted.changes)
    before = side.today if chosen == "both" else None
    return RunView(stored, side.drafted, before, entries, _suspected(side.number))


def _suspected(draft: int | None) -> Mapping[Place, Finding]:
    return workbench().snapshots.suspicions(draft)


def replayed_line(stored: StoredRun) -> str:
    """That what is shown is a replay, and how it may differ from the run as it was."""
    revision = workbench().snapshots.revision()
    line = f"Replayed from the stored text on revision {revision} and with your draft; nothing of it is kept."
    if stored.engine != "local":
        line += " The run itself was judged by the model engine, these replays by the local one."
    if stored.revision_id != revision:
        line += f" The run itself is of revision {stored.revision_id}: “Before” shows it."
    return line


def _side_by_side(view: RunView) -> None:
    with st.container(key="run-body"):
        text_at, picture_at = st.columns([1, 2], gap="medium")
    found = text.marks(view)
    with text_at:
        st.html(text.heading(found))
        with st.container(height=TEXT_HEIGHT, border=False, key="jd-text"):
            jd = JDText(view.stored.jd_text)
            duties = text.seen_marks(jd, text.duty_marks(view.shown.extraction))
            facts = fact_marks(jd, view.shown.extraction.parsed)
            st.html(text.marked_text(jd.view, Layers(found, duties, facts)))
    with picture_at:
        st.html(points.show(view))
        linkage.show(view)
