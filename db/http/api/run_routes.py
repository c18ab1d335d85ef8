"""Runs: begun whole, looked at, listed."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Header, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from db.http.api import paths
from db.http.api.answers import RunAnswer, RunPage, Waiting, run_cells
from db.http.api.bodies import NewRun
from db.http.api.cursors import DEFAULT_LIMIT, Listing
from db.http.api.examples import NEW_RUN_EXAMPLES
from db.http.api.run_answers import run_answer, waiting_answer
from db.http.api.service import Answer, Reading, Service
from db.http.api.shapes import Cursor, Limit, WaitSeconds, answered, errors, waiting
from db.services.workbench import Workbench
from db.stores.run_filters import HistoryFilter
from pipeline.contracts import CASES, RUN_STATUSES

LAST_STEP = 3
TEXT = r"^[^\x00]*$"
"""What the store can look for."""


def _day(value: object) -> object:
    """A day as texts write it; a number is none."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("is no day (2026-01-31)")
    return value


Day = Annotated[date, BeforeValidator(_day)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="A key of yours for this run: sent again with the same body, it is the same run. Keys are of one `person`.",
    ),
]


class RunFilter(BaseModel):
    """What the list of runs is narrowed to."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    words: str = Field("", max_length=200, pattern=TEXT)
    """Words of the text, the title or the name; the last may be the beginning of one."""
    status: Literal["", *RUN_STATUSES.words] = ""  # type: ignore[valid-type]
    """How far the run has come."""
    role: str = Field("", max_length=200, pattern=TEXT)
    """The key of the chosen role; `none` for runs without one."""
    case: Literal["", *CASES.words] = ""  # type: ignore[valid-type]
    """How the decision came about."""
    engine: str = Field("", max_length=40, pattern=TEXT)
    """Who judged."""
    label: str = Field("", max_length=40, pattern=TEXT)
    """A label that it has."""
    since: Day | None = None
    """The first day on which it was asked for."""
    until: Day | None = None
    """The last day."""
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = None


def run_router(service: Service) -> APIRouter:
    """The routes of runs."""
    router = APIRouter(route_class=Reading, tags=["Runs"])
    refused = errors(400, 409, 410, 413, 415, 422, 500, 503)

    @router.post(
        paths.RUNS,
        summary="Run a text through all steps",
        status_code=201,
        response_model=None,
        responses={
            201: answered(RunAnswer, "The run, at its end"),
            200: answered(RunAnswer, "The run for which this key was sent before, at its end"),
            202: waiting(Waiting),
            **refused,
        },
    )
    async def begin_run(
        body: Annotated[NewRun, Body(openapi_examples=NEW_RUN_EXAMPLES)],
        key: IdempotencyKey = None,
        wait: WaitSeconds = 30.0,
    ) -> Response:
        """Begin a run and answer it at its end; one that takes longer than is waited goes on, and 202 says where it is."""
        run_id, is_new = await service.ask(lambda workbench: _begin(workbench, body, key))
        await service.wait_for(run_id, LAST_STEP, wait)
        return await service.answer(
            lambda workbench: waiting_answer(workbench, run_id) or run_answer(workbench, run_id, is_new)
        )

    @router.get(
        f"{paths.RUNS}/{{run_id}}",
        summary="A run as it stands",
        response_model=None,
        responses={200: answered(RunAnswer, "The run"), **errors(404, 410, 422, 500, 503)},
    )
    async def show_run(run_id: UUID) -> Response:
        """Answer all of a run, whether it has come to its end or not: `status` says, and a step that was not reached is empty."""
        return await service.answer(lambda workbench: run_answer(workbench, run_id))

    @router.get(
        paths.RUNS,
        summary="Runs, the newest first",
        response_model=None,
        responses={200: answered(RunPage, "A part of the list"), **errors(400, 422, 500, 503)},
    )
    async def list_runs(wanted: Annotated[RunFilter, Query()]) -> Response:
        """List runs, a part at a time."""
        return await service.answer(lambda workbench: _runs(workbench, wanted))

    return router


def _begin(workbench: Workbench, body: NewRun, key: str | None) -> tuple[UUID, bool]:
    if key is None:
        return workbench.executor.start_for(body.order()), True
    return workbench.executor.request(body.order(), key)


def _runs(workbench: Workbench, wanted: RunFilter) -> Answer:
    filters = wanted.model_dump(exclude={"limit", "cursor"})
    listing = Listing("runs", filters)
    before = listing.position(wanted.cursor, _run_position)
    rows = workbench.listings.runs(HistoryFilter(**filters), before, wanted.limit + 1)
    shown, last = rows[: wanted.limit], rows[wanted.limit - 1] if len(rows) > wanted.limit else None
    cursor = listing.cursor([last["created_at"].isoformat(), str(last["id"])]) if last else None
    return Answer({"items": [run_cells(row) for row in shown], "next_cursor": cursor})


def _run_position(position: list[Any]) -> tuple[datetime, UUID]:
    made, number = position
    at = datetime.fromisoformat(made)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at, UUID(number)
