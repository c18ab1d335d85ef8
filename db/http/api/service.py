"""How handlers work: off the event loop, in threads that are theirs alone, so that pages never wait for programs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from fastapi import HTTPException
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from db.http.api.errors import ApiError, error_of
from db.services.workbench import Workbench

Value = TypeVar("Value")

MAX_THREADS = 8
"""Requests that are worked on at once; more wait their turn. One that waits for a run needs no thread."""


@dataclass(frozen=True)
class Answer:
    """What is answered: a JSON value, its status and headers."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The response, written down; half a character, which UTF-8 cannot carry, goes as its JSON escape."""
        try:
            content = json.dumps(self.value, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError:
            content = json.dumps(self.value, allow_nan=False).encode()
        return Response(content, self.status, dict(self.headers), media_type="application/json")


class Service:
    """The workbench as handlers ask it; ``workbench`` gives that of the process, and may raise ``StoreError``."""

    def __init__(self, workbench: Callable[[], Workbench]) -> None:
        self._workbench = workbench
        self._threads = ThreadPoolExecutor(MAX_THREADS, "http")

    async def ask(self, work: Callable[[Workbench], Value]) -> Value:
        """What some work with the workbench comes to, done in a thread. Raises ``ApiError`` and nothing else."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._guarded, work)

    async def answer(self, work: Callable[[Workbench], Answer]) -> Response:
        """The response that some work comes to; it is written down in the thread too. Raises ``ApiError``."""
        return await self.ask(lambda workbench: work(workbench).response())

    async def wait_for(self, run_id: UUID, step: int, seconds: float) -> None:
        """Wait until a run has come to the end of a step, or to its own, at most some seconds. Raises ``ApiError``."""
        future = await self.ask(lambda workbench: workbench.waits.for_step(run_id, step))
        done, _ = await asyncio.wait([asyncio.wrap_future(future)], timeout=seconds)
        if not done:
            future.cancel()
        elif future.cancelled():
            problem = "The workbench ends; the run is kept, and goes on when it is started again."
            raise ApiError.at(503, "unavailable", "the workbench", problem, "Ask for the run again in a moment.")
        elif error := future.exception():
            raise error_of(error) if isinstance(error, Exception) else error

    def _guarded(self, work: Callable[[Workbench], Value]) -> Value:
        try:
            return work(self._workbench())
        except Exception as error:
            raise error_of(error) from error


class ReadInThread(Request):
    """A request whose JSON is parsed in a thread: a long text keeps nobody waiting."""

    async def json(self) -> Any:
        """The value of the body. Raises ``JSONDecodeError``, and ``HTTPException`` for what JSON allows and nobody can read."""
        body = await self.body()
        try:
            return await asyncio.to_thread(parse_json, body)
        except json.JSONDecodeError:
            raise
        except RecursionError:
            raise HTTPException(400, "The body is nested too deeply to be read.") from None
        except ValueError as error:
            raise HTTPException(400, f"The body cannot be read as JSON: {error}.") from None


class Reading(APIRoute):
    """A route whose bodies are parsed in a thread; they are JSON and say so, which a form of another site's page cannot."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler, given such a request."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.method == "POST":
                _check_kind(request.headers.get("content-type", ""))
            response: Response = await handler(ReadInThread(request.scope, request.receive))
            return response

        return handle


def _check_kind(kind: str) -> None:
    """Raise ``ApiError`` for a body that does not say that it is JSON."""
    if kind.split(";")[0].strip().lower() != "application/json":
        problem = f"is “{kind[:100]}”" if kind else "is missing"
        remedy = "Send the body as JSON with Content-Type: application/json."
        raise ApiError.at(415, "not_json", "header.Content-Type", problem, remedy)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises ``JSONDecodeError``, and ``ValueError`` for numbers that are none in JSON, or too large."""
    return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_number)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:20]} is too large")
    return value
