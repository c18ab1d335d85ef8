"""What to do with what was broken: whose fault it is, runs to put right, runs for reviewers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.services.experiment_causes import KeptCauses
from db.services.experiments import ComparedExperiments
from pages.components import links, markup
from pages.components.decision_text import title_parts_html
from pages.components.identity import has_name
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.experiments import to_reviewers
from pages.experiments.pair_runs import label_of, runs_of
from pages.experiments.view import View
from pipeline.errors import WorkbenchError
from pipeline.experiments.pairs import Pair

MAX_RUNS = 50
"""Broken job descriptions that become runs, the surest of A first."""
BROKEN, MOVED = "broken", "another role"


def show(both: ComparedExperiments, view: View, causes: KeptCauses | None) -> None:
    """Draw the sentence and the two ways on."""
    broken = _of_kind(both, "broken")
    st.html(markup.heading("Next"))
    if broken:
        _sentence(view, causes, len(broken))
        with st.container(horizontal=True):
            count = min(len(broken), MAX_RUNS)
            label = "Put the broken one right" if count == 1 else f"Put the {len(broken):,} right"
            if st.button(
                verbatim(label),
                type="primary",
                key="put-right",
                help="The one change of the catalog that puts most of them right, with what else it fixes and breaks",
            ):
                links.open_page(links.PUT_RIGHT, experiment=str(both.b.id), against=str(both.a.id))
            label = "Open it as a run" if count == 1 else f"Open {count:,} as runs"
            if st.button(verbatim(label), key="as-runs", help=verbatim(_help(count))):
                _begin(both, broken[:MAX_RUNS])
            to_reviewers.offer(both, broken, BROKEN, "The surest of A come first.")
    else:
        _nothing_broken(both)
    to_reviewers.show_given(both, BROKEN, MOVED)


def _of_kind(both: ComparedExperiments, kind: str) -> list[Pair]:
    return [pair for pair in both.comparison.changed if pair.kind == kind]


def _help(count: int) -> str:
    return f"{count_label(count, 'text')} will be run on today’s catalog under a label of their own; runs that are there are taken"


def _nothing_broken(both: ComparedExperiments) -> None:
    """That nothing is; without gold, the way to what is better."""
    if both.comparison.has_gold:
        st.html(markup.meta("Nothing is broken."))
        return
    moved = _of_kind(both, "moved")
    if not moved:
        st.html(markup.meta("Both give the same roles; with gold it could be said whether they are right."))
        return
    many = "came to another role" if len(moved) == 1 else "came to other roles"
    st.html(
        markup.meta(
            f"With gold it could be said which is better: {count_label(len(moved), 'job description')} {many}, and reviewers can say "
            "which is right."
        )
    )
    to_reviewers.offer(both, moved, MOVED, "Those of which B is surest come first.")


def _sentence(view: View, causes: KeptCauses | None, broken: int) -> None:
    """What most of the broken come from, and what that has fixed."""
    ranked = sorted(enumerate(causes.factors if causes else ()), key=lambda entry: -len(entry[1].broken))
    if not ranked or not ranked[0][1].broken:
        st.html(markup.meta("The broken ones as runs show why, row by row, and are mended there."))
        return
    place, worst = ranked[0]
    parts = [
        markup.link(f"{len(worst.broken):,} of the {broken:,} broken", view.of_cause(place).url),
        markup.fill("{}", " comes from “" if len(worst.broken) == 1 else " come from “"),
        title_parts_html(worst.title),
        markup.fill("{}", f"”, which fixed {len(worst.fixed):,}." if worst.fixed else "”, which fixed none."),
    ]
    if worst.change_set:
        parts += [markup.fill("{}", " "), markup.link("Look at the change", links.change_set_url(worst.change_set))]
    st.html(markup.block(markup.join(parts)))


def _begin(both: ComparedExperiments, broken: Sequence[Pair]) -> None:
    """Make runs of what was broken, and go where they are put right."""

    def now() -> None:
        label = label_of(both)
        run_ids = runs_of(both, broken, label)
        if len(run_ids) == 1:
            links.open_run(run_ids[0])
        links.open_page(links.HISTORY, label=label)

    try:
        if has_name(now):
            now()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")
