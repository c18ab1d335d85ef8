"""Thresholds: from which confidence on an answer may be taken without a reviewer, and how much work that is."""

from __future__ import annotations

import streamlit as st

from db.services.experiments import Way
from db.stores.experiments import Experiment
from pages.components import frame, links, markup
from pages.components.draft import attempt
from pages.components.identity import person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.thresholds import answers, candidates, curves, effects
from pages.thresholds.choice import choose

SHIPPED_GOLD = "shipped"
WATCH_SECONDS = 1.5


def page() -> None:
    """The choice of gold and threshold, what the threshold comes to, all thresholds as curves, and what it would change."""
    frame.name_tab("Thresholds")
    st.html(
        markup.title("Thresholds")
        + markup.meta(
            "From which confidence on is an answer, a role or that none fits, taken without a reviewer? A run below it keeps its role."
        )
    )
    found = workbench().thresholds.experiments()
    if not found:
        _without_gold()
        return
    experiment = _experiment(found)
    study = workbench().thresholds.study(experiment)
    if not study.gold.total:
        st.html(
            markup.empty("None of what this experiment has done so far has an answer with gold; choose another one.")
        )
        return
    if not experiment.is_over:
        _watch(experiment)
    choice = choose(study)
    st.html(answers.show(study, choice))
    curves.show(study, choice)
    candidates.show(study, choice)
    effects.show(study, choice)


def _experiment(found: list[Experiment]) -> Experiment:
    """The experiment that the address names, or the newest that has finished; the choice of another."""
    by_number = {str(e.id): e for e in found}
    finished = next((e for e in found if e.status == "finished"), found[0])
    asked = st.query_params.get("experiment", "")
    chosen = by_number.get(asked, finished)

    def take() -> None:
        st.query_params["experiment"] = st.session_state["threshold-experiment"]

    st.selectbox(
        "Gold",
        list(by_number),
        index=list(by_number).index(str(chosen.id)),
        format_func=lambda number: verbatim(_label(by_number[number])),
        key="threshold-experiment",
        on_change=take,
        help="Experiments on job descriptions with gold: how sure each answer was, and whether it is right",
    )
    return chosen


def _label(experiment: Experiment) -> str:
    return f"{experiment.name}: {experiment.gold:,} with gold of {experiment.set_name}, {experiment.way}"


def _without_gold() -> None:
    """What is needed first, and the way to have it."""
    st.html(
        markup.empty(
            "A threshold is chosen on answers whose gold is known, and no experiment has any yet. Run the gold texts that ship, or one "
            "of your gold sets."
        )
    )
    with st.container(horizontal=True):
        if st.button("Run the gold texts that ship", type="primary", icon=":material/play_arrow:", key="run-shipped"):
            attempt(_run_shipped, "The gold texts are being run; the page shows what they come to as they are done.")
        links.page_link(links.EXPERIMENTS, "Start another experiment", icon=links.EXPERIMENTS.icon)
    if any(e.gold and not e.is_over for e in workbench().experiments.all()):
        _watch(None)


def _run_shipped() -> None:
    experiments = workbench().experiments
    experiments.start(experiments.free_name("Gold that ships"), person(), experiments.read_gold(SHIPPED_GOLD), Way())


def _watch(experiment: Experiment | None) -> None:
    """Draw the page anew as more is done."""

    @st.fragment(run_every=WATCH_SECONDS)
    def draw() -> None:
        now = workbench().experiments.all()
        shown = next((e for e in now if experiment is not None and e.id == experiment.id), None)
        if (shown is None and any(e.gold and e.done for e in now)) or (
            shown is not None
            and experiment is not None
            and (shown.done, shown.status) != (experiment.done, experiment.status)
        ):
            st.rerun()
        done = f"{shown.done:,} of {shown.size:,} are done" if shown else "An experiment with gold runs"
        st.html(markup.status(f"{done}; the page is drawn anew as more is."))

    draw()
