"""A run written down event by event: what a watching page sees, and what the stored JSON alone knows."""

from __future__ import annotations

import pytest

from db.server import Database
from db.services.run_recorder import RunRecorder
from db.stores.jobs import JobStore
from db.stores.runs import RunStore
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import Extraction
from pipeline.engines.ledger import Note
from pipeline.run import EVENTS, Captured, Completed, Event, Rejected, RunContext, RunState, run_stages


@pytest.mark.parametrize("event", [*EVENTS, Rejected])
def test_each_event_has_a_handler_of_its_own(event: type[Event]) -> None:
    dispatcher = RunRecorder.__dict__["_store"].dispatcher
    assert dispatcher.dispatch(event) is not dispatcher.dispatch(object)


def test_stages_are_stored_as_they_come(ready: Database, jd: str, indexes: Indexes) -> None:
    run_id = RunStore(ready.engine).create(jd, None, Config())
    lease = JobStore(ready.engine).claim("a worker")
    assert lease and lease.run_id == run_id
    recorder = RunRecorder(ready.engine, lease, indexes.encoder.name, {})
    partial, statuses = [], []
    note = Note(judgement="role", kind="invented", detail="a role")
    for event in run_stages(RunState.from_text(jd, None), RunContext(str(run_id), indexes)):
        given = Captured(event.extraction, (note,)) if isinstance(event, Captured) else event
        recorder.record(given)
        stored = RunStore(ready.engine).load(run_id)
        partial.append(sorted(stored.partial))
        statuses.append(stored.status)
        assert list(stored.timings_ms) and event.stage in stored.timings_ms
        if isinstance(event, Captured):
            assert [n["detail"] for n in stored.notes] == ["a role"]
            queued = Extraction.model_validate(stored.extraction).updates.new_skills_attached
            assert [s.queue_id for s in event.extraction.updates.new_skills_attached] == [None]
            assert [type(s.queue_id) for s in queued] == [int]
        if isinstance(event, Completed):
            updates = Extraction.model_validate(stored.extraction).updates
            assert (updates.centroid_updated, updates.centroid_n_after) == (True, 1)
            assert updates.new_skills_attached == queued
            assert event.run.extraction.updates.centroid_n_after is None
    assert partial == [
        ["parsed"],
        ["parsed"],
        ["parsed", "skills"],
        ["parsed", "signals", "skills"],
        ["decision", "parsed", "signals", "skills"],
        [],
        [],
        [],
        [],
    ]
    assert statuses[-4:] == ["extract_from_jd_done", "extract_details_done", "extract_details_done", "completed"]
    assert list(recorder.timings) == [event.stage for event in EVENTS]
