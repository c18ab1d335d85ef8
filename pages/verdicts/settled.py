"""What is settled: decisions so far, with the way back, and runs on which all agree, which can go into gold together."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.services.agreements import Dispute
from pages.components import markup
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.verdicts import wording
from pages.verdicts.agreement import decided_text, run_names
from pipeline.errors import WorkbenchError

MAX_ROWS, MAX_NAMED = 50, 3


def offer(disputes: Sequence[Dispute], number: int, gold_set: str) -> None:
    """Offer to put runs of which nothing is open into gold."""
    judged = workbench().agreements.judged(number or None)
    runs = workbench().adjudicator.settled(disputes, judged, gold_set)
    if not runs:
        return
    text = f"{count_label(len(runs), 'run')} of which nothing is open {'is' if len(runs) == 1 else 'are'} not in “{gold_set}” yet."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(markup.meta(text), width="content")
        if not st.button("Put them in", icon=":material/add:", key="add-settled"):
            return

    def add() -> None:
        done = workbench().adjudicator.add_settled(runs, gold_set, person())
        left = f" {len(done.left_out)} left out: {'; '.join(done.left_out[:MAX_NAMED])}." if done.left_out else ""
        where = f" in “{gold_set}”, version {done.version}" if done.version else ""
        flash(f"{count_label(done.added, 'run')}{where}.{left}")

    try:
        if has_name(add):
            add()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")
        return
    st.rerun()


def show(decided: Sequence[Dispute], number: int) -> None:
    """The decisions in force, the newest first, each leading to where it can be taken anew."""
    if not decided:
        return
    newest = sorted(decided, key=lambda one: -(one.decided.id if one.decided else 0))[:MAX_ROWS]
    names = run_names({one.run_id for one in newest})
    rows = [
        (
            markup.link(
                names.get(one.run_id, one.disagreement.run[:8]),
                wording.dispute_url(one, str(number) if number else ""),
            ),
            wording.subject_text(one.disagreement.kind, one.disagreement.subject),
            decided_text(one),
            one.decided.reason if one.decided else "",
            ago(one.decided.decided_at) if one.decided else "",
        )
        for one in newest
    ]
    st.html(
        markup.block(markup.heading(f"Decided: {len(decided):,}"), "jdw-bar jdw-rule")
        + markup.table(["Job description", "What", "Answer", "Why", "When"], rows)
    )
