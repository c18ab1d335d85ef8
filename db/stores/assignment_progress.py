"""How far reviewers are with what they were given, and what waits for one of them. All of it follows from verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, TextClause, text

PAUSE = timedelta(minutes=20)
"""Somebody who has given no verdict for so long was not judging meanwhile."""

_PROGRESS = text("""
WITH given AS (
  SELECT i.assignment_id, i.reviewer, i.skipped_at, v.created_at,
    v.created_at - lag(v.created_at) OVER (PARTITION BY i.assignment_id, i.reviewer ORDER BY v.created_at) AS gap
  FROM assignment_item i LEFT JOIN verdict v ON v.run_id = i.run_id AND v.author = i.reviewer AND v.has_role
)
SELECT assignment_id, reviewer, count(*) AS runs, count(created_at) AS done,
  count(*) FILTER (WHERE created_at IS NULL AND skipped_at IS NOT NULL) AS skipped, max(created_at) AS last,
  count(gap) FILTER (WHERE gap <= :pause) AS gaps,
  extract(epoch FROM sum(gap) FILTER (WHERE gap <= :pause))::float AS seconds
FROM given GROUP BY 1, 2 ORDER BY 1, lower(reviewer), reviewer
""")
_MINE = """
SELECT i.assignment_id, a.name AS assignment, a.is_blind, i.run_id, i.position, i.given_by, i.moved_from, i.skipped_at, i.skip_reason,
  coalesce(nullif(r.name, ''), nullif(r.given_title, ''), left(regexp_replace(left(r.jd_text, 400), '\\s+', ' ', 'g'), 90)) AS label
FROM assignment_item i JOIN assignment a ON a.id = i.assignment_id AND a.closed_at IS NULL JOIN run r ON r.id = i.run_id
WHERE i.reviewer = :reviewer
  AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.run_id = i.run_id AND v.author = i.reviewer AND v.has_role)
"""
_WAITING = text(f"SELECT count(DISTINCT run_id) FROM ({_MINE}) mine WHERE skipped_at IS NULL")
_LISTED = text(f"{_MINE} ORDER BY i.skipped_at IS NOT NULL, i.assignment_id, i.position LIMIT :limit")
_OF_RUN = text(f"{_MINE} AND i.run_id = :run ORDER BY i.skipped_at IS NOT NULL, i.assignment_id LIMIT 1")
_PLACE = text("""
SELECT a.name AS assignment, i.position FROM assignment_item i JOIN assignment a ON a.id = i.assignment_id AND a.closed_at IS NULL
WHERE i.run_id = :run AND i.reviewer = :reviewer ORDER BY a.id DESC LIMIT 1
""")
_NEXT = text(f"""
{_MINE} AND i.skipped_at IS NULL AND i.run_id <> :run
ORDER BY (i.assignment_id, i.position) < (
  SELECT assignment_id, position FROM assignment_item WHERE run_id = :run AND reviewer = :reviewer
  ORDER BY assignment_id DESC LIMIT 1
), i.assignment_id, i.position LIMIT 1
""")
_SKIPPED = text("""
SELECT i.run_id, i.reviewer, i.skipped_at, i.skip_reason,
  coalesce(nullif(r.name, ''), nullif(r.given_title, ''), left(regexp_replace(left(r.jd_text, 400), '\\s+', ' ', 'g'), 90)) AS label
FROM assignment_item i JOIN run r ON r.id = i.run_id
WHERE i.assignment_id = :id AND i.skipped_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.run_id = i.run_id AND v.author = i.reviewer AND v.has_role)
ORDER BY i.reviewer, i.position
""")


@dataclass(frozen=True)
class Progress:
    """How far a reviewer is with an assignment: how many runs they have, have judged, have skipped, and when they judged last.

    ``seconds`` is how long a verdict took them on average, without pauses; null before they have given two in a row.
    """

    assignment_id: int
    reviewer: str
    runs: int
    done: int
    skipped: int
    last: datetime | None = None
    seconds: float | None = None

    @property
    def left(self) -> int:
        """How many wait."""
        return self.runs - self.done - self.skipped

    @property
    def an_hour(self) -> float | None:
        """How many runs they judge in an hour of judging."""
        return 3600 / self.seconds if self.seconds else None

    @property
    def seconds_left(self) -> float | None:
        """How long what waits will take them."""
        return self.left * self.seconds if self.seconds else None


@dataclass(frozen=True)
class GivenRun:
    """A run that waits for a reviewer's verdict. ``label`` says nothing of what the run found."""

    assignment_id: int
    assignment: str
    is_blind: bool
    run_id: UUID
    position: int
    label: str
    given_by: str
    moved_from: str | None = None
    skipped_at: datetime | None = None
    skip_reason: str = ""


@dataclass(frozen=True)
class Place:
    """Where a run stands among those of a reviewer, judged or not."""

    assignment: str
    position: int


@dataclass(frozen=True)
class SkippedRun:
    """A run that a reviewer has put aside, and why."""

    run_id: UUID
    reviewer: str
    skipped_at: datetime
    skip_reason: str
    label: str


class AssignmentProgress:
    """How far reviewers are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_all(self) -> dict[int, list[Progress]]:
        """How far each reviewer is, by assignment."""
        found: dict[int, list[Progress]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(_PROGRESS, {"pause": PAUSE}).mappings():
                cells = dict(row)
                gaps, seconds = cells.pop("gaps"), cells.pop("seconds")
                progress = Progress(**cells, seconds=seconds / gaps if gaps and seconds else None)
                found.setdefault(progress.assignment_id, []).append(progress)
        return found

    def waiting(self, reviewer: str) -> int:
        """How many runs wait for a reviewer."""
        if not reviewer:
            return 0
        with self._engine.connect() as connection:
            return int(connection.execute(_WAITING, {"reviewer": reviewer}).scalar_one())

    def given_to(self, reviewer: str, limit: int) -> list[GivenRun]:
        """What waits for a reviewer in their order, then what they have skipped."""
        with self._engine.connect() as connection:
            rows = connection.execute(_LISTED, {"reviewer": reviewer, "limit": limit}).mappings()
            return [GivenRun(**row) for row in rows]

    def find(self, reviewer: str, run_id: UUID) -> GivenRun | None:
        """A run as it waits for a reviewer; null where it does not."""
        return self._one(_OF_RUN, reviewer, run_id)

    def place(self, reviewer: str, run_id: UUID) -> Place | None:
        """Where a run stands that a reviewer was given in an open assignment, judged or not; null for another."""
        with self._engine.connect() as connection:
            row = connection.execute(_PLACE, {"reviewer": reviewer, "run": run_id}).mappings().first()
        return Place(**row) if row else None

    def after(self, reviewer: str, run_id: UUID) -> GivenRun | None:
        """What waits for a reviewer behind a run, from the beginning again after the last, and from the beginning behind a
        run that they were not given; null where nothing else waits.
        """
        return self._one(_NEXT, reviewer, run_id)

    def skipped(self, number: int) -> list[SkippedRun]:
        """The runs of an assignment that were put aside, by reviewer."""
        with self._engine.connect() as connection:
            return [SkippedRun(**row) for row in connection.execute(_SKIPPED, {"id": number}).mappings()]

    def _one(self, query: TextClause, reviewer: str, run_id: UUID) -> GivenRun | None:
        with self._engine.connect() as connection:
            row = connection.execute(query, {"reviewer": reviewer, "run": run_id}).mappings().first()
        return GivenRun(**row) if row else None
