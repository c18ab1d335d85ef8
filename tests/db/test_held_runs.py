"""Stored runs held in memory: they give what a run gives, and those that are judged know what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from db.errors import StoreError
from db.server import Database
from db.services.workbench import Workbench
from db.stores.gold_items import GoldItem
from pipeline.catalog.changes import Change
from tests.conftest import SETTINGS
from tests.db.conftest import finished


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.close()


def test_a_held_run_gives_what_the_run_gave_and_is_judged_by_verdicts_and_gold(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.executor.start(jd))
    held = bench.held_runs.of(stored.id, bench.snapshots.current())
    assert held.result.role_slug == "data-engineer" and "kafka" in held.result.skill_slugs
    assert bench.held_runs.of(stored.id, bench.snapshots.current()) is held

    before = bench.held_runs.version()
    bench.verdicts.give(stored.id, "Ada", "backend-developer", ["kafka"])
    row = {"id": "one", "title": None, "text": jd, "role": "data-engineer", "acceptable": ["data-engineer"]}
    kafka = {"name": "Kafka", "surface": ["Kafka"], "primary": True}
    bench.gold_sets.add("known", [GoldItem.of_row({**row, "skills": [kafka]})], author="Ada", reason="first")
    assert bench.held_runs.version() != before
    snapshot = bench.snapshots.current()
    judged = {run.run_id: run for run in bench.held_runs.judged(snapshot)}
    assert judged[str(stored.id)].held is held and judged[str(stored.id)].before == 4
    others = held.result.skill_slugs - {"kafka"}
    hard = [s for s in held.result.skills if s.slug in others and s.nature != "SOFT_SKILL"]
    assert judged["known/one"].before == len(hard)


def test_a_held_run_on_a_draft_differs_by_what_the_draft_changes(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.executor.start(jd))
    kafka = bench.snapshots.current().catalog.skill["kafka"]
    hidden = Change(kafka, replace(kafka, is_extractable=False), "why")
    number = bench.change_sets.open_draft("Ada", "without Kafka", [hidden])
    assert "kafka" not in bench.held_runs.of(stored.id, bench.snapshots.with_draft(number)).result.skill_slugs
    assert "kafka" in bench.held_runs.of(stored.id, bench.snapshots.current()).result.skill_slugs


def test_a_run_that_is_not_there_cannot_be_held(bench: Workbench) -> None:
    with pytest.raises(StoreError, match="no result"):
        bench.held_runs.of(uuid4(), bench.snapshots.current())
