"""Runs with the model engine: every call and its cost in PostgreSQL, answers kept, collisions logged, failures survived."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db.model_calls import PgAnswers, recording_of
from db.runs import recent_runs
from db.server import Database
from db.workbench import RECORDING, Workbench
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import Step1, Step3
from pipeline.engines.openai import OpenAIEngine, Recording, Server
from tests.conftest import ROOT
from tests.db.conftest import finished
from tests.model_server import ModelServer, serving
from tests.pipeline.engines.test_openai import GOOD, JD

MODEL = Config(engine="openai", call_timeout_s=2.0, judgement_deadline_s=6.0)


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with serving() as server:
        server.replies = dict(GOOD)
        yield server


@pytest.fixture
def bench(ready: Database, models: ModelServer) -> Iterator[Workbench]:
    bench = Workbench(ready)
    bench.models = OpenAIEngine(PgAnswers(bench.engine), Server("key", models.url))
    yield bench
    bench._executor.shutdown(wait=True)


def test_the_cost_of_a_run_is_the_sum_of_its_ledger_everywhere(bench: Workbench) -> None:
    stored = finished(bench, bench.start(JD, config=MODEL))
    step3 = Step3.model_validate(stored.api3)
    ledger = round(sum(c["cost_usd"] for c in stored.calls), 6)
    assert stored.status == "completed" and stored.engine == "openai" and len(stored.calls) >= 6
    assert stored.cost_usd == ledger == step3.llm_cost_total_usd > 0
    steps = [step3.llm_cost_api1_usd, step3.llm_cost_api2_usd, step3.llm_cost_api3_usd]
    assert steps == [round(sum(c["cost_usd"] for c in stored.calls if c["step"] == n), 6) for n in (1, 2, 3)]


def test_the_same_text_again_is_answered_from_the_store_at_no_cost(bench: Workbench, models: ModelServer) -> None:
    first = finished(bench, bench.start(JD, config=MODEL))
    asked = len(models.requests)
    again = finished(bench, bench.run_again(first.id))
    assert len(models.requests) == asked and again.engine == "openai"
    assert again.cost_usd == 0 and all(c["cache_hit"] for c in again.calls) and len(again.calls) == len(first.calls)
    assert again.role_slug == first.role_slug


def test_a_server_that_is_gone_leaves_a_whole_run_that_says_so(bench: Workbench, models: ModelServer) -> None:
    models.faults = {name: [500] * 9 for name in GOOD}
    local = finished(bench, bench.start(JD))
    stored = finished(bench, bench.run_with(local.id, "openai"))
    assert stored.status == "completed" and stored.role_slug == local.role_slug
    assert {n["kind"] for n in stored.notes} == {"fallback"} and all("HTTP 500" in n["detail"] for n in stored.notes)
    assert stored.calls and all(c["error"] for c in stored.calls)


def test_calls_of_a_run_that_fails_are_kept_and_not_paid_for_twice(
    bench: Workbench, models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.run.extract_details", lambda *_: 1 / 0)
        stored = finished(bench, bench.start(JD, config=MODEL))
    assert stored.status == "failed" and stored.cost_usd > 0 and stored.calls
    bench.resume(stored.id)
    again = finished(bench, stored.id)
    assert again.status == "completed" and len(models.asked("skills")) == 1
    assert again.cost_usd == round(sum(c["cost_usd"] for c in again.calls), 6) == Step3.model_validate(again.api3).llm_cost_total_usd


def test_what_postgresql_cannot_hold_is_no_reason_to_lose_an_answer(bench: Workbench, models: ModelServer) -> None:
    models.replies["nature_of_work"] = {"label": "odd \u0000 label", "summary": "s", "quote": "Build and run REST services"}
    stored = finished(bench, bench.start(JD, config=MODEL))
    assert stored.status == "completed", stored.error
    again = finished(bench, bench.run_again(stored.id))
    assert again.status == "completed"


def test_collisions_are_logged_with_all_parties(bench: Workbench, models: ModelServer) -> None:
    models.replies["role"] = lambda m: {"domain": None, "role_slug": m["roles"][2]["slug"], "reasoning": "The duties."}
    stored = finished(bench, bench.start(JD, config=MODEL))
    step1 = Step1.model_validate(stored.api1)
    number = step1.stage5_updates.collision_log_id
    with bench.engine.connect() as connection:
        row = connection.execute(text("SELECT kind, chosen, parties, detail FROM collision WHERE id = :n"), {"n": number}).one()
    assert row.kind == "signals" and row.chosen == stored.role_slug and len(row.parties) >= 2 and "the model for" in row.detail


def test_a_run_can_be_recorded_and_replayed_without_a_server(bench: Workbench, tmp_path: Path) -> None:
    first = finished(bench, bench.start(JD, config=MODEL))
    (tmp_path / "r.jsonl").write_text("\n".join(recording_of(bench.engine, first.id)) + "\n", encoding="utf-8")
    bench.models = OpenAIEngine(Recording(tmp_path / "r.jsonl"))
    again = finished(bench, bench.run_again(first.id))
    assert again.cost_usd == 0 and again.notes == [] and again.role_slug == first.role_slug


def test_the_recording_that_ships_answers_its_samples_on_both_editions(indexes: Indexes) -> None:
    from pipeline.catalog.folder import read_folder
    from pipeline.run import run

    legacy = read_folder(ROOT / "seeds" / "catalog", ROOT / "seeds" / "legacy").catalog
    engine = OpenAIEngine(Recording(RECORDING))
    for name in ("01-data-engineer-titled-software-engineer", "03-platform-backend-ci-in-a-list", "14-two-roles-in-one"):
        jd = (ROOT / "seeds" / "jds" / f"{name}.txt").read_text(encoding="utf-8")
        for known in (indexes, Indexes(legacy, indexes.encoder)):
            result = run(jd, None, "r", known, Config(engine="openai"), engine=engine)
            assert [n for n in result.notes if n.judgement not in ("new_skills", "second_judge")] == []
            assert "CodeIgniter" not in {s.skill_name for s in result.api1.final_skills}


def test_recent_runs_are_light_and_newest_first(bench: Workbench) -> None:
    ids = [finished(bench, bench.start(JD + f"\nNumber {n}.")).id for n in range(2)]
    listed = recent_runs(bench.engine)
    assert [r.id for r in listed] == ids[::-1] and all(r.api1 is None for r in listed)
