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

from db.http.api.errors import ApiError

ONLY_READING = ("GET", "HEAD", "OPTIONS")
SENT_BY_PAGES = ("origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
"""Headers by which a browser says from where it asks; no page can keep it from all of them."""


class OwnOrigin:
    """Middleware: a request has the name of the workbench, and a socket or a request that writes comes from a page of it.

    ``names`` gives the host names under which it is reached beside addresses in numbers and ``localhost``. What a proxy says of
    itself (``X-Forwarded-Host``) is not looked at: it passes the name on that the browser asked for, as ``Host``.

    ``is_for_programs`` says of a path that programs may write to it: a request that says nothing of a page comes from none, since
    browsers send with each that writes from where it comes.
    """

    def __init__(
        self,
        app: ASGIApp,
        names: Callable[[], Collection[str]],
        is_for_programs: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._app = app
        self._names = {"localhost", *names()}
        self._is_for_programs = is_for_programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with the reason."""
        reason = self._reason(scope) if scope["type"] in ("http", "websocket") else None
        answer = self._refusal(scope, reason) if reason else self._app
        await answer(scope, receive, send)

    def _refusal(self, scope: Scope, reason: str) -> ASGIApp:
        """The refusal, to programs in their shape of an error."""
        if not self._is_for_programs(scope["path"]):
            return PlainTextResponse(reason, 403)
        remedy = "Ask from this machine by its own address, and from a page of the workbench or from none."
        return ApiError.at(403, "not_allowed", "header", reason, remedy).response()

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
        if scope["type"] == "http" and self._is_for_programs(scope["path"]) and not _is_of_a_page(headers):
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


def _is_of_a_page(headers: Headers) -> bool:
    """Whether a request says that a page sends it, whichever."""
    return any(name in headers for name in SENT_BY_PAGES)
