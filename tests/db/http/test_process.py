"""The health route, and start and end of the process."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from db.errors import StoreError
from db.http.lifespan import lifespan, warm
from db.http.routes import routes
from db.server import Database
from db.services.workbench import Workbench
from tests.conftest import SETTINGS


@pytest.fixture
def workbench(ready: Database) -> Iterator[Workbench]:
    workbench = Workbench(ready, SETTINGS)
    yield workbench
    workbench.executor.close()


def no_store() -> Workbench:
    raise StoreError("The database cannot be reached.")


def test_health_says_nothing_but_whether_all_is_well(workbench: Workbench, caplog: pytest.LogCaptureFixture) -> None:
    answer = TestClient(Starlette(routes=routes(lambda: workbench))).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "starting"})
    workbench.is_warm = True
    answer = TestClient(Starlette(routes=routes(lambda: workbench))).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    answer = TestClient(Starlette(routes=routes(no_store))).get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})
    assert "The database cannot be reached." in caplog.text


def test_the_store_is_made_ready_and_modules_are_loaded(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gc.freeze", lambda: None)
    monkeypatch.delitem(sys.modules, "this", raising=False)
    warm(lambda: workbench, ("this",), threading.Event())
    assert workbench.is_warm and "this" in sys.modules


def test_a_store_that_is_not_there_is_logged_and_the_process_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    warm(no_store, (), threading.Event())
    assert "the store could not be opened" in caplog.text


def test_the_store_is_left_when_the_process_ends(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gc.freeze", lambda: None)
    closed: list[str] = []
    app = Starlette(
        routes=routes(lambda: workbench), lifespan=lifespan(lambda: workbench, lambda: closed.append("closed"), ())
    )
    with TestClient(app) as client:
        assert client.get("/healthz").status_code == 200
        assert closed == []
    assert closed == ["closed"]
