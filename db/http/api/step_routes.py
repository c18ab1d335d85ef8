"""The three steps: each answers its document of a run, or of documents that are sent.

Step 1 begins a run, which goes on to its end by itself; the later steps wait for it. A step that is sent again gives the stored
answer. Documents that are no run's of this workbench, or that were changed, are answered as on the command line, and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body
from starlette.responses import Response

from db.http.api import paths
from db.http.api.answers import Waiting
from db.http.api.bodies import DetailsBody, NewRun, RoleOutputBody
from db.http.api.documents import GivenSteps, computed_details, computed_role_output
from db.http.api.errors import ApiError
from db.http.api.examples import DETAILS_EXAMPLES, NEW_RUN_EXAMPLES, ROLE_OUTPUT_EXAMPLES
from db.http.api.run_answers import find_run, step_answer
from db.http.api.service import Answer, Reading, Service
from db.http.api.shapes import WaitSeconds, answered, errors, waiting
from db.services.results import result_of
from db.services.workbench import Workbench
from db.stores.runs import OLD_SYSTEM
from pipeline.contracts import Extraction, LibraryMatch, RoleOutput

_OF_RUN = (400, 404, 409, 410, 413, 415, 422, 500, 503)


def step_router(service: Service) -> APIRouter:
    """The routes of the three steps."""
    router = APIRouter(route_class=Reading, tags=["The three steps"])

    @router.post(
        paths.STEP_1,
        summary="Step 1: what the text says",
        response_model=None,
        responses={
            200: answered(Extraction, "The answer of step 1"),
            202: waiting(Waiting),
            **errors(400, 409, 413, 415, 422, 500, 503),
        },
    )
    async def extract_from_jd(
        body: Annotated[NewRun, Body(openapi_examples=NEW_RUN_EXAMPLES)], wait: WaitSeconds = 30.0
    ) -> Response:
        """Begin a run and answer its step 1 with its `run_id`; the run goes on to its end by itself.

        The same text, title and engine of the same person on the same revision of the catalog is the same run.
        """
        run_id, _ = await service.ask(lambda workbench: workbench.executor.request_same(body.order()))
        return await _stored(service, run_id, 1, wait)

    @router.post(
        paths.STEP_2,
        summary="Step 2: what the library knows of its skills",
        response_model=None,
        responses={200: answered(LibraryMatch, "The answer of step 2"), 202: waiting(Waiting), **errors(*_OF_RUN)},
    )
    async def extract_details(
        body: Annotated[DetailsBody, Body(openapi_examples=DETAILS_EXAMPLES)], wait: WaitSeconds = 30.0
    ) -> Response:
        """Answer step 2 of a run, by its `run_id` or by its step 1.

        A step 1 of another system, or one that was changed, is read tolerantly and answered on today's catalog; `warnings` says
        what was not understood, and nothing is stored.
        """
        return await _step(service, 2, body, wait)

    @router.post(
        paths.STEP_3,
        summary="Step 3: how skills, dimensions and role link",
        response_model=None,
        responses={200: answered(RoleOutput, "The answer of step 3"), 202: waiting(Waiting), **errors(*_OF_RUN)},
    )
    async def final_role_output(
        body: Annotated[RoleOutputBody, Body(openapi_examples=ROLE_OUTPUT_EXAMPLES)], wait: WaitSeconds = 30.0
    ) -> Response:
        """Answer step 3 of a run, by its `run_id` or by its steps 1 and 2 under the keys that a whole run has for them; documents
        that are no run's are treated as step 2 does. A step 2 that is not sent is made anew.
        """
        return await _step(service, 3, body, wait)

    return router


async def _step(service: Service, step: int, body: Mapping[str, Any], wait: float) -> Response:
    """The answer of a later step: of a run's where one is meant, else made of the documents."""
    if set(body) == {"run_id"}:
        return await _stored(service, _run_id(body["run_id"]), step, wait)
    given = await service.ask(lambda _: GivenSteps.read(step, body))
    run_id = await service.ask(lambda workbench: _run_of(workbench, given))
    if run_id is not None:
        return await _stored(service, run_id, step, wait)
    compute = computed_details if step == 2 else computed_role_output
    return await service.answer(lambda workbench: Answer(compute(given, workbench)))


async def _stored(service: Service, run_id: UUID, step: int, wait: float) -> Response:
    """The stored answer of a run's step, once it is there."""
    await service.ask(lambda workbench: find_run(workbench, run_id))
    await service.wait_for(run_id, step, wait)
    return await service.answer(lambda workbench: step_answer(workbench, run_id, step))


def _run_id(value: object) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        remedy = "Send the run_id that step 1 or POST /runs has answered."
        raise ApiError.at(422, "invalid_input", "body.run_id", "is not the id of a run (a UUID)", remedy) from None


def _run_of(workbench: Workbench, given: GivenSteps) -> UUID | None:
    """The run whose documents these are, unchanged; null where there is none. Those of the old system's are answered anew: what it
    answered itself is had by the run's id.
    """
    try:
        run_id = UUID(given.extraction.document.run_id)
    except ValueError:
        return None
    stored = next(iter(workbench.history.of_ids([run_id])), None)
    result = result_of(stored) if stored and stored.engine != OLD_SYSTEM else None
    if result is None:
        return None
    if given.is_of(result):
        return run_id
    given.note_changed()
    return None
