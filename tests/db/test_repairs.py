"""Repairs of stored runs, found beside the pages: of one run, and the one change for most of a group."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TypeVar
from uuid import UUID, uuid4

import pytest

from db.embedded import EmbeddedServer
from db.services import searches_behind
from db.services.chunk_worker import ChunkWorker
from db.services.experiments import Way
from db.services.gold_texts import GoldSource
from db.services.jd_files import read_jd_bytes
from db.services.repair_groups import AlikeRuns, ExperimentFailures, FilteredRuns
from db.services.repair_wants import wants_of_verdicts
from db.services.searches_behind import SearchesBehind, SearchState, Watch
from db.services.workbench import Workbench
from db.stores.run_filters import HistoryFilter
from db.stores.verdicts import GivenVerdict
from pipeline.experiments.results import Gold
from pipeline.repair import NotDimension, NotSkill, Repairer, WantDimension, WantRole, WantSkill
from pipeline.verdicts import LinkVerdict, MissingSkill
from tests.conftest import JD, SETTINGS, own_database
from tests.db.conftest import finished

Found = TypeVar("Found")
TEXTS = JD, JD.replace("Freight", "Ferries")


@pytest.fixture(scope="module")
def bench(server: EmbeddedServer, stocked: str) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        bench = Workbench(database, SETTINGS)
        # The few gold texts that ship say nothing here, and cost seconds.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bench.held_runs._gold, "sources", lambda: ())
            yield bench
        bench.close()


@pytest.fixture(scope="module")
def runs(bench: Workbench) -> list[UUID]:
    """Two runs of which a reviewer says that Kafka is not meant, the second with other words."""
    ids = [bench.executor.start(text) for text in TEXTS]
    for run_id in ids:
        finished(bench, run_id)
        bench.verdicts.give(run_id, "Ada", "data-engineer", ["kafka"])
    return ids


def through(ask: Callable[[], SearchState[Found]]) -> SearchState[Found]:
    """A search at its end."""
    deadline = time.monotonic() + 60
    while not (state := ask()).is_over and time.monotonic() < deadline:
        time.sleep(0.02)
    assert state.is_over and not state.error, state
    return state


def test_repairs_of_a_run_are_ranked_by_the_other_judged_runs(bench: Workbench, runs: list[UUID]) -> None:
    snapshot = bench.snapshots.current()
    (want,) = bench.repairs.wants(runs[0], "Bea", snapshot)
    assert want == NotSkill("kafka")
    found = through(lambda: bench.repairs.of_run(runs[0], want, snapshot)).found
    assert found is not None and found.against is not None
    assert (found.against.runs, found.against.gold) == (1, 0)
    (best, *_) = found.repairs.found
    assert best.effects.fixes == (str(runs[1]),) and best.effects.breaks == ()
    # The same as the core makes of it, of which the order is known.
    held = bench.held_runs.of(runs[0], bench.snapshots.current())
    others = [run for run in bench.held_runs.judged(snapshot) if run.run_id != str(runs[0])]
    whole = Repairer(snapshot.edits).repair(held, want, others)
    assert [repair.wire() for repair in found.repairs.found] == whole.wire()


def test_a_run_that_is_right_with_a_draft_needs_nothing(bench: Workbench, runs: list[UUID]) -> None:
    snapshot, want = bench.snapshots.current(), NotSkill("kafka")
    found = through(lambda: bench.repairs.of_run(runs[0], want, snapshot)).found
    assert found is not None
    drafted = bench.snapshots.with_changes(found.repairs.found[0].changes)
    after = through(lambda: bench.repairs.of_run(runs[0], want, drafted)).found
    assert after is not None and want.is_met(after.result) and after.repairs.found == ()
    assert bench.repairs.wants(runs[0], "Ada", drafted) == []


def test_the_one_change_for_the_wrong_runs_of_a_filter(bench: Workbench, runs: list[UUID]) -> None:
    snapshot = bench.snapshots.current()
    found = through(lambda: bench.repairs.of_group(FilteredRuns(HistoryFilter(status="completed")), snapshot)).found
    assert found is not None and found.repairs
    assert {m.name for m in found.members} == {str(i) for i in runs}
    assert {m.want for m in found.members} == {NotSkill("kafka")}
    assert set(found.repairs[0].puts_right) == {str(i) for i in runs} and found.repairs[0].effects.fixes == ()
    nobody = through(lambda: bench.repairs.of_group(FilteredRuns(HistoryFilter(words="zzz")), snapshot)).found
    assert nobody is not None and (nobody.members, nobody.repairs) == ((), ())


def test_runs_that_are_taken_for_the_same_and_should_be_the_same_are_alike(
    bench: Workbench, runs: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, right = bench.snapshots.current(), Gold(("data-architect",))
    texts = {"known/one": JD.replace("Pune", "Nagpur"), "known/two": "Nothing to see here."}
    sources = tuple(GoldSource.of_gold(name, name, None, text, right) for name, text in texts.items())
    monkeypatch.setattr(bench.held_runs._gold, "sources", lambda: sources)
    group = AlikeRuns(runs[0], WantRole("data-architect"))
    found = through(lambda: bench.repairs.of_group(group, snapshot)).found
    assert found is not None
    assert [m.name for m in found.members] == [str(runs[0]), "known/one"]


def test_the_failures_of_an_experiment_have_one_change(bench: Workbench) -> None:
    rows = [{"id": f"jd{n}", "text": text, "role": "data-architect"} for n, text in enumerate(TEXTS)]
    rows.append({"id": "right", "text": TEXTS[0], "role": "data-engineer"})
    jds = read_jd_bytes("jds.jsonl", "\n".join(map(json.dumps, rows)).encode())
    experiment = bench.experiments.start("failures", "Ada", jds, Way())
    ChunkWorker(bench.database.engine, bench.encoder, bench.models, bench.snapshots).work(experiment.id, 0, nullcontext)
    group = ExperimentFailures(experiment.id)
    found = through(lambda: bench.repairs.of_group(group, bench.snapshots.current())).found
    assert found is not None and found.repairs is not None
    assert [(m.name, m.role, m.want) for m in found.members] == [
        (f"jd{n}", "data-engineer", WantRole("data-architect")) for n in range(2)
    ]


def test_wants_are_what_a_verdict_says_and_the_run_does_not_come_to(bench: Workbench, runs: list[UUID]) -> None:
    held = bench.held_runs.of(runs[0], bench.snapshots.current())
    start = JD.index("Zephyrine")
    (given,) = bench.verdicts.of_run(runs[0])
    skill, dimension = min(held.result.links)
    other = next(d.slug for d in held.indexes.catalog.dimensions if (skill, d.slug) not in held.result.links)
    said = GivenVerdict(
        author="Ada",
        created_at=given.created_at,
        role_slug="etl-developer",
        has_role=True,
        wrong_skills=("kafka", "gone-since"),
        missing_skills=(MissingSkill(start, start + 9, "Zephyrine", "redis"), MissingSkill(0, 6, "Senior", None)),
        links=(LinkVerdict(skill, dimension, False, other), LinkVerdict(*max(held.result.links), False)),
    )
    assert wants_of_verdicts([said], held) == [
        WantRole("etl-developer"),
        NotSkill("kafka"),
        WantSkill("redis", start, start + 9),
        WantDimension(skill, other),
        NotDimension(*max(held.result.links)),
    ]


def test_a_run_that_is_not_there_is_said_and_can_be_asked_again(bench: Workbench) -> None:
    snapshot, run_id = bench.snapshots.current(), uuid4()
    state = bench.repairs.of_run(run_id, WantRole(None), snapshot, 10)
    while not state.is_over:
        state = bench.repairs.of_run(run_id, WantRole(None), snapshot)
    assert state.error == "This run has no result of this system that could be explained or put right."
    bench.repairs.retry_run(run_id, WantRole(None), snapshot)
    assert not bench.repairs.of_run(run_id, WantRole(None), snapshot).error


def test_a_search_that_nobody_asks_for_ends_and_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches_behind, "LEFT_AFTER_SECONDS", 0.05)
    ended = threading.Event()

    def search(watch: Watch) -> Iterator[int]:
        try:
            for n in range(10_000):
                watch("replaying", n, 10_000)
                yield n
                time.sleep(0.005)
        finally:
            ended.set()

    searches: SearchesBehind[int] = SearchesBehind("test")
    begun = searches.ask("key", search, 5)
    assert begun.found == 0 and not begun.is_over
    assert ended.wait(5)
    time.sleep(0.02)
    again = searches.ask("key", search, 5)
    assert again.found is not None and again.found < 100
    searches.close()


def test_a_search_says_how_far_it_is_and_keeps_what_it_found() -> None:
    go_on = threading.Event()

    def search(watch: Watch) -> Iterator[str]:
        yield "first"
        watch("replaying", 3, 8)
        go_on.wait(5)
        yield "all"

    searches: SearchesBehind[str] = SearchesBehind("test")
    assert searches.ask("key", search, 5).found == "first"
    while (state := searches.ask("key", search)).progress is None or state.progress.of != 8:
        time.sleep(0.005)
    assert (state.progress.done, state.progress.of) == (3, 8)
    go_on.set()
    assert through(lambda: searches.ask("key", search)).found == "all"
    searches.close()
