"""Runs are stored as they happen, survive their process, are found again, named and deleted."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import text

from db.errors import UnknownRun
from db.server import Database
from db.services.workbench import Workbench
from db.stores import runs
from db.stores.jobs import PendingRun
from db.stores.run_filters import HistoryFilter
from db.stores.run_history import RunHistory
from db.stores.run_records import RunRecords
from db.stores.runs import RunStore
from db.stores.vectors import load_centroids, rebuild_centroids
from pipeline.config import Config
from pipeline.contracts import Extraction, LibraryMatch, RoleOutput
from pipeline.errors import InputError
from tests.conftest import ROOT, SETTINGS
from tests.db.conftest import finished


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.executor.close()


def test_a_run_is_stored_whole(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.executor.start(jd))
    assert (stored.status, stored.role_slug, stored.revision_id, stored.cost_usd) == (
        "completed",
        "data-engineer",
        1,
        0,
    )
    extraction = Extraction.model_validate(stored.extraction)
    assert (
        LibraryMatch.model_validate(stored.library_match).run_id
        == RoleOutput.model_validate(stored.role_output).run_id
        == extraction.run_id
        == str(stored.id)
    )
    assert set(stored.timings_ms) >= {
        "parse",
        "embed",
        "skills",
        "signals",
        "decision",
        "details",
        "final_output",
        "enrichment",
    }
    assert stored.client_output and stored.config["engine"] == "local"


def test_what_only_the_store_knows_is_filled_in(bench: Workbench, jd: str) -> None:
    updates = Extraction.model_validate(finished(bench, bench.executor.start(jd)).extraction).updates
    assert updates.centroid_updated and updates.centroid_n_after == 1
    assert all(s.queue_id for s in updates.new_skills_attached) and updates.new_skills_attached
    assert updates.new_kra_attached is not None and updates.new_kra_attached.queue_id


def test_a_proposal_of_two_runs_stands_once_with_both(bench: Workbench, jd: str) -> None:
    first, second = (
        finished(bench, bench.executor.start(jd)),
        finished(bench, bench.executor.start(jd + "\nJoin the team.")),
    )
    ids = [Extraction.model_validate(r.extraction).updates.new_skills_attached[0].queue_id for r in (first, second)]
    assert ids[0] == ids[1]
    assert RunStore(bench.database.engine).load(second.id).proposal_runs[ids[0] or 0] == 2


def test_a_run_that_fails_in_step_2_keeps_step_1_says_why_and_can_be_resumed(
    bench: Workbench, jd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.run.extract_details", lambda *_: 1 / 0)
        stored = finished(bench, bench.executor.start(jd))
    assert (stored.status, stored.error, stored.library_match) == (
        "failed",
        "ZeroDivisionError: division by zero",
        None,
    )
    assert stored.extraction is not None and stored.role_slug == "data-engineer"
    bench.executor.resume(stored.id)
    again = finished(bench, stored.id)
    assert (again.status, again.error) == ("completed", None)
    assert again.library_match is not None and again.role_output is not None
    kept = Extraction.model_validate(stored.extraction).model_dump(exclude={"updates"})
    assert Extraction.model_validate(again.extraction).model_dump(exclude={"updates"}) == kept


KILLED = """
import os, signal, sys
import pipeline.run
pipeline.run.extract_details = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from db.server import open_database
from db.services.workbench import Workbench
from pipeline.settings import read_settings
settings = read_settings()
bench = Workbench(open_database(None, settings.data_dir, sys.argv[1]), settings)
print(bench.executor.start(sys.stdin.read()), flush=True)
import time; time.sleep(60)
"""


def test_a_killed_process_leaves_a_run_that_the_next_worker_takes_over_when_the_lease_lapses(
    bench: Workbench, jd: str
) -> None:
    name = bench.database.engine.url.database or _database_name(bench.database)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, name], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    out, _ = process.communicate(jd, timeout=120)
    assert process.returncode == -signal.SIGKILL
    run_id = UUID(out.strip())
    stored = RunStore(bench.database.engine).load(run_id)
    assert (stored.status, bench.executor.pending()[run_id].is_executing) == ("extract_from_jd_done", True)
    with bench.database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET lease_until = now() - interval '1 second'"))
    assert not bench.executor.pending()[run_id].is_executing
    bench.executor.begin()
    assert finished(bench, run_id).status == "completed"
    assert os.getpid() != process.pid


def _database_name(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.execute(text("SELECT current_database()")).scalar_one())


def test_a_text_that_is_no_jd_is_a_rejected_run(bench: Workbench) -> None:
    stored = finished(
        bench, bench.executor.start("Stir the soup and serve it with bread while it is hot, they say, for three days.")
    )
    assert (stored.status, stored.case, stored.role_slug, stored.library_match) == ("rejected", "rejected", None, None)


@pytest.mark.parametrize(
    ("jd", "said"), [("", "There is no text"), (" \n ", "There is no text"), ("x" * 5_000_000, "at most")]
)
def test_what_cannot_be_run_is_refused_and_nothing_is_stored(bench: Workbench, jd: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        bench.executor.start(jd)
    assert RunHistory(bench.database.engine).find(HistoryFilter()).total == 0


def test_nul_and_lone_surrogates_do_not_break_the_history(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.executor.start(jd.replace("Kafka", "Kaf\0ka \ud800"), "Data \udfff Engineer"))
    assert stored.status == "completed"
    assert RunHistory(bench.database.engine).find(HistoryFilter()).rows[0]["status"] == "completed"


def test_the_history_is_found_by_text_role_case_status_and_date(bench: Workbench, jd: str) -> None:
    mine = finished(bench, bench.executor.start(jd, name="Harbour pilot"))
    finished(
        bench, bench.executor.start("Stir the soup and serve it with bread while it is hot, they say, for three days.")
    )
    today = date.today()

    def ids(**wanted: object) -> list[UUID]:
        return [r["id"] for r in RunHistory(bench.database.engine).find(HistoryFilter(**wanted)).rows]  # type: ignore[arg-type]

    assert ids(words="zephyr") == ids(words="HARBOUR pilot") == ids(role="data-engineer") == [mine.id]
    assert ids(words="zephyrine absent") == []
    assert len(ids(words="a & (b | !c) :* '")) <= 2
    assert len(ids(role="none")) == len(ids(case="rejected")) == len(ids(status="rejected")) == 1
    assert len(ids(since=today - timedelta(days=1), until=today + timedelta(days=1))) == 2
    assert ids(until=today - timedelta(days=2)) == []
    assert RunHistory(bench.database.engine).chosen_roles() == [("data-engineer", "Data Engineer")]


def test_pages_of_the_history_hold_each_run_once(bench: Workbench) -> None:
    for n in range(7):
        RunStore(bench.database.engine).create(f"Text number {n}", None, runs.Config())
    seen = []
    for page in (1, 2, 3):
        found = RunHistory(bench.database.engine).find(HistoryFilter(), page, size=3)
        assert (found.total, found.pages, found.page) == (7, 3, page)
        seen += [r["first_words"] for r in found.rows]
    assert sorted(seen) == [f"Text number {n}" for n in range(7)]
    assert RunHistory(bench.database.engine).find(HistoryFilter(), 99, size=3).page == 3


def test_a_text_that_ran_before_is_recognised(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.executor.start(jd))
    assert [r.id for r in RunHistory(bench.database.engine).of_same_text("  " + jd.upper().replace("\n", "\r\n"))] == [
        stored.id
    ]
    assert RunHistory(bench.database.engine).of_same_text(jd + " more") == []


def test_deleting_a_run_removes_what_was_derived_from_it(bench: Workbench, jd: str) -> None:
    first, second = (
        finished(bench, bench.executor.start(jd)),
        finished(bench, bench.executor.start(jd.replace("Zephyrine", "Orbitron"))),
    )
    assert bench.deletions.delete([first.id], "ann") == 1
    with pytest.raises(UnknownRun, match="may have been deleted"):
        RunStore(bench.database.engine).load(first.id)
    with bench.database.engine.connect() as connection:
        left = set(connection.execute(text("SELECT text FROM proposal WHERE kind = 'skill'")).scalars())
    assert left == {"Orbitron"}
    assert load_centroids(bench.database.engine, bench.encoder.name)["data-engineer"].n == 1
    assert RunStore(bench.database.engine).load(second.id).status == "completed"


def test_centroids_can_be_rebuilt_from_the_runs(bench: Workbench, jd: str) -> None:
    for n in range(3):
        finished(
            bench, bench.executor.start(jd + f"\n- Ship report number {n} to the harbour office every single day\n")
        )
    kept = load_centroids(bench.database.engine, bench.encoder.name)
    with bench.database.engine.begin() as connection:
        rebuild_centroids(connection)
    again = load_centroids(bench.database.engine, bench.encoder.name)
    assert kept.keys() == again.keys() and kept["data-engineer"].n == again["data-engineer"].n == 3
    assert np.allclose(kept["data-engineer"].total, again["data-engineer"].total, atol=1e-5)


def test_a_run_can_be_named_and_run_again(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.executor.start(jd))
    RunStore(bench.database.engine).rename(stored.id, "  For the demo ")
    assert RunStore(bench.database.engine).load(stored.id).label == "For the demo"
    again = finished(bench, bench.executor.run_again(stored.id))
    assert (again.id != stored.id, again.jd_text, again.name) == (True, stored.jd_text, "For the demo")


def test_an_unknown_run_is_said_to_be_unknown(bench: Workbench) -> None:
    with pytest.raises(UnknownRun):
        RunStore(bench.database.engine).load(uuid4())


def test_a_run_that_ends_while_it_is_looked_at_is_not_taken_for_one_that_stopped(
    bench: Workbench, jd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = bench.runs.create(f"{jd} Looked at as it ends.", None, Config())
    ask = bench.executor.pending

    def ask_and_end() -> Mapping[UUID, PendingRun]:
        asked = ask()
        RunRecords(bench.database.engine).failure(run_id, "ended just now", {})
        return asked

    monkeypatch.setattr(bench.executor, "pending", ask_and_end)
    stored, pending = bench.executor.observe(run_id)
    assert (stored.status, pending) == ("failed", None)
