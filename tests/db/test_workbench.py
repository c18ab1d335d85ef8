"""Runs are stored as they happen, survive their process, are found again, named and deleted."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import text

from db import runs
from db.errors import UnknownRun
from db.runs import HistoryFilter, find_runs, load_run
from db.server import Database
from db.vectors import load_centroids, rebuild_centroids
from db.workbench import Workbench
from pipeline.contracts import Step1, Step2, Step3
from pipeline.errors import InputError
from tests.conftest import ROOT
from tests.db.conftest import finished


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready)
    yield bench
    bench._executor.shutdown(wait=True)


def test_a_run_is_stored_whole(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.start(jd))
    assert (stored.status, stored.role_slug, stored.revision_id, stored.cost_usd) == ("completed", "data-engineer", 1, 0)
    step1 = Step1.model_validate(stored.api1)
    assert Step2.model_validate(stored.api2).run_id == Step3.model_validate(stored.api3).run_id == step1.run_id == str(stored.id)
    assert set(stored.timings_ms) >= {"parse", "embed", "skills", "signals", "decision", "details", "final_output", "enrichment"}
    assert stored.enrichment and stored.config["engine"] == "local"


def test_what_only_the_store_knows_is_filled_in(bench: Workbench, jd: str) -> None:
    updates = Step1.model_validate(finished(bench, bench.start(jd)).api1).stage5_updates
    assert updates.centroid_updated and updates.centroid_n_after == 1
    assert all(s.queue_id for s in updates.new_skills_attached) and updates.new_skills_attached
    assert updates.new_kra_attached is not None and updates.new_kra_attached.queue_id


def test_a_proposal_of_two_runs_stands_once_with_both(bench: Workbench, jd: str) -> None:
    first, second = finished(bench, bench.start(jd)), finished(bench, bench.start(jd + "\nJoin the team."))
    ids = [Step1.model_validate(r.api1).stage5_updates.new_skills_attached[0].queue_id for r in (first, second)]
    assert ids[0] == ids[1]
    assert load_run(bench.engine, second.id).proposal_runs[ids[0] or 0] == 2


def test_a_run_that_fails_in_step_2_keeps_step_1_says_why_and_can_be_resumed(
    bench: Workbench, jd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.run.extract_details", lambda *_: 1 / 0)
        stored = finished(bench, bench.start(jd))
    assert (stored.status, stored.error, stored.api2) == ("failed", "ZeroDivisionError: division by zero", None)
    assert stored.api1 is not None and stored.role_slug == "data-engineer"
    bench.resume(stored.id)
    again = finished(bench, stored.id)
    assert (again.status, again.error) == ("completed", None)
    assert again.api2 is not None and again.api3 is not None
    kept = Step1.model_validate(stored.api1).model_dump(exclude={"stage5_updates"})
    assert Step1.model_validate(again.api1).model_dump(exclude={"stage5_updates"}) == kept


KILLED = """
import os, signal, sys
import pipeline.run
pipeline.run.extract_details = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from db.server import open_database
from db.workbench import Workbench
bench = Workbench(open_database(database=sys.argv[1]))
print(bench.start(sys.stdin.read()), flush=True)
import time; time.sleep(60)
"""


def test_a_killed_process_leaves_a_run_that_is_seen_to_be_interrupted_and_resumes(bench: Workbench, jd: str) -> None:
    name = bench.engine.url.database or _database_name(bench)
    process = subprocess.Popen([sys.executable, "-c", KILLED, name], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    out, _ = process.communicate(jd, timeout=120)
    assert process.returncode == -signal.SIGKILL
    run_id = UUID(out.strip())
    stored = load_run(bench.engine, run_id)
    assert (stored.status, stored.is_finished, bench.is_executing(run_id)) == ("extract_from_jd_done", False, False)
    bench.resume(run_id)
    assert finished(bench, run_id).status == "completed"
    assert os.getpid() != process.pid


def _database_name(bench: Workbench) -> str:
    with bench.engine.connect() as connection:
        return str(connection.execute(text("SELECT current_database()")).scalar_one())


def test_a_text_that_is_no_jd_is_a_rejected_run(bench: Workbench) -> None:
    stored = finished(bench, bench.start("Stir the soup and serve it with bread while it is hot, they say, for three days."))
    assert (stored.status, stored.case, stored.role_slug, stored.api2) == ("rejected", "rejected", None, None)


@pytest.mark.parametrize(("jd", "said"), [("", "There is no text"), (" \n ", "There is no text"), ("x" * 5_000_000, "at most")])
def test_what_cannot_be_run_is_refused_and_nothing_is_stored(bench: Workbench, jd: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        bench.start(jd)
    assert find_runs(bench.engine, HistoryFilter()).total == 0


def test_nul_and_lone_surrogates_do_not_break_the_history(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.start(jd.replace("Kafka", "Kaf\0ka \ud800"), "Data \udfff Engineer"))
    assert stored.status == "completed"
    assert find_runs(bench.engine, HistoryFilter()).rows[0]["status"] == "completed"


def test_the_history_is_found_by_text_role_case_status_and_date(bench: Workbench, jd: str) -> None:
    mine = finished(bench, bench.start(jd, name="Harbour pilot"))
    finished(bench, bench.start("Stir the soup and serve it with bread while it is hot, they say, for three days."))
    today = date.today()

    def ids(**wanted: object) -> list[UUID]:
        return [r["id"] for r in find_runs(bench.engine, HistoryFilter(**wanted)).rows]  # type: ignore[arg-type]

    assert ids(words="zephyr") == ids(words="HARBOUR pilot") == ids(role="data-engineer") == [mine.id]
    assert ids(words="zephyrine absent") == []
    assert len(ids(words="a & (b | !c) :* '")) <= 2
    assert len(ids(role="none")) == len(ids(case="rejected")) == len(ids(status="rejected")) == 1
    assert len(ids(since=today - timedelta(days=1), until=today + timedelta(days=1))) == 2
    assert ids(until=today - timedelta(days=2)) == []
    assert runs.known_roles(bench.engine) == [("data-engineer", "Data Engineer")]


def test_pages_of_the_history_hold_each_run_once(bench: Workbench) -> None:
    for n in range(7):
        runs.create_run(bench.engine, f"Text number {n}", None, runs.Config())
    seen = []
    for page in (1, 2, 3):
        found = find_runs(bench.engine, HistoryFilter(), page, size=3)
        assert (found.total, found.pages, found.page) == (7, 3, page)
        seen += [r["first_words"] for r in found.rows]
    assert sorted(seen) == [f"Text number {n}" for n in range(7)]
    assert find_runs(bench.engine, HistoryFilter(), 99, size=3).page == 3


def test_a_text_that_ran_before_is_recognised(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.start(jd))
    assert [r.id for r in runs.earlier_runs(bench.engine, "  " + jd.upper().replace("\n", "\r\n"))] == [stored.id]
    assert runs.earlier_runs(bench.engine, jd + " more") == []


def test_deleting_a_run_removes_what_was_derived_from_it(bench: Workbench, jd: str) -> None:
    first, second = finished(bench, bench.start(jd)), finished(bench, bench.start(jd.replace("Zephyrine", "Orbitron")))
    runs.delete_run(bench.engine, first.id)
    with pytest.raises(UnknownRun, match="may have been deleted"):
        load_run(bench.engine, first.id)
    with bench.engine.connect() as connection:
        left = set(connection.execute(text("SELECT text FROM proposal WHERE kind = 'skill'")).scalars())
    assert left == {"Orbitron"}
    assert load_centroids(bench.engine, bench.encoder.name)["data-engineer"].n == 1
    assert load_run(bench.engine, second.id).status == "completed"


def test_centroids_can_be_rebuilt_from_the_runs(bench: Workbench, jd: str) -> None:
    for n in range(3):
        finished(bench, bench.start(jd + f"\n- Ship report number {n} to the harbour office every single day\n"))
    kept = load_centroids(bench.engine, bench.encoder.name)
    with bench.engine.begin() as connection:
        rebuild_centroids(connection)
    again = load_centroids(bench.engine, bench.encoder.name)
    assert kept.keys() == again.keys() and kept["data-engineer"].n == again["data-engineer"].n == 3
    assert np.allclose(kept["data-engineer"].total, again["data-engineer"].total, atol=1e-5)


def test_a_run_can_be_named_and_run_again(bench: Workbench, jd: str) -> None:
    stored = finished(bench, bench.start(jd))
    runs.name_run(bench.engine, stored.id, "  For the demo ")
    assert load_run(bench.engine, stored.id).label == "For the demo"
    again = finished(bench, bench.run_again(stored.id))
    assert (again.id != stored.id, again.jd_text, again.name) == (True, stored.jd_text, "For the demo")


def test_an_unknown_run_is_said_to_be_unknown(bench: Workbench) -> None:
    with pytest.raises(UnknownRun):
        load_run(bench.engine, uuid4())


def test_health_tells_database_revision_and_model(bench: Workbench) -> None:
    health = bench.health()
    assert (health["status"], health["catalog_revision"], health["embedding_model"]["name"]) == ("ok", 1, "all-MiniLM-L6-v2-int8")
