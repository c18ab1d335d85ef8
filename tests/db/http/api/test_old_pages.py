"""The old system's pages over HTTP: their texts run, and their step 1 gives their steps 2 and 3 on a catalog of their facts."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema_rs import validator_for
from starlette.testclient import TestClient

from db.http.api.documents import NOT_CALLED
from db.http.api.paths import OPENAPI, RUNS, STEP_1, STEP_2, STEP_3
from db.services.old_runs import OldRunImport
from db.services.workbench import Workbench
from tests.conftest import shared
from tests.db.http.api.conftest import refused
from tests.pages_of_old import PAGES, WITH_ALL_STEPS, catalog_of, documents, old_run
from tests.pipeline.stages.test_old_pages import proposed_facts_aside, without_added


def documents_of(page: str) -> list[dict[str, Any]]:
    return documents(shared(f"seeds/{page}.txt"))


def lacks(answer: Any, page: Any, path: str = "") -> list[str]:
    """Keys of an old document that an answer does not have; of lists the first objects are compared."""
    if isinstance(page, dict) and isinstance(answer, dict):
        missing = [f"{path}.{key}" for key in page if key not in answer]
        return missing + [p for key in page if key in answer for p in lacks(answer[key], page[key], f"{path}.{key}")]
    if isinstance(page, list) and isinstance(answer, list) and page and answer:
        return lacks(answer[0], page[0], f"{path}.0")
    return []


@pytest.fixture(scope="module")
def schemas(client: TestClient) -> Any:
    """What the reference says of the answer of each address."""
    reference = client.get(OPENAPI).json()

    def of(path: str) -> Any:
        (answer,) = [
            a for status, a in reference["paths"][path]["post"]["responses"].items() if status in ("200", "201")
        ][:1]
        schema = answer["content"]["application/json"]["schema"]
        return validator_for({**schema, "components": reference["components"]})

    return of


def test_a_step_1_whose_run_had_stopped_gives_steps_2_and_3(client: TestClient) -> None:
    _, one, two, three = documents_of(PAGES[-1])
    assert (two, three) == ({}, {})
    details = client.post(STEP_2, json=one).json()
    assert details["input_final_skills"] == [s["skill_name"] for s in one["final_skills"]]
    output = client.post(STEP_3, json={"api1": one, "api2": {}}).json()
    assert output["run_id"] == one["run_id"] and output["persistence"]["items"]
    assert [w["path"] for w in output["warnings"]] == ["api2"]


@pytest.mark.parametrize("page", PAGES)
def test_the_text_of_a_page_runs_and_is_answered_as_the_reference_says(
    client: TestClient, schemas: Any, page: str
) -> None:
    parsed, one, two, three = documents_of(page)
    answer = client.post(STEP_1, json={"jd_text": old_run(page).jd_text, "title": parsed["role"]})
    found = answer.json()
    details = client.post(STEP_2, json={"run_id": found["run_id"]})
    output = client.post(STEP_3, json={"run_id": found["run_id"]})
    for path, answered, old in ((STEP_1, answer, one), (STEP_2, details, two), (STEP_3, output, three)):
        assert answered.status_code == 200
        assert [problem.message for problem in schemas(path).iter_errors(answered.json())] == []
        assert lacks(answered.json(), old) == []
    whole = client.get(f"{RUNS}/{found['run_id']}").json()
    assert [problem.message for problem in schemas(RUNS).iter_errors(whole)] == []
    # The two documents are the run's own, so that they lead to its own answer.
    assert client.post(STEP_3, json={"api1": found, "api2": details.json()}).content == output.content


@pytest.mark.parametrize("page", [PAGES[0], PAGES[-1]])
def test_an_imported_run_gives_the_old_answers_by_its_id_and_ours_by_its_documents(
    client: TestClient, bench: Workbench, page: str
) -> None:
    _, one, two, three = documents_of(page)
    OldRunImport(bench.database.engine).import_files([(page, shared(f"seeds/{page}.txt").read_bytes())], "Ada")
    asked = {"run_id": one["run_id"]}
    for path, old in ((STEP_2, two), (STEP_3, three)):
        answer = client.post(path, json=asked)
        if old:
            assert without_added(answer.json(), old) == old
        else:
            assert refused(answer) == (409, "stopped_run", "run_id")
    ours = client.post(STEP_2, json=one).json()
    assert ours["warnings"] == [] and ours["skills_detail"] and ours != client.post(STEP_2, json=asked).json()
    whole = client.get(f"{RUNS}/{one['run_id']}").json()
    assert (whole["engine"], whole["asked_by"]) == ("old_system", "Ada")
    assert without_added(whole["api1"], one) == one


@pytest.mark.parametrize("page", WITH_ALL_STEPS)
def test_an_old_step_1_gives_the_old_answer(client: TestClient, bench: Workbench, page: str) -> None:
    """Comes last: the shipped catalog is gone then."""
    _, one, two, three = documents_of(page)
    bench.catalog.store(catalog_of(two), "the tests", page)
    answer = client.post(STEP_2, json=one)
    assert answer.status_code == 200 and answer.json()["warnings"] == []
    assert proposed_facts_aside(without_added(answer.json(), two)) == proposed_facts_aside(two)
    del three["planner_output"]  # The old system left it empty.
    output = client.post(STEP_3, json={"api1": one, "api2": answer.json()}).json()
    assert output["warnings"] == [] and without_added(output, three) == three
    made_anew = client.post(STEP_3, json={"api1": one}).json()
    assert made_anew["warnings"] == [{"path": "api2", "problem": NOT_CALLED}]
    assert without_added(made_anew, three) == three
