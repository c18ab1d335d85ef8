"""The head of a run: its name, where it stands, its steps with their times and costs, what can be done with it, and why it
stopped if it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st
from markupsafe import Markup

from db.services.executor import STOPPED_BY
from db.services.results import RunResult
from db.stores.jobs import PendingRun
from db.stores.runs import AskedBy, StoredRun
from db.stores.verdicts import GivenVerdict
from pages.components import links, markup
from pages.components.identity import person
from pages.components.labels import ENGINE_NAMES, count_label
from pages.components.run_deletion import confirm_deletion
from pages.components.time_format import ago, milliseconds
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.run import verdicts
from pages.run.draft_side import DraftSide
from pipeline.run import STAGES

STEP_NAMES = {1: "Extraction", 2: "Library match", 3: "Role output"}
STATUS_NAMES = {
    "created": "not begun",
    "extract_from_jd_done": "stopped after extraction",
    "extract_details_done": "stopped after the library match",
    "completed": "completed",
    "rejected": "rejected",
    "failed": "failed",
}
"""The status of a run that is neither queued nor executed, in words."""
STATUS_TONES = {"completed": "", "rejected": "doubt", "failed": "bad"}


def heading(stored: StoredRun, result: RunResult | None, pending: PendingRun | None) -> Markup:
    """Name of the run, one line of when, by what and on what it ran, and one of its steps."""
    line = [f"Run {str(stored.id)[:8]}, {ago(stored.created_at)}", f"revision {stored.revision_id}"]
    line.append(ENGINE_NAMES[stored.engine].lower())
    if stored.asked_by or stored.asked_through == "http":
        line.append(
            f"asked for by {stored.asked_by or 'a program'}" + (" over HTTP" if stored.asked_through == "http" else "")
        )
    if result:
        skills = result.extraction.skills
        new = sum(not skill.slug for skill in skills)
        line.append(count_label(len(skills), "skill") + (f", {new} of them not in the catalog" if new else ""))
    word = STATUS_NAMES[stored.status] if pending is None else "running" if pending.is_executing else "queued"
    status = markup.tag(word, STATUS_TONES.get(stored.status, "doubt"))
    return markup.title(stored.label) + markup.meta(status + " · ".join(line)) + markup.meta(steps(stored))


def review(result: RunResult, given: Sequence[GivenVerdict]) -> Markup:
    """That a reviewer must see the answer before it is taken, and why; or who has. Empty where none must."""
    decision = result.extraction.decision
    if not decision.needs_review:
        return Markup()
    if given:
        names = ", ".join(dict.fromkeys(verdict.author for verdict in given))
        return markup.meta(markup.tag("needed a reviewer") + f"{decision.review_reason}; judged by {names}")
    return markup.meta(markup.tag("needs a reviewer", "doubt") + f"{decision.review_reason}")


def steps(stored: StoredRun) -> Markup:
    """The time and the cost of each step of the wire that was taken, and of all."""
    parts = []
    for number, name in STEP_NAMES.items():
        took = [
            ms
            for stage, (step, _) in STAGES.items()
            if step == number and (ms := stored.timings_ms.get(stage)) is not None
        ]
        cost = sum(call["cost_usd"] for call in stored.calls if call["step"] == number)
        if took:
            parts.append(f"{number} {name} {milliseconds(sum(took))} ${cost:.4f}")
        else:
            parts.append(f"{number} {name} not called yet")
    if stored.duration_ms:
        parts.append(f"in all {milliseconds(stored.duration_ms)} ${stored.cost_usd:.4f}")
    return Markup.escape(" · ".join(parts))


def actions(stored: StoredRun, result: RunResult | None, given: Sequence[GivenVerdict], side: DraftSide | None) -> None:
    """Run again, with the draft, verdict; the rest in a menu."""
    with st.container(horizontal=True, horizontal_alignment="right", key="run-actions"):
        if st.button("Run again", icon=":material/replay:", help="The same text on today’s catalog, beside this run"):
            again = workbench().executor.run_again(stored.id, AskedBy(person(), "pages"))
            links.open_compare(stored.id, again)
        if result is not None:
            why_not = None if side else "You have no draft with changes: fix something first."
            if (
                st.button(
                    "Run with my draft",
                    icon=":material/edit_note:",
                    disabled=side is None,
                    help=verbatim(
                        why_not or "This text on today’s catalog beside the same with your draft, row by row"
                    ),
                )
                and side
            ):
                links.open_compare_with_draft(stored.id, side.number)
        if result is not None and not result.extraction.rejected:
            _put_right(stored)
        with st.popover("More", icon=":material/more_horiz:"):
            _more(stored)
        if result is not None:
            verdicts.button(stored, given)


def _put_right(stored: StoredRun) -> None:
    """The way to why it came out so, and to the fewest changes that make it right."""
    if st.button(
        "Put right",
        icon=":material/build:",
        shortcut="P",
        key="put-right",
        help="The fewest changes that make it right",
    ):
        links.open_page(links.WHY, id=str(stored.id))


def _more(stored: StoredRun) -> None:
    """Compare engines, name, delete."""
    if st.button(
        "Compare engines",
        icon=":material/compare_arrows:",
        help="Runs the text with the other engine too, differences first",
        width="stretch",
    ):
        other: Literal["local", "openai"] = "local" if stored.engine == "openai" else "openai"
        again = workbench().executor.run_with(stored.id, other, AskedBy(person(), "pages"))
        links.open_compare(stored.id, again)
    name = st.text_input("Name of this run", value=stored.name or "", max_chars=200, placeholder=stored.label)
    if st.button("Save", key="save-name", icon=":material/edit:", width="stretch"):
        workbench().runs.rename(stored.id, name)
        st.rerun()
    if st.button("Delete", icon=":material/delete:", key="delete", width="stretch"):
        confirm_deletion([stored.id])


def stopped(stored: StoredRun) -> None:
    """Why a run did not come to its end, what is there, and what to do about it."""
    stage = next((label for stage, (_, label) in STAGES.items() if stage not in stored.timings_ms), "")
    doing = stage.lower() or "finishing"
    if stored.status == "failed" and (stored.error or "").startswith(STOPPED_BY):
        st.warning(verbatim(f"While {doing}, {stored.error}."), icon=":material/stop_circle:")
    elif stored.status == "failed":
        st.error(verbatim(f"This run failed while {doing}: {stored.error}"), icon=":material/error:")
    else:
        begun = any(stage in STAGES for stage in stored.timings_ms)
        st.warning(
            verbatim(
                "This run was interrupted: the workbench that executed it has ended, and it is not in the queue. "
                + (f"It was at “{stage}”. What it had found is kept." if begun else "It had not begun.")
            ),
            icon=":material/pause_circle:",
        )
    st.html(
        markup.meta(
            "Resume goes on from what is kept. Run again starts anew on today’s catalog and leaves this run as it is. "
            "Where it fails again for the same reason, compare engines, or delete it."
        )
    )
    if st.button("Resume", type="primary", icon=":material/resume:"):
        workbench().executor.resume(stored.id)
        st.rerun()


def rejected(result: RunResult) -> None:
    """Why a text was not taken for a job description, and what to do about it."""
    reason = result.extraction.rejection_reason or "it is not a usable job description"
    st.warning(
        verbatim(
            f"This text was rejected: {reason.rstrip('.')}. No skills were looked for and no role was chosen. If it is a job "
            "description, paste all of it, with its duties and what it asks for, on New run; a verdict keeps that it was judged wrongly."
        ),
        icon=":material/block:",
    )
    links.page_link(links.NEW_RUN, "New run", icon=links.NEW_RUN.icon)
