"""Verdicts of reviewers on runs: the right role, and skills that the text does not mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores.catalog import table_of
from pipeline.impact import Verdict

VERDICTS = table_of(m.VerdictRow)


@dataclass(frozen=True)
class GivenVerdict:
    """A reviewer's verdict on a run: who, when, the right role (null for none), skills that the text does not mean, and why."""

    author: str
    created_at: datetime
    role_slug: str | None
    wrong_skills: tuple[str, ...] = ()
    note: str = ""


class VerdictStore:
    """Verdicts of reviewers on runs; the newest of a reviewer counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(
        self, run_id: UUID, author: str, role_slug: str | None, wrong_skills: Sequence[str] = (), note: str = ""
    ) -> None:
        """Keep a reviewer's verdict on a run; a later verdict of the same reviewer takes its place."""
        values: dict[str, Any] = {
            "role_slug": role_slug,
            "wrong_skills": sorted(set(wrong_skills)),
            "note": note,
            "created_at": func.now(),
        }
        with self._engine.begin() as connection:
            connection.execute(
                upsert(VERDICTS)
                .values(run_id=run_id, author=author, **values)
                .on_conflict_do_update(index_elements=["run_id", "author"], set_=values)
            )

    def withdraw(self, run_id: UUID, author: str) -> None:
        """Take a reviewer's verdict on a run back, as if it had not been given."""
        with self._engine.begin() as connection:
            connection.execute(delete(VERDICTS).where(VERDICTS.c.run_id == run_id, VERDICTS.c.author == author))

    def of_run(self, run_id: UUID) -> list[GivenVerdict]:
        """The verdicts on a run, the newest first."""
        columns = [VERDICTS.c[field.name] for field in fields(GivenVerdict)]
        query = select(*columns).where(VERDICTS.c.run_id == run_id).order_by(VERDICTS.c.created_at.desc())
        with self._engine.connect() as connection:
            return [
                GivenVerdict(**{**row, "wrong_skills": tuple(row["wrong_skills"])})
                for row in connection.execute(query).mappings()
            ]

    def newest(self, run_ids: Sequence[UUID]) -> dict[UUID, Verdict]:
        """The newest verdict of each of these runs that has one."""
        query = select(VERDICTS).where(VERDICTS.c.run_id.in_(list(run_ids))).order_by(VERDICTS.c.created_at)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return {row["run_id"]: Verdict(row["role_slug"], frozenset(row["wrong_skills"])) for row in rows}
