"""What is one click away from a run's first screen, one section at a time."""

from __future__ import annotations

import streamlit as st

from db.stores.runs import StoredRun
from pages.run.details import calls, captured, client, matched_kras, parsed, raw, skills, timings
from pages.run.sides import RunView
from pipeline.catalog.refs import RunRef

SECTIONS = {
    "skills": "Skills",
    "parsed": "Parsed text",
    "captured": "For review",
    "client": "Client output",
    "calls": "Model calls",
    "timings": "Steps",
    "json": "Raw JSON",
}


def show(stored: StoredRun, view: RunView) -> None:
    """The section that the address names, and the choice of another."""
    result = view.shown
    with st.container(key="run-details"):
        section = st.segmented_control(
            "Details",
            list(SECTIONS),
            key="section",
            bind="query-params",
            format_func=SECTIONS.__getitem__,
            default="skills",
            label_visibility="collapsed",
        )
    match section:
        case "skills":
            skills.show(view)
        case "parsed":
            parsed.show(stored, result.extraction.parsed)
        case "captured":
            captured.show(view, stored.proposal_runs)
            matched_kras.show(view, RunRef(stored.id))
        case "client":
            client.show(view, stored.client_output)
        case "calls":
            calls.show(stored)
        case "timings":
            timings.show(stored)
        case "json":
            raw.show(stored)
