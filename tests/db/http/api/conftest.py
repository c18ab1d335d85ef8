"""A workbench that answers programs: the real application with the real store, its runs executed in threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from db.embedded import EmbeddedServer
from db.http.api.app import ApiRoute, make_api
from db.http.api.paths import is_api_path
from db.http.own_origin import OwnOrigin
from db.services.workbench import Workbench
from tests.conftest import SETTINGS, own_database

COOKING = "Stir the soup and serve it with bread while it is hot, they say, for three days."
"""A text that is rejected."""


def served(bench: Workbench) -> Starlette:
    """The application as the entry point puts it together, without the pages."""
    middleware = [Middleware(OwnOrigin, lambda: {"testserver"}, is_api_path)]
    return Starlette(routes=[ApiRoute(make_api(lambda: bench))], middleware=middleware)


@pytest.fixture(scope="module")
def bench(server: EmbeddedServer, stocked: str) -> Iterator[Workbench]:
    """A workbench on a store of its own, which the tests of a file share."""
    with own_database(server, stocked) as database:
        bench = Workbench(database, SETTINGS)
        yield bench
        bench.waits.close()
        bench.snapshots.close()
        bench.executor.close()


@pytest.fixture(scope="module")
def client(bench: Workbench) -> Iterator[TestClient]:
    """A program that asks it."""
    with TestClient(served(bench)) as client:
        yield client


def error(answer: Any) -> dict[str, Any]:
    """What an answer says that refuses; it has the one shape of an error."""
    said: dict[str, Any] = answer.json()
    assert answer.status_code >= 400 and set(said) == {"error"}, said
    found: dict[str, Any] = said["error"]
    assert set(found) == {"code", "message", "problems", "remedy"}
    assert found["message"] and found["remedy"] and found["problems"]
    assert all(set(p) == {"where", "problem"} and p["where"] and p["problem"] for p in found["problems"])
    return found


def refused(answer: Any) -> tuple[int, str, str]:
    """The status, the code and the first place of an answer that refuses."""
    found = error(answer)
    return answer.status_code, found["code"], found["problems"][0]["where"]
