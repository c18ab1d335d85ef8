"""The last resort: what a page shows when its script failed."""

from __future__ import annotations

import logging

import streamlit as st

from db.errors import describe_error
from pages.components.session import log_session
from pages.components.verbatim import verbatim

log = logging.getLogger("workbench")

LAST_RESORT = "a page failed"
"""How it stands in the log; no test lets it stand there."""


def show_error(error: Exception) -> bool:
    """Show no traceback: what the error says to a person, else that the log has the details; always true."""
    log_session()  # A part of a page that is drawn alone has not passed the frame.
    log.error(LAST_RESORT, exc_info=error)
    reason = describe_error(error) or "This page could not be shown. The log has the details; reloading often helps."
    st.error(verbatim(reason), icon=":material/error:")
    return True
