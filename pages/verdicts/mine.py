"""My runs to judge: what comes next, what waits behind it, and what I have put aside."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.stores.assignment_progress import GivenRun, Progress
from pages.components import given_runs, links, markup
from pages.components.flash import flash
from pages.components.identity import ask_name, person
from pages.components.keys import page_keys
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pages.verdicts import wording

MAX_SHOWN = 200


def show() -> None:
    """Draw the list of the person at the screen."""
    me = person()
    if not me:
        st.html(markup.empty("Give your name, and the runs that you were given are listed here."))
        if st.button("Give your name", icon=":material/person:", type="primary", key="name-for-runs"):
            ask_name()
        return
    given = workbench().assignment_progress.given_to(me, MAX_SHOWN)
    waiting = [run for run in given if run.skipped_at is None]
    if progress := _progress(me):
        st.html(progress)
    if waiting:
        _next(waiting[0])
        st.html(markup.heading("Waiting") + _table(waiting))
    else:
        st.html(_nothing())
    if aside := [run for run in given if run.skipped_at is not None]:
        _put_aside(aside, me)


def _nothing() -> Markup:
    """What to do where nothing waits."""
    return markup.empty(
        markup.fill(
            "No run waits for you. Runs are given out under {}; any run can be judged from {}.",
            markup.link("Assignments", wording.url(view="assignments")),
            markup.link("History", links.page_url(links.HISTORY, verdict="none", status="completed")),
        )
    )


def _progress(me: str) -> Markup:
    """How far I am with each open assignment."""
    of_all = workbench().assignment_progress.of_all()
    rows = [
        (found.name, own)
        for found in workbench().assignments.all()
        if found.is_open
        for own in of_all.get(found.id, ())
        if own.reviewer == me
    ]
    return markup.join(
        markup.block(
            markup.fill("{} {}", markup.bold(name), markup.meta_span(done_text(own))) + progress_bar(own),
        )
        for name, own in rows
    )


def done_text(own: Progress) -> str:
    """How far somebody is, in words."""
    parts = [f"{own.done:,} of {own.runs:,} judged"]
    if own.skipped:
        parts.append(f"{own.skipped:,} skipped")
    if own.an_hour:
        parts.append(f"{own.an_hour:,.0f} an hour")
    if own.seconds_left:
        parts.append(f"about {max(1, round(own.seconds_left / 60))} min left")
    if own.last:
        parts.append(f"last {ago(own.last)}")
    return " · ".join(parts)


def progress_bar(own: Progress) -> Markup:
    """The share that is judged, as a bar."""
    share = 100 * own.done / own.runs if own.runs else 0
    return markup.fill(
        '<span class="jdw-progress" role="img" aria-label="{}"><i style="width:{}%"></i></span>',
        f"{share:.0f} % judged",
        f"{share:.1f}",
    )


def judge_url(run: GivenRun) -> str:
    """The address at which a run is judged, blind where its assignment says so."""
    return links.verdict_url(run.run_id, blind=run.is_blind)


def _next(run: GivenRun) -> None:
    page_keys({"G": "Judge the next run", "X": "Skip it"})
    st.html(
        markup.block(
            markup.caption("Next")
            + markup.block(markup.link(run.label, judge_url(run)), "jdw-big")
            + markup.meta(_from(run) + (" · blind: what the run found is hidden" if run.is_blind else "")),
        )
    )
    with st.container(horizontal=True, key="next-run"):
        if st.button("Judge it", type="primary", icon=":material/how_to_reg:", shortcut="G", key="judge-next"):
            links.open_page(links.RUN, id=str(run.run_id), **({"blind": "1"} if run.is_blind else {"judge": "1"}))
        if st.button("Skip it …", icon=":material/skip_next:", shortcut="X", key="skip-next"):
            given_runs.ask_skip(run, lambda: None)


def _from(run: GivenRun) -> str:
    moved = f", had by {run.moved_from} before" if run.moved_from else ""
    return f"{run.assignment}, number {run.position} · given by {run.given_by}{moved}"


def _table(waiting: Sequence[GivenRun]) -> Markup:
    heads: list[str | Column] = [Column("", "n"), "Job description", Column("Assignment", "jdw-wide"), "Given by"]
    more = markup.meta(f"The first {MAX_SHOWN:,} are listed.") if len(waiting) >= MAX_SHOWN else Markup()
    return (
        markup.table(
            heads,
            [
                (f"{run.position:,}", markup.link(run.label, judge_url(run)), run.assignment, run.given_by)
                for run in waiting
            ],
        )
        + more
    )


def _put_aside(aside: Sequence[GivenRun], me: str) -> None:
    st.html(markup.heading(f"Skipped by you: {count_label(len(aside), 'run')}"))
    st.html(
        markup.table(
            ["Job description", "Why", "When"],
            [
                (markup.link(run.label, judge_url(run)), run.skip_reason, ago(run.skipped_at) if run.skipped_at else "")
                for run in aside
            ],
        )
    )
    if st.button("Let them wait again", icon=":material/undo:", key="unskip"):
        keys: list[tuple[int, UUID]] = [(run.assignment_id, run.run_id) for run in aside]
        for number, run_id in keys:
            workbench().assignments.unskip(number, run_id, me)
        flash(f"{count_label(len(keys), 'run')} {'waits' if len(keys) == 1 else 'wait'} again.")
        st.rerun()
