"""Adjudications: what was decided where reviewers differ, by whom, why, and what each reviewer had said then.

A decision is never overwritten: it is undone, or another takes its place; both are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, func, insert, select, update

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of
from pipeline.agreement.reviews import Kind

ADJUDICATIONS = table_of(m.AdjudicationRow)
IN_FORCE = ADJUDICATIONS.c.ended_at.is_(None)


@dataclass(frozen=True)
class Statement:
    """What a reviewer said of something, and why."""

    reviewer: str
    answer: str
    reason: str = ""


@dataclass(frozen=True)
class Ruling:
    """What is decided of something of a run: the answer, further roles that are right too, why, and to which gold set it goes.

    ``said`` is what the reviewers say; ``replaces`` is the decision in force that it takes the place of, null where there is none.
    """

    kind: Kind
    subject: str
    value: str
    gold_set: str
    acceptable: tuple[str, ...] = ()
    reason: str = ""
    said: tuple[Statement, ...] = ()
    replaces: int | None = None


@dataclass(frozen=True)
class Adjudication:
    """A decision as it is kept; ``ending`` says that it is no longer in force, since it was undone or replaced."""

    id: int
    run_id: UUID
    kind: Kind
    subject: str
    decided_at: datetime
    author: str
    value: str
    acceptable: tuple[str, ...]
    reason: str
    said: tuple[Statement, ...]
    gold_set: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    ending: str | None = None


class AdjudicationStore:
    """Adjudications of all runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def decide(self, run_id: UUID, ruling: Ruling, author: str) -> int:
        """Keep a decision as ``decide_in`` does, by itself."""
        with self._engine.begin() as connection:
            return decide_in(connection, run_id, ruling, author)

    def undo(self, number: int, author: str) -> Adjudication:
        """Take a decision back as ``undo_in`` does, by itself."""
        with self._engine.begin() as connection:
            return undo_in(connection, number, author)

    def in_force(self, run_ids: Sequence[UUID] | None = None) -> list[Adjudication]:
        """The decisions in force, of some runs or of all, the newest first."""
        with self._engine.connect() as connection:
            return in_force_in(connection, run_ids)

    def of_run(self, run_id: UUID) -> list[Adjudication]:
        """All that was ever decided of a run, the newest first."""
        with self._engine.connect() as connection:
            return _read(connection, ADJUDICATIONS.c.run_id == run_id)


def decide_in(connection: Connection, run_id: UUID, ruling: Ruling, author: str) -> int:
    """Keep a decision; returns its number. Raises ``StoreError`` where somebody else has decided the same meanwhile, or without a
    name of who decides.
    """
    if not author:
        raise StoreError("A decision needs somebody who takes it; give your name first.")
    _lock(connection, run_id)
    same = ADJUDICATIONS.c.kind == ruling.kind, ADJUDICATIONS.c.subject == ruling.subject
    now = next(iter(_read(connection, ADJUDICATIONS.c.run_id == run_id, *same, IN_FORCE)), None)
    if (now.id if now else None) != ruling.replaces:
        by = f"{now.author} has decided this" if now else "What was decided here was undone"
        raise StoreError(f"{by} meanwhile. Look at it as it is now, then decide again.")
    if now:
        _end(connection, now.id, author, "replaced")
    values = {name: value for name, value in asdict(ruling).items() if name not in ("said", "replaces", "acceptable")}
    values |= {"said": [asdict(said) for said in ruling.said], "acceptable": list(ruling.acceptable)}
    query = insert(ADJUDICATIONS).values(run_id=run_id, author=author, **values).returning(ADJUDICATIONS.c.id)
    return int(connection.execute(query).scalar_one())


def undo_in(connection: Connection, number: int, author: str) -> Adjudication:
    """Take a decision back; what it had replaced is in force again. Returns the decision. Raises ``StoreError`` where it is not in
    force.
    """
    found = _read(connection, ADJUDICATIONS.c.id == number)
    if not found or found[0].ending:
        raise StoreError("This decision is not in force any more: it was undone or replaced meanwhile.")
    _lock(connection, found[0].run_id)
    if not _end(connection, number, author, "undone"):
        raise StoreError("This decision is not in force any more: it was undone or replaced meanwhile.")
    _restore(connection, found[0])
    return found[0]


def in_force_in(connection: Connection, run_ids: Sequence[UUID] | None = None) -> list[Adjudication]:
    """The decisions in force as a connection's transaction sees them, of some runs or of all, the newest first."""
    of_runs = [] if run_ids is None else [ADJUDICATIONS.c.run_id.in_(list(run_ids))]
    return _read(connection, IN_FORCE, *of_runs)


def _restore(connection: Connection, undone: Adjudication) -> None:
    """Let the decision that an undone one had replaced hold again, if that was not undone itself."""
    table = ADJUDICATIONS.c
    same = (table.run_id == undone.run_id, table.kind == undone.kind, table.subject == undone.subject)
    before = _read(connection, *same, table.id < undone.id)
    if before and before[0].ending == "replaced":
        values = {"ended_at": None, "ended_by": None, "ending": None}
        connection.execute(update(ADJUDICATIONS).where(table.id == before[0].id).values(**values))


def _read(connection: Connection, *where: Any) -> list[Adjudication]:
    query = select(ADJUDICATIONS).where(*where).order_by(ADJUDICATIONS.c.id.desc())
    return [_adjudication(row) for row in connection.execute(query).mappings()]


def _lock(connection: Connection, run_id: UUID) -> None:
    """One decision on a run at a time."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"adjudication {run_id}", 0))))


def _end(connection: Connection, number: int, author: str, ending: str) -> int:
    query = (
        update(ADJUDICATIONS)
        .where(ADJUDICATIONS.c.id == number, ADJUDICATIONS.c.ended_at.is_(None))
        .values(ended_at=func.now(), ended_by=author, ending=ending)
    )
    return int(connection.execute(query).rowcount)


def _adjudication(row: Any) -> Adjudication:
    said = tuple(Statement(**one) for one in row["said"])
    return Adjudication(**{**row, "said": said, "acceptable": tuple(row["acceptable"])})
