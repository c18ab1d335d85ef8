"""History: all runs, newest first. What it is narrowed to stands in the address."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from db.runs import HistoryFilter, find_runs, known_roles
from db.workbench import lock_number
from pages.parts.session import workbench
from pages.parts.shell import RUN
from pipeline.stages.decision import CASE_NAMES

STATUS_NAMES = {
    "completed": "Completed",
    "rejected": "Rejected",
    "failed": "Failed",
    "extract_from_jd_done": "Stopped after step 1",
    "extract_details_done": "Stopped after step 2",
    "created": "Not begun",
}

# Height of a row, in pixels.
ROW = 31

bench = workbench()
roles = known_roles(bench.engine)
role_names = {"": "Any role", "none": "No role", **dict(roles)}

st.html('<div class="jdw-title">History</div>')
words_at, role_at, case_at, status_at, since_at, until_at = st.columns([2.2, 1.5, 1.2, 1.3, 1, 1])
words = words_at.text_input(
    "Words", key="words", bind="query-params", type="search", placeholder="Words of the text, title or name", live="60ms"
)
role = role_at.selectbox(
    "Role", list(role_names), key="role", bind="query-params", format_func=lambda r: role_names.get(r, r)
)
case = case_at.selectbox(
    "Case",
    ["", *CASE_NAMES],
    key="case",
    bind="query-params",
    format_func=lambda c: f"{c} · {CASE_NAMES[c]}" if c else "Any case",
)
status = status_at.selectbox(
    "Status",
    ["", *STATUS_NAMES],
    key="status",
    bind="query-params",
    format_func=lambda s: STATUS_NAMES.get(s, "Any status"),
)
since = since_at.date_input("From", value=None, key="since", bind="query-params", format="YYYY-MM-DD")
until = until_at.date_input("To", value=None, key="until", bind="query-params", format="YYYY-MM-DD")

wanted = HistoryFilter(
    words=words or "", role=role or "", case=case or "", status=status or "", since=since, until=until
)  # type: ignore[arg-type]
asked = int(st.query_params.get("page", "1")) if st.query_params.get("page", "1").isdigit() else 1
found = find_runs(bench.engine, wanted, asked)

if not found.rows:
    if wanted == HistoryFilter():
        st.html(
            '<div class="jdw-empty">Nothing has run yet. Start with <b>New run</b>: paste a job description or choose a sample.</div>'
        )
    else:
        st.html('<div class="jdw-empty">No run fits. Take away a filter, or search for fewer words.</div>')
    st.stop()

executing = bench.being_executed()
more = "more than " if found.at_least else ""
st.html(
    f'<div class="jdw-meta">{more}{found.total:,} {"run" if found.total == 1 else "runs"}, newest first. Select one to open it.</div>'
)


def state(row: dict) -> str:  # type: ignore[type-arg]
    if row["status"] in ("completed", "rejected", "failed"):
        return STATUS_NAMES[row["status"]]
    return "Running" if lock_number(row["id"]) in executing else STATUS_NAMES[row["status"]]


frame = pd.DataFrame(
    {
        "When": [r["created_at"] for r in found.rows],
        "Job description": [
            r["name"] or r["title"] or r["given_title"] or r["first_words"] or "Empty text" for r in found.rows
        ],
        "Role": [r["role_name"] or "–" for r in found.rows],
        "Confidence": [r["confidence"] if r["role_name"] else None for r in found.rows],
        "Case": [r["case"] or "–" for r in found.rows],
        "Skills": [r["skill_count"] for r in found.rows],
        "New": [r["new_skill_count"] for r in found.rows],
        "Status": [state(r) for r in found.rows],
        "Why it stopped": [r["error"] or "" for r in found.rows],
        "Time": [r["duration_ms"] for r in found.rows],
        "Engine": ["model" if r["engine"] == "openai" else "local" for r in found.rows],
        "Revision": [r["revision_id"] for r in found.rows],
    }
)
if not any(r["error"] for r in found.rows):
    frame = frame.drop(columns="Why it stopped")
event = st.dataframe(
    frame,
    hide_index=True,
    row_height=ROW,
    height=min(ROW * (len(frame) + 1) + 3, ROW * 24),
    on_select="rerun",
    selection_mode="single-row",
    key=f"history-{found.page}",
    column_config={
        "When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", width=125),
        "Job description": st.column_config.TextColumn(width=300),
        "Role": st.column_config.TextColumn(width=170),
        "Confidence": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f", width=110),
        "Skills": st.column_config.NumberColumn(width=55),
        "New": st.column_config.NumberColumn(width=55, help="Skills that the catalog lacks"),
        "Time": st.column_config.NumberColumn(format="%.0f ms", width=80),
        "Engine": st.column_config.TextColumn(width=65),
        "Revision": st.column_config.NumberColumn(width=70),
        "Case": st.column_config.TextColumn(width=75),
    },
)
selected = event.selection.rows  # type: ignore[union-attr]
if selected:
    st.switch_page(RUN, query_params={"id": str(found.rows[selected[0]]["id"])})
if found.pages > 1:
    page = st.pagination(found.pages, default=found.page, key="page", bind="query-params")
    if page != found.page:
        st.rerun()
