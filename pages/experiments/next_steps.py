"""What to do with what was broken: whose fault it is, runs to put right, runs for reviewers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from db.services.experiment_causes import KeptCauses
from db.services.experiments import ComparedExperiments
from db.stores.run_filters import HistoryFilter
from db.stores.runs import AskedBy, RunOrder, StoredRun
from pages.components import links, markup
from pages.components.decision_text import title_parts_html
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments.view import View
from pipeline.errors import WorkbenchError
from pipeline.experiments.pairs import Pair

MAX_RUNS = 50
"""Broken job descriptions that become runs, the surest of A first."""
LABEL = "broken in "


def show(both: ComparedExperiments, view: View, causes: KeptCauses | None) -> None:
    """Draw the sentence and the two ways on."""
    broken = [pair for pair in both.comparison.changed if pair.kind == "broken"]
    st.html(markup.heading("Next"))
    if not broken:
        _nothing_broken(both)
        return
    _sentence(view, causes, len(broken))
    with st.container(horizontal=True):
        count = min(len(broken), MAX_RUNS)
        label = "Put the broken one right" if count == 1 else f"Put the {count:,} right"
        if st.button(verbatim(label), type="primary", key="put-right", help=verbatim(_help(count))):
            _begin(both, broken[:MAX_RUNS], for_reviewers=False)
        if st.button("Send to reviewers", key="send-to-reviewers", help=verbatim(_help(count))):
            _begin(both, broken[:MAX_RUNS], for_reviewers=True)


def _help(count: int) -> str:
    return f"{count_label(count, 'text')} will be run on today’s catalog under a label of their own; runs that are there are taken"


def _nothing_broken(both: ComparedExperiments) -> None:
    if not both.comparison.has_gold:
        st.html(markup.meta("With gold it could be said which is better: a sample for reviewers is the way there."))
    else:
        st.html(markup.meta("Nothing is broken."))


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


def _begin(both: ComparedExperiments, broken: Sequence[Pair], *, for_reviewers: bool) -> None:
    """Make runs of what was broken, and go where they are put right or shared out."""

    def now() -> None:
        run_ids = _runs(both, broken)
        if len(run_ids) == 1 and not for_reviewers:
            links.open_run(run_ids[0])
        links.open_page(links.HISTORY, label=_label(both))

    try:
        if has_name(now):
            now()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")


def _label(both: ComparedExperiments) -> str:
    return " ".join(f"{LABEL}{both.b.name}".split())[:60].strip()


def _runs(both: ComparedExperiments, broken: Sequence[Pair]) -> list[UUID]:
    """The runs of broken job descriptions, those that are missing begun; all under one label."""
    bench = workbench()
    there = {(run.given_title, run.jd_text): run.id for run in _labelled(both)}
    run_ids, made = [], []
    for pair in broken:
        result = bench.experiments.result(both.b, pair.id)
        if result is None:
            continue
        jd = result.jd
        run_id = there.get((jd.title, jd.text))
        if run_id is None:
            order = RunOrder(jd.text, jd.title, both.b.run_config(), jd.title or jd.id, AskedBy(person(), "pages"))
            run_id = bench.executor.start_for(order)
            made.append(run_id)
        run_ids.append(run_id)
    if made:
        bench.history.label(made, _label(both))
    return run_ids


def _labelled(both: ComparedExperiments) -> Sequence[StoredRun]:
    history = workbench().history
    return history.of_ids(history.ids(HistoryFilter(label=_label(both)), 10 * MAX_RUNS))
