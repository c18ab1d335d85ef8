"""Thresholds: from which confidence on an answer may be taken without a reviewer, and how much work that is."""

from __future__ import annotations

import streamlit as st

from db.services.experiments import Way
from db.services.thresholds import AnswerSource
from pages.components import frame, links, markup
from pages.components.draft import attempt
from pages.components.identity import person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.thresholds import answers, candidates, curves, effects
from pages.thresholds.choice import choose

SHIPPED_GOLD = "shipped"
WATCH_SECONDS = 1.5
NONE_UNKNOWN = "This batch did not write how sure its answers of none are: no threshold above 0 takes them. A batch with --full writes it."


def page() -> None:
    """The choice of gold and threshold, what the threshold comes to, all thresholds as curves, and what it would change."""
    frame.name_tab("Thresholds")
    st.html(
        markup.title("Thresholds")
        + markup.meta(
            "From which confidence on is an answer, a role or that none fits, taken without a reviewer? A run below it keeps its role."
        )
    )
    found = workbench().thresholds.sources()
    if not found:
        _without_gold()
        return
    source = _source(found)
    study = workbench().thresholds.study(source)
    if not study.gold.total:
        st.html(
            markup.empty("None of what this experiment has done so far has an answer with gold; choose another one.")
        )
        return
    if not source.keeps_none:
        st.html(markup.meta(NONE_UNKNOWN))
    if not source.is_over:
        _watch(source)
    choice = choose(study)
    st.html(answers.show(study, choice))
    curves.show(study, choice)
    candidates.show(study, choice)
    effects.show(study, choice)


def _source(found: list[AnswerSource]) -> AnswerSource:
    """The experiment that the address names, or the newest that is over; the choice of another."""
    by_reference = {source.reference: source for source in found}
    over = next((source for source in found if source.is_over), found[0])
    chosen = by_reference.get(st.query_params.get("experiment", ""), over)

    def take() -> None:
        st.query_params["experiment"] = st.session_state["threshold-experiment"]

    st.selectbox(
        "Gold",
        list(by_reference),
        index=list(by_reference).index(chosen.reference),
        format_func=lambda reference: verbatim(_label(by_reference[reference])),
        key="threshold-experiment",
        on_change=take,
        help="Experiments on job descriptions with gold: how sure each answer was, and whether it is right",
    )
    return chosen


def _label(source: AnswerSource) -> str:
    return f"{source.name}: {source.gold:,} with gold of {source.set_name}, {source.way}"


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


def _watch(source: AnswerSource | None) -> None:
    """Draw the page anew as more is done."""

    @st.fragment(run_every=WATCH_SECONDS)
    def draw() -> None:
        now = workbench().thresholds.sources()
        shown = next((s for s in now if source is not None and s.reference == source.reference), None)
        if bool(now) if shown is None else shown != source:
            st.rerun()
        done = f"{shown.done:,} of {shown.size:,} are done" if shown else "An experiment with gold runs"
        st.html(markup.status(f"{done}; the page is drawn anew as more is."))

    draw()
