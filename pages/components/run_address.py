"""The run that the address of a page names."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from db.errors import MalformedRun, UnknownRun
from db.stores.jobs import PendingRun
from db.stores.runs import StoredRun
from pages.components import links, markup
from pages.components.run_deletion import show_deletion
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench


def run_of_address() -> tuple[StoredRun, PendingRun | None] | None:
    """The run that the address names, and how it stands where it is queued or executed; null when there is none, which the page then says
    with the way to the history.
    """
    asked = st.query_params.get("id", "")
    try:
        return workbench().executor.observe(UUID(asked))
    except ValueError:
        st.html(markup.title("There is no such run" if asked else "No run chosen"))
        names = f"“{asked}” names no run. " if asked else ""
        st.info(verbatim(f"{names}Open a run from the history, or start a new one."), icon=":material/history:")
    except UnknownRun as error:
        if deletion := workbench().deletions.find(UUID(asked)):
            show_deletion(deletion)
        else:
            st.html(markup.title("This run is not there"))
            st.warning(verbatim(error), icon=":material/search_off:")
    except MalformedRun as error:
        st.html(markup.title("This run cannot be read"))
        st.error(verbatim(error), icon=":material/error:")
    links.page_link(links.HISTORY, icon=links.HISTORY.icon)
    return None
