"""The three steps over HTTP: tied by ``run_id``, harmless when sent again, as on the command line where documents are sent."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from db.http.api.bodies import MAX_SKILLS
from db.http.api.documents import CHANGED, NOT_CALLED
from db.http.api.paths import STEP_1, STEP_2, STEP_3
from db.services.workbench import Workbench
from db.stores.run_filters import HistoryFilter
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Extraction, LibraryMatch
from pipeline.run import run
from pipeline.stages.details import extract_details
from pipeline.stages.final_output import final_output
from tests.conftest import JD
from tests.db.conftest import finished
from tests.db.http.api.conftest import COOKING, refused


@pytest.fixture(scope="module")
def step_1(client: TestClient) -> dict[str, Any]:
    answer = client.post(STEP_1, json={"jd_text": JD, "person": "Ada"})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_step_1_is_that_of_the_command_line_but_for_what_the_store_knows(
    step_1: dict[str, Any], indexes: Indexes
) -> None:
    pure = run(JD, None, step_1["run_id"], indexes).extraction.wire()
    updates = "stage5_updates"
    assert {k: v for k, v in step_1.items() if k != updates} == {k: v for k, v in pure.items() if k != updates}
    assert [s["skill_name"] for s in step_1[updates]["new_skills_attached"]] == ["Zephyrine"]
    assert step_1[updates]["new_skills_attached"][0]["queue_id"] is not None


def test_its_run_says_who_asked_and_comes_to_its_end_by_itself(bench: Workbench, step_1: dict[str, Any]) -> None:
    stored = finished(bench, UUID(step_1["run_id"]))
    assert (stored.status, stored.asked_by, stored.asked_through) == ("completed", "Ada", "http")
    assert stored.role_output is not None and stored.client_output is not None


def test_the_steps_of_a_run_are_asked_for_by_its_id_or_by_its_documents(
    client: TestClient, step_1: dict[str, Any]
) -> None:
    run_id = step_1["run_id"]
    two = client.post(STEP_2, json={"run_id": run_id})
    three = client.post(STEP_3, json={"run_id": run_id})
    assert (two.status_code, three.status_code) == (200, 200)
    assert two.headers["content-location"] == f"/runs/{run_id}"
    assert client.post(STEP_2, json=step_1).content == two.content
    assert client.post(STEP_3, json={"api1": step_1, "api2": two.json()}).content == three.content
    assert client.post(STEP_3, json={"api1": step_1}).content == three.content
    whole = client.get(f"/runs/{run_id}").json()
    assert whole["api2"] | {"warnings": []} == two.json() and whole["api3"] == three.json()
    # Step 1 as it is stored by now, with what later steps noted in it, means the same run.
    assert client.post(STEP_2, json=whole["api1"]).content == two.content


def test_a_step_that_is_sent_again_changes_nothing(
    client: TestClient, bench: Workbench, step_1: dict[str, Any]
) -> None:
    finished(bench, UUID(step_1["run_id"]))
    before = bench.history.find(HistoryFilter()).total, bench.proposals.find()
    again = client.post(STEP_1, json={"jd_text": JD, "person": "Ada"}).json()
    assert again["run_id"] == step_1["run_id"] and again["final_skills"] == step_1["final_skills"]
    first, second = (client.post(STEP_3, json={"run_id": step_1["run_id"]}) for _ in range(2))
    assert first.content == second.content
    assert (bench.history.find(HistoryFilter()).total, bench.proposals.find()) == before


@pytest.mark.parametrize("other", [{"person": "Bob"}, {"title": "Data Engineer"}, {"jd_text": f"{JD} "}])
def test_another_person_title_or_text_is_another_run(
    client: TestClient, step_1: dict[str, Any], other: dict[str, str]
) -> None:
    answer = client.post(STEP_1, json={"jd_text": JD, "person": "Ada"} | other)
    assert answer.status_code == 200 and answer.json()["run_id"] != step_1["run_id"]


def test_a_document_that_was_changed_is_answered_as_sent_and_says_so(
    client: TestClient, bench: Workbench, step_1: dict[str, Any], indexes: Indexes
) -> None:
    stored = finished(bench, UUID(step_1["run_id"]))
    sent = deepcopy(step_1)
    sent["final_skills"] = sent["final_skills"][:2]
    answer = client.post(STEP_2, json=sent).json()
    expected = extract_details(Extraction.model_validate(sent), indexes).wire()
    assert answer == expected | {"warnings": [{"path": "run_id", "problem": CHANGED}]}
    output = client.post(STEP_3, json={"api1": sent, "api2": answer}).json()
    made = final_output(Extraction.model_validate(sent), LibraryMatch.model_validate(answer), indexes).wire()
    assert output == made | {"warnings": [{"path": "api1.run_id", "problem": CHANGED}]}
    # Other runs may make the same proposals meanwhile.
    counted = {"proposal_runs"}
    assert bench.runs.load(stored.id).model_dump(exclude=counted) == stored.model_dump(exclude=counted)


def test_a_document_of_no_run_is_read_tolerantly(client: TestClient, step_1: dict[str, Any]) -> None:
    sent = deepcopy(step_1) | {"run_id": "of another system", "jd_role": {}, "added": 1}
    sent["final_skills"] = ["Python", {"skill_name": "Kafka", "is_primary": "yes"}]
    answer = client.post(STEP_2, json=sent)
    assert answer.status_code == 200 and answer.json()["input_final_skills"] == ["Python", "Kafka"]
    warned = {w["path"] for w in answer.json()["warnings"]}
    assert {"added", "final_skills.0", "final_skills.1.is_primary"} <= warned
    output = client.post(STEP_3, json={"api1": sent, "api2": {}}).json()
    assert {"path": "api2", "problem": NOT_CALLED} in output["warnings"]
    assert "api1.added" in {w["path"] for w in output["warnings"]}


@pytest.mark.parametrize(
    ("path", "body", "code", "where"),
    [
        (STEP_2, {}, "unworkable_document", "body"),
        (STEP_2, {"final_skills": 5}, "unworkable_document", "body.final_skills.0"),
        (STEP_2, {"final_skills": [{"name": "x"}]}, "unworkable_document", "body.final_skills.0.skill_name"),
        (STEP_2, {"final_skills": ["a"] * (MAX_SKILLS + 1)}, "unworkable_document", "body"),
        (STEP_2, {"run_id": "7"}, "invalid_input", "body.run_id"),
        (STEP_3, {"final_skills": []}, "invalid_input", "body.api1"),
        (
            STEP_3,
            {"api1": {"final_skills": []}, "api2": {"skills": 1}},
            "unworkable_document",
            "body.api2.skills_detail",
        ),
        (STEP_3, {"api1": {"final_skills": []}, "more": 1}, "invalid_input", "body.more"),
    ],
)
def test_a_document_that_cannot_be_worked_with_says_where(
    client: TestClient, path: str, body: dict[str, Any], code: str, where: str
) -> None:
    assert refused(client.post(path, json=body)) == (422, code, where)


def test_a_document_that_is_nested_without_end_is_refused(client: TestClient) -> None:
    deep = '{"final_skills": [], "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    answer = client.post(STEP_2, content=deep, headers={"Content-Type": "application/json"})
    assert refused(answer) == (400, "bad_request", "body")
    nested: Any = 1
    for _ in range(600):
        nested = [nested]
    answer = client.post(
        STEP_2, content=json.dumps({"final_skills": [], "x": nested}), headers=dict(answer.request.headers)
    )
    assert answer.status_code in (200, 422)


def test_a_rejected_text_has_its_step_1_and_no_other(client: TestClient) -> None:
    one = client.post(STEP_1, json={"jd_text": COOKING}).json()
    assert one["rejected"] and one["final_skills"] == []
    for path, body in ((STEP_2, {"run_id": one["run_id"]}), (STEP_2, one), (STEP_3, {"api1": one})):
        assert refused(client.post(path, json=body)) == (409, "rejected_run", "run_id")
