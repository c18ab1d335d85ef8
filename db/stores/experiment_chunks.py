"""Chunks of experiments while a worker has them: which job description it tries, how often that was begun, what is done.

A worker that takes a chunk gets a token that is higher than those before it, and what it writes is written only while that is
the chunk's: one that was taken for lost and goes on cannot write. A result and the beginning of the next job description are
one transaction. It need not wait for the disk: a result that is lost with the database is made again, equal to the byte.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from db import models as m
from db.stores.catalog import table_of
from db.stores.jd_sets import JD, jd_of
from pipeline.experiments.results import Marks, Outcome

RESULTS = table_of(m.ExperimentResult)

_NO_WAIT = text("SET LOCAL synchronous_commit = off")
_TAKE = text("""
    UPDATE experiment_chunk c SET token = token + 1, begun_at = coalesce(begun_at, now()), touched_at = now()
    FROM experiment e WHERE e.id = c.experiment_id AND c.experiment_id = :experiment AND c.number = :number
        AND c.ended_at IS NULL AND e.status = 'running'
    RETURNING c.token, c.first, c.size, e.set_id
""")
_LEFT = text("""
    SELECT i.* FROM jd_set_item i WHERE i.set_id = :set_id AND i.position >= :first AND i.position < :first + :size AND NOT EXISTS (
        SELECT FROM experiment_result r WHERE r.experiment_id = :experiment AND r.position = i.position
    ) ORDER BY i.position
""")
_GO_ON = text("""
    UPDATE experiment_chunk c SET touched_at = now(), done = done + :done, failed = failed + :failed,
        attempts = CASE WHEN e.status <> 'running' THEN 0 WHEN trying = :next THEN attempts + 1 ELSE 1 END,
        trying = CASE WHEN e.status = 'running' THEN CAST(:next AS integer) END,
        ended_at = CASE WHEN done + :done >= size THEN now() END
    FROM experiment e WHERE e.id = c.experiment_id AND c.experiment_id = :experiment AND c.number = :number AND c.token = :token
    RETURNING c.trying, c.attempts, c.ended_at
""")
_COLUMNS = (
    'experiment_id, position, role_slug, "case", confidence, none_probability, skills, error, milliseconds, cost_usd, is_right, '
    "n_predicted, n_right, n_wanted, n_found"
)
_STORE_AND_GO_ON = text(f"""
    WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
    gone_on AS (
        UPDATE experiment_chunk c SET touched_at = now(), done = done + 1, failed = failed + :failed,
            attempts = CASE WHEN e.status = 'running' THEN 1 ELSE 0 END,
            trying = CASE WHEN e.status = 'running' THEN CAST(:next AS integer) END
        FROM experiment e WHERE e.id = c.experiment_id AND c.experiment_id = :experiment_id AND c.number = :number AND c.token = :token
        RETURNING c.trying, c.attempts
    ),
    stored AS (
        INSERT INTO experiment_result ({_COLUMNS})
        SELECT CAST(:experiment_id AS integer), :position, :role_slug, :case, :confidence, :none_probability, CAST(:skills AS jsonb),
            :error, :milliseconds, :cost_usd, CAST(:is_right AS boolean), CAST(:n_predicted AS smallint), CAST(:n_right AS smallint),
            CAST(:n_wanted AS smallint), CAST(:n_found AS smallint)
        FROM gone_on
    )
    SELECT gone_on.trying, gone_on.attempts FROM gone_on, quick
""")
_FINISH = text("""
    UPDATE experiment SET status = 'finished', ended_at = now() WHERE id = :experiment AND status IN ('running', 'paused')
        AND NOT EXISTS (SELECT FROM experiment_chunk WHERE experiment_id = :experiment AND ended_at IS NULL)
""")
_LOCK = text("SELECT 1 FROM experiment WHERE id = :experiment FOR NO KEY UPDATE")


@dataclass(frozen=True)
class TakenChunk:
    """A worker's right to a chunk."""

    experiment: int
    number: int
    token: int
    set_id: int
    first: int
    size: int


