"""Runs over HTTP: begun once for a key, waited for, and each state of one a clear answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from db.http.api.paths import RUNS, STEP_1, STEP_2, STEP_3
from db.services.workbench import Workbench
from db.stores.run_filters import HistoryFilter
from pipeline.catalog.indexes import Indexes
from pipeline.run import run
from tests.conftest import JD
from tests.db.conftest import finished
from tests.db.http.api.conftest import COOKING, error, refused


class HeldWorkers:
    """Workers that execute nothing: what is queued waits."""

    count = 1
    is_ready = True

    def wake(self) -> None: ...
    def stop(self, run_id: UUID) -> None: ...
    def close(self) -> None: ...


@pytest.fixture
def held(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.executor, "_workers", HeldWorkers())


def test_a_run_is_answered_whole_at_its_end(client: TestClient, indexes: Indexes) -> None:
    answer = client.post(RUNS, json={"jd_text": JD, "title": "Data Engineer", "person": "  Ada   Lovelace "})
    found = answer.json()
    assert answer.status_code == 201 and answer.headers["location"] == f"/runs/{found['run_id']}"
    assert (found["status"], found["role_slug"], found["asked_by"]) == ("completed", "data-engineer", "Ada Lovelace")
    assert (found["jd_text"], found["given_title"]) == (JD, "Data Engineer")
    pure = run(JD, "Data Engineer", found["run_id"], indexes).wire()
    assert {key: found[key] for key in ("api2", "api3", "enrichment")} == {
        key: pure[key] for key in ("api2", "api3", "enrichment")
    }
    assert found["timings_ms"]["parse"] > 0
    assert client.get(answer.headers["location"]).json() == found


def test_a_key_that_is_sent_again_is_the_same_run(client: TestClient, bench: Workbench) -> None:
    headers, body = {"Idempotency-Key": "nightly-1"}, {"jd_text": JD, "person": "Ada"}
    first, again = (client.post(RUNS, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert refused(client.post(RUNS, json=body | {"jd_text": f"{JD}."}, headers=headers)) == (
        409,
        "key_reused",
        "header.Idempotency-Key",
    )
    other = client.post(RUNS, json=body | {"person": "Bob"}, headers=headers)
    assert other.status_code == 201 and other.json()["run_id"] != first.json()["run_id"]


def test_a_key_that_is_sent_many_times_at_once_is_one_run(client: TestClient, bench: Workbench) -> None:
    before = bench.history.find(HistoryFilter()).total
    barrier = threading.Barrier(6)

    def send(_: int) -> str:
        barrier.wait(30)
        answer = client.post(RUNS, json={"jd_text": f"{JD} At once."}, headers={"Idempotency-Key": "at-once"})
        return str(answer.json()["run_id"])

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(send, range(6)))) == 1
    assert bench.history.find(HistoryFilter()).total == before + 1


def test_without_a_key_each_is_a_run_of_its_own(client: TestClient) -> None:
    ids = {client.post(RUNS, json={"jd_text": JD}).json()["run_id"] for _ in range(2)}
    assert len(ids) == 2


def test_a_run_that_is_not_there_yet_is_said_to_go_on(client: TestClient, bench: Workbench, held: None) -> None:
    answer = client.post(f"{RUNS}?wait=0.1", json={"jd_text": f"{JD} Waiting."})
    run_id = answer.json()["run_id"]
    assert answer.status_code == 202 and answer.headers["location"] == f"/runs/{run_id}" == answer.json()["url"]
    assert (answer.json()["status"], answer.json()["place"], answer.headers["retry-after"]) == ("created", 0, "1")
    for path in (STEP_2, STEP_3):
        waiting = client.post(f"{path}?wait=0", json={"run_id": run_id})
        assert (waiting.status_code, waiting.json()) == (202, answer.json())
    again = client.post(f"{STEP_1}?wait=0", json={"jd_text": f"{JD} Waiting."})
    assert again.status_code == 202 and again.json()["run_id"] == run_id
    standing = client.get(f"/runs/{run_id}").json()
    assert (standing["status"], standing["api1"], standing["enrichment"]) == ("created", {}, {})
    bench.executor.execute(UUID(run_id))
    assert client.post(STEP_3, json={"run_id": run_id}).status_code == 200


def test_a_request_waits_for_a_run_that_is_executed_meanwhile(client: TestClient, bench: Workbench, held: None) -> None:
    run_id = client.post(f"{RUNS}?wait=0", json={"jd_text": f"{JD} Meanwhile."}).json()["run_id"]
    threading.Timer(0.3, bench.executor.execute, [UUID(run_id)]).start()
    assert client.post(STEP_3, json={"run_id": run_id}).json()["run_id"] == run_id


def test_a_rejected_run_is_answered_with_its_reason(client: TestClient) -> None:
    answer = client.post(RUNS, json={"jd_text": COOKING})
    found = answer.json()
    assert (answer.status_code, found["status"]) == (201, "rejected")
    assert found["api1"]["rejection_reason"] and (found["api2"], found["api3"]) == ({}, {})


def test_a_run_that_there_never_was_is_unknown(client: TestClient) -> None:
    run_id = str(uuid4())
    for answer in (
        client.get(f"/runs/{run_id}"),
        client.post(STEP_2, json={"run_id": run_id}),
        client.post(STEP_3, json={"run_id": run_id}),
    ):
        assert refused(answer) == (404, "unknown_run", "run_id")
    assert refused(client.get("/runs/abc")) == (422, "invalid_input", "path.run_id")


def test_a_deleted_run_says_who_deleted_it_and_what_can_be_done(client: TestClient, bench: Workbench) -> None:
    headers, body = {"Idempotency-Key": "gone"}, {"jd_text": f"{JD} Gone."}
    run_id = UUID(client.post(RUNS, json=body, headers=headers).json()["run_id"])
    finished(bench, run_id)
    bench.deletions.delete([run_id], "Grace")
    for answer in (
        client.get(f"/runs/{run_id}"),
        client.post(STEP_2, json={"run_id": str(run_id)}),
        client.post(RUNS, json=body, headers=headers),
    ):
        found = error(answer)
        assert (answer.status_code, found["code"]) == (410, "deleted_run")
        assert "deleted by Grace" in found["message"] and "put back" in found["remedy"]
    bench.deletions.put_back([run_id])
    back = client.post(RUNS, json=body, headers=headers).json()
    assert (back["run_id"], back["asked_through"]) == (str(run_id), "http")


@pytest.mark.parametrize(
    ("status", "error_text", "code"), [("failed", "it needed too much", "failed_run"), ("created", None, "stopped_run")]
)
def test_a_run_that_stopped_says_why_and_where_it_is_resumed(
    client: TestClient, bench: Workbench, held: None, status: str, error_text: str | None, code: str
) -> None:
    run_id = client.post(f"{RUNS}?wait=0", json={"jd_text": f"{JD} {code}"}).json()["run_id"]
    with bench.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM job WHERE run_id = :id"), {"id": run_id})
        cells = {"id": run_id, "status": status, "error": error_text}
        connection.execute(text("UPDATE run SET status = :status, error = :error WHERE id = :id"), cells)
    answer = client.post(f"{STEP_2}?wait=0", json={"run_id": run_id})
    found = error(answer)
    assert (answer.status_code, found["code"]) == (409, code)
    assert (error_text or "stopped") in found["message"] and f"/run?id={run_id}" in found["remedy"]


def test_a_failed_run_is_no_answer_to_the_same_text(client: TestClient, bench: Workbench, held: None) -> None:
    body = {"jd_text": f"{JD} Failing."}
    first = client.post(f"{STEP_1}?wait=0", json=body).json()["run_id"]
    bench.executor.stop(UUID(first), "Ada")
    assert client.post(f"{STEP_1}?wait=0", json=body).json()["run_id"] != first


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.jd_text"),
        ({"jd_text": 5}, "body.jd_text"),
        ({"jd_text": " \n "}, "body.jd_text"),
        ({"jd_text": "\0" * 40}, "body.jd_text"),
        ({"jd_text": JD, "title": "x" * 201}, "body.title"),
        ({"jd_text": JD, "person": " "}, "body.person"),
        ({"jd_text": JD, "person": "Ada\nBob"}, "body.person"),
        ({"jd_text": JD, "engine": "magic"}, "body.engine"),
        ({"jd_text": JD, "titel": "x"}, "body.titel"),
        ([], "body"),
    ],
)
def test_a_body_that_cannot_be_used_says_which_value(client: TestClient, body: Any, where: str) -> None:
    assert refused(client.post(RUNS, json=body)) == (422, "invalid_input", where)


def test_all_that_is_wrong_is_said_at_once(client: TestClient) -> None:
    found = error(client.post(f"{RUNS}?wait=61", json={"titel": 1, "person": ""}))
    assert {p["where"] for p in found["problems"]} == {"query.wait", "body.jd_text", "body.titel", "body.person"}
    assert found["message"].endswith("There are 3 more.")
