"""The application for programs, and the route that leads to it beside those of the pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.http.api import paths
from db.http.api.answers import put_examples
from db.http.api.bodies import MAX_BYTES
from db.http.api.errors import ApiError, answer_any, answer_http, answer_invalid
from db.http.api.list_routes import list_router
from db.http.api.reference import reference_page
from db.http.api.run_routes import run_router
from db.http.api.service import Answer, Service
from db.http.api.step_routes import step_router
from db.services.workbench import Workbench

log = logging.getLogger("workbench")

VERSION = "1"
_ABOUT = """A job description goes through three steps: what it says, what the library knows of it, how the two link. `run_id` ties
them together, and sending a step again is harmless. Every error says what was wrong, where, and what to do."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def make_api(workbench: Callable[[], Workbench]) -> FastAPI:
    """The application; ``workbench`` gives the workbench of the process, and may raise ``StoreError``."""
    api = FastAPI(
        title="JD Workbench",
        version=VERSION,
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        exception_handlers={
            AnyHTTPException: answer_http,
            RequestValidationError: answer_invalid,
            ApiError: answer_any,
            Exception: answer_any,
        },
    )
    service = Service(workbench)
    for router in (step_router(service), run_router(service), list_router(service)):
        api.include_router(router)

    @api.get(paths.OPENAPI, include_in_schema=False)
    async def openapi() -> Response:
        return await asyncio.to_thread(lambda: Answer(put_examples(api.openapi())).response())

    @api.get(paths.REFERENCE, include_in_schema=False)
    async def reference() -> Response:
        page = await asyncio.to_thread(lambda: reference_page(put_examples(api.openapi())))
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    return api


class Admission:
    """Middleware: a body is no longer than is read; what fails is logged once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = _refusal(scope)
        if refusal is not None:
            await refusal.response()(scope, receive, send)
            return
        try:
            await self._app(scope, _bounded(receive), send)
        except Exception:
            # The answer has been given; what it was is for the log alone.
            log.exception("a program's request failed")


def _refusal(scope: Scope) -> ApiError | None:
    """Why a request is refused by its head; null for one that is not."""
    length = Headers(scope=scope).get("content-length", "0")
    if length.isdecimal() and int(length) > MAX_BYTES:
        problem = f"The body has {int(length):,} bytes; at most {MAX_BYTES:,} are read."
        return ApiError.at(413, "too_large", "body", problem, "Send less at once.")
    return None


def _bounded(receive: Receive) -> Receive:
    """What receives a body up to the bound, of one whose length was not said too. It raises ``HTTPException`` behind that."""
    count = 0

    async def receive_bounded() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > MAX_BYTES:
            raise HTTPException(413)
        return message

    return receive_bounded


class ApiRoute(BaseRoute):
    """The route to the application of all addresses that are programs', whatever the method; the others are the pages'."""

    def __init__(self, api: FastAPI) -> None:
        self._app = Admission(api)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether an address is one of programs."""
        is_ours = scope["type"] == "http" and paths.is_api_path(str(scope["path"]))
        return (Match.FULL, {}) if is_ours else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer."""
        await self._app(scope, receive, send)

    def url_path_for(self, name: str, /, **_: Any) -> Any:
        """Raise: these addresses are made by ``paths``."""
        raise LookupError(name)


@cache
def api_route(workbench: Callable[[], Workbench]) -> ApiRoute:
    """The route, made once: the entry point is run anew for every drawing of a page."""
    return ApiRoute(make_api(workbench))
