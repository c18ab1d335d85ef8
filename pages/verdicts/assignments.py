"""Assignments: who was given what, how far each is, and what can be done with what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.assignment_progress import Progress
from db.stores.assignments import Assignment
from pages.components import markup
from pages.components.flash import flash, refuse
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.verdicts import assign_form, wording
from pages.verdicts.mine import progress_bar
from pipeline.errors import WorkbenchError

MAX_CLOSED = 20
EVERYTHING = "all that is not judged"


def show() -> None:
    """Draw the form, then all assignments, open ones first; one of them alone where the address names it."""
    found = workbench().assignments.all()
    asked = st.query_params.get("id", "")
    if asked:
        found = [workbench().assignments.load(int(asked) if asked.isdigit() else 0)]
        st.html(markup.link("All assignments", wording.url(view="assignments")))
    else:
        with st.expander(
            "Give runs to reviewers", icon=":material/add:", expanded=not found or assign_form.is_asked_for()
        ):
            assign_form.show()
    if not found:
        st.html(
            markup.empty(
                "Nothing was given to anybody yet. A part of the runs that several reviewers judge says how far they agree."
            )
        )
        return
    progress = workbench().assignment_progress.of_all()
    for one in [one for one in found if one.is_open]:
        _one(one, progress.get(one.id, []))
    if closed := [one for one in found if not one.is_open][:MAX_CLOSED]:
        st.html(markup.heading("Closed"))
        for one in closed:
            _one(one, progress.get(one.id, []))


def _one(found: Assignment, progress: Sequence[Progress]) -> None:
    title_at, actions_at = st.columns([4, 1], vertical_alignment="center")
    title_at.html(
        markup.block(
            markup.fill("<h2 class='jdw-heading'>{}</h2>", wording.assignment_link(found.id, found.name))
            + markup.meta(_how(found)),
            "jdw-rule",
        )
    )
    with actions_at, st.container(horizontal=True, horizontal_alignment="right"):
        _actions(found, progress)
    st.html(_table(progress))
    if "id" in st.query_params and (skipped := _skipped(found)):
        st.html(skipped)


def _how(found: Assignment) -> Markup:
    """How the runs were taken and by whom, and the ways to what came of it."""
    shared = f", {found.shared:,} of them judged by {found.judges}" if found.shared else ", each judged by one"
    way = wording.WAYS[found.way]
    if found.threshold is not None:
        way += f" (nearest to {found.threshold:g})"
    narrowed = assign_form.filter_text(found.narrowed)
    parts = [
        count_label(found.runs, "run") + shared,
        way + (f" of {narrowed}" if narrowed else ""),
        f"seed {found.seed}",
        "blind" if found.is_blind else "with the result in sight",
        f"by {found.author} {ago(found.created_at)}",
    ]
    if found.closed_at:
        parts.append(f"closed by {found.closed_by} {ago(found.closed_at)}")
    line = Markup.escape(" · ".join(parts))
    if not found.shared:
        return line
    number = str(found.id)
    return line + markup.fill(
        " · {} · {}",
        markup.link("Agreement", wording.url(view="agreement", assignment=number)),
        markup.link("Adjudicate", wording.url(view="adjudicate", assignment=number)),
    )


def _table(progress: Sequence[Progress]) -> Markup:
    heads: list[str | Column] = [
        "Reviewer",
        "Judged",
        *wording.numbers("Left", "Skipped"),
        Column("An hour", "n jdw-wide"),
        "Last",
    ]
    rows = [
        (
            one.reviewer,
            progress_bar(one) + markup.meta(f"{one.done:,} of {one.runs:,}"),
            f"{one.left:,}",
            f"{one.skipped:,}" if one.skipped else "",
            f"{one.an_hour:,.0f}" if one.an_hour else "",
            ago(one.last) if one.last else markup.meta_span("not begun"),
        )
        for one in progress
    ]
    return markup.table(heads, rows)


def _skipped(found: Assignment) -> Markup:
    aside = workbench().assignment_progress.skipped(found.id)
    if not aside:
        return Markup()
    rows = [(one.label, one.reviewer, one.skip_reason, ago(one.skipped_at)) for one in aside]
    return markup.heading("Skipped", 3) + markup.table(["Job description", "By", "Why", "When"], rows)


# --- what can be done ---------------------------------------------------------------------------------------------


def _actions(found: Assignment, progress: Sequence[Progress]) -> None:
    number, store = found.id, workbench().assignments
    if found.is_open:
        if st.button("Give to another …", icon=":material/swap_horiz:", key=f"reassign-{number}"):
            _reassign(found, progress)
        if st.button("Close", icon=":material/check:", key=f"close-{number}"):
            _act(lambda: store.close(number, person()), f"“{found.name}” is closed.", lambda: store.reopen(number))
    elif st.button("Open again", icon=":material/undo:", key=f"reopen-{number}"):
        _act(lambda: store.reopen(number), f"“{found.name}” is open again.", None)


def _act(act: Callable[[], None], done: str, undo: Callable[[], None] | None) -> None:
    def go_on() -> None:
        act()
        flash(done, undo=undo)

    try:
        if has_name(go_on):
            go_on()
    except WorkbenchError as error:
        flash(str(error))
    st.rerun()


@st.dialog("Give runs to another reviewer", width="small")
def _reassign(found: Assignment, progress: Sequence[Progress]) -> None:
    """From whom to whom; what somebody has judged stays theirs."""
    left = {one.reviewer: one.left + one.skipped for one in progress if one.left + one.skipped}
    if not left:
        st.html(markup.empty("Everything is judged; nothing is left to be given to another."))
        return
    giver = st.selectbox(
        "From",
        list(left),
        format_func=lambda name: verbatim(f"{name}: {count_label(left[name], 'run')} not judged"),
        key="give-from",
    )
    people = [name for name in workbench().assignments.people() if name != giver]
    taker = st.selectbox(
        "To", people, index=None, accept_new_options=True, placeholder="Choose or type a name", key="give-to"
    )
    st.html(markup.meta("What the other has judged or has already stays where it is. Skipped runs go along."))
    if st.button("Give them", type="primary", disabled=not taker, key="give-runs"):

        def give() -> None:
            moved = workbench().assignments.reassign(found.id, (str(giver), str(taker)), person())
            stayed = left[str(giver)] - moved
            more = f" {count_label(stayed, 'run')} stayed: {taker} has judged or has them." if stayed else ""
            flash(f"{count_label(moved, 'run')} went from {giver} to {taker}.{more}")

        try:
            if has_name(give):
                give()
        except WorkbenchError as error:
            refuse(error)
            return
        st.rerun()
