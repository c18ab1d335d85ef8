"""How sure the answers of experiments and of runs are, and which of them are right: what thresholds are chosen by.

The confidence of an answer is that of its role, or of an answer of none how sure that is; where that was not kept, 0. Rejected texts
have no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from pipeline.thresholds import JudgedAnswer, RunCounts

MAX_JUDGED = 10_000
"""Judged runs that are counted, the newest."""
_ANSWER = "CASE WHEN r.role_slug IS NULL THEN coalesce(r.none_probability, 0) ELSE r.confidence END"
_OF_EXPERIMENT = text(f"""
    SELECT {_ANSWER} AS confidence, r.is_right, count(*) AS n FROM experiment_result r
    WHERE r.experiment_id = :experiment AND r.is_right IS NOT NULL AND r."case" NOT IN ('rejected', 'failed') GROUP BY 1, 2
""")
_OF_VERDICTS = text(f"""
    SELECT {_ANSWER} AS confidence, r.role_slug, v.role_slug AS wanted FROM (
        SELECT DISTINCT ON (run_id) run_id, role_slug, created_at FROM verdict WHERE has_role ORDER BY run_id, created_at DESC, author
    ) v JOIN run r ON r.id = v.run_id AND r.engine <> 'old_system' AND r."case" <> 'rejected'
    ORDER BY v.created_at DESC, r.id LIMIT {MAX_JUDGED}
""")
_RECENT = """FROM run r WHERE r.created_at > now() - :within AND r.engine <> 'old_system' AND r."case" <> 'rejected'
    AND r.confidence IS NOT NULL"""
_COUNTS = text(f"SELECT {_ANSWER} AS confidence, count(*) AS n {_RECENT} GROUP BY 1 ORDER BY 1")
_BETWEEN = text(f"""
    SELECT r.id, r.created_at, coalesce(r.name, r.title, r.given_title, left(r.jd_text, 80)) AS name, r.role_slug, r.role_name,
        {_ANSWER} AS confidence
    {_RECENT} AND {_ANSWER} >= :low AND {_ANSWER} < :high ORDER BY confidence, r.created_at DESC, r.id LIMIT :limit
""")


@dataclass(frozen=True)
class RunBetween:
    """A run whose answer another threshold takes, or does not take any more."""

    id: UUID
    name: str
    role_slug: str | None
    role_name: str | None
    confidence: float


class AnswerConfidences:
    """How sure stored answers are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_experiment(self, experiment: int) -> list[JudgedAnswer]:
        """The answers of an experiment that have gold."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_EXPERIMENT, {"experiment": experiment}).all()
        return [JudgedAnswer(row.confidence, row.is_right, row.n) for row in rows]

    def of_verdicts(self, successors: Mapping[tuple[str, str], str]) -> list[JudgedAnswer]:
        """The answers of runs that reviewers have judged, by the newest verdict of each; a role that was merged counts as its
        successor.
        """
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_VERDICTS).all()

        def now(slug: str | None) -> str | None:
            return successors.get(("roles", slug), slug) if slug else None

        return [JudgedAnswer(row.confidence, now(row.role_slug) == now(row.wanted)) for row in rows]

    def of_runs(self, within: timedelta) -> RunCounts:
        """The runs of late by how sure their answers are."""
        with self._engine.connect() as connection:
            rows = connection.execute(_COUNTS, {"within": within}).all()
        return RunCounts(tuple(row.confidence for row in rows), tuple(int(row.n) for row in rows))

    def between(self, low: float, high: float, within: timedelta, limit: int) -> list[RunBetween]:
        """The runs of late whose answers are at least as sure as ``low`` and less than ``high``, the least sure first."""
        asked: dict[str, Any] = {"low": low, "high": high, "within": within, "limit": limit}
        with self._engine.connect() as connection:
            rows = connection.execute(_BETWEEN, asked)
            return [
                RunBetween(row.id, row.name or "Empty text", row.role_slug, row.role_name, row.confidence)
                for row in rows
            ]
