"""A workbench that answers programs: the real application with the real store, its runs executed in threads."""

from __future__ import annotations

from collections.abc import Iterator

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
