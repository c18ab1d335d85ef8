"""The cookie that names a browser, given with the first page: each session of a browser, in whichever tab, has the same."""

from __future__ import annotations

from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.http.routes import BROWSER_COOKIE, TOKEN

YEAR = 365 * 86_400


class BrowserCookie:
    """Middleware: a page that is asked for without the cookie brings it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the cookie to the answer where it lacks."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _lacks_cookie(scope):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    cookie = f"{BROWSER_COOKIE}={uuid4()}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax"
                    headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _lacks_cookie(scope: Scope) -> bool:
    given = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    return not TOKEN.fullmatch(cookie_parser(given).get(BROWSER_COOKIE, ""))
