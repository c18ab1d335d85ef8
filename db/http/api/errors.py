"""The one shape of an error: what was wrong, where, and what to do.

``{"error": {"code", "message", "problems": [{"where", "problem"}], "remedy"}}``; ``code`` is a word for programs, the rest is for
a person.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from db.errors import KeyReused, MalformedRun, UnknownRun, describe_error
from pipeline.errors import InputError

log = logging.getLogger("workbench")

SEE_REFERENCE = "Correct it and send the request again; /docs says what each value may be."
_HTTP_REMEDIES: Mapping[int, tuple[str, str]] = {
    404: ("unknown_path", "Use one of the addresses that /docs lists."),
    405: ("wrong_method", "Use a method that the header Allow names; /docs lists them."),
    413: ("too_large", "Send less at once."),
}
_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "json_invalid": "is not JSON: {error}",
    "string_type": "is no text",
    "dict_type": "is no object",
    "model_attributes_type": "is no object",
    "int_parsing": "is no whole number",
    "float_parsing": "is no number",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "is shorter than {min_length} characters",
    "string_pattern_mismatch": "has characters that it must not have",
    "literal_error": "is none of {expected}",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
}
"""What is wrong with a value, by the kind of pydantic's error; its context goes into the brackets."""


class Problem(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    where: str
    """Where: the part of the request and the key within it (``body.jd_text``, ``query.limit``, ``path.run_id``)."""
    problem: str
    """What is wrong there, in words."""


class ErrorBody(BaseModel):
    """What an error says."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    code: str
    """A word for programs, the same for the same kind of error."""
    message: str
    """What was wrong, in a sentence."""
    problems: list[Problem]
    """Each thing that is wrong, with where it is."""
    remedy: str
    """What to do."""


class ErrorAnswer(BaseModel):
    """Any answer with a status of 400 or more."""

    model_config = ConfigDict(
        frozen=True,
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "invalid_input",
                        "message": "The request has a value that cannot be used: body.jd_text is missing.",
                        "problems": [{"where": "body.jd_text", "problem": "is missing"}],
                        "remedy": SEE_REFERENCE,
                    }
                }
            ]
        },
    )

    error: ErrorBody = Field()
    """What was wrong, where, and what to do."""


class ApiError(Exception):
    """An error to be answered: its status, its code, what was wrong, where, what to do, and headers beside it."""

    def __init__(
        self,
        status: int,
        code: str,
        problems: Sequence[Problem],
        remedy: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.headers = dict(headers or {})
        self.body = ErrorBody(code=code, message=_message(problems), problems=list(problems), remedy=remedy)

    @classmethod
    def at(cls, status: int, code: str, where: str, problem: str, remedy: str) -> ApiError:
        """An error with one problem."""
        return cls(status, code, [Problem(where=where, problem=problem)], remedy)

    def response(self) -> Response:
        """The answer."""
        content = json.dumps({"error": self.body.model_dump()})
        return Response(content, self.status, self.headers, media_type="application/json")


def _message(problems: Sequence[Problem]) -> str:
    first = problems[0]
    sentence = first.problem if first.problem[:1].isupper() else f"{first.where} {first.problem}"
    others = len(problems) - 1
    more = f" There {'is' if others == 1 else 'are'} {others} more." if others else ""
    return f"{sentence.rstrip('.')}.{more}"


def error_of(error: Exception) -> ApiError:
    """The answer to an error: that of a known kind says what to do, another is logged and nothing of it is told."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, InputError):
        return ApiError.at(422, "invalid_input", "body.jd_text", str(error), "Send the text of a job description.")
    if isinstance(error, KeyReused):
        return ApiError.at(409, "key_reused", "header.Idempotency-Key", str(error), "Send another key for another run.")
    if isinstance(error, UnknownRun):
        return ApiError.at(404, "unknown_run", "run_id", str(error), "Take a run_id that GET /runs lists.")
    if isinstance(error, MalformedRun):
        return ApiError.at(500, "unreadable_run", "run_id", str(error), "Send the text of the run again.")
    described = describe_error(error)
    log.error("a program's request was not answered", exc_info=error)
    if described:
        return ApiError.at(503, "unavailable", "the store", described, "Send the request again in a moment.")
    return ApiError.at(
        500,
        "internal",
        "the workbench",
        "The workbench could not answer this, and it is not the request's fault.",
        "Send it again; if that lasts, the log of the workbench says why.",
    )


def invalid(error: RequestValidationError) -> ApiError:
    """The answer to values that cannot be used, with all of them."""
    problems = [
        Problem(where=_where(found["loc"]), problem=_problem(found)) for found in error.errors() if found.get("loc")
    ]
    if any(found["type"] == "json_invalid" for found in error.errors()):
        return ApiError(400, "not_json", problems, "Send the body as JSON.")
    return ApiError(422, "invalid_input", problems, SEE_REFERENCE)


def _where(place: Sequence[Any]) -> str:
    return ".".join(str(part) for part in place)


def _problem(found: Mapping[str, Any]) -> str:
    words = _WORDS.get(str(found["type"]))
    if words is not None:
        return words.format(**found.get("ctx", {}))
    said = str(found["msg"]).removeprefix("Value error, ")
    return said if found["type"] == "value_error" else f"cannot be used: {said[:1].lower()}{said[1:]}"


async def answer_invalid(_: Request, error: Exception) -> Response:
    """Answer values that cannot be used."""
    assert isinstance(error, RequestValidationError)
    return invalid(error).response()


async def answer_http(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: an address or a method that there is not, a body that is too large."""
    assert isinstance(error, HTTPException)
    code, remedy = _HTTP_REMEDIES.get(error.status_code, ("bad_request", SEE_REFERENCE))
    what = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.url.path} does not take {request.method}.",
        413: "The body is larger than is read.",
    }.get(error.status_code, str(error.detail))
    where = "body" if error.status_code in (400, 413) else "path"
    headers = {"Allow": ", ".join(sorted(_methods(request)))} if error.status_code == 405 else error.headers
    return ApiError(error.status_code, code, [Problem(where=where, problem=what)], remedy, headers).response()


def _methods(request: Request) -> set[str]:
    """The methods that an address takes; several routes may have one address."""
    taken = set()
    for method in ("GET", "POST"):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            taken.add(method)
    return taken


async def answer_any(_: Request, error: Exception) -> Response:
    """Answer any other error."""
    return error_of(error).response()
