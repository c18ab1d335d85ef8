"""Cursors: where the next part of a list begins, as a text that means nothing to whoever passes it back.

A cursor names the last row that was given, not a number of rows: what comes into the list meanwhile neither repeats nor hides one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from db.http.api.errors import ApiError

Position = TypeVar("Position")

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
"""Rows of a part, and the most that may be asked for."""


@dataclass(frozen=True)
class Listing:
    """A list and what it is narrowed to: a cursor of one is none of another."""

    name: str
    filters: Mapping[str, Any]

    def cursor(self, position: list[Any]) -> str:
        """The cursor behind a row, of which ``position`` is what the list is ordered by."""
        content = json.dumps([self._mark(), *position]).encode()
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    def position(self, cursor: str | None, read: Callable[[list[Any]], Position]) -> Position | None:
        """Where a cursor points; null without one. Raises ``ApiError`` for what is no cursor of this list."""
        if cursor is None:
            return None
        try:
            content = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
            mark, *position = content
            if mark != self._mark():
                raise _bad_cursor("is the cursor of another list, or of other filters")
            return read(position)
        except (ValueError, TypeError, LookupError, RecursionError):
            raise _bad_cursor("is no cursor that this list has given") from None

    def _mark(self) -> str:
        said = json.dumps([self.name, dict(self.filters)], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def _bad_cursor(problem: str) -> ApiError:
    remedy = "Send next_cursor of the answer before with the same filters, or begin again without a cursor."
    return ApiError.at(400, "bad_cursor", "query.cursor", problem, remedy)
