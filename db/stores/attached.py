"""Attached experiments: the name and the place of results that stay where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of

ATTACHED = table_of(m.AttachedRow)
_IS_TAKEN = text("SELECT EXISTS (SELECT FROM experiment WHERE name = :name)")


@dataclass(frozen=True)
class Source:
    """Where the results of a batch lie, the job descriptions that go with them (a pattern of files), and their gold."""

    results: str
    jds: str | None = None
    gold: str | None = None


@dataclass(frozen=True)
class Contents:
    """What was read of a source: its digest, how many results there are, how many broken and how many with gold."""

    digest: str
    size: int
    broken: int
    marked: int
    columns: Sequence[str]
    """Columns of the job descriptions by which the results are sliced."""
    made_by: Mapping[str, Any]


@dataclass(frozen=True)
class Attached:
    """An attached experiment."""

    id: int
    name: str
    author: str
    created_at: datetime
    source: Source
    contents: Contents


class AttachedStore:
    """Attached experiments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, author: str, source: Source, contents: Contents) -> Attached:
        """Keep one. Raises ``StoreError`` for a name that is taken."""
        values = {"name": name, "author": author, **asdict(source), **asdict(contents)}
        self.check_free(name)
        try:
            with self._engine.begin() as connection:
                row = connection.execute(insert(ATTACHED).values(values).returning(ATTACHED)).one()
        except IntegrityError:
            raise _taken(name) from None
        return _attached(row)

    def check_free(self, name: str) -> None:
        """Raise ``StoreError`` where an experiment, attached or not, has the name."""
        with self._engine.connect() as connection:
            of_attached = connection.execute(select(ATTACHED.c.id).where(ATTACHED.c.name == name)).first()
            if of_attached or connection.execute(_IS_TAKEN, {"name": name}).scalar_one():
                raise _taken(name)

    def replace(self, number: int, contents: Contents) -> Attached:
        """Keep what was read of its source anew."""
        with self._engine.begin() as connection:
            changed = update(ATTACHED).where(ATTACHED.c.id == number).values(asdict(contents)).returning(ATTACHED)
            return _attached(connection.execute(changed).one())

    def all(self) -> list[Attached]:
        """All of them, the newest first."""
        with self._engine.connect() as connection:
            return [_attached(row) for row in connection.execute(select(ATTACHED).order_by(ATTACHED.c.id.desc()))]

    def find(self, name: str) -> Attached | None:
        """The one of a name; null where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ATTACHED).where(ATTACHED.c.name == name)).first()
        return _attached(row) if row else None

    def load(self, number: int) -> Attached:
        """The one of a number. Raises ``StoreError`` where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ATTACHED).where(ATTACHED.c.id == number)).first()
        if row is None:
            raise StoreError(f"There is no attached experiment {number}.")
        return _attached(row)

    def remove(self, number: int) -> None:
        """Forget one; its files stay as they are."""
        with self._engine.begin() as connection:
            connection.execute(delete(ATTACHED).where(ATTACHED.c.id == number))


def _taken(name: str) -> StoreError:
    return StoreError(f"There is an experiment “{name}” already; choose another name.")


def _attached(row: Any) -> Attached:
    source = Source(row.results, row.jds, row.gold)
    contents = Contents(row.digest, row.size, row.broken, row.marked, tuple(row.columns), row.made_by)
    return Attached(row.id, row.name, row.author, row.created_at, source, contents)
