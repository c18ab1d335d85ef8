"""Experiments side by side: is B better than A, in what, where, because of what, and what came out differently."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services.experiment_causes import KeptCauses
from db.services.experiment_report import report
from db.services.experiments import ComparedExperiments
from db.stores.experiments import Experiment
from pages.components import frame, markup
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments import (
    against,
    confusion,
    differences,
    made_difference,
    next_steps,
    set_differently,
    sliced,
    totals,
    wording,
)
from pages.experiments.picked import picked_pairs
from pages.experiments.view import View
from pipeline.experiments.verdict import verdict
from pipeline.experiments.wire import comparison_wire

TONES = {"better": "good", "worse": "bad", "mixed": "doubt"}


def show(view: View) -> None:
    """Draw the comparison."""
    frame.name_tab("Experiments compared")
    experiments = workbench().experiments
    several = experiments.compare_several(view.a, [view.b, *view.more])
    both = several[0]
    # Names lead here too; the page goes on by numbers.
    view = View.of_query({**view.query, "a": str(both.a.id), "b": str(both.b.id)})
    state = experiments.causes.state(both.a, both.b, both.comparison)
    _bar(both, view, experiments.all())
    _headline(both, view, state.found)
    against.show(several, view)
    left_at, right_at = st.columns([5, 3], gap="large")
    with left_at:
        totals.show(both)
        differences.show(both, view, picked_pairs(both, view, state.found), state.found)
        confusion.show(both, view)
    with right_at:
        made_difference.show(both, view, state)
        sliced.show(both.comparison, view)
        next_steps.show(both, view, state.found)
        set_differently.show(both)


def _bar(both: ComparedExperiments, view: View, everything: Sequence[Experiment]) -> None:
    """The title, which two, with another choice of each, the other way round, the report, and a further one."""
    title_at, actions_at = st.columns([3, 2], vertical_alignment="center")
    title_at.html(markup.meta(markup.link("Experiments", wording.url())) + markup.title("Experiments, compared"))
    with actions_at.container(horizontal=True, horizontal_alignment="right"):
        _downloads(both)
        against.offer(both, view, everything)
    names = {found.id: found.name for found in everything}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = {}
        for side, found in (("a", both.a), ("b", both.b)):
            chosen[side] = st.selectbox(
                "A, the baseline" if side == "a" else "B",
                list(names),
                index=list(names).index(found.id),
                format_func=lambda n: verbatim(names[n]),
                key=f"side-{side}-{found.id}",
                width=230,
            )
        if (chosen["a"], chosen["b"]) != (both.a.id, both.b.id):
            st.query_params.from_dict(dict(View(str(chosen["a"]), str(chosen["b"])).query))
            st.rerun()
        swapped = View(str(both.b.id), str(both.a.id)).url
        st.html(
            markup.fill('<a class="jdw-button jdw-quiet" href="{}" target="_self">Swap</a>', swapped), width="content"
        )
    st.html(markup.meta(_basis(both)))


def _downloads(both: ComparedExperiments) -> None:
    experiments = workbench().experiments
    with st.popover("Report", icon=":material/download:", key="download-comparison"):
        st.download_button(
            "Report for reading (HTML)",
            lambda: report(experiments, both.b, str(both.a.id)),
            "comparison.html",
            "text/html",
            on_click="ignore",
            key="report-html",
        )
        st.download_button(
            "For programs (JSON)",
            lambda: json.dumps(comparison_wire(both.comparison), indent=2),
            "comparison.json",
            "application/json",
            on_click="ignore",
            key="report-json",
        )


def _basis(both: ComparedExperiments) -> Markup:
    """What the comparison rests on."""
    found = both.comparison
    gold = " with gold" if found.has_gold else ""
    parts: list[Markup | str] = [f"{both.b.set_name}, {count_label(found.n, 'JD')}{gold} in both"]
    parts.append(
        "the same texts" if both.has_same_texts else f"{found.only_a:,} in A alone, {found.only_b:,} in B alone"
    )
    parts += [f"{side} {one.way}" for side, one in (("A", both.a), ("B", both.b))]
    parts += [
        markup.join([f"{side} ", wording.link(one), f" is {one.status}, {one.done:,} of {one.size:,}"])
        for side, one in (("A", both.a), ("B", both.b))
        if one.status != "finished"
    ]
    if both.b.is_over and both.b.seconds is not None:
        parts.append(f"B ran {wording.duration(both.b.seconds)}")
    return markup.join(parts, " · ")


def _headline(both: ComparedExperiments, view: View, causes: KeptCauses | None) -> None:
    said = verdict(both.comparison)
    tone = TONES.get(said.kind, "")
    parts = markup.join(
        (markup.bold(figure) + " " + markup.meta_span(f"({basis})") for figure, basis in said.parts), ", and "
    )
    look = markup.meta(_look(both.comparison.roles.broken, view, causes))
    line = markup.fill('<span class="jdw-{}">{}:</span> {}.', tone or "b", said.lead, parts)
    st.html(
        markup.block(
            markup.block(line, "jdw-headline") + (look if both.comparison.has_gold else Markup()), "jdw-outcome"
        )
    )


def _look(broken: int, view: View, causes: KeptCauses | None) -> Markup | str:
    """Where to look first: at what is broken, and at the change that most of it comes from."""
    if not broken:
        return "No role is broken."
    worst = max(causes.shown, key=lambda factor: len(factor.broken), default=None) if causes else None
    if causes is None or worst is None or not worst.broken:
        return f"Look at the {broken:,} broken first."
    one = "comes" if len(worst.broken) == 1 else "come"
    link = markup.link(worst.label, view.of_cause(causes.factors.index(worst)).url)
    return markup.join([f"Look at the {broken:,} broken first: {len(worst.broken):,} {one} from “", link, "”."])
