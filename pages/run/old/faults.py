"""What an old run got wrong: the three answers that are read first, then each fault with what shows it and where ours has it too."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.stores.run_history import EarlierRun
from pages.components import markup, old_faults
from pages.components.labels import count_label
from pages.run import answers as run_answers
from pages.run.sides import RunView
from pipeline.old_runs.faults import Fault


def answers(view: RunView, found: Sequence[Fault]) -> None:
    """The role, why, and the kinds of faults with their numbers."""
    with st.container(key="answers"):
        role_at, why_at, wrong_at = st.columns([1.05, 1.4, 1.35], gap="medium")
    role_at.html(markup.caption("Chosen role") + run_answers.role_of(view))
    why_at.html(markup.caption("Why") + run_answers.why(view))
    wrong_at.html(markup.caption("What it got wrong") + old_faults.tags(found))


def show(found: Sequence[Fault], ours: EarlierRun | None) -> None:
    """The faults by kind, each with its reason, and a link to Health where our catalog is suspected of the same."""
    line = count_label(len(found), "fault") + ", what changes the result first"
    if ours is None:
        line += " · run the text here to see what it missed, and which forms it took wrongly"
    st.html(
        markup.fill(
            '<div class="jdw-bar jdw-rule">{}{}</div>', markup.heading("What it got wrong"), markup.meta_span(line)
        )
    )
    if not found:
        st.html(markup.empty("None of the checks finds a fault in this run."))
        return
    st.html(old_faults.table(found))
