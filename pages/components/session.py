"""Which session of a browser a script is run for."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.logs import name_session


def log_session() -> None:
    """Let what this script logs name its session."""
    context = get_script_run_ctx()
    if context is not None:
        name_session(context.session_id)
