"""Runs and change sets by a few words of what they are called, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, String, and_, cast, func, or_, select

from db.stores.change_rows import SETS
from db.stores.runs import RUN

UNNAMED = "Run without a title"


@dataclass(frozen=True)
class FoundRun:
    """A run: what it is called, the role that it chose, and when it was made."""

    id: UUID
    label: str
    role_name: str | None
    created_at: datetime


@dataclass(frozen=True)
class FoundChangeSet:
    """A change set: its number, title, state and whose it is."""

    id: int
    title: str
    status: str
    owner: str


class SearchStore:
    """Looks runs and change sets up by words; each word must stand somewhere in what is looked at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs(self, words: Sequence[str], limit: int) -> list[FoundRun]:
        """Runs whose name, title, role or the beginning of whose id has the words."""
        label = func.coalesce(*(func.nullif(c, "") for c in (RUN.c.name, RUN.c.title, RUN.c.given_title)), UNNAMED)
        called = func.concat_ws(" ", RUN.c.name, RUN.c.title, RUN.c.given_title, RUN.c.role_name)
        each = [
            or_(called.icontains(word, autoescape=True), cast(RUN.c.id, String).istartswith(word, autoescape=True))
            for word in words
        ]
        query = select(RUN.c.id, label.label("label"), RUN.c.role_name, RUN.c.created_at).where(and_(*each))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(RUN.c.created_at.desc()).limit(limit))
            return [FoundRun(**row._mapping) for row in rows]

    def change_sets(self, words: Sequence[str], limit: int) -> list[FoundChangeSet]:
        """Change sets whose title, number, author or owner has the words."""
        called = func.concat_ws(" ", SETS.c.title, SETS.c.author, SETS.c.owner)
        each = [
            or_(called.icontains(word, autoescape=True), cast(SETS.c.id, String) == word.removeprefix("#"))
            for word in words
        ]
        query = select(SETS.c.id, SETS.c.title, SETS.c.status, SETS.c.owner).where(and_(*each))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(SETS.c.id.desc()).limit(limit))
            return [FoundChangeSet(**row._mapping) for row in rows]
