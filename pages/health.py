"""Health: what the audit suspects in the catalog, ranked by the harm that it does; one decision a key."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from db import findings, teamwork, usage
from pages.parts.finding import KINDS, SEVERITIES, bulk, detail, domain_of, severity, subject
from pages.parts.person import person
from pages.parts.session import workbench
from pipeline.audit import Finding, Usage

bench = workbench()
engine = bench.engine
WHOSE = {"": "All", "mine": "Decided by me", "untouched": "Untouched"}


@st.cache_data(ttl=60, show_spinner=False)
def used(revision: int) -> Usage:
    return usage.usage(engine)


def harm(finding: Finding, touched: int) -> float:
    """What ranks: how sure the audit is, and how many runs the fault has touched."""
    return finding.score * (1.0 + touched)


me = person()
st.html('<div class="jdw-title">Health</div>')
with st.spinner("Auditing the catalog", show_time=True):
    revision, every = bench.findings()
    seen = used(revision)
indexes = bench.indexes()[1]
open_now = findings.still_open(engine, every)
decided = findings.decisions(engine)
keys = {findings.key_of(f) for f in open_now}
held = {key: who for key, who in teamwork.claims(engine).items() if who != me and key in keys}
touched = {findings.key_of(f): seen.touched(f) for f in every}

counts = {kind: sum(f.kind == kind for f in open_now) for kind in KINDS}
kind = st.pills(
    "Kind",
    [k for k, n in counts.items() if n],
    key="kind",
    bind="query-params",
    format_func=KINDS.__getitem__,
    label_visibility="collapsed",
    wrap=True,
)
with st.container(horizontal=True, vertical_alignment="center"):
    told_at = st.container(width="stretch")
    domain_at, severity_at, whose_at = (st.container(width=w) for w in (160, 140, 160))
domains = sorted({domain_of(f, indexes.catalog) for f in open_now})
domain = domain_at.selectbox(
    "Field",
    ["", *domains],
    key="domain",
    bind="query-params",
    format_func=lambda d: d or "Any field",
    label_visibility="collapsed",
)
grade = severity_at.selectbox(
    "Severity",
    ["", *SEVERITIES],
    key="severity",
    bind="query-params",
    format_func=lambda s: s.capitalize() or "Any severity",
    label_visibility="collapsed",
)
whose = whose_at.selectbox(
    "Whose",
    list(WHOSE),
    key="whose",
    bind="query-params",
    format_func=WHOSE.__getitem__,
    label_visibility="collapsed",
)

shown = []
for finding in every if whose == "mine" else open_now:
    key = findings.key_of(finding)
    fits = (not kind or finding.kind == kind) and (not domain or domain_of(finding, indexes.catalog) == domain)
    fits = fits and (not grade or severity(finding, touched[key]) == grade)
    if whose == "mine":
        fits = fits and key in decided and decided[key].author == me
    elif whose == "untouched":
        fits = fits and key not in decided
    if fits and key not in held:
        shown.append(finding)


def rank(finding: Finding) -> tuple[bool, float, str]:
    key = findings.key_of(finding)
    unsure = key in decided and decided[key].decision == "unsure" and decided[key].author == me
    return unsure, -harm(finding, touched[key]), key


shown.sort(key=rank)
today = sum(1 for d in decided.values() if d.decision != "unsure")
others = f" · {len(held)} open with colleagues" if held else ""
with told_at:
    st.html(
        f'<div class="jdw-meta">{len(open_now)} findings in revision {revision}, '
        f"worst first by the runs that they touch · {today} decided{others}</div>"
        + (f'<div class="jdw-meta">{len(shown)} of this kind</div>' if kind else "")
    )
    if (
        kind
        and me
        and sum(bool(f.repair) for f in shown) > 1
        and st.button(f"Accept all {len(shown)}…", icon=":material/done_all:")
    ):
        bulk(shown, me)
if not shown:
    st.html(
        '<div class="jdw-empty">Nothing is suspected here. What curators rejected stays away until its evidence changes.</div>'
    )
    st.stop()
list_at, detail_at = st.columns([1, 1.25], gap="large")
with list_at:
    frame = pd.DataFrame(
        {
            "Finding": [subject(f, indexes.catalog) for f in shown],
            "Kind": [KINDS[f.kind] for f in shown],
            "Runs": [touched[findings.key_of(f)] for f in shown],
            "Sure": [f.score for f in shown],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        row_height=31,
        height=min(31 * (len(shown) + 1) + 3, 640),
        on_select="rerun",
        selection_mode="single-row",
        key=f"findings-{kind}-{domain}-{grade}-{whose}-{len(shown)}",
        column_config={
            "Finding": st.column_config.TextColumn(width=215),
            "Kind": st.column_config.TextColumn(width=105),
            "Runs": st.column_config.NumberColumn(width=45, help="Past runs that the fault touched"),
            "Sure": st.column_config.NumberColumn(format="%.2f", width=45),
        },
    )
picked = event.selection.rows  # type: ignore[union-attr]
asked = st.session_state.pop("show-finding", None)
by_key = {findings.key_of(f): f for f in every}
chosen = by_key[asked] if asked in by_key else shown[picked[0] if picked else 0]
with detail_at:
    detail(
        chosen,
        touched[findings.key_of(chosen)],
        shown.index(chosen) + 1 if chosen in shown else 0,
        len(shown),
        decided.get(findings.key_of(chosen)),
    )
