"""Answers about a run: one of its steps, all of it, where it stands, and why there is nothing to give."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from db.errors import UnknownRun
from db.http.api import paths
from db.http.api.answers import Waiting, cells_of, run_cells
from db.http.api.errors import ApiError
from db.http.api.service import Answer
from db.services.results import RunResult, result_of
from db.services.workbench import Workbench
from db.stores.jobs import PendingRun
from db.stores.runs import OLD_SYSTEM, StoredRun
from pipeline.contracts import RunDocument

RETRY_SECONDS = 1
"""When a run that was not there yet may be asked for again."""


def find_run(workbench: Workbench, run_id: UUID) -> tuple[StoredRun, PendingRun | None]:
    """A run as it is stored, and how it stands where it goes on. Raises ``ApiError`` for one that is not there, or was deleted."""
    try:
        return workbench.executor.observe(run_id)
    except UnknownRun:
        gone = workbench.deletions.find(run_id)
        if gone is None:
            raise
        when = gone.deleted_at.isoformat(timespec="seconds")
        remedy = (
            "It can be put back on the History page for 15 minutes; else send its text again."
            if gone.can_be_put_back
            else "Its text is erased; send it again."
        )
        problem = f"The run {run_id} was deleted by {gone.deleted_by} at {when}."
        raise ApiError.at(410, "deleted_run", "run_id", problem, remedy) from None


def step_answer(workbench: Workbench, run_id: UUID, step: int) -> Answer:
    """A step of a run; 202 where it has not come so far. Raises ``ApiError`` where it never will."""
    stored, pending = find_run(workbench, run_id)
    result = result_of(stored)
    document = _document(result, step) if result else None
    if document is not None:
        return Answer(document, headers={"Content-Location": address(run_id)})
    return _not_there(stored, pending)


def run_answer(workbench: Workbench, run_id: UUID, is_new: bool | None = None) -> Answer:
    """All of a run as it stands; ``is_new`` says that it was asked for by this request (201), or before (200)."""
    stored, _ = find_run(workbench, run_id)
    status, headers = (201, {"Location": address(run_id)}) if is_new else (200, {})
    return Answer(whole(stored), status, headers)


def waiting_answer(workbench: Workbench, run_id: UUID) -> Answer | None:
    """That a run goes on; null for one that has ended."""
    stored, pending = find_run(workbench, run_id)
    return None if pending is None else _goes_on(stored, pending)


def whole(stored: StoredRun) -> dict[str, Any]:
    """All of a run, as the command line gives it, with what lists have."""
    result = result_of(stored)
    documents = _documents(stored, result)
    cells = run_cells(stored.model_dump())
    return {**cells, "stage": stored.stage, "jd_text": stored.jd_text, "timings_ms": stored.timings_ms, **documents}


def address(run_id: UUID) -> str:
    """Where a run is."""
    return f"{paths.RUNS}/{run_id}"


def _documents(stored: StoredRun, result: RunResult | None) -> dict[str, Any]:
    keys = {name: RunDocument.key_of(name) for name in RunDocument.model_fields}
    found: dict[str, Any] = {key: {} for key in keys.values()}
    if result is not None:
        found[keys["extraction"]] = result.extraction.wire()
        if result.library_match:
            found[keys["library_match"]] = result.library_match.wire()
        if result.role_output:
            found[keys["role_output"]] = result.role_output.wire()
    found[keys["client_output"]] = stored.client_output or {}
    return found


def _document(result: RunResult, step: int) -> dict[str, Any] | None:
    """The document of a step; null where the run has not come so far."""
    if step == 1:
        return result.extraction.wire()
    document = result.library_match if step == 2 else result.role_output
    return {**document.wire(), "warnings": [w.wire() for w in document.warnings]} if document else None


def _not_there(stored: StoredRun, pending: PendingRun | None) -> Answer:
    if pending is not None:
        return _goes_on(stored, pending)
    page = f"/run?id={stored.id}"
    if stored.engine == OLD_SYSTEM:
        problem = f"The run {stored.id} is of the old system, which stopped before this step."
        raise ApiError.at(
            409, "stopped_run", "run_id", problem, "Send its step 1 as a document, or its text as a new run."
        )
    if stored.status == "rejected":
        reason = str((stored.extraction or {}).get("rejection_reason") or "it is no usable job description").rstrip(".")
        problem = f"The run {stored.id} was rejected, so it has no later step: {reason}."
        raise ApiError.at(409, "rejected_run", "run_id", problem, "Send the whole text of a job description.")
    if stored.status == "failed":
        problem = f"The run {stored.id} failed: {stored.error or 'the log has the reason'}."
        raise ApiError.at(409, "failed_run", "run_id", problem, f"Resume it at {page}, or send its text again.")
    problem = f"The run {stored.id} has stopped and is in no queue; this step is not there."
    raise ApiError.at(409, "stopped_run", "run_id", problem, f"Resume it at {page}, or send its text again.")


def _goes_on(stored: StoredRun, pending: PendingRun) -> Answer:
    cells = {
        "run_id": stored.id,
        "status": stored.status,
        "stage": stored.stage,
        "place": None if pending.is_executing else pending.place,
        "url": address(stored.id),
    }
    headers = {"Location": address(stored.id), "Retry-After": str(RETRY_SECONDS)}
    return Answer(cells_of(Waiting, cells), 202, headers)
