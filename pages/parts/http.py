"""What stands beside the pages: the health route, start and end of the process, and the last resort for errors."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from streamlit.runtime.pages_manager import PagesManager

from pages.parts.session import close_workbench, workbench
from pipeline.errors import WorkbenchError

log = logging.getLogger("workbench")


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Open the store and load the model beside the first page, not before it; leave the store in order."""
    # Until a script has named its pages, Streamlit runs a file of the folder "pages" by itself, without the frame: the
    # first visit of a server would find that behind any link but the start page's. There is no public switch for it.
    PagesManager.uses_pages_directory = False
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    try:
        yield {}
    finally:
        await asyncio.to_thread(close_workbench)


def _warm() -> None:
    """Load what the first run and the first page would wait for: the store, the model, the indexes, the plots.

    Streamlit collects garbage after every script run. What stays for the life of the process (half a million objects:
    catalog, gazetteer, model) is frozen, or each of those collections would stop all threads for a third of a second.
    """
    try:
        import pandas  # noqa: F401
        import plotly.graph_objects  # noqa: F401

        workbench().warm()
        gc.collect()
        gc.freeze()
    except Exception:
        log.exception("the store could not be opened")


async def healthz(request: Request) -> JSONResponse:
    """Database, catalog revision and embedding model; status 503 with the reason when the store is not there."""
    try:
        return JSONResponse(await asyncio.to_thread(lambda: workbench().health()))
    except Exception as error:
        return JSONResponse({"status": "unavailable", "reason": str(error)}, status_code=503)


def show_error(error: Exception) -> bool:
    """A page shows no traceback: its message if it was written for a person, else that the log has the details."""
    log.error("a page failed", exc_info=error)
    if isinstance(error, WorkbenchError):
        st.error(str(error), icon=":material/error:")
    else:
        st.error(
            "This page could not be shown. The log has the details; reloading often helps.", icon=":material/error:"
        )
    return True
