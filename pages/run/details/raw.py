"""The JSON of each step as the wire carries it."""

from __future__ import annotations

import json

import streamlit as st

from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.verbatim import verbatim


def show(stored: StoredRun) -> None:
    """One document at a time, with a button to download it."""
    documents = {
        "Step 1 · extract-from-jd": stored.extraction,
        "Step 2 · extract-details": stored.library_match,
        "Step 3 · final-role-output": stored.role_output,
        "Client output": stored.client_output,
    }
    name = st.radio("Document", list(documents), format_func=verbatim, horizontal=True, label_visibility="collapsed")
    document = documents[name]
    if document is None:
        st.html(markup.empty("This step has not been called yet."))
        return
    st.download_button(
        "Download",
        json.dumps(document, indent=2),
        file_name=f"{stored.id}.json",
        mime="application/json",
        icon=":material/download:",
    )
    st.json(document, expanded=1)
