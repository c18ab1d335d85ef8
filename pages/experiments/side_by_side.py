"""Two experiments side by side: is B better, in what, where, and what came out differently."""

from __future__ import annotations

import json

import streamlit as st
from markupsafe import Markup

from db.services.experiment_report import report
from db.services.experiments import ComparedExperiments
from pages.components import frame, markup
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments import confusion, differences, sliced, totals, wording
from pipeline.experiments.verdict import verdict
from pipeline.experiments.wire import comparison_wire

TONES = {"better": "good", "worse": "bad", "mixed": "doubt"}


def show(a: str, b: str) -> None:
    """Draw the comparison."""
    frame.name_tab("Experiments compared")
    both = workbench().experiments.compare(a, b)
    st.html(markup.meta(markup.link("Experiments", wording.url())) + markup.title("Experiments, compared"))
    _sides(both)
    _headline(both)
    left_at, right_at = st.columns([3, 2], gap="large")
    with left_at:
        totals.show(both.comparison)
        differences.show(both)
    with right_at:
        _ways(both)
        sliced.show(both.comparison)
    confusion.show(both)


def _sides(both: ComparedExperiments) -> None:
    """Which two, with another choice of each, the other way round, and the comparison as a file."""
    names = {found.id: found.name for found in workbench().experiments.all()}
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
            st.query_params.from_dict({side: str(number) for side, number in chosen.items()})
            st.rerun()
        swapped = wording.url(a=str(both.b.id), b=str(both.a.id))
        st.html(
            markup.fill('<a class="jdw-button jdw-quiet" href="{}" target="_self">Swap</a>', swapped), width="content"
        )
        with st.popover("Download", icon=":material/download:", key="download-comparison"):
            experiments = workbench().experiments
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
    st.html(markup.meta(_basis(both)))


def _basis(both: ComparedExperiments) -> Markup:
    found = both.comparison
    gold = " with gold" if found.has_gold else ""
    parts: list[Markup | str] = [f"{count_label(found.n, 'job description')}{gold} in both"]
    parts.append(
        "the same texts" if both.has_same_texts else f"{found.only_a:,} in A alone, {found.only_b:,} in B alone"
    )
    parts += [
        markup.join([f"{side}: ", wording.link(one), f" {one.status}, {one.done:,} of {one.size:,}"])
        for side, one in (("A", both.a), ("B", both.b))
        if one.status != "finished"
    ]
    return markup.join(parts, " · ")


def _headline(both: ComparedExperiments) -> None:
    said = verdict(both.comparison)
    tone = TONES.get(said.kind, "")
    parts = markup.join(
        (markup.bold(figure) + " " + markup.meta_span(f"({basis})") for figure, basis in said.parts), ", and "
    )
    broken = both.comparison.roles.broken
    look = f"Look at the {broken:,} broken first." if broken else "No role is broken."
    line = markup.fill('<span class="jdw-{}">{}:</span> {}.', tone or "b", said.lead, parts)
    st.html(
        markup.block(
            markup.block(line, "jdw-headline") + (markup.meta(look) if both.comparison.has_gold else Markup()),
            "jdw-outcome",
        )
    )


def _ways(both: ComparedExperiments) -> None:
    """What was set differently."""
    rows: list[tuple[str, ...]] = []
    first, second = both.a.run_config(), both.b.run_config()
    if both.a.revision_id != both.b.revision_id:
        rows.append(("Catalog", f"revision {both.a.revision_id}", f"revision {both.b.revision_id}"))
    if both.a.changes != both.b.changes:
        drafts = [
            f"draft {one.draft}, {len(one.changes):,} rows" if one.draft else "no draft" for one in (both.a, both.b)
        ]
        rows.append(("Draft", *drafts))
    for name in type(first).model_fields:
        if (values := (getattr(first, name), getattr(second, name)))[0] != values[1]:
            rows.append((name.replace("_", " "), *(f"{value}" for value in values)))
    st.html(
        markup.heading("Set differently")
        + (
            markup.table(["Setting", "A", "B"], rows)
            if rows
            else markup.meta("Nothing: both ran with the same catalog and settings.")
        )
    )
