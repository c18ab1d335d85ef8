"""A run while it goes: its stages with their times, and what is known already."""

from __future__ import annotations

from uuid import UUID

import streamlit as st
from markupsafe import Markup

from db.services.results import partial_result
from db.stores import runs
from db.stores.jobs import PendingRun
from pages.components import markup
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.time_format import milliseconds
from pages.components.workbench import workbench
from pipeline.run import STAGES

OFTEN_SECONDS, SELDOM_SECONDS = 0.25, 1.0
NEAR = 5
"""Place in the queue from which a run is looked at often."""
MAX_SHOWN = 40
"""Skills that are listed while a run goes."""


def watch(run_id: UUID, pending: PendingRun) -> None:
    """Show progress until the run has ended, then draw the page anew. One that waits behind many is looked at less often."""

    @st.fragment(run_every=OFTEN_SECONDS if pending.place < NEAR else SELDOM_SECONDS)
    def show_progress() -> None:
        stored, now = workbench().executor.observe(run_id)
        if now is None:
            st.rerun()
        stages_at, found_at = st.columns([1, 2.2], gap="large")
        with stages_at:
            st.html(markup.caption("Progress") + standing_of(now) + stage_list(stored, now.is_executing))
            if not workbench().is_ready:
                st.html(markup.meta("The model and the catalog are being made ready; the first run waits for them."))
        with found_at:
            st.html(found_so_far(stored))

    show_progress()
    if st.button(
        "Stop this run", icon=":material/stop_circle:", key=f"stop-{run_id}", help="What it has found is kept"
    ):
        _stop(run_id)


def _stop(run_id: UUID) -> None:
    def stop_now() -> None:
        workbench().executor.stop(run_id, person())

    if has_name(stop_now):
        stop_now()
    st.rerun()


def standing_of(pending: PendingRun) -> Markup:
    """How many runs are before it in the queue, and that it is tried once more, and why."""
    said = []
    if not pending.is_executing:
        before = f"Queued: {count_label(pending.place, 'run')} before it" if pending.place else "Queued: it is next"
        expected = workbench().executor.expected_seconds(pending)
        more = f", a result in about {milliseconds(expected * 1000)}." if expected else "."
        said.append(markup.block(before + more, "jdw-queued"))
    if pending.loss:
        said.append(markup.meta(f"Tried once more: {pending.loss}."))
    return markup.join(said)


def stage_list(stored: runs.StoredRun, is_executing: bool = True) -> Markup:
    """The stages in order: done with their time, the present one, those to come."""
    rows = []
    present = is_executing
    for stage, (step, label) in STAGES.items():
        took = stored.timings_ms.get(stage)
        if took is not None:
            rows.append(markup.fill('<div>{}<span class="t">{}</span></div>', label, milliseconds(took)))
        elif present:
            rows.append(markup.fill('<div class="now">{} …<span class="t">step {}</span></div>', label, str(step)))
            present = False
        else:
            rows.append(markup.block(label, "wait"))
    return markup.block(markup.join(rows), "jdw-stages")


def found_so_far(stored: runs.StoredRun) -> Markup:
    """What the finished stages have found."""
    found = partial_result(stored)
    parts = []
    if found.parsed:
        experience = found.parsed.experience.raw if found.parsed.experience else None
        header = [found.parsed.role, found.parsed.company_name, experience]
        parts.append(markup.caption("Read") + markup.block(" · ".join(h for h in header if h) or "No title found"))
    if found.skills:
        names = [markup.tag(s.skill_name, "skill" if s.slug else "doubt") for s in found.skills[:MAX_SHOWN]]
        parts.append(markup.caption(count_label(len(found.skills), "skill")) + markup.block(markup.join(names)))
    if found.decision and found.decision.chosen_role:
        parts.append(markup.caption("Role") + markup.block(found.decision.chosen_role.display_name, "jdw-chosen"))
    return markup.join(parts) or markup.empty("Results appear here as each stage ends.")
