"""Every refusal has one shape, whichever part of the workbench refuses; and the reference needs nothing from anywhere else."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import httpx2
import pytest
from jsonschema_rs import validator_for
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from db.errors import StoreError
from db.http.api.app import ApiRoute, make_api
from db.http.api.bodies import MAX_BYTES
from db.http.api.paths import OPENAPI, REFERENCE, RUNS, STEP_1, STEP_2
from db.http.api.service import MAX_THREADS
from db.services.workbench import Workbench
from tests.db.http.api.conftest import error, refused, served

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", RUNS, "GET, POST"),
        ("DELETE", f"{RUNS}/e37d1b75-e781-40f7-b368-e964dbf9a157", "GET"),
        ("GET", STEP_1, "POST"),
        ("HEAD", RUNS, "GET, POST"),
        ("OPTIONS", RUNS, "GET, POST"),
        ("POST", "/catalog/roles", "GET"),
    ],
)
def test_a_method_that_an_address_does_not_take_names_those_that_it_takes(
    client: TestClient, method: str, path: str, allow: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert method == "HEAD" or error(answer)["code"] == "wrong_method"


@pytest.mark.parametrize("path", ["/catalog", "/runs/", "/runs/a/b", "/findings/7", "/proposals/"])
def test_an_address_that_there_is_not_is_said(client: TestClient, path: str) -> None:
    assert refused(client.get(path)) == (404, "unknown_path", "path")


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_what_a_form_can_send_is_refused(client: TestClient, kind: str) -> None:
    answer = client.post(RUNS, content='{"jd_text": "x"}', headers={"Content-Type": kind} if kind else {})
    assert refused(answer) == (415, "not_json", "header.Content-Type")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_input"),
        (b"{", 400, "not_json"),
        (b'{"jd_text": NaN}', 400, "bad_request"),
        (b'{"jd_text": 1e999}', 400, "bad_request"),
        (b'{"jd_text": "\xff"}', 400, "bad_request"),
        (b'{"jd_text": ' + b"9" * 5_000 + b"}", 400, "bad_request"),
        (b"[" * 200_000, 400, "bad_request"),
    ],
)
def test_what_is_no_json_is_refused(client: TestClient, body: bytes, status: int, code: str) -> None:
    answer = client.post(RUNS, content=body, headers=JSON)
    assert refused(answer)[:2] == (status, code)


def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(client: TestClient) -> None:
    large = b'{"jd_text": "' + b"x" * MAX_BYTES + b'"}'
    chunks = (large[start : start + 1_000_000] for start in range(0, len(large), 1_000_000))
    for content in (large, chunks):
        assert refused(client.post(STEP_2, content=content, headers=JSON)) == (413, "too_large", "body")


def no_store() -> Workbench:
    raise StoreError("The database cannot be reached.")


def broken() -> Workbench:
    raise ZeroDivisionError("secret words")


def lost() -> Workbench:
    raise OperationalError("SELECT 'a text'", {}, Exception("connection refused"))


@pytest.mark.parametrize(
    ("workbench", "status", "code"),
    [(no_store, 503, "unavailable"), (broken, 500, "internal"), (lost, 500, "internal")],
)
def test_what_is_not_the_requests_fault_is_said_and_nothing_of_it_told(
    workbench: Any, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(ApiRoute(make_api(workbench)))
    for answer in (client.get(RUNS), client.post(RUNS, json={"jd_text": "x"}), client.get("/findings")):
        assert (answer.status_code, error(answer)["code"]) == (status, code)
        assert "secret" not in answer.text and "a text" not in answer.text
    assert "a program's request was not answered" in caplog.text


def test_what_takes_long_keeps_nobody_waiting(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many slow requests as there are threads; what needs none is answered meanwhile, and the event loop goes on."""
    monkeypatch.setattr(bench.listings, "runs", lambda *_: time.sleep(1.0) or [])

    async def ask() -> tuple[float, list[int]]:
        transport = httpx2.ASGITransport(served(bench))
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", timeout=60) as client:
            slow = [asyncio.create_task(client.get(RUNS)) for _ in range(MAX_THREADS)]
            await asyncio.sleep(0.2)
            longest, begun = 0.0, time.perf_counter()
            while time.perf_counter() - begun < 0.5:
                before = time.perf_counter()
                assert (await client.get("/runs/x/y")).status_code == 404
                longest = max(longest, time.perf_counter() - before)
            return longest, [answer.status_code for answer in await asyncio.gather(*slow)]

    longest, statuses = asyncio.run(ask())
    assert longest < 0.9 and statuses == [200] * MAX_THREADS


def test_the_examples_of_the_reference_are_what_it_says(client: TestClient) -> None:
    reference = client.get(OPENAPI).json()
    shown = 0
    for path, operations in reference["paths"].items():
        for operation in operations.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            for example in (body or {}).get("examples", {}).values():
                schema = {**body["schema"], "components": reference["components"]}
                assert [e.message for e in validator_for(schema).iter_errors(example["value"])] == [], path
                assert client.post(path, json=example["value"]).status_code in (200, 201, 404)
                shown += 1
            assert operation["summary"] and operation["description"]
            assert all(
                answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorAnswer"}
                for status, answer in operation["responses"].items()
                if int(status) >= 400
            )
    assert shown == 8


def test_each_object_that_the_reference_shows_is_what_it_says(client: TestClient) -> None:
    reference = client.get(OPENAPI).json()
    shown = {name: schema for name, schema in reference["components"]["schemas"].items() if "examples" in schema}
    assert {"NewRun", "Waiting", "RunPage", "CatalogPage", "FindingPage", "ProposalPage", "ErrorAnswer"} <= set(shown)
    for name, schema in shown.items():
        validator = validator_for({**schema, "components": reference["components"]})
        assert [e.message for example in schema["examples"] for e in validator.iter_errors(example)] == [], name


def test_the_reference_is_a_page_that_needs_nothing_from_anywhere_else(client: TestClient) -> None:
    answer = client.get(REFERENCE)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert re.findall(r"https?://|<script|src=|<link", answer.text) == []
    reference = client.get(OPENAPI).json()
    for path in reference["paths"]:
        assert f"<code>{path}</code>" in answer.text
    for name in reference["components"]["schemas"]:
        assert answer.text.count(f"id='{name}'") == 1
    assert set(re.findall(r"href='#(\w+)'", answer.text)) <= set(reference["components"]["schemas"])
