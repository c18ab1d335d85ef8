"""What waits for a person: drafts that were handed over, comments that nobody answered, runs that nobody judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text

from pipeline.catalog.refs import Ref, ref_from_wire

COMMENT_DAYS = 30
"""How long a comment waits for an answer."""


@dataclass(frozen=True)
class HandedOver:
    """A draft that a colleague began and somebody else has now."""

    id: int
    title: str
    author: str


@dataclass(frozen=True)
class WaitingComment:
    """A comment that somebody may answer."""

    about: Ref
    author: str
    body: str
    created_at: datetime


_HANDED_OVER = text(
    "SELECT id, title, author FROM change_set WHERE status = 'draft' AND owner = :person AND author <> :person ORDER BY id DESC"
)
_COMMENTS = text(f"""
SELECT c.about, c.author, c.body, c.created_at FROM comment c
LEFT JOIN change_set s ON c.about->>'type' IN ('change_set', 'change') AND s.id::text = c.about->>'number'
WHERE c.author <> :person AND c.created_at > now() - interval '{COMMENT_DAYS} days'
  AND (:person IN (s.owner, s.author, s.committer) OR position(lower('@' || :person) IN lower(c.body)) > 0
    OR EXISTS (SELECT 1 FROM comment mine WHERE mine.about = c.about AND mine.author = :person))
  AND NOT EXISTS (SELECT 1 FROM comment mine WHERE mine.about = c.about AND mine.author = :person AND mine.id > c.id)
ORDER BY c.id DESC
""")
_UNJUDGED = text(
    "SELECT count(*) FROM run WHERE status = 'completed' AND engine <> 'old_system' AND NOT EXISTS (SELECT 1 FROM verdict WHERE run_id = run.id)"
)

_TO_REVIEW = text(
    "SELECT count(*) FROM run WHERE needs_review AND status = 'completed' AND NOT EXISTS (SELECT 1 FROM verdict WHERE run_id = run.id)"
)
_DISPUTED = text("""
SELECT count(*) FROM (
  SELECT run_id FROM verdict WHERE has_role GROUP BY run_id HAVING count(DISTINCT coalesce(role_slug, '')) > 1
) v WHERE NOT EXISTS (
  SELECT 1 FROM adjudication a WHERE a.run_id = v.run_id AND a.kind = 'role' AND a.ended_at IS NULL
)
""")


class AttentionStore:
    """What waits for a person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def handed_over(self, person: str) -> list[HandedOver]:
        """Open drafts that colleagues began and that the person has now, the newest first."""
        return [HandedOver(**row) for row in self._rows(_HANDED_OVER, person=person)]

    def comments(self, person: str) -> list[WaitingComment]:
        """Comments of others, the newest first, after which the person has written nothing about the same: on change sets of
        theirs, on what they have commented themselves, and those that name them ("@Ada").
        """
        return [
            WaitingComment(**{**row, "about": ref_from_wire(row["about"])})
            for row in self._rows(_COMMENTS, person=person)
        ]

    def unjudged_runs(self) -> int:
        """How many completed runs have no verdict."""
        with self._engine.connect() as connection:
            return int(connection.execute(_UNJUDGED).scalar_one())

    def open_disputes(self) -> int:
        """On the role of how many runs reviewers differ, with nothing decided."""
        with self._engine.connect() as connection:
            return int(connection.execute(_DISPUTED).scalar_one())

    def runs_to_review(self) -> int:
        """How many completed runs need a reviewer before their role is taken, and have no verdict."""
        with self._engine.connect() as connection:
            return int(connection.execute(_TO_REVIEW).scalar_one())

    def _rows(self, query: Any, **values: str) -> list[Mapping[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query, values).mappings()]
