"""What two experiments answer differently, given to reviewers: its runs are made and shared out as one assignment."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import randbelow

import streamlit as st

from db.services.experiments import ComparedExperiments
from db.stores.assignments import Assignment, NewAssignment
from db.stores.run_filters import HistoryFilter
from db.stores.run_samples import Sampling
from pages.components import links, markup
from pages.components.assignment_form import expected_text, forget_fields, given_text, recipient_fields
from pages.components.flash import flash, refuse
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pages.experiments.pair_runs import label_of, runs_of
from pipeline.errors import WorkbenchError
from pipeline.experiments.pairs import Pair

KEY = "send"
MOST, USUAL = 200, 50
"""Job descriptions that are given at once: the most, and how many the form begins with."""


def offer(both: ComparedExperiments, pairs: Sequence[Pair], word: str, order: str) -> None:
    """The button that opens the form for pairs. ``word`` says what they are ("broken"), ``order`` which of them come first."""
    if st.button("Send to reviewers …", key="send-to-reviewers", help="Runs of them are shared out to be judged"):
        _form(both, pairs, word, order)


def show_given(both: ComparedExperiments, *words: str) -> None:
    """The assignments that were made of this comparison, each with how much of it is judged."""
    labels = {label_of(both, word) for word in words}
    found = [one for one in workbench().assignments.all() if one.narrowed.label in labels]
    if not found:
        return
    progress = workbench().assignment_progress.of_all()
    parts = [
        markup.fill(
            "{} {}",
            markup.link(one.name, links.page_url(links.VERDICTS, view="assignments", id=str(one.id))),
            markup.meta_span(_how_far(one, sum(p.done for p in progress.get(one.id, ())))),
        )
        for one in found
    ]
    st.html(markup.meta(markup.fill("With reviewers: {}", markup.join(parts, ", "))))


def _how_far(one: Assignment, judged: int) -> str:
    return f"({count_label(one.runs, 'run')}, {count_label(judged, 'verdict')}{'' if one.is_open else ', closed'})"


@st.dialog("Send to reviewers", width="medium")
def _form(both: ComparedExperiments, pairs: Sequence[Pair], word: str, order: str) -> None:
    """How many, to whom, how many to several."""
    there = min(len(pairs), MOST)
    which = f"{count_label(len(pairs), 'job description')}, {word} in {both.b.name}."
    st.html(markup.meta(f"{which} {order}" if there > 1 else which))
    size = int(st.number_input("How many", 1, there, min(there, USUAL), key=f"{KEY}-size", disabled=there == 1))
    label = label_of(both, word)
    to = recipient_fields(KEY, label)
    st.html(markup.meta(_preview(size, expected_text(size, to.sharing))))
    if not st.button("Send them", type="primary", icon=":material/send:", key=f"{KEY}-now"):
        return
    sampling = Sampling("random", size, randbelow(1_000_000), HistoryFilter(label=label))
    wish = NewAssignment(to.name, sampling, to.sharing, to.is_blind)
    try:
        if has_name(lambda: _send(both, pairs[:size], wish)):
            _send(both, pairs[:size], wish)
    except WorkbenchError as error:
        refuse(error)
        return
    st.rerun()


def _preview(size: int, expected: str) -> str:
    begun = f"{count_label(size, 'text')} will be run on today’s catalog; runs that are there are taken."
    return f"{expected} {begun}".strip()


def _send(both: ComparedExperiments, pairs: Sequence[Pair], wish: NewAssignment) -> None:
    """Make the runs and the assignment; what is wrong with the wish is said before any run is begun."""
    store = workbench().assignments
    store.check(wish, person())
    runs = runs_of(both, pairs, wish.sampling.narrowed.label)
    created = store.create(NewAssignment(wish.name, wish.sampling, wish.sharing, wish.is_blind, tuple(runs)), person())
    forget_fields(KEY)
    flash(given_text(created, wish, len(pairs)))
