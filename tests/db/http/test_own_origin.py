"""Who is let through to the routes for programs: programs, and pages of the workbench itself."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from db.http.api.paths import is_api_path
from db.http.own_origin import OwnOrigin

OURS = "http://localhost:8501"


@pytest.fixture
def client() -> TestClient:
    paths = ("/runs", "/kept", "/skills/extract-from-jd", "/skills")
    routes = [Route(path, lambda _: PlainTextResponse("let through"), methods=["GET", "POST"]) for path in paths]
    middleware = [Middleware(OwnOrigin, frozenset, is_api_path)]
    return TestClient(Starlette(routes=routes, middleware=middleware), base_url=OURS)


@pytest.mark.parametrize("path", ["/runs", "/skills/extract-from-jd"])
@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({}, True),
        ({"Origin": OURS}, True),
        ({"Origin": OURS, "Sec-Fetch-Site": "same-origin", "Referer": f"{OURS}/"}, True),
        ({"Origin": "http://localhost"}, False),
        ({"Origin": "https://elsewhere.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Mode": "no-cors"}, False),
        ({"Referer": "https://elsewhere.test/page"}, False),
        ({"Host": "elsewhere.test"}, False),
        ({"Host": "elsewhere.test", "Origin": "http://elsewhere.test"}, False),
    ],
)
def test_programs_and_own_pages_may_write(client: TestClient, path: str, headers: dict[str, str], may: bool) -> None:
    answer = client.post(path, headers=headers)
    assert answer.status_code == (200 if may else 403)
    if not may:
        assert answer.json()["error"]["code"] == "not_allowed"


@pytest.mark.parametrize("path", ["/kept", "/skills"])
def test_all_else_is_written_by_own_pages_alone(client: TestClient, path: str) -> None:
    assert client.post(path).status_code == 403
    assert client.post(path, headers={"Origin": OURS}).status_code == 200


def test_no_page_of_another_site_may_read_an_answer(client: TestClient) -> None:
    answer = client.get("/runs", headers={"Origin": "https://elsewhere.test"})
    assert "access-control-allow-origin" not in answer.headers
