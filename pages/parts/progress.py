"""A run while it goes: its stages with their times, and what is known already."""

from __future__ import annotations

from html import escape
from uuid import UUID

import streamlit as st

from db.runs import StoredRun, load_run
from pages.parts import theme
from pages.parts.session import workbench
from pages.parts.when import milliseconds
from pipeline.run import STAGES


def watch(run_id: UUID) -> None:
    """Show progress until the run has ended, then draw the page anew."""

    @st.fragment(run_every=0.25)
    def look() -> None:
        stored = load_run(workbench().engine, run_id)
        if stored.is_finished or not workbench().is_executing(run_id):
            st.rerun()
        stages, known = st.columns([1, 2.2], gap="large")
        with stages:
            st.html(theme.caption("Progress") + stage_list(stored))
            if not workbench().is_warm:
                st.html(
                    '<div class="jdw-meta">The model and the catalog are being made ready; the first run waits for them.</div>'
                )
        with known:
            st.html(so_far(stored))

    look()


def stage_list(stored: StoredRun) -> str:
    """The stages in order: done with their time, the present one, those to come."""
    rows = []
    present = True
    for stage, (step, words) in STAGES.items():
        took = stored.timings_ms.get(stage)
        if took is not None:
            rows.append(f'<div>{escape(words)}<span class="t">{milliseconds(took)}</span></div>')
        elif present:
            rows.append(f'<div class="now">{escape(words)} …<span class="t">step {step}</span></div>')
            present = False
        else:
            rows.append(f'<div class="wait">{escape(words)}</div>')
    return f'<div class="jdw-stages">{"".join(rows)}</div>'


def so_far(stored: StoredRun) -> str:
    """What the finished stages have found."""
    parsed = stored.partial.get("parsed") or (stored.api1 or {}).get("nano_parsed") or {}
    skills = stored.partial.get("skills") or (stored.api1 or {}).get("final_skills") or []
    decision = stored.partial.get("decision") or (stored.api1 or {}).get("stage4_decision") or {}
    parts = []
    if parsed:
        told = [parsed.get("role"), parsed.get("company_name"), (parsed.get("experience") or {}).get("raw")]
        parts.append(
            theme.caption("Read") + "<div>" + escape(" · ".join(t for t in told if t) or "No title found") + "</div>"
        )
    if skills:
        names = "".join(theme.tag(s["skill_name"], "skill" if s.get("slug") else "doubt") for s in skills[:40])
        parts.append(theme.caption(f"{len(skills)} skills") + f"<div>{names}</div>")
    if decision.get("chosen_role"):
        parts.append(
            theme.caption("Role") + f'<div class="jdw-chosen">{escape(decision["chosen_role"]["display_name"])}</div>'
        )
    return "".join(parts) or '<div class="jdw-empty">Results appear here as each stage ends.</div>'
