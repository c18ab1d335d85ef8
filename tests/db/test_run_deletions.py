"""Deleting runs: what rests on a run is named before, chosen quotations stay, the whole comes back for a while and no longer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from db.errors import StoreError, UnknownRun
from db.http.lifespan import erase_deleted
from db.server import Database
from db.services.workbench import Workbench
from db.stores.runs import StoredRun
from db.stores.vectors import load_centroids
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.catalog.refs import RunRef
from tests.conftest import JD, SETTINGS
from tests.db.conftest import finished

ERASED = timedelta(0)


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    workbench = Workbench(ready, SETTINGS)
    yield workbench
    workbench.close()


@pytest.fixture
def cited(bench: Workbench) -> StoredRun:
    """A run with a proposal, on which a draft, a comment and a verdict rest."""
    run = finished(bench, bench.executor.start(JD))
    skill = bench.snapshots.current().catalog.skill["kafka"]
    changes = edit(skill, ChangeReason("seen in a run", RunRef(run.id)), vendor="Somebody")
    bench.change_sets.open_draft("ann", "Kafka", changes)
    bench.teamwork.comment(RunRef(run.id), "bob", "Zephyrine is a river")
    bench.verdicts.give(run.id, "cy", "data-engineer", ["hive"], "reads well")
    return run


def counts(bench: Workbench) -> dict[str, int]:
    tables = (
        "run",
        "run_skill",
        "run_vector",
        "verdict",
        "llm_call",
        "collision",
        "proposal",
        "proposal_run",
        "deleted_run",
    )
    with bench.database.engine.connect() as connection:
        return {t: connection.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables}


def everywhere(bench: Workbench) -> str:
    """All that the store holds of runs, deleted or not, as one text."""
    with bench.database.engine.connect() as connection:
        rows: list[Any] = [r for t in ("run", "deleted_run") for r in connection.execute(text(f"SELECT * FROM {t}"))]
    return str(rows)


def test_what_rests_on_a_run_is_named_with_what_it_quotes(bench: Workbench, cited: StoredRun) -> None:
    found = {citation.label: citation.quote for citation in bench.deletions.citations([cited.id])}
    assert "streaming pipelines with Spark and Kafka" in found["Draft 1 “Kafka”"]
    assert "Python, Zephyrine and Terraform" in found["Proposed skill “Zephyrine”, waiting"]
    assert found["Comment by bob"] == "Zephyrine is a river"
    assert found["Verdict of cy"] == "The right role is Data Engineer. Not meant: hive. reads well"


def test_a_change_that_rests_on_a_finding_cites_the_runs_in_which_it_was_met(
    bench: Workbench, cited: StoredRun
) -> None:
    with bench.database.engine.begin() as connection:
        source = '{"type": "finding", "kind": "wrong_alias", "subject": {"skill_slug": "kafka", "alias_text": "kafka"}}'
        connection.execute(text("UPDATE change SET source = CAST(:s AS jsonb)"), {"s": source})
        connection.execute(
            text(
                "INSERT INTO finding_decision (key, evidence, decision, author, reason) VALUES "
                "('wrong_alias {\"alias_text\": \"Kafka\", \"skill_slug\": \"kafka\"}', 'x', 'rejected', 'ann', ''), "
                "('wrong_alias {\"alias_text\": \"Other\", \"skill_slug\": \"kafka\"}', 'x', 'rejected', 'ann', '')"
            )
        )
    labels = [citation.label for citation in bench.deletions.citations([cited.id])]
    assert "Draft 1 “Kafka”" in labels and "Finding on Kafka · kafka, rejected by ann" in labels
    assert "Finding on Other · kafka, rejected by ann" not in labels


def test_a_deleted_run_is_gone_and_what_was_kept_of_it_stays(bench: Workbench, cited: StoredRun) -> None:
    kept = [c for c in bench.deletions.citations([cited.id]) if c.label.startswith(("Draft", "Proposed skill"))]
    assert bench.deletions.delete([cited.id], "ann", kept) == 1
    with pytest.raises(UnknownRun):
        bench.runs.load(cited.id)
    assert {t: n for t, n in counts(bench).items() if n} == {"proposal": 1, "deleted_run": 1}
    bench.deletions.purge(ERASED)
    deletion = bench.deletions.find(cited.id)
    assert deletion is not None and (deletion.deleted_by, deletion.can_be_put_back) == ("ann", False)
    assert [q.label for q in deletion.quotations] == ["Draft 1 “Kafka”", "Proposed skill “Zephyrine”, waiting"]
    assert "Juniper Freight" not in everywhere(bench) and "with Spark and Kafka" in everywhere(bench)
    [proposal] = bench.proposals.find(weak=True) + bench.proposals.find()
    [sighting] = bench.proposals.sightings(proposal)
    assert (sighting.run_id, sighting.label) == (cited.id, "A run that was deleted")
    assert "Python, Zephyrine" in sighting.evidence


def test_without_a_choice_nothing_stays(bench: Workbench, cited: StoredRun) -> None:
    bench.deletions.delete([cited.id], "ann")
    bench.deletions.purge(ERASED)
    assert {t: n for t, n in counts(bench).items() if n} == {"deleted_run": 1}
    assert "Kafka" not in everywhere(bench)


def test_a_run_is_put_back_whole(bench: Workbench, cited: StoredRun) -> None:
    before, centroid = counts(bench), load_centroids(bench.database.engine, bench.encoder.name)["data-engineer"]
    bench.deletions.delete([cited.id], "ann")
    assert load_centroids(bench.database.engine, bench.encoder.name) == {}
    assert bench.deletions.put_back([cited.id]) == 1
    assert counts(bench) == before
    back = bench.runs.load(cited.id)
    assert back == cited
    assert bench.history.of_same_text(JD)[0].id == cited.id
    again = load_centroids(bench.database.engine, bench.encoder.name)["data-engineer"]
    assert again.n == centroid.n and (again.total == centroid.total).all()


def test_the_time_for_undo_ends(bench: Workbench, cited: StoredRun) -> None:
    bench.deletions.delete([cited.id], "ann")
    assert bench.deletions.purge() == 0
    assert bench.deletions.purge(ERASED) == 1
    with pytest.raises(StoreError, match="erased after 15 minutes"):
        bench.deletions.put_back([cited.id])


def test_a_run_of_the_same_text_meanwhile_does_not_stand_in_the_way(bench: Workbench, cited: StoredRun) -> None:
    bench.deletions.delete([cited.id], "ann")
    other = finished(bench, bench.executor.start(JD))
    bench.deletions.put_back([cited.id])
    assert {r.id for r in bench.history.of_same_text(JD)} == {cited.id, other.id}
    assert counts(bench)["proposal"] == 3


def test_a_running_workbench_erases_what_is_over_and_leaves_the_rest(bench: Workbench, cited: StoredRun) -> None:
    fresh = finished(bench, bench.executor.start(f"{JD}\nDeleted a moment ago."))
    bench.deletions.delete([cited.id, fresh.id], "ann")
    with bench.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE deleted_run SET deleted_at = now() - interval '1 hour' WHERE id = :id"), {"id": cited.id}
        )
    stopping = threading.Event()
    eraser = threading.Thread(target=erase_deleted, args=(lambda: bench, stopping, 0.01))
    eraser.start()
    try:
        deadline = time.monotonic() + 20
        while bench.deletions.find(cited.id).can_be_put_back:  # type: ignore[union-attr]
            assert time.monotonic() < deadline, "it was not erased"
            time.sleep(0.01)
    finally:
        stopping.set()
        eraser.join(10)
    assert bench.deletions.put_back([fresh.id]) == 1
    with pytest.raises(StoreError):
        bench.deletions.put_back([cited.id])
