"""What made the difference between two experiments, kept: asked for once, found by a worker, read by every page that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores import chunk_jobs
from db.stores.catalog import table_of
from db.stores.experiments import Experiment
from pipeline.catalog.changes import Place
from pipeline.experiments.factors import Origin

CAUSES = table_of(m.ExperimentCausesRow)

_FIND = text("SELECT * FROM experiment_causes WHERE a_id = :a AND b_id = :b")
_BEGIN = text("""
    UPDATE experiment_causes SET attempts = attempts + 1, replays = 0
    WHERE a_id = :a AND b_id = :b AND status = 'waiting' RETURNING attempts
""")
_GIVE_BACK = text("""
    UPDATE experiment_causes SET attempts = attempts - 1 WHERE a_id = :a AND b_id = :b AND status = 'waiting' AND attempts > 0
""")
_MOVE_ON = text("UPDATE experiment_causes SET replays = :replays WHERE a_id = :a AND b_id = :b AND status = 'waiting'")
_END = text("""
    UPDATE experiment_causes SET status = CAST(:status AS varchar), ended_at = now(), found = CAST(:found AS jsonb), error = :error
    WHERE a_id = :a AND b_id = :b AND status = 'waiting'
""")
_NO_WAIT = text("SET LOCAL synchronous_commit = off")
_TEXTS = text("SELECT jd_id, title, jd_text FROM jd_set_item WHERE set_id = :set_id AND jd_id = ANY(:ids)")
_COMMITTED = text("""
    SELECT s.id, s.revision_id, r.decision, r.table_name, r.key FROM change r JOIN change_set s ON s.id = r.change_set_id
    WHERE s.status = 'committed' AND s.revision_id > :first AND s.revision_id <= :last
    ORDER BY s.revision_id, r.decision, r.position
""")
_OF_DRAFT = text(
    "SELECT decision, table_name, key FROM change WHERE change_set_id = :draft ORDER BY decision, position"
)


@dataclass(frozen=True)
class StoredCauses:
    """How far the replays are, and what they found once the status is ``done``; ``error`` says why one is ``failed``."""

    status: str
    a_done: int
    b_done: int
    replays: int
    found: Mapping[str, Any]
    error: str | None

    def is_of(self, a: Experiment, b: Experiment) -> bool:
        """Whether it rests on the results that the experiments have now."""
        return (self.a_done, self.b_done) == (a.done, b.done)


class CausesStore:
    """What made the difference between pairs of experiments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, a: int, b: int) -> StoredCauses | None:
        """What is stored of a pair; null where nobody has asked."""
        with self._engine.connect() as connection:
            row = connection.execute(_FIND, {"a": a, "b": b}).first()
        return StoredCauses(row.status, row.a_done, row.b_done, row.replays, row.found, row.error) if row else None

    def ask(self, a: Experiment, b: Experiment, *, is_queued: bool = True) -> None:
        """Have the replays made by a worker, or by who asks where it is not ``queued``; what was found of other results is gone."""
        values = {"a_done": a.done, "b_done": b.done, "status": "waiting", "attempts": 0, "replays": 0, "error": None}
        row = upsert(CAUSES).values(a_id=a.id, b_id=b.id, **values)
        made = row.on_conflict_do_update(
            index_elements=["a_id", "b_id"],
            set_={**values, "found": {}, "asked_at": text("now()"), "ended_at": None},
            where=(CAUSES.c.a_done != a.done) | (CAUSES.c.b_done != b.done) | (CAUSES.c.status == "failed"),
        ).returning(CAUSES.c.a_id)
        if is_queued:
            chunk_jobs.prepare(self._engine)
        # What is asked for twice at once is queued once: the second finds it as it wants it.
        with self._engine.begin() as connection:
            if connection.execute(made).first() is not None and is_queued:
                chunk_jobs.put_causes(connection, a.id, b.id)

    def begin(self, a: int, b: int) -> int:
        """Begin to look for them; returns how often that was begun now, 0 where nothing is to be done."""
        with self._engine.begin() as connection:
            return int(connection.execute(_BEGIN, {"a": a, "b": b}).scalar() or 0)

    def give_back(self, a: int, b: int) -> None:
        """Take back that it was begun: the worker ends, and not for what it had in hand."""
        with self._engine.begin() as connection:
            connection.execute(_GIVE_BACK, {"a": a, "b": b})

    def move_on(self, a: int, b: int, replays: int) -> None:
        """Say how many replays are made."""
        with self._engine.begin() as connection:
            connection.execute(_NO_WAIT)
            connection.execute(_MOVE_ON, {"a": a, "b": b, "replays": replays})

    def end(self, a: int, b: int, found: str, error: str | None = None) -> None:
        """Store what was found, as JSON, or why nothing could be."""
        asked = {"a": a, "b": b, "found": found, "error": error, "status": "failed" if error else "done"}
        with self._engine.begin() as connection:
            connection.execute(_END, asked)

    def texts(self, set_id: int, ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """Texts of a set with their titles, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(_TEXTS, {"set_id": set_id, "ids": list(ids)})
            return {row.jd_id: (row.jd_text, row.title) for row in rows}

    def origins(self, first: int, last: int, drafts: Sequence[int]) -> dict[Place, Origin]:
        """The change set and decision that last changed each row between two revisions, or with drafts over them."""
        found: dict[Place, Origin] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(_COMMITTED, {"first": min(first, last), "last": max(first, last)}):
                found[row.table_name, tuple(row.key)] = Origin(row.revision_id, row.id, row.decision)
            for draft in drafts:
                for row in connection.execute(_OF_DRAFT, {"draft": draft}):
                    found[row.table_name, tuple(row.key)] = Origin(0, draft, row.decision)
        return found
