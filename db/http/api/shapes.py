"""Parts of the reference that several routes share: errors, an answer that comes later, how long is waited."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel

from db.http.api.cursors import MAX_LIMIT
from db.http.api.errors import ErrorAnswer

MAX_WAIT = 60.0
"""Seconds that a request waits at most."""
_MEANINGS = {
    400: "The request cannot be read, or its cursor is of another list",
    403: "A page of another site asks",
    404: "There is no such run",
    409: "The run was rejected, failed or stopped before this step, or the key was sent with another body",
    410: "The run was deleted",
    413: "The body is larger than is read",
    415: "The body is not sent as JSON",
    422: "A value cannot be used",
    500: "The workbench is at fault, and its log says why",
    503: "The store cannot be reached, or what is asked for is not ready yet",
}

WaitSeconds = Annotated[
    float,
    Query(ge=0, le=MAX_WAIT, description="Seconds to wait for the answer; then 202 says where it will be."),
]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows of this part.")]
Cursor = Annotated[
    str | None,
    Query(max_length=2_000, description="`next_cursor` of the part before; without it the list begins."),
]

Responses = dict[int | str, dict[str, Any]]


def errors(*statuses: int) -> Responses:
    """The responses with which a route refuses."""
    return {status: {"model": ErrorAnswer, "description": _MEANINGS[status]} for status in (*statuses, 403)}


def answered(model: type[BaseModel], what: str) -> dict[str, Any]:
    """The response with what was asked for."""
    return {"model": model, "description": what}


def waiting(model: type[BaseModel]) -> dict[str, Any]:
    """The response that says where an answer will be."""
    headers = {
        "Location": {"description": "Where the run is.", "schema": {"type": "string"}},
        "Retry-After": {"description": "Seconds until it may be asked for again.", "schema": {"type": "string"}},
    }
    return {"model": model, "description": "The run goes on", "headers": headers}
