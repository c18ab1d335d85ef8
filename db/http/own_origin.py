"""Only pages of the workbench's own address talk to it: neither another site, nor another port of this machine, nor a name that
somebody has pointed at it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ONLY_READING = ("GET", "HEAD", "OPTIONS")


class OwnOrigin:
    """Middleware: a request has the name of the workbench, and a socket or a request that writes comes from a page of it.

    ``names`` gives the host names under which it is reached beside addresses in numbers and ``localhost``. What a proxy says of
    itself (``X-Forwarded-Host``) is not looked at: it passes the name on that the browser asked for, as ``Host``.
    """

    def __init__(self, app: ASGIApp, names: Callable[[], Collection[str]]) -> None:
        self._app = app
        self._names = {"localhost", *names()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with the reason."""
        reason = self._reason(scope) if scope["type"] in ("http", "websocket") else None
        answer = PlainTextResponse(reason, 403) if reason else self._app
        await answer(scope, receive, send)

    def _reason(self, scope: Scope) -> str | None:
        """Why a request is refused; null for one that is not."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host):
            return (
                f"The workbench is not known as “{host}”. If people reach it by this name, set WORKBENCH_HOSTS to it."
            )
        if scope["type"] == "http" and scope["method"] in ONLY_READING:
            return None
        if urlsplit(headers.get("origin", "")).netloc != host:
            return "Only pages of the workbench itself may ask for this."
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True
