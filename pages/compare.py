"""Compare: two runs side by side, what differs first, with what was set differently between them."""

from __future__ import annotations

from html import escape
from uuid import UUID

import streamlit as st

from db.errors import UnknownRun
from db.runs import StoredRun, load_run, recent_runs
from pages.parts import theme
from pages.parts.progress import watch
from pages.parts.session import workbench
from pages.parts.shell import ENGINE_NAMES, RUN
from pages.parts.when import ago
from pipeline.compare import AREAS, RunSide, compare, settings
from pipeline.contracts import Step1, Step2

bench = workbench()


def pick(name: str, label: str, runs: list[StoredRun]) -> StoredRun | None:
    """One side: the run that the address names, or one chosen from the newest."""
    given = st.query_params.get(name, "")
    stored = None
    try:
        stored = load_run(bench.engine, UUID(given)) if given else None
    except (ValueError, UnknownRun):
        st.warning(f"The run {given} is not there; it may have been deleted.", icon=":material/search_off:")
    known = {str(r.id): r for r in ([stored] if stored else []) + runs}
    chosen = st.selectbox(
        label, list(known), index=0 if stored else None, key=f"pick-{name}-{given}", placeholder="Choose a run",
        format_func=lambda i: f"{known[i].label} · {ENGINE_NAMES[known[i].engine]} · revision {known[i].revision_id} · {ago(known[i].created_at)}",
    )  # fmt: skip
    if chosen and chosen != given:
        st.query_params[name] = chosen
        st.rerun()
    return stored


def side(stored: StoredRun) -> RunSide:
    assert stored.api1 is not None
    return RunSide(
        step1=Step1.model_validate(stored.api1),
        step2=Step2.model_validate(stored.api2) if stored.api2 else None,
        enrichment=stored.enrichment,
        engine=ENGINE_NAMES[stored.engine],
        config=stored.config,
        revision=stored.revision_id,
        cost_usd=stored.cost_usd,
        duration_ms=stored.duration_ms,
    )


def cell(text: str, differs: bool) -> str:
    shown = escape(text) if text else '<span class="jdw-meta">–</span>'
    # Whole sentences in bold would shout.
    return f'<span class="jdw-b">{shown}</span>' if differs and 0 < len(text) < 60 else shown


st.html('<div class="jdw-title">Compare</div>')
runs = recent_runs(bench.engine)
left_at, right_at = st.columns(2, gap="large")
with left_at:
    left = pick("a", "Left", runs)
with right_at:
    right = pick("b", "Right", runs)
if left is None or right is None:
    st.html(
        '<div class="jdw-empty">Choose two runs. On a run’s page, <b>Compare engines</b> runs its text with the other engine '
        "and brings both here.</div>"
    )
    st.stop()

unfinished = [r for r in (left, right) if not r.is_finished and bench.is_executing(r.id)]
if unfinished:
    st.html(f'<div class="jdw-meta">{escape(unfinished[0].label)} · {ENGINE_NAMES[unfinished[0].engine]} is running.</div>')
    watch(unfinished[0].id)
    st.stop()
for stored in (left, right):
    if stored.api1 is None:
        st.warning(f"“{stored.label}” has no result to compare: {stored.error or 'it did not come to its end'}.", icon=":material/block:")
        st.stop()

for stored, column in ((left, left_at), (right, right_at)):
    with column:
        confidence = f'<span class="jdw-meta">confidence {stored.confidence:.2f}</span>' if stored.role_name else ""
        st.html(f'<div class="jdw-chosen">{escape(stored.role_name or "No role")} {confidence}</div>')
        st.page_link(RUN, label="Open this run", icon=":material/open_in_new:", query_params={"id": str(stored.id)})
if left.jd_hash != right.jd_hash:
    st.html('<div class="jdw-meta">The two runs are of different texts.</div>')
sides = side(left), side(right)
rows, changed = compare(*sides), settings(*sides)
why = "; ".join(f"{escape(r.name.lower())} {escape(r.left or 'unset')} → {escape(r.right or 'unset')}" for r in changed)
differing = sum(r.differs for r in rows)
st.html(
    f'<div class="jdw-meta">{differing} of {len(rows)} rows differ. '
    + (f"Set differently: {why}." if why else "Nothing was set differently.")
    + "</div>"
)
only = st.toggle("Only differences", value=True, key="only", bind="query-params")
for area in AREAS:
    shown = [r for r in rows if r.area == area and (r.differs or not only)]
    if not shown:
        continue
    count = sum(r.differs for r in shown)
    body = [
        [f'{theme.tag("differs", "doubt") if r.differs and not only else ""}{escape(r.name)}', cell(r.left, r.differs), cell(r.right, r.differs)]
        for r in shown
    ]
    head = [(f"{area} · {count} differ{'s' if count == 1 else ''}", "w3"), (ENGINE_NAMES[left.engine], "w3"), (ENGINE_NAMES[right.engine], "w3")]
    st.html(theme.table(head, body))
if only and not differing:
    st.html('<div class="jdw-empty">Nothing differs.</div>')
