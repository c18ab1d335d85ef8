"""Where the time and the money of a run went, step by step and stage by stage."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.labels import ENGINE_NAMES
from pages.components.markup import Column
from pages.components.time_format import milliseconds, moment
from pipeline.run import STAGES

STEPS = {
    1: ("Extraction", "extract-from-jd"),
    2: ("Library match", "extract-details"),
    3: ("Role output", "final-role-output"),
}
"""The steps of the wire: what a person calls them, and their technical names."""


def show(stored: StoredRun) -> None:
    """When it began and ended, the steps with their routes, times and costs, and the stages with the share of each."""
    facts = [
        ("Run", str(stored.id)),
        ("Begun", moment(stored.created_at)),
        ("Last change", moment(stored.updated_at)),
        ("Engine", ENGINE_NAMES[stored.engine]),
        ("Catalog", f"revision {stored.revision_id}"),
    ]
    st.html(markup.facts(facts))
    columns: list[str | Column] = ["Step", "Technical name", Column("Took", "n"), Column("Cost", "n"), "Status"]
    st.html(markup.caption("Steps") + markup.table(columns, step_rows(stored)))
    stages = markup.table(["Stage", "", Column("Took", "n"), Column("Share", "n")], rows(stored.timings_ms))
    st.html(markup.caption("Stages") + stages)


def step_rows(stored: StoredRun) -> list[tuple[str, ...]]:
    """Each step of the wire with its route, how long it took, what it cost, and whether it was called; and the sum."""
    found = []
    for number, (name, route) in STEPS.items():
        took = [
            stored.timings_ms[stage]
            for stage, (step, _) in STAGES.items()
            if step == number and stage in stored.timings_ms
        ]
        cost = sum(call["cost_usd"] for call in stored.calls if call["step"] == number)
        status = "done" if took else "not called yet"
        found.append((f"{number} · {name}", route, milliseconds(sum(took)) if took else "–", f"${cost:.4f}", status))
    return [*found, ("Sum", "", milliseconds(stored.duration_ms), f"${stored.cost_usd:.4f}", "")]


def rows(timings_ms: Mapping[str, float]) -> list[tuple[str, str, str, str]]:
    """Stage, step, duration and share of each stage in their order, and the sum."""
    total = sum(timings_ms.values())
    found = [
        (label, f"step {step}", milliseconds(timings_ms[stage]), f"{timings_ms[stage] / (total or 1.0):.0%}")
        for stage, (step, label) in STAGES.items()
        if stage in timings_ms
    ]
    return [*found, ("Sum", "", milliseconds(total), "")]
