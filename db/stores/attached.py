"""Attached experiments: the name and the place of results that stay where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of

ATTACHED, GOLD = table_of(m.AttachedRow), table_of(m.AttachedGoldRow)
_IS_REVISION = text("SELECT EXISTS (SELECT FROM catalog_revision WHERE id = :id)")
_IS_TAKEN = text("SELECT EXISTS (SELECT FROM experiment WHERE name = :name)")


@dataclass(frozen=True)
class Source:
    """Where the results of a batch lie, the job descriptions that go with them (a pattern of files), and their gold."""

    results: str
    jds: str | None = None
    gold: str | None = None


@dataclass(frozen=True)
class Sums:
    """What results came to, broken ones apart: how many, with a role, their skills and those of the catalog among them (null: not
    counted), with gold, of these right; the F1 of skills with its interval (null: no skills are asked for).
    """

    n: int
    n_with_role: int
    n_skills: int
    n_linked: int | None
    n_judged: int
    n_right: int
    skills_f1: float | None = None
    skills_f1_low: float | None = None
    skills_f1_high: float | None = None


@dataclass(frozen=True)
class KeptGold:
    """The gold that results were marked with, compressed, and when its file had been changed last (0: it is no file)."""

    stamp: int
    labels: bytes


@dataclass(frozen=True)
class Contents:
    """What was read of a source: its digest, how many results there are, how many broken and how many with gold, what they came to
    (null: not summed up yet).
    """

    digest: str
    size: int
    broken: int
    marked: int
    columns: Sequence[str]
    """Columns of the job descriptions by which the results are sliced."""
    made_by: Mapping[str, Any]
    sums: Sums | None = None

    @property
    def catalog(self) -> str | None:
        """The digest of the catalog that the batch ran on, as its manifest has it; null where it has none."""
        found = self.made_by.get("made_by", {}).get("catalog")
        return str(found) if found else None

    @property
    def hides_title(self) -> bool:
        """Whether the batch hid the titles, as its manifest says."""
        return bool(self.made_by.get("hide_title"))


@dataclass(frozen=True)
class Attached:
    """An attached experiment; ``revision`` is the one of the catalog that it ran on (null: not known)."""

    id: int
    name: str
    author: str
    created_at: datetime
    source: Source
    contents: Contents
    revision: int | None = None


@dataclass(frozen=True)
class NewAttached:
    """What is to be kept of one: its source, what was read of it, on which revision it ran, and the gold that it was marked with."""

    name: str
    author: str
    source: Source
    contents: Contents
    revision: int | None = None
    gold: KeptGold | None = None


class AttachedStore:
    """Attached experiments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, wish: NewAttached) -> Attached:
        """Keep one. Raises ``StoreError`` for a name that is taken."""
        name = wish.name
        self.check_free(name)
        values = {"name": name, "author": wish.author, "revision_id": wish.revision}
        values |= asdict(wish.source) | asdict(wish.contents)
        try:
            with self._engine.begin() as connection:
                _check_revision(connection, wish.revision)
                row = connection.execute(insert(ATTACHED).values(values).returning(ATTACHED)).one()
                _keep_gold(connection, row.id, wish.gold)
        except IntegrityError:
            raise _taken(name) from None
        return _attached(row)

    def check_free(self, name: str) -> None:
        """Raise ``StoreError`` where an experiment, attached or not, has the name."""
        with self._engine.connect() as connection:
            of_attached = connection.execute(select(ATTACHED.c.id).where(ATTACHED.c.name == name)).first()
            if of_attached or connection.execute(_IS_TAKEN, {"name": name}).scalar_one():
                raise _taken(name)

    def replace(self, number: int, contents: Contents, revision: int | None, gold: KeptGold | None) -> Attached:
        """Keep what was read of its source anew; the gold that is kept stays where there is none now."""
        with self._engine.begin() as connection:
            values = asdict(contents) | {"revision_id": revision}
            changed = update(ATTACHED).where(ATTACHED.c.id == number).values(values).returning(ATTACHED)
            row = connection.execute(changed).one()
            if gold is not None:
                connection.execute(delete(GOLD).where(GOLD.c.attached_id == number))
                _keep_gold(connection, number, gold)
            return _attached(row)

    def keep_sums(self, number: int, sums: Sums) -> None:
        """Keep what one came to."""
        with self._engine.begin() as connection:
            connection.execute(update(ATTACHED).where(ATTACHED.c.id == number).values(sums=asdict(sums)))

    def set_revision(self, number: int, revision: int | None) -> Attached:
        """Keep on which revision of the catalog one ran; null for not known. Raises ``StoreError`` for a revision that is not there."""
        with self._engine.begin() as connection:
            _check_revision(connection, revision)
            changed = update(ATTACHED).where(ATTACHED.c.id == number).values(revision_id=revision).returning(ATTACHED)
            return _attached(connection.execute(changed).one())

    def gold(self, number: int) -> KeptGold | None:
        """The gold of one as it was read; null where it is not kept."""
        with self._engine.connect() as connection:
            row = connection.execute(select(GOLD.c.stamp, GOLD.c.labels).where(GOLD.c.attached_id == number)).first()
        return KeptGold(row.stamp, bytes(row.labels)) if row else None

    def gold_stamp(self, number: int) -> int | None:
        """When the file of gold that is kept had been changed last; null where none is kept."""
        with self._engine.connect() as connection:
            found = connection.execute(select(GOLD.c.stamp).where(GOLD.c.attached_id == number)).scalar()
        return None if found is None else int(found)

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


def _check_revision(connection: Connection, revision: int | None) -> None:
    if revision is not None and not connection.execute(_IS_REVISION, {"id": revision}).scalar_one():
        raise StoreError(f"There is no revision {revision} of the catalog.")


def _keep_gold(connection: Connection, number: int, gold: KeptGold | None) -> None:
    if gold is not None:
        connection.execute(insert(GOLD).values(attached_id=number, stamp=gold.stamp, labels=gold.labels))


def _attached(row: Any) -> Attached:
    source = Source(row.results, row.jds, row.gold)
    contents = Contents(row.digest, row.size, row.broken, row.marked, tuple(row.columns), row.made_by)
    contents = replace(contents, sums=Sums(**row.sums) if row.sums is not None else None)
    return Attached(row.id, row.name, row.author, row.created_at, source, contents, row.revision_id)
