"""The model calls of a run with their cost, and what was asked and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.labels import JUDGEMENT_NAMES
from pages.components.listing import as_text

ROW_HEIGHT = 31
MAX_PROMPT = 6000
"""Characters of a message that are shown."""

Call = Mapping[str, Any]
"""A row of the ledger of model calls."""


def show(stored: StoredRun) -> None:
    """The ledger, the cost of each step, and the selected call."""
    if not stored.calls:
        st.html(markup.empty("No model was called: the local engine made every judgement. Cost $0.0000."))
        return
    selected = _ledger(stored.calls)
    costs = [sum(call["cost_usd"] for call in stored.calls if call["step"] == step) for step in (1, 2, 3)]
    steps = " + ".join(f"step {step} ${cost:.4f}" for step, cost in enumerate(costs, 1))
    st.html(markup.meta(f"{steps} = ${stored.cost_usd:.4f}. Select a call to see what was asked and answered."))
    if selected is not None:
        _call(stored.calls[selected])


def _ledger(calls: tuple[Call, ...]) -> int | None:
    """Draw the list of calls; returns the place of the selected one."""
    frame = pd.DataFrame(
        {
            "Step": [call["step"] for call in calls],
            "Judgement": [JUDGEMENT_NAMES[call["judgement"]] for call in calls],
            "Model": [call["model"] for call in calls],
            "Prompt": [call["prompt_version"] for call in calls],
            "In": [call["input_tokens"] for call in calls],
            "Out": [call["output_tokens"] for call in calls],
            "Cost": [call["cost_usd"] for call in calls],
            "Took": [call["latency_ms"] for call in calls],
            "Outcome": [
                call["error"] or ("kept answer, at no cost" if call["cache_hit"] else "answered") for call in calls
            ],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content",
        on_select="rerun",
        selection_mode="single-row",
        key="call-list",
        column_config={
            "Step": st.column_config.NumberColumn(width=50),
            "In": st.column_config.NumberColumn(help="Tokens read", format="localized", width=70),
            "Out": st.column_config.NumberColumn(help="Tokens written", format="localized", width=70),
            "Cost": st.column_config.NumberColumn(format="$%.5f", width=90),
            "Took": st.column_config.NumberColumn(format="%.0f ms", width=85),
            "Outcome": st.column_config.TextColumn(width="large"),
        },
    )
    as_text(frame, "Model calls")
    return event.selection.rows[0] if event.selection.rows else None


def _call(call: Call) -> None:
    request_at, response_at = st.columns(2, gap="large")
    with request_at:
        st.html(markup.caption(f"Request · {call['prompt_version']}"))
        for message in call["request"]["messages"]:
            st.html(markup.meta(message["role"]) + markup.block(message["content"][:MAX_PROMPT], "jdw-jd"))
    with response_at:
        st.html(markup.caption("Response"))
        st.json(call["response"] or {"error": call["error"]}, expanded=2)
