"""The cookie that names a browser comes with the first page and with nothing else."""

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from db.http.browser_cookie import BrowserCookie
from db.http.routes import BROWSER_COOKIE, TOKEN


@pytest.fixture
def client() -> TestClient:
    routes = [
        Route("/", lambda _: HTMLResponse("<p>A page</p>")),
        Route("/values", lambda _: JSONResponse({"is": "no page"})),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(BrowserCookie)]))


def test_the_first_page_brings_it_and_it_stays(client: TestClient) -> None:
    given = client.get("/").headers["set-cookie"]
    match = re.fullmatch(rf"{BROWSER_COOKIE}=([^;]+); Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", given)
    assert match and TOKEN.fullmatch(match[1])
    assert "set-cookie" not in client.get("/").headers


def test_what_is_no_page_does_not_bring_it(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/values").headers


def test_a_cookie_that_names_nothing_is_replaced(client: TestClient) -> None:
    answer = client.get("/", headers={"cookie": f"{BROWSER_COOKIE}=x; other=1"})
    assert answer.headers["set-cookie"].startswith(f"{BROWSER_COOKIE}=")
