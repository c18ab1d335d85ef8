"""Compare: two runs side by side, what differs first, with what was set differently between them."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from uuid import UUID

import streamlit as st

from db import curation
from db.errors import UnknownRun
from db.runs import StoredRun, load_run, recent_runs
from pages.parts import draft, theme
from pages.parts.progress import watch
from pages.parts.session import workbench
from pages.parts.shell import ENGINE_NAMES, RUN
from pages.parts.when import ago
from pages.parts.words import change_text
from pipeline.catalog.changes import Change
from pipeline.compare import AREAS, Difference, RunSide, causes, compare, settings
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
drafted = st.query_params.get("draft", "")
with right_at:
    right = left if drafted.isdigit() else pick("b", "Right", runs)
    if drafted.isdigit():
        st.html(
            f'<div class="jdw-meta">The text on today’s catalog, and with draft {drafted}: replayed from the stored parse, '
            "and not kept as runs.</div>"
        )
        if st.button("Compare with a run instead", icon=":material/compare_arrows:"):
            del st.query_params["draft"]
            st.rerun()
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

sides = side(left), side(right)
changed_rows: list[tuple[str, Change]] = []
if drafted.isdigit():
    with st.spinner("Replaying the run with the draft"):
        today, then = bench.replayed(left.id, int(drafted))
    # A replay says nothing of cost, time and a model's words: these are the run's own on both sides.
    sides = replace(sides[0], step1=today.api1, step2=today.api2), replace(sides[0], step1=then.api1, step2=then.api2)
    changed_rows = [(f"draft {drafted}", c) for c in bench.with_draft(int(drafted))[1]]
elif left.revision_id != right.revision_id:
    for made, held in curation.changes_between(bench.engine, left.revision_id, right.revision_id):
        changed_rows += [(f"change set {made.id}, {made.committer or made.author}", c) for c in held]
for stored, seen, column in ((left, sides[0], left_at), (right, sides[1], right_at)):
    with column:
        decision = seen.step1.stage4_decision
        name = decision.chosen_role.display_name if decision.chosen_role else "No role"
        confidence = f'<span class="jdw-meta">confidence {decision.confidence:.2f}</span>' if decision.chosen_role else ""
        st.html(f'<div class="jdw-chosen">{escape(name)} {confidence}</div>')
        if drafted.isdigit() and column is right_at:
            st.page_link(draft.CHANGES, label=f"Open draft {drafted}", icon=":material/edit_note:", query_params={"set": drafted})
        else:
            st.page_link(RUN, label="Open this run", icon=":material/open_in_new:", query_params={"id": str(stored.id)})
if left.jd_hash != right.jd_hash and not drafted:
    st.html('<div class="jdw-meta">The two runs are of different texts.</div>')
rows, changed = compare(*sides), settings(*sides)
why = "; ".join(f"{escape(r.name.lower())} {escape(r.left or 'unset')} → {escape(r.right or 'unset')}" for r in changed)
differing = sum(r.differs for r in rows)
st.html(
    f'<div class="jdw-meta">{differing} of {len(rows)} rows differ. '
    + (f"Set differently: {why}." if why else "" if drafted else "Nothing was set differently.")
    + "</div>"
)
catalog = bench.indexes()[1].catalog
because = causes(*sides, rows, changed_rows)
settings_differ = "; ".join(f"{r.name.lower()} {r.left or 'unset'} → {r.right or 'unset'}" for r in changed if r.name != "Catalog revision")


def why_cell(row: Difference) -> str:
    """Why a row differs: changes of the catalog that touch it, else what was set differently."""
    if not row.differs:
        return ""
    told = because.get((row.area, row.name), [])
    phrases = [f"{label}: {change_text(change, catalog)}" for label, change in told]
    if len(phrases) > 3:
        phrases[3:] = [f"and {len(phrases) - 3} more"]
    otherwise = "follows from what the draft changes" if drafted else settings_differ or "the runs that came between"
    return "".join(f'<div class="jdw-meta">{escape(phrase[:200])}</div>' for phrase in phrases or [otherwise])


only = st.toggle("Only differences", value=True, key="only", bind="query-params")
for area in AREAS:
    shown = [r for r in rows if r.area == area and (r.differs or not only)]
    if not shown:
        continue
    count = sum(r.differs for r in shown)
    body = [
        [
            f'{theme.tag("differs", "doubt") if r.differs and not only else ""}{escape(r.name)}',
            cell(r.left, r.differs),
            cell(r.right, r.differs),
            why_cell(r),
        ]
        for r in shown
    ]
    names = [ENGINE_NAMES[left.engine], ENGINE_NAMES[right.engine]]
    if drafted:
        names = [f"Revision {bench.revision()}", f"With draft {drafted}"]
    elif left.revision_id != right.revision_id:
        names = [f"Revision {left.revision_id}", f"Revision {right.revision_id}"]
    head = [(f"{area} · {count} differ{'s' if count == 1 else ''}", "w4"), (names[0], "w4"), (names[1], "w4"), ("Why", "w4")]
    st.html(theme.table(head, body))
if only and not differing:
    st.html('<div class="jdw-empty">Nothing differs.</div>')
