"""The route that keeps what is typed: JSON of a browser of ours is kept, anything else is refused with its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from db.http.routes import BROWSER_COOKIE, routes
from db.services.workbench import Workbench

TOKEN = "12345678-1234-1234-1234-123456789abc"


@dataclass
class Calls:
    """Stands where the store stands, and notes what it is given."""

    kept: Any = None
    given: list[tuple[object, ...]] = field(default_factory=list)

    def keep(self, *given: object) -> None:
        self.given.append(given)


@pytest.fixture
def calls() -> Calls:
    made = Calls()
    made.kept = made
    return made


def client(calls: Calls, token: str = TOKEN) -> TestClient:
    app = Starlette(routes=routes(lambda: cast(Workbench, calls)))
    return TestClient(app, cookies={BROWSER_COOKIE: token} if token else {})


def test_what_a_field_holds_is_kept_with_its_age(calls: Calls) -> None:
    answer = client(calls).post("/kept", json={"place": "kept-new-jd", "value": "Junior Ümlaut", "age": 250})
    assert answer.status_code == 204
    assert calls.given == [(TOKEN, "kept-new-jd", "Junior Ümlaut", timedelta(milliseconds=250))]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"place": "x", "value": "y", "age": 1}', '{"place": "kept-a", "value": 3, "age": 1}'],
)
def test_what_names_no_field_of_a_page_is_refused(calls: Calls, body: str) -> None:
    answer = client(calls).post("/kept", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400 and calls.given == []


def test_another_site_can_send_nothing(calls: Calls) -> None:
    body = json.dumps({"place": "kept-a", "value": "x", "age": 1})
    assert client(calls, token="").post("/kept", json=json.loads(body)).status_code == 400
    assert client(calls, token="../../etc").post("/kept", json=json.loads(body)).status_code == 400
    assert client(calls).post("/kept", content=body, headers={"content-type": "text/plain"}).status_code == 400
    assert calls.given == []
