"""The stored catalog: its revision, read whole or in part as a value, written whole, exported to a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, insert, select, text, tuple_
from sqlmodel import SQLModel

from db import models as m
from db.errors import StoreError
from db.models import CATALOG_TABLES
from db.stores.catalog_rows import INSERT_ORDER, insert_rows
from db.stores.usage import count_dimensions
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, Key
from pipeline.catalog.folder import write_folder
from pipeline.catalog.tables import REFERENCES, TABLE, TABLES, key_of

Item = TypeVar("Item")
BATCH_SIZE = 5_000
"""Rows that one query names."""
REVISION_LOCK = 7_203_115
"""Key of the advisory lock that one change of the catalog holds at a time."""


@dataclass(frozen=True)
class ShippedEdition:
    """One shipping of a catalog: the edition's name, and the digest of its files."""

    name: str
    fingerprint: str


NO_EDITION = ShippedEdition("", "")
"""Written on a revision from which on the store is set to none of the catalogs that ship."""


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model."""
    table = m.metadata.tables[str(model.__tablename__)]
    assert isinstance(table, Table)
    return table


REVISIONS = table_of(m.CatalogRevision)


def current_revision(connection: Connection) -> int | None:
    """Number of the newest revision, null while there is no catalog."""
    return connection.execute(select(func.max(REVISIONS.c.id))).scalar()


def lock_catalog(connection: Connection) -> None:
    """Wait until no other transaction changes the catalog, and keep others out until this one ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": REVISION_LOCK})


def new_revision(
    connection: Connection, author: str, note: str, shipped: ShippedEdition | None, change_set: int | None = None
) -> int:
    """Write down that the catalog has changed; returns the number of the revision."""
    values = {"author": author, "note": note, "change_set_id": change_set}
    if shipped is not None:
        values |= {"edition": shipped.name, "fingerprint": shipped.fingerprint}
    return int(connection.execute(insert(REVISIONS).values(**values).returning(REVISIONS.c.id)).scalar_one())


class CatalogStore:
    """The stored catalog: its revision, read and written whole, exported."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def revision(self) -> int:
        """Number of the current revision. Raises ``StoreError`` while there is no catalog."""
        with self._engine.connect() as connection:
            return _existing(current_revision(connection))

    def load(self) -> tuple[int | None, Catalog]:
        """The current revision and its catalog, read in one snapshot."""
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            return current_revision(connection), read_catalog(connection)

    def store(self, catalog: Catalog, author: str, note: str, shipped: ShippedEdition | None = None) -> int:
        """Write a whole catalog in one transaction and return its revision; ``shipped`` says which it is of those that ship."""
        with self._engine.begin() as connection:
            lock_catalog(connection)
            for name in reversed(INSERT_ORDER):
                connection.execute(delete(CATALOG_TABLES[name]))
            for name in INSERT_ORDER:
                insert_rows(connection, name, getattr(catalog, name))
            revision = new_revision(connection, author, note, shipped)
            count_dimensions(connection)
            return revision

    def export(self, folder: Path) -> int:
        """Write the stored catalog to a folder and return its revision. Raises ``StoreError`` when there is none."""
        revision, catalog = self.load()
        number = _existing(revision)
        write_folder(catalog, folder)
        return number

    def shipped_edition(self) -> ShippedEdition | None:
        """The shipped catalog that the store was last set to, null for none."""
        with self._engine.connect() as connection:
            return shipped_before(connection)


def shipped_before(connection: Connection, revision: int | None = None) -> ShippedEdition | None:
    """The shipped catalog that the store was set to, at present or before a revision; null for none."""
    query = select(REVISIONS.c.edition, REVISIONS.c.fingerprint).where(REVISIONS.c.edition.is_not(None))
    if revision is not None:
        query = query.where(REVISIONS.c.id < revision)
    row = connection.execute(query.order_by(REVISIONS.c.id.desc()).limit(1)).first()
    return ShippedEdition(row.edition, row.fingerprint) if row and row.edition else None


def _existing(revision: int | None) -> int:
    if revision is None:
        raise StoreError("There is no catalog yet; run 'python -m db init' first.")
    return revision


def read_catalog(connection: Connection) -> Catalog:
    """The catalog as a connection's transaction sees it."""
    tables: dict[str, tuple[Any, ...]] = {}
    for declared in TABLES:
        table = CATALOG_TABLES[declared.name]
        order = ("id",) if declared.has_id else declared.key
        # Code point order in every locale: the same catalog must come out on every server.
        order_by = [c.collate("C") if c.type.python_type is str else c for c in (table.c[o] for o in order)]
        columns = [table.c[name] for name in declared.columns]
        rows = connection.execute(select(*columns).order_by(*order_by))
        tables[declared.name] = tuple(row_of_cells(declared.name, cells) for cells in rows)
    return Catalog(**tables)


def row_of_cells(table: str, cells: Iterable[Any]) -> Any:
    """A row of a catalog's table from its stored cells."""
    return TABLE[table].row(*[tuple(cell) if isinstance(cell, list) else cell for cell in cells])


def load_affected_rows(connection: Connection, changes: Sequence[Change]) -> Catalog:
    """The rows that decide whether changes can be applied: those that they change, those with an id that they take, what refers
    to those that go, and what all of these refer to. On it ``apply`` judges as on the whole catalog.
    """
    loaded = _AffectedRows(connection)
    for table in TABLE:
        of_table = [c for c in changes if c.table == table]
        for batch in _batches(of_table):
            loaded.read_changed(table, batch)
    for child, column, target in REFERENCES:
        written = [c.after for c in changes if c.table == child and c.after is not None]
        rows = [*loaded.rows[child].values(), *written]
        wanted = sorted({getattr(row, column) for row in rows} - {key[0] for key in loaded.rows[target]})
        for slugs in _batches(wanted):
            loaded.read(target, CATALOG_TABLES[target].c.slug.in_(slugs))
    return Catalog(**{table: tuple(rows.values()) for table, rows in loaded.rows.items()})


class _AffectedRows:
    """Rows read so far, by table and key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows: dict[str, dict[Key, Any]] = {table: {} for table in TABLE}

    def read(self, table: str, condition: ColumnElement[bool]) -> None:
        """Read the rows of a table for which a condition holds."""
        columns = [CATALOG_TABLES[table].c[column] for column in TABLE[table].columns]
        for cells in self._connection.execute(select(*columns).where(condition)):
            row = row_of_cells(table, cells)
            self.rows[table][key_of(row)] = row

    def read_changed(self, table: str, changes: Sequence[Change]) -> None:
        """Read what changes of one table meet: their rows, rows with the ids that they take, and what refers to those that go."""
        stored = CATALOG_TABLES[table]
        self.read(table, tuple_(*(stored.c[column] for column in TABLE[table].key)).in_([c.key for c in changes]))
        ids = [c.after.id for c in changes if c.after is not None and TABLE[table].has_id and c.after.id is not None]
        if ids:
            self.read(table, stored.c.id.in_(ids))
        removed = [c.key[0] for c in changes if c.after is None]
        for child, column, target in REFERENCES if removed else ():
            if target == table:
                self.read(child, CATALOG_TABLES[child].c[column].in_(removed))


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Items in parts that one query can name."""
    for start in range(0, len(items), BATCH_SIZE):
        yield items[start : start + BATCH_SIZE]
