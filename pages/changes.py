"""Changes: what the catalog became and who did it; undoing a change set, and putting the catalog back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from db import curation, shipped
from pages.parts.session import workbench
from pages.parts.when import ago
from pipeline.catalog.changes import SINGULAR
from pipeline.errors import WorkbenchError

KINDS = {"edit": "Edit", "undo": "Undo", "reset": "Put back", "update": "Newer catalog"}
# How many rows of a change set are listed; a newer catalog can have thousands.
SHOWN_CHANGES = 500
EDITION_NAMES = {"clean": "the clean catalog", "legacy": "the legacy catalog, with the old system's faults"}

bench = workbench()
engine = bench.engine


def author_field() -> str:
    """Who makes the change; kept for the session once given."""
    return str(st.text_input("Your name", key="author", placeholder="Stands beside the change for good")).strip()


def act(message: str, change: object) -> None:
    """Make a change and say what came of it on the next drawing; an error stays in the dialog."""
    try:
        done = change()  # type: ignore[operator]
    except WorkbenchError as error:
        st.error(str(error), icon=":material/block:")
        return
    st.session_state["said"] = message.format(done)
    st.rerun()


@st.dialog("Put the catalog back")
def ask_put_back(edition: str) -> None:
    st.write(f"The catalog becomes {EDITION_NAMES[edition]} again, as one change set. What was edited since goes; undo brings it back.")
    author = author_field()
    if st.button("Put back", type="primary", disabled=not author, icon=":material/restart_alt:"):
        with st.spinner("Comparing the catalogs"):
            act("{}", lambda: _said(shipped.put_back(engine, edition, author), edition))


def _said(outcome: tuple[int | None, int], edition: str) -> str:
    number, size = outcome
    if number is None:
        return f"Nothing differs from {EDITION_NAMES[edition]}."
    return f"Change set {number} put {size} rows back to {EDITION_NAMES[edition]}."


@st.dialog("Bring the newer catalog")
def ask_update() -> None:
    st.write("A newer catalog has shipped with the workbench. It comes as one change set; rows that curators changed stay as they are.")
    author = author_field()
    if st.button("Bring it", type="primary", disabled=not author, icon=":material/upgrade:"):
        with st.spinner("Comparing the catalogs"):
            done = "Change set {0[0]} brought the newer catalog; {0[1]} rows stay as curators left them."
            act(done, lambda: shipped.update_to_shipped(engine, author))


@st.dialog("Undo a change set")
def ask_undo(chosen: curation.ChangeSet) -> None:
    later = curation.built_on(engine, chosen.id)
    st.write(f"Takes back all {chosen.size:,} rows of “{chosen.title}” as a change set of its own.")
    if later:
        st.warning(
            "Later change sets touch the same rows: " + ", ".join(f"{s.id} “{s.title}”" for s in later[:5]) + ". Undo those first.",
            icon=":material/layers:",
        )
    author = author_field()
    if st.button("Undo", type="primary", disabled=not author, icon=":material/undo:"):
        act(f"Change set {{}} undoes change set {chosen.id}.", lambda: curation.undo(engine, chosen.id, author))


st.html('<div class="jdw-title">Changes</div>')
if said := st.session_state.pop("said", None):
    st.success(said, icon=":material/check:")
edition, _ = shipped.shipped_state(engine)
bar = st.container(horizontal=True, vertical_alignment="center")
origin = f", set to {EDITION_NAMES[edition]}" if edition in EDITION_NAMES else ""
bar.html(f'<div class="jdw-meta">Catalog revision {bench.revision()}{origin}.</div>')
if bar.button("Put back to clean", icon=":material/restart_alt:"):
    ask_put_back("clean")
if bar.button("Put back to legacy", icon=":material/history:"):
    ask_put_back("legacy")
if shipped.newer_edition(engine):
    st.info("A newer catalog has shipped with the workbench.", icon=":material/upgrade:")
    if st.button("Bring the newer catalog", icon=":material/upgrade:"):
        ask_update()

sets = curation.list_change_sets(engine)
if not sets:
    st.html('<div class="jdw-empty">Nobody has changed the catalog yet. Every change stands here, with who made it and why, and can be undone.</div>')
    st.stop()

frame = pd.DataFrame(
    {
        "No.": [s.id for s in sets],
        "Title": [s.title for s in sets],
        "Kind": [KINDS[s.kind] for s in sets],
        "Status": [s.status.capitalize() for s in sets],
        "Rows": [s.size for s in sets],
        "By": [s.author for s in sets],
        "When": [ago(s.committed_at or s.created_at) for s in sets],
        "Revision": [s.revision_id for s in sets],
    }
)
picked = st.dataframe(
    frame,
    hide_index=True,
    width="stretch",
    height="content" if len(sets) < 12 else 400,
    on_select="rerun",
    selection_mode="single-row",
    key="picked",
    column_config={
        "No.": st.column_config.NumberColumn(width=60),
        "Title": st.column_config.TextColumn(width="large"),
        "Rows": st.column_config.NumberColumn(format="localized", width=70),
        "Revision": st.column_config.NumberColumn(width=80),
    },
)
rows = picked["selection"]["rows"]
asked = st.query_params.get("set", "")
chosen = sets[rows[0]] if rows else next((s for s in sets if str(s.id) == asked), sets[0])
if rows:
    st.query_params["set"] = str(chosen.id)

head_at, undo_at = st.columns([4, 1], vertical_alignment="bottom")
head_at.subheader(f"{chosen.id} · {chosen.title}", anchor=False)
if chosen.status == "committed" and undo_at.button("Undo", icon=":material/undo:", width="stretch", help="Take all of it back"):
    ask_undo(chosen)
changes = curation.load_changes(engine, chosen.id)
added, edited, removed = (sum(c.kind == kind for c in changes) for kind in ("add", "edit", "remove"))
st.html(f'<div class="jdw-meta">{added:,} added, {edited:,} edited, {removed:,} removed.</div>')
columns = ["What", "Row", "Change", "Why"] if any(c.reason for c in changes) else ["What", "Row", "Change"]
st.dataframe(
    pd.DataFrame(
        {
            "What": [SINGULAR[c.table] for c in changes[:SHOWN_CHANGES]],
            "Row": [" / ".join(c.key) for c in changes[:SHOWN_CHANGES]],
            "Change": [c.detail() for c in changes[:SHOWN_CHANGES]],
            "Why": [c.reason for c in changes[:SHOWN_CHANGES]],
        }
    ).sort_values(["What", "Row"], kind="stable")[columns],
    hide_index=True,
    width="stretch",
    column_config={"What": st.column_config.TextColumn(width=90), "Row": st.column_config.TextColumn(width="large")},
)
if len(changes) > SHOWN_CHANGES:
    st.caption(f"The first {SHOWN_CHANGES} of {len(changes):,} rows; 'python -m db changes {chosen.id}' lists all.")