@dataclass(frozen=True)
class Stored:
    """What is stored of a job description: what it came to, its marks beside its gold, how long it took and what it cost."""

    position: int
    outcome: Outcome
    marks: Marks | None
    milliseconds: float
    cost_usd: float = 0.0


class ChunkStore:
    """Chunks in the hands of workers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")

    def take(self, experiment: int, number: int) -> TakenChunk | None:
        """Take a chunk, from whoever has it; null where there is nothing to be done of it now."""
        with self._engine.begin() as connection:
            row = connection.execute(_TAKE, {"experiment": experiment, "number": number}).first()
        return TakenChunk(experiment, number, row.token, row.set_id, row.first, row.size) if row else None

    def left(self, chunk: TakenChunk) -> list[JD]:
        """The job descriptions of a chunk that have no result yet."""
        asked = {"set_id": chunk.set_id, "first": chunk.first, "size": chunk.size, "experiment": chunk.experiment}
        with self._engine.connect() as connection:
            return [jd_of(row) for row in connection.execute(_LEFT, asked)]

    def begin(self, chunk: TakenChunk, position: int | None) -> int:
        """Begin a job description (null: give back what was begun); returns how often it has been begun now, 0 where the worker
        is to leave the chunk: the experiment does not run any more, or another has the chunk.
        """
        with self._engine.begin() as connection:
            return self._go_on(connection, chunk, None, position)

    def store(self, chunk: TakenChunk, result: Stored, following: int | None) -> int:
        """Store a result and begin the following job description, in one; returns what ``begin`` does."""
        if following is None:
            with self._engine.begin() as connection:
                return self._go_on(connection, chunk, result, None)
        # With more to come of the chunk nothing can end: one statement is all, which one way to the database takes.
        values = _values(chunk.experiment, result)
        asked = {**values, "skills": json.dumps(values["skills"]), "number": chunk.number, "token": chunk.token}
        asked |= {"next": following, "failed": int(_has_failed(result))}
        with self._at_once.connect() as connection:
            row = connection.execute(_STORE_AND_GO_ON, asked).first()
        return int(row.attempts) if row is not None and row.trying is not None else 0

    @staticmethod
    def _go_on(connection: Connection, chunk: TakenChunk, result: Stored | None, following: int | None) -> int:
        connection.execute(_NO_WAIT)
        asked = {"experiment": chunk.experiment, "number": chunk.number, "token": chunk.token, "next": following}
        counted = {"done": int(result is not None), "failed": int(result is not None and _has_failed(result))}
        row = connection.execute(_GO_ON, {**asked, **counted}).first()
        if row is None:
            return 0
        if result is not None:
            connection.execute(insert(RESULTS), _values(chunk.experiment, result))
        if row.ended_at is not None:
            # The last two chunks may end at once: the later one sees that the other has ended.
            connection.execute(_LOCK, asked)
            connection.execute(_FINISH, asked)
        return int(row.attempts) if row.trying is not None else 0


def _has_failed(result: Stored) -> bool:
    return result.outcome.case == m.FAILED_CASE


def _values(experiment: int, result: Stored) -> dict[str, Any]:
    outcome, marks = result.outcome, result.marks
    counts = marks.skills if marks else None
    return {
        "experiment_id": experiment,
        "position": result.position,
        "role_slug": outcome.role,
        "case": outcome.case,
        "confidence": outcome.confidence,
        "none_probability": outcome.none_probability,
        "skills": [[s.name, s.slug, s.is_primary, [n for place in s.places for n in place]] for s in outcome.skills],
        "error": outcome.error,
        "milliseconds": round(result.milliseconds, 1),
        "cost_usd": result.cost_usd,
        "is_right": marks.is_right if marks else None,
        "n_predicted": counts.predicted if counts else None,
        "n_right": counts.right if counts else None,
        "n_wanted": counts.wanted if counts else None,
        "n_found": counts.found if counts else None,
    }
