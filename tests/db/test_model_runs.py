"""Runs with the model engine: every call and its cost in PostgreSQL, answers kept, collisions logged, failures survived."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from db.server import Database
from db.services.workbench import Models, Workbench
from db.stores.model_calls import ModelAnswerStore, ModelCallStore
from db.stores.run_history import RunHistory
from db.stores.run_records import RunRecords
from db.stores.vectors import PgVectorStore
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import Extraction, RoleOutput
from pipeline.engines.openai import Server
from pipeline.engines.provider import ModelProvider, Recording
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from tests.conftest import ROOT, SETTINGS
from tests.db.conftest import finished
from tests.model_server import ModelServer, serving
from tests.pipeline.engines.test_openai import GOOD, JD, run_with

MODEL = Config(engine="openai", call_timeout_s=2.0, judgement_deadline_s=6.0)


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with serving() as server:
        server.replies = dict(GOOD)
        yield server


@pytest.fixture
def bench(ready: Database, models: ModelServer) -> Iterator[Workbench]:
    provider = ModelProvider(ModelAnswerStore(ready.engine), Server("key", models.url))
    bench = with_models(ready, provider)
    yield bench
    bench.executor.close()


def with_models(database: Database, provider: ModelProvider) -> Workbench:
    """A workbench whose models answer through a provider."""
    return Workbench(database, SETTINGS, Models(provider, CachedEncoder(ShippedFirst(PgVectorStore(database.engine)))))


def test_the_cost_of_a_run_is_the_sum_of_its_ledger_everywhere(bench: Workbench) -> None:
    stored = finished(bench, bench.executor.start(JD, config=MODEL))
    role_output = RoleOutput.model_validate(stored.role_output)
    ledger = round(sum(c["cost_usd"] for c in stored.calls), 6)
    assert stored.status == "completed" and stored.engine == "openai" and len(stored.calls) >= 6
    assert stored.cost_usd == ledger == role_output.llm_cost_total_usd > 0
    steps = [role_output.llm_cost_api1_usd, role_output.llm_cost_api2_usd, role_output.llm_cost_api3_usd]
    assert steps == [round(sum(c["cost_usd"] for c in stored.calls if c["step"] == n), 6) for n in (1, 2, 3)]


def test_the_same_text_again_is_answered_from_the_store_at_no_cost(bench: Workbench, models: ModelServer) -> None:
    first = finished(bench, bench.executor.start(JD, config=MODEL))
    asked = len(models.requests)
    again = finished(bench, bench.executor.run_again(first.id))
    assert len(models.requests) == asked and again.engine == "openai"
    assert again.cost_usd == 0 and all(c["cache_hit"] for c in again.calls) and len(again.calls) == len(first.calls)
    assert again.role_slug == first.role_slug


def test_a_server_that_is_gone_leaves_a_whole_run_that_says_so(bench: Workbench, models: ModelServer) -> None:
    models.faults = {name: [500] * 9 for name in GOOD}
    local = finished(bench, bench.executor.start(JD))
    stored = finished(bench, bench.executor.run_with(local.id, "openai"))
    assert stored.status == "completed" and stored.role_slug == local.role_slug
    assert {n["kind"] for n in stored.notes} == {"fallback"} and all("HTTP 500" in n["detail"] for n in stored.notes)
    assert stored.calls and all(c["error"] for c in stored.calls)


def test_calls_of_a_run_that_fails_are_kept_and_not_paid_for_twice(
    bench: Workbench, models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.run.extract_details", lambda *_: 1 / 0)
        stored = finished(bench, bench.executor.start(JD, config=MODEL))
    assert stored.status == "failed" and stored.cost_usd > 0 and stored.calls
    bench.executor.resume(stored.id)
    again = finished(bench, stored.id)
    assert again.status == "completed" and len(models.asked("skills")) == 1
    assert (
        again.cost_usd
        == round(sum(c["cost_usd"] for c in again.calls), 6)
        == RoleOutput.model_validate(again.role_output).llm_cost_total_usd
    )


def test_a_stopped_run_waits_for_no_model(bench: Workbench, models: ModelServer) -> None:
    models.faults = {"skills": ["slow"]}
    run_id = bench.executor.start(JD, config=Config(engine="openai", call_timeout_s=60.0, judgement_deadline_s=60.0))
    while not models.asked("skills"):
        time.sleep(0.02)
    began = time.monotonic()
    bench.executor.stop(run_id, "Ada")
    bench.executor.close()
    assert time.monotonic() - began < 10
    stored, pending = bench.executor.observe(run_id)
    assert (stored.status, stored.error, pending) == ("failed", "it was stopped by Ada", None)


def test_a_database_that_is_lost_amid_a_run_fails_nothing(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    write, lost = RunRecords.stage, []

    def write_while_it_is_lost(records: RunRecords, run_id: UUID, *written: Any) -> None:
        if not lost:
            lost.append(run_id)
            with records._writing() as connection, bench.database.engine.connect() as other:
                other.execute(text(cut))
                connection.execute(text("SELECT 1"))
        write(records, run_id, *written)

    monkeypatch.setattr(RunRecords, "stage", write_while_it_is_lost)
    run_id = bench.executor.start(JD)
    while (found := bench.executor.pending().get(run_id)) is None or found.loss is None:
        time.sleep(0.02)
    assert found.loss == "the database did not answer"
    bench.executor.begin()
    assert finished(bench, run_id).status == "completed"


def test_what_postgresql_cannot_hold_is_no_reason_to_lose_an_answer(bench: Workbench, models: ModelServer) -> None:
    models.replies["nature_of_work"] = {
        "label": "API and service implementation",
        "summary": "an odd \u0000 summary",
        "quote": "Build and run REST services",
    }
    stored = finished(bench, bench.executor.start(JD, config=MODEL))
    assert stored.status == "completed", stored.error
    again = finished(bench, bench.executor.run_again(stored.id))
    assert again.status == "completed"


def test_collisions_are_logged_with_all_parties(bench: Workbench, models: ModelServer) -> None:
    models.replies["role"] = lambda m: {"domain": None, "role_slug": m["roles"][2]["slug"], "reasoning": "The duties."}
    stored = finished(bench, bench.executor.start(JD, config=MODEL))
    extraction = Extraction.model_validate(stored.extraction)
    number = extraction.updates.collision_log_id
    with bench.database.engine.connect() as connection:
        row = connection.execute(
            text("SELECT kind, chosen, parties, detail FROM collision WHERE id = :n"), {"n": number}
        ).one()
    assert (
        row.kind == "signals"
        and row.chosen == stored.role_slug
        and len(row.parties) >= 2
        and "the model for" in row.detail
    )


def test_a_run_can_be_recorded_and_replayed_without_a_server(bench: Workbench, tmp_path: Path) -> None:
    first = finished(bench, bench.executor.start(JD, config=MODEL))
    (tmp_path / "r.jsonl").write_text(
        "\n".join(ModelCallStore(bench.database.engine).recording(first.id)) + "\n", encoding="utf-8"
    )
    replaying = with_models(bench.database, ModelProvider(Recording(tmp_path / "r.jsonl")))
    again = finished(replaying, replaying.executor.run_again(first.id))
    replaying.executor.close()
    assert again.cost_usd == 0 and again.notes == [] and again.role_slug == first.role_slug


@pytest.mark.slow
def test_the_recording_that_ships_answers_its_samples_on_both_editions(indexes: Indexes) -> None:
    from pipeline.catalog.folder import read_folder

    legacy = read_folder(ROOT / "seeds" / "catalog", ROOT / "seeds" / "legacy").catalog
    provider = ModelProvider(Recording(SETTINGS.recording))
    for name in (
        "01-data-engineer-titled-software-engineer",
        "03-platform-backend-ci-in-a-list",
        "14-two-roles-in-one",
    ):
        jd = (ROOT / "seeds" / "jds" / f"{name}.txt").read_text(encoding="utf-8")
        for known in (indexes, Indexes(legacy, indexes.encoder)):
            result = run_with(provider, known, jd)
            assert [n for n in result.notes if n.judgement not in ("new_skills", "second_judge")] == []
            assert "CodeIgniter" not in {s.skill_name for s in result.extraction.skills}


def test_recent_runs_are_light_and_newest_first(bench: Workbench) -> None:
    ids = [finished(bench, bench.executor.start(JD + f"\nNumber {n}.")).id for n in range(2)]
    listed = RunHistory(bench.database.engine).recent()
    assert [r.id for r in listed] == ids[::-1] and all(r.extraction is None for r in listed)
