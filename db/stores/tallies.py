"""Counts of what all processes have done, read anew or from where one left off."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Engine, text

Row = TypeVar("Row")

_STATUSES = text("SELECT status, count(*) FROM run WHERE engine <> 'old_system' GROUP BY status")
_NOW = text("SELECT now(), coalesce((SELECT max(id) FROM llm_call), 0)")
_ENDED = text("""
SELECT id, updated_at, timings_ms FROM run
WHERE updated_at > :since - interval '1 minute' AND created_at > :since - interval '1 day' AND status IN ('completed', 'rejected')
  AND engine <> 'old_system'
""")
_CALLS = text("""
SELECT id, model, judgement, input_tokens, output_tokens, cost_usd, latency_ms,
    CASE WHEN error IS NOT NULL THEN 'failed' WHEN cache_hit THEN 'kept answer' ELSE 'answered' END AS outcome
FROM llm_call WHERE id > :after
""")
OVERLAP = 1_000
"""Calls that are read again: one with a lower number may be committed after one with a higher."""


@dataclass(frozen=True)
class CallTally:
    """One call to a model: how it came out, its tokens as the server counted them, US dollars and seconds."""

    model: str
    judgement: str
    outcome: str
    input_tokens: int
    output_tokens: int
    cost_usd: float
    seconds: float


class NewRows:
    """Of rows that are read again and again, those that were not there before. Keeps the keys of the last reading alone."""

    def __init__(self, known: Iterable[Hashable] = ()) -> None:
        self._known = frozenset(known)

    def of(self, rows: Mapping[Hashable, Row]) -> Iterator[Row]:
        """The rows, by key, that the last reading did not have."""
        known, self._known = self._known, frozenset(rows)
        return (row for key, row in rows.items() if key not in known)


class Tallies:
    """Counts of runs and model calls. What happened before it was made is not told as new. For one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._since, self._last_call = connection.execute(_NOW).one()
        self._runs = NewRows(self._ended())
        self._calls = NewRows(self._made())

    def runs_by_status(self) -> dict[str, int]:
        """How many runs there are of each status."""
        with self._engine.connect() as connection:
            return {str(status): int(count) for status, count in connection.execute(_STATUSES)}

    def new_timings(self) -> Iterator[Mapping[str, float]]:
        """The milliseconds of the stages of each run that has come to its end since this was asked last. A run that was made more
        than a day before that is left out.
        """
        rows = self._ended()
        self._since = max((at for _, at in rows), default=self._since)
        return self._runs.of(rows)

    def new_calls(self) -> Iterator[CallTally]:
        """The model calls that were made since this was asked last."""
        rows = self._made()
        self._last_call = max(rows, default=self._last_call)
        return self._calls.of(rows)

    def _ended(self) -> dict[Any, Mapping[str, float]]:
        with self._engine.connect() as connection:
            rows = connection.execute(_ENDED, {"since": self._since})
            return {(row.id, row.updated_at): row.timings_ms for row in rows}

    def _made(self) -> dict[Any, CallTally]:
        with self._engine.connect() as connection:
            rows = connection.execute(_CALLS, {"after": self._last_call - OVERLAP}).mappings()
            cells = [name for name in CallTally.__dataclass_fields__ if name != "seconds"]
            return {
                row["id"]: CallTally(**{c: row[c] for c in cells}, seconds=row["latency_ms"] / 1000) for row in rows
            }
