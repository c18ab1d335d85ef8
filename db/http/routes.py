"""The routes that are asked beside the pages: by programs whether all is well, by the pages' fields to keep what is typed."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from db.errors import describe_error
from db.services.workbench import Workbench

log = logging.getLogger("workbench")

BROWSER_COOKIE = "jdw_browser"
"""The cookie with the token that names a browser; the pages set it."""
MAX_BYTES = 24_000_000
PLACE = re.compile(r"kept-[a-z0-9-]{1,120}")
TOKEN = re.compile(r"[0-9a-f-]{32,36}")


@dataclass(frozen=True)
class Typed:
    """What a field holds, and since how long."""

    place: str
    value: str
    age: timedelta


def routes(workbench: Callable[[], Workbench]) -> list[Route]:
    """All routes; ``workbench`` gives the workbench of the process, and may raise ``StoreError``."""

    async def healthz(_: Request) -> JSONResponse:
        """Whether all is well, for whoever asks, and nothing else; why it is not stands in the log."""
        try:
            return JSONResponse({"status": await asyncio.to_thread(lambda: workbench().status())})
        except Exception:
            log.exception("asked for its health, the workbench is unavailable")
            return JSONResponse({"status": "unavailable"}, status_code=503)

    async def kept(request: Request) -> Response:
        """Keep what a browser's field holds. Only a script of our own pages can send JSON with the browser's cookie."""
        browser = request.cookies.get(BROWSER_COOKIE, "")
        is_json = request.headers.get("content-type", "").startswith("application/json")
        if not is_json or not TOKEN.fullmatch(browser):
            return JSONResponse({"reason": "send JSON, with the cookie of a browser"}, status_code=400)
        if int(request.headers.get("content-length") or 0) > MAX_BYTES:
            return JSONResponse({"reason": "the text is too long to be kept"}, status_code=413)
        typed = typed_of(await request.body())
        if typed is None:
            return JSONResponse({"reason": "give place, value and age"}, status_code=400)
        try:
            await asyncio.to_thread(lambda: workbench().kept.keep(browser, typed.place, typed.value, typed.age))
        except Exception as error:
            log.exception("what a field holds could not be kept")
            return JSONResponse({"reason": describe_error(error) or "the log has the details"}, status_code=503)
        return Response(status_code=204)

    return [Route("/healthz", healthz), Route("/kept", kept, methods=["POST"])]


def typed_of(body: bytes) -> Typed | None:
    """What the body of a request says of a field; null when it says nothing that can be kept."""
    try:
        given = json.loads(body)
        place, value, age = given["place"], given["value"], float(given["age"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(value, str) or not isinstance(place, str) or not PLACE.fullmatch(place):
        return None
    return Typed(place, value, timedelta(milliseconds=min(max(age, 0.0), 3.6e6)))
