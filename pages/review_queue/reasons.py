"""Why a proposal is rejected: a frequent reason by one press, or another in words."""

from __future__ import annotations

import streamlit as st

from db.stores.queue_decisions import NAMES_NOTHING
from pages.components.verbatim import verbatim

REASONS = ("no skill or duty", "too broad", *sorted(NAMES_NOTHING, reverse=True), "there already")
"""Frequent reasons of a rejection, one press each."""


def reason_field(key: str, weak: str) -> str:
    """A frequent reason by one press, or another in words; what speaks against a weak one is chosen already."""
    options = list(dict.fromkeys(filter(None, [weak, *REASONS])))
    picked = st.pills("Why not", options, format_func=verbatim, default=options[0], key=f"why-{key}-{options[0]}")
    other = st.text_input(
        "Or in your words", key=f"words-{key}", label_visibility="collapsed", placeholder="Or in words"
    )
    return (other or "").strip() or str(picked or "")
