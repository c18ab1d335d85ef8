"""Changes: drafts with their preview, impact and commit; what was committed, by whom and why, and undoing it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from db import curation, editions, teamwork
from pages.parts import draft
from pages.parts.change_set import committed, drafted, editions_bar
from pages.parts.person import person
from pages.parts.session import workbench
from pages.parts.when import ago

KINDS = {"edit": "Edit", "undo": "Undo", "reset": "Put back", "update": "Newer catalog", "import": "Import"}
EDITION_NAMES = {"clean": "the clean catalog", "legacy": "the legacy catalog, with the old system's faults"}

bench = workbench()
engine = bench.engine
me = person()
st.html('<div class="jdw-title">Changes</div>')
edition, _ = editions.shipped_state(engine)
origin = f", set to {EDITION_NAMES[edition]}" if edition in EDITION_NAMES else ""
bar = st.container(horizontal=True, vertical_alignment="center")
bar.html(f'<div class="jdw-meta">Catalog revision {bench.revision()}{origin}.</div>')
with bar:
    editions_bar(EDITION_NAMES)

if me:
    since = teamwork.last_visit(engine, me)
    fresh = (
        curation.changes_between(engine, since, bench.revision())
        if since is not None and since < bench.revision()
        else []
    )
    fresh = [(s, c) for s, c in fresh if s.committer != me]
    if fresh:
        with st.container(horizontal=True, vertical_alignment="center"):
            told = "; ".join(f"{s.id} “{s.title}” by {s.committer or s.author} ({s.size:,})" for s, _ in fresh[-6:])
            st.info(
                f"Since you looked last, colleagues committed {len(fresh)} change set{'' if len(fresh) == 1 else 's'}: {told}.",
                icon=":material/update:",
            )
            if st.button("Seen", icon=":material/done:"):
                teamwork.visited(engine, me)
                st.rerun()
    elif since is None or since < bench.revision():
        teamwork.visited(engine, me)

status = st.segmented_control(
    "Show",
    ["All", "Drafts", "Committed", "Discarded"],
    default="All",
    key="show",
    bind="query-params",
    label_visibility="collapsed",
)
every = curation.list_change_sets(engine)
wanted = {"Drafts": "draft", "Committed": "committed", "Discarded": "discarded"}.get(str(status), "")
sets = [s for s in every if not wanted or s.status == wanted]
if me and st.button("New draft", icon=":material/add:", help="Edits go into the draft that you used last"):
    draft.attempt(lambda: curation.open_draft(engine, me, f"Draft of {me}"), "Draft {} is open; your edits go into it.")
if not every:
    st.html(
        '<div class="jdw-empty">Nobody has changed the catalog yet. Every change stands here, with who made it and why, and can be undone.</div>'
    )
    st.stop()
if not sets:
    st.html('<div class="jdw-empty">There is none of this kind.</div>')
    st.stop()

frame = pd.DataFrame(
    {
        "No.": [s.id for s in sets],
        "Title": [s.title for s in sets],
        "Kind": [KINDS[s.kind] for s in sets],
        "Status": [s.status.capitalize() for s in sets],
        "Rows": [s.size for s in sets],
        "By": [s.author for s in sets],
        "In hand": [s.owner if s.status == "draft" else s.committer or "" for s in sets],
        "When": [ago(s.committed_at or s.created_at) for s in sets],
        "Revision": [str(s.revision_id or "") for s in sets],
    }
)
event = st.dataframe(
    frame,
    hide_index=True,
    row_height=29,
    height=min(29 * (len(sets) + 1) + 3, 300),
    on_select="rerun",
    selection_mode="single-row",
    key=f"picked-{status}-{len(sets)}",
    column_config={
        "No.": st.column_config.NumberColumn(width=50),
        "Title": st.column_config.TextColumn(width=300),
        "Rows": st.column_config.NumberColumn(format="localized", width=60),
        "In hand": st.column_config.TextColumn(help="Who has the draft in hand, or who committed it"),
        "Revision": st.column_config.TextColumn(width=70),
    },
)
rows = event.selection.rows  # type: ignore[union-attr]
asked = st.query_params.get("set", "")
chosen = sets[rows[0]] if rows else next((s for s in every if str(s.id) == asked), sets[0])
if rows:
    st.query_params["set"] = str(chosen.id)
if chosen.status == "draft":
    drafted(chosen, me)
else:
    committed(chosen, me)
