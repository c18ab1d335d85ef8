"""The queue of runs: one owner for each, whose token alone may write; nothing that is queued is lost, nothing holds a connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text

from db.errors import LostLease
from db.server import Database
from db.services.run_worker import MAX_ATTEMPTS
from db.services.workbench import Workbench
from db.stores.jobs import JobStore, Lease
from db.stores.run_deletions import RunDeletions
from db.stores.run_records import RunRecords
from db.stores.runs import RunStore
from pipeline.config import Config
from tests.conftest import SETTINGS
from tests.db.conftest import finished


@pytest.fixture
def create(ready: Database) -> Callable[[int], UUID]:
    return lambda n: RunStore(ready.engine).create(f"Text number {n}", None, Config())


def claimed(database: Database, run_id: UUID | None = None) -> Lease:
    lease = JobStore(database.engine).claim("a worker", run_id)
    assert lease is not None
    return lease


def let_lapse(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET lease_until = now() - interval '1 second'"))


def test_runs_are_taken_in_the_order_in_which_they_were_stored_each_by_one_worker(
    ready: Database, create: Callable[[int], UUID]
) -> None:
    ids = [create(n) for n in range(12)]
    store = JobStore(ready.engine)
    assert [(p.place, p.is_executing) for p in store.pending().values()] == [(n, False) for n in range(12)]
    together = Barrier(4)

    def take(n: int) -> list[UUID]:
        together.wait()
        return [lease.run_id for _ in range(3) if (lease := store.claim(f"worker {n}"))]

    with ThreadPoolExecutor(4) as threads:
        taken = [*threads.map(take, range(4))]
    assert sorted(run_id for ids in taken for run_id in ids) == sorted(ids)
    assert all(of_one == sorted(of_one, key=ids.index) for of_one in taken)
    assert store.claim("too late") is None


def test_a_worker_that_lost_its_lease_cannot_write_anything(ready: Database, create: Callable[[int], UUID]) -> None:
    run_id = create(1)
    lost = claimed(ready)
    records = RunRecords(ready.engine, lost)
    records.stage(run_id, "parse", {"by": "the first"}, {})
    let_lapse(ready)
    # Nobody has taken it over yet: what the first finds is still written.
    records.stage(run_id, "parse", {"by": "the first, late"}, {})
    holder = claimed(ready)
    assert (holder.run_id, holder.attempt) == (run_id, 2) and holder.token > lost.token
    for write in (
        lambda: records.stage(run_id, "parse", {"by": "a ghost"}, {}),
        lambda: records.failure(run_id, "a ghost", {}),
    ):
        with pytest.raises(LostLease):
            write()
    assert RunStore(ready.engine).load(run_id).partial == {"by": "the first, late"}
    RunRecords(ready.engine, holder).failure(run_id, "the holder's", {})
    assert RunStore(ready.engine).load(run_id).error == "the holder's"
    assert JobStore(ready.engine).pending() == {}


def test_a_token_is_never_given_twice(ready: Database, create: Callable[[int], UUID]) -> None:
    run_id = create(1)
    lost = claimed(ready)
    RunRecords(ready.engine).failure(run_id, "stopped", {})
    assert JobStore(ready.engine).resume(run_id)
    assert claimed(ready).token > lost.token
    with pytest.raises(LostLease):
        RunRecords(ready.engine, lost).stage(run_id, "parse", {}, {})


def test_leases_are_renewed_and_a_lost_one_is_not(ready: Database, create: Callable[[int], UUID]) -> None:
    create(1), create(2)
    first, second = claimed(ready), claimed(ready)
    store = JobStore(ready.engine)
    let_lapse(ready)
    taken = claimed(ready, first.run_id)
    assert store.renew([first, second, taken]) == {second, taken}
    assert all(p.is_executing for p in store.pending().values())
    assert store.claim("another") is None


def test_to_resume_is_idempotent(ready: Database, create: Callable[[int], UUID]) -> None:
    run_id = create(1)
    store = JobStore(ready.engine)
    lease = claimed(ready)
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(store.resume, [run_id] * 8))
    assert store.renew([lease]) == {lease} and store.claim("another") is None
    RunRecords(ready.engine, lease).failure(run_id, "broken", {})
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(store.resume, [run_id] * 8))
    stored = RunStore(ready.engine).load(run_id)
    assert (stored.status, stored.error) == ("created", None)
    assert claimed(ready).attempt == 1 and store.claim("another") is None


def test_a_run_that_is_deleted_or_stopped_is_nobodys(ready: Database, create: Callable[[int], UUID]) -> None:
    deleted = create(1)
    lease = claimed(ready)
    RunDeletions(ready.engine).delete([deleted], "Ada")
    with pytest.raises(LostLease):
        RunRecords(ready.engine, lease).stage(deleted, "parse", {}, {})
    assert JobStore(ready.engine).renew([lease]) == frozenset()
    RunDeletions(ready.engine).put_back([deleted])
    let_lapse(ready)
    assert claimed(ready).run_id == deleted


def test_a_released_run_keeps_its_place_and_only_a_lost_worker_counts_as_an_attempt(
    ready: Database, create: Callable[[int], UUID]
) -> None:
    first, _ = create(1), create(2)
    store = JobStore(ready.engine)
    store.release(claimed(ready))
    assert (claimed(ready).run_id, store.pending()[first].attempt) == (first, 1)
    let_lapse(ready)
    store.release(claimed(ready), "its worker ended")
    assert (store.pending()[first].loss, store.pending()[first].attempt) == ("its worker ended", 2)
    assert claimed(ready).run_id == first


def test_a_run_whose_workers_are_lost_again_and_again_is_given_up_with_the_reason(ready: Database, jd: str) -> None:
    bench = Workbench(ready, SETTINGS)
    run_id = bench.runs.create(jd, None, Config())
    for _ in range(MAX_ATTEMPTS):
        claimed(ready)
        let_lapse(ready)
    bench.executor.begin()
    stored = finished(bench, run_id)
    assert stored.status == "failed" and "its worker was lost 3 times" in (stored.error or "")
    bench.close()


def test_a_thousand_runs_at_once_are_stored_and_queued_and_hold_nothing(ready: Database) -> None:
    store, runs = JobStore(ready.engine), RunStore(ready.engine)
    with ThreadPoolExecutor(100) as threads:
        ids = [*threads.map(lambda n: runs.create(f"Text number {n}", None, Config()), range(1000))]
    pending = store.pending()
    assert len(set(ids)) == 1000 == len(pending)
    assert sorted(p.place for p in pending.values()) == [*range(1000)]
    assert store.length().queued == 1000 and store.length().executing == 0
    assert ready.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert timedelta(seconds=store.length().oldest_seconds) < timedelta(minutes=2)
