"""What past runs matched, counted; shared by the pages that rank by it and read anew once a minute."""

from __future__ import annotations

import streamlit as st

from pages.components.workbench import workbench
from pipeline.audit import Usage

SECONDS_KEPT = 60


@st.cache_data(ttl=SECONDS_KEPT, show_spinner=False)
def run_usage(revision: int) -> Usage:
    """The counts under a revision of the catalog."""
    del revision  # It is the key of the cache alone.
    return workbench().usage.load()
