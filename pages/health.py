"""Health: what the audit suspects in the catalog, worst first; a repair is staged, a draft committed."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from db import curation, findings
from pages.parts import theme
from pages.parts.session import workbench
from pipeline.audit import Finding
from pipeline.errors import WorkbenchError

KINDS = {
    "wrong_dimension": "Wrong dimension",
    "catch_all_dimension": "Catch-all dimension",
    "wrong_alias": "Wrong alias",
    "ambiguous_alias": "Ambiguous alias",
    "alias_type": "Alias type",
    "duplicate_alias": "Alias stored twice",
    "duplicate_skill": "Duplicate skill",
    "duplicate_dimension": "Duplicate dimension",
    "duplicate_role": "Duplicate role",
    "generic_title": "Generic title",
    "generic_kra": "KRA fits everything",
    "shared_kra": "KRA in two roles",
    "narrow_rationale": "Narrow rationale",
    "contradicting_fact": "Contradicting fact",
    "orphan_dimension": "Dimension without role",
    "orphan_role": "Role without dimension",
}
COLOURS = {"skill_slug": "skill", "dimension_slug": "dimension", "role_slug": "role", "alias_text": "alias", "kra_text": "kra"}
# How many changes of a repair are told one by one.
TOLD = 12

bench = workbench()
engine = bench.engine


def subject(finding: Finding) -> str:
    """What a finding is about, on one line."""
    return " · ".join(", ".join(v) if isinstance(v, list) else str(v) for v in finding.subject.values())


def subject_html(finding: Finding) -> str:
    parts = []
    for name, value in finding.subject.items():
        shown = ", ".join(value) if isinstance(value, list) else str(value)
        parts.append(theme.span(shown, COLOURS.get(name, finding.kind.split("_")[-1]), bold=True))
    return " · ".join(parts)


def decide(what: str, change: object) -> None:
    """Make a decision and go to the next finding; an error is said where it happened."""
    try:
        change()  # type: ignore[operator]
    except WorkbenchError as error:
        st.error(str(error), icon=":material/block:")
        return
    st.session_state["decided"] = what
    st.rerun()


def draft_bar(author: str) -> None:
    """The person's open draft, with its commit."""
    number = curation.draft_of(engine, author) if author else None
    if number is None:
        return
    size = curation.load_change_set(engine, number).size
    with st.container(horizontal=True, vertical_alignment="center"):
        rows = f"{size} {'change' if size == 1 else 'changes'}"
        st.html(f'<div class="jdw-meta">Your draft {number} has {rows}; nothing of it is in the catalog yet.</div>')
        if st.button("Commit", type="primary", icon=":material/check:", help="All of it in one transaction, or nothing"):
            decide(f"Draft {number} is committed; the catalog is audited anew.", lambda: curation.commit(engine, number, author))
        if st.button("Discard", icon=":material/delete:"):
            decide(f"Draft {number} is set aside.", lambda: curation.discard(engine, number))


def detail(finding: Finding, author: str) -> None:
    """Reasons and repair of one finding, and what a curator can do about it."""
    st.html(
        f'<div class="jdw-b">{escape(KINDS.get(finding.kind, finding.kind))} {theme.tag(f"{finding.score:.2f}", "doubt")}</div>'
        f"<div>{subject_html(finding)}</div>"
        + theme.caption("Why")
        + "".join(f"<div>{escape(reason)}</div>" for reason in finding.reasons)
        + theme.caption("Repair")
        + "".join(f"<div>{escape(change.words())}</div>" for change in finding.repair[:TOLD])
        + (f'<div class="jdw-meta">and {len(finding.repair) - TOLD} more</div>' if len(finding.repair) > TOLD else "")
        + ("" if finding.repair else '<div class="jdw-meta">Only a person can tell what is right here.</div>')
    )
    if not author:
        st.html('<div class="jdw-meta">Give your name above to decide.</div>')
        return
    reason = st.text_input("Why not", key=f"why-{findings.key_of(finding)}", placeholder="Reason, where you reject")
    with st.container(horizontal=True):
        staged = st.button(
            "Stage the repair", type="primary", icon=":material/build:", shortcut="A", disabled=not finding.repair, key="accept"
        )
        rejected = st.button("Reject", icon=":material/close:", shortcut="X", disabled=not reason.strip(), key="reject")
    if staged:
        decide("The repair is staged in your draft.", lambda: findings.accept(engine, finding, author))
    if rejected:
        decide("Rejected; it stays away until its evidence changes.", lambda: findings.reject(engine, finding, author, reason.strip()))


st.html('<div class="jdw-title">Health</div>')
with st.spinner("Auditing the catalog", show_time=True):
    revision, every = bench.findings()
open_now = findings.still_open(engine, every)
top, name_at = st.columns([3, 1], vertical_alignment="bottom")
with name_at:
    author = str(st.text_input("Your name", key="author", placeholder="Stands beside the change for good")).strip()
with top:
    st.html(
        f'<div class="jdw-meta">{len(open_now)} findings in revision {revision}, the surest first. A repair is staged in a draft; '
        "only its commit changes the catalog.</div>"
    )
    draft_bar(author)
if said := st.session_state.pop("decided", None):
    st.success(said, icon=":material/check:")
counts = {kind: sum(f.kind == kind for f in open_now) for kind in KINDS}
kind = st.pills(
    "Kind", [k for k, n in counts.items() if n], key="kind", bind="query-params",
    format_func=KINDS.__getitem__, label_visibility="collapsed",
)  # fmt: skip
shown = [f for f in open_now if not kind or f.kind == kind]
if kind:
    st.html(f'<div class="jdw-meta">{len(shown)} of this kind</div>')
if not shown:
    st.html('<div class="jdw-empty">Nothing is suspected. What curators rejected stays away until its evidence changes.</div>')
    st.stop()
list_at, detail_at = st.columns([1.2, 1], gap="large")
with list_at:
    event = st.dataframe(
        pd.DataFrame(
            {
                "Sure": [f.score for f in shown],
                "Kind": [KINDS.get(f.kind, f.kind) for f in shown],
                "About": [subject(f) for f in shown],
                "Changes": [len(f.repair) or None for f in shown],
            }
        ),
        hide_index=True,
        row_height=31,
        height=min(31 * (len(shown) + 1) + 3, 620),
        on_select="rerun",
        selection_mode="single-row",
        key=f"findings-{kind}-{len(shown)}",
        column_config={
            "Sure": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f", width=90),
            "Kind": st.column_config.TextColumn(width=145),
            "About": st.column_config.TextColumn(width=280),
            "Changes": st.column_config.NumberColumn(width=65, help="Rows that the repair touches"),
        },
    )
chosen = event.selection.rows  # type: ignore[union-attr]
with detail_at:
    detail(shown[chosen[0]] if chosen else shown[0], author)
