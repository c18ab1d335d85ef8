"""What made the difference between two experiments: asked for by a page, found by a worker, kept; and where it cannot be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest
from sqlalchemy import text

from db.experiment_commands import cause_lines
from db.services.chunk_worker import ChunkWorker
from db.services.experiment_causes import CausesState, causes_wire
from db.services.experiments import ComparedExperiments, Way
from db.services.jd_files import JDFile, read_jd_bytes
from db.services.workbench import Workbench
from db.stores import chunk_jobs
from db.stores.experiment_causes import CausesStore
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, retire
from pipeline.config import Config
from tests.conftest import JD, SETTINGS, own_database

ROWS = [
    {"id": "freight", "title": "Senior Data Engineer", "text": JD, "role": "data-engineer"},
    {"id": "nought", "text": "Nothing to see here.", "role": "NONE"},
]


@pytest.fixture(scope="module")
def bench(server, stocked) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        bench = Workbench(database, SETTINGS)
        yield bench
        bench.executor.close()


@pytest.fixture(scope="module")
def worker(bench: Workbench) -> ChunkWorker:
    return ChunkWorker(bench.database.engine, bench.encoder, bench.models, bench.snapshots)


def jds(rows: list[dict[str, str]] = ROWS) -> JDFile:
    return read_jd_bytes("jds.jsonl", "\n".join(map(json.dumps, rows)).encode())


def done(bench: Workbench, worker: ChunkWorker, name: str, way: Way, texts: JDFile | None = None) -> str:
    found = bench.experiments.start(name, "Ada", texts or jds(), way)
    worker.work(found.id, 0, nullcontext)
    return name


@pytest.fixture(scope="module")
def usual(bench: Workbench, worker: ChunkWorker) -> str:
    return done(bench, worker, "usual", Way())


def state(bench: Workbench, both: ComparedExperiments) -> CausesState:
    return bench.experiments.causes.state(both.a, both.b, both.comparison)


def queued(bench: Workbench, both: ComparedExperiments) -> int:
    query = text("SELECT count(*) FROM procrastinate.procrastinate_jobs WHERE lock = :lock AND priority = 10")
    with bench.database.engine.connect() as connection:
        return int(connection.execute(query, {"lock": f"causes {both.a.id}/{both.b.id}"}).scalar_one())


def test_decisions_of_a_draft_and_settings_are_told_apart_and_what_is_found_is_kept(
    bench: Workbench, worker: ChunkWorker, usual: str
) -> None:
    catalog = bench.snapshots.current().catalog
    draft = bench.change_sets.open_draft("Ada", "Two decisions")
    bench.change_sets.stage(draft, retire(catalog, "roles", "data-engineer", ChangeReason("test")))
    title = next(row for row in catalog.role_aliases if row.role_slug == "qa-engineer")
    bench.change_sets.stage(draft, [Change(title, None)])
    both = bench.experiments.compare(
        usual, done(bench, worker, "without", Way(draft=draft, config=Config(listed_roles=4)))
    )
    assert state(bench, both) == CausesState() and state(bench, both) == CausesState()
    assert queued(bench, both) == 1
    worker.find_causes(both.a.id, both.b.id, nullcontext)
    found = state(bench, both).found
    assert found is not None and found.of_jd["freight"].kind == "alone"
    (factor,) = found.shown
    assert (factor.label, factor.change_set, factor.revision) == ("Data Engineer is retired", draft, None)
    assert (factor.broken, factor.fixed, factor.noun) == (("freight",), (), "role")
    # Another process has it, too, and does not replay anything.
    assert type(bench.experiments)(bench.database.engine, bench.snapshots).causes.known(both.a, both.b) == found
    assert causes_wire(found)["changes"][0]["broken"] == ["freight"]
    assert list(cause_lines(found))[1] == "  Data Engineer is retired: 1 broken, 0 fixed"


def test_no_sentence_of_what_is_replayed_fills_the_store_and_turns_are_taken(
    bench: Workbench, worker: ChunkWorker, usual: str
) -> None:
    def vectors() -> int:
        with bench.database.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM embedding")).scalar_one())

    both = bench.experiments.compare(usual, done(bench, worker, "strict", Way(config=Config(min_field=1.0))))
    state(bench, both)
    before, turns = vectors(), list[Config]()

    def turn(config: Config) -> nullcontext[None]:
        turns.append(config)
        return nullcontext()

    worker.find_causes(both.a.id, both.b.id, turn)
    found = state(bench, both).found
    assert found is not None and found.shown[0].label == "Setting min field: 0.5 → 1.0"
    assert (vectors(), len(turns)) == (before, found.replays)
    assert queued(bench, both) == 1
    worker.find_causes(both.a.id, both.b.id, turn)
    assert len(turns) == found.replays


def test_a_search_that_ended_three_workers_is_not_begun_again_and_one_that_was_given_back_counts_for_nothing(
    bench: Workbench, worker: ChunkWorker, usual: str
) -> None:
    both = bench.experiments.compare(usual, done(bench, worker, "killer", Way(config=Config(min_field=1.0))))
    state(bench, both)
    store, pair = CausesStore(bench.database.engine), (both.a.id, both.b.id)
    for attempt in (1, 2, 3):
        assert store.begin(*pair) == attempt
    store.give_back(*pair)
    assert store.begin(*pair) == 3
    worker.find_causes(*pair, nullcontext)
    assert state(bench, both).why_not == "It failed 3 times: the worker that had it ended each time."


def test_what_is_asked_for_and_not_queued_is_put_back(bench: Workbench, worker: ChunkWorker, usual: str) -> None:
    both = bench.experiments.compare(usual, done(bench, worker, "lost", Way(config=Config(min_field=1.0))))
    state(bench, both)
    with bench.database.engine.begin() as connection:
        # As after a backup was restored: the queue is no part of it.
        connection.execute(text("DROP SCHEMA procrastinate CASCADE"))
    chunk_jobs.prepare(bench.database.engine)
    assert chunk_jobs.restock(bench.database.engine) == 1
    assert queued(bench, both) == 1


def test_where_nothing_can_be_replayed_it_is_said_why(bench: Workbench, worker: ChunkWorker, usual: str) -> None:
    same = bench.experiments.compare(usual, done(bench, worker, "same", Way()))
    assert state(bench, same).why_not == "No role is another."
    running = replace(same, a=replace(same.a, status="running"))
    assert "when both experiments are over" in (state(bench, running).why_not or "")
    asked = replace(same, b=replace(same.b, config={**same.b.config, "engine": "openai"}))
    assert "A model judged" in (state(bench, asked).why_not or "")


def test_a_text_that_is_another_in_b_is_its_own_cause(bench: Workbench, worker: ChunkWorker, usual: str) -> None:
    texts = jds([{**ROWS[0], "text": "A text about nothing at all."}, ROWS[1]])
    both = bench.experiments.compare(usual, done(bench, worker, "others", Way(), texts))
    found = bench.experiments.causes.find_now(both.a, both.b, both.comparison, lambda _: None).found
    assert found is not None and found.of_jd["freight"].kind == "text" and found.replays == 0
