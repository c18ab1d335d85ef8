"""Everything that a run found, on one screen: text, signals, role and links side by side, details below."""

from __future__ import annotations

from html import escape

import streamlit as st

from db import usage
from db.runs import StoredRun
from pages.parts import theme
from pages.parts.person import ask_for_name, person
from pages.parts.run_view import details, linkage, marked_text, signals, verdict
from pages.parts.session import workbench
from pages.parts.shell import ENGINE_NAMES
from pages.parts.when import ago, milliseconds
from pipeline.contracts import Step1, Step2, Step3
from pipeline.run import STAGES

SECTIONS = {
    "skills": "Skills",
    "parsed": "Parsed text",
    "captured": "For review",
    "client": "Client output",
    "calls": "Model calls",
    "timings": "Timings",
    "json": "Raw JSON",
}


def heading(stored: StoredRun) -> str:
    """Name of the run, and one line of where it stands."""
    told = [f"Run {ago(stored.created_at)}"]
    if stored.duration_ms:
        told.append(milliseconds(stored.duration_ms))
    told += [ENGINE_NAMES[stored.engine].lower(), f"revision {stored.revision_id}", f"${stored.cost_usd:.4f}"]
    if stored.api1:
        skills = stored.api1["final_skills"]
        new = sum(not s.get("slug") for s in skills)
        told.append(f"{len(skills)} skills" + (f", {new} of them not in the catalog" if new else ""))
    return f'<div class="jdw-title">{escape(stored.label)}</div><div class="jdw-meta">{escape(" · ".join(told))}</div>'


def stopped(stored: StoredRun) -> None:
    """Why a run did not come to its end."""
    done = [STAGES[s][1].lower() for s in stored.timings_ms if s in STAGES]
    last = next((words for stage, (_, words) in STAGES.items() if stage not in stored.timings_ms), "")
    if stored.status == "failed":
        st.error(f"This run failed while {last.lower() or 'finishing'}: {stored.error}", icon=":material/error:")
    else:
        st.warning(
            "This run was interrupted: the workbench that executed it has ended. "
            + (f"It was at “{last}”. What it had found is kept." if done else "It had not begun."),
            icon=":material/pause_circle:",
        )


def judge(stored: StoredRun, step1: Step1) -> None:
    """The reviewers' verdicts on the run, and the form in which one is given."""
    bench = workbench()
    given = usage.verdicts_of(bench.engine, stored.id)
    _, indexes = bench.indexes()
    names = {r.slug: r.display_name for r in indexes.catalog.roles}
    chosen = step1.stage4_decision.chosen_role
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Verdict", icon=":material/gavel:", key="verdict"):
            if ask_for_name():
                right = st.radio("The role", ["is right", "is another", "should be none"], horizontal=True, key="verdict-role")
                other = None
                if right == "is another":
                    other = st.selectbox("The right role", list(names), index=None, format_func=names.__getitem__)
                wrong = st.multiselect(
                    "Skills that the text does not mean", [s.slug for s in step1.final_skills if s.slug],
                    format_func=lambda s: next(f.skill_name for f in step1.final_skills if f.slug == s),
                )  # fmt: skip
                note = st.text_input("Note")
                if st.button("Keep the verdict", type="primary", disabled=right == "is another" and other is None):
                    role = other if right == "is another" else chosen.slug if chosen and right == "is right" else None
                    usage.give_verdict(bench.engine, stored.id, person(), role, wrong, note)
                    st.rerun()
        if given:
            told = "; ".join(
                f"{v['author']}: {names.get(v['role_slug'], v['role_slug']) if v['role_slug'] else 'no role'}"
                + (f", not meant: {', '.join(v['wrong_skills'])}" if v["wrong_skills"] else "") + (f" ({v['note']})" if v["note"] else "")
                for v in given
            )
            st.html(f'<div class="jdw-meta">{escape(told)}</div>')
        else:
            st.html('<div class="jdw-meta">No reviewer has judged this run; a verdict tells whether a change of the catalog makes it better.</div>')


def text_only(stored: StoredRun) -> None:
    st.html(theme.caption("Job description") + f'<div class="jdw-jd">{escape(stored.jd_text[:20_000])}</div>')


def show(stored: StoredRun) -> None:
    """The whole run as far as it has come."""
    step1 = Step1.model_validate(stored.api1)
    step2 = Step2.model_validate(stored.api2) if stored.api2 else None
    step3 = Step3.model_validate(stored.api3) if stored.api3 else None
    st.html(verdict.strip(step1, step2))
    if stored.notes:
        st.html(verdict.notes(stored.notes))
    if step1.rejected:
        text_only(stored)
        details.parsed(step1)
        return
    with st.container(key="side-by-side"):
        text_at, signals_at, linkage_at = st.columns([1.05, 0.9, 1.15], gap="medium")
    with text_at:
        st.html(theme.caption("Job description · hover over a mark for its match"))
        with st.container(height=430, border=False):
            st.html(marked_text.marked(stored.jd_text, step1))
    with signals_at:
        st.html(theme.caption("Signals · best roles, by kind"))
        signals.show(step1)
    with linkage_at:
        st.html(theme.caption("Linkage · skill → dimension → role"))
        linkage.sankey(step1, step2)
    if step3:
        linkage.table(step1, step3, f"run {stored.id}")
    elif not step2:
        st.info("The library match has not been called yet.", icon=":material/hourglass_empty:")
    judge(stored, step1)
    section = st.segmented_control(
        "Details", list(SECTIONS), key="section", bind="query-params", format_func=SECTIONS.__getitem__, default="skills",
        label_visibility="collapsed",
    )  # fmt: skip
    if section == "skills":
        details.skills(step1, step2)
    elif section == "parsed":
        details.parsed(step1)
    elif section == "captured":
        details.captured(step1, step3, stored.proposal_runs)
        details.fix_kras(step1, f"run {stored.id}")
    elif section == "client":
        details.client(stored.enrichment)
    elif section == "calls":
        details.calls(stored)
    elif section == "timings":
        details.timings(stored)
    elif section == "json":
        details.raw(stored)
