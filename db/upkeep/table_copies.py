"""Whole tables as text, out of a database and into one: columns by name and rows by key, so that the same rows are the same bytes.

The tables are those that the database has, not those of the models: a store that has not been migrated yet is copied too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from psycopg import Connection as Session
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import Connection, text

VERSIONS = "alembic_version"
"""Alembic's own table: it says at which migration the others are, and is written by migrating."""

_COLUMNS = """
SELECT c.relname AS table_name, a.attname AS column_name, t.typcategory = 'S' AS is_text,
       coalesce(array_position(i.indkey::int2[], a.attnum), -1) AS key_position
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> :versions
ORDER BY c.relname COLLATE "C", a.attname COLLATE "C"
"""
_REFERENCES = """
SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid
"""
_SEQUENCES = """
SELECT s.relname AS name, t.relname AS table_name
FROM pg_class s
LEFT JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class t ON t.oid = d.refobjid
WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace
ORDER BY s.relname COLLATE "C"
"""


@dataclass(frozen=True)
class StoredTable:
    """A table of a database: its columns by name, and those by which its rows are ordered."""

    name: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    text_columns: frozenset[str]

    def _list(self, names: Sequence[str]) -> Composed:
        return SQL(", ").join(map(Identifier, names))

    def copy_out(self) -> Composed:
        """The statement that writes all rows, in an order that no locale changes."""
        by_code_point = SQL('{} COLLATE "C"')
        ordered = (
            by_code_point.format(Identifier(c)) if c in self.text_columns else SQL("{}").format(Identifier(c))
            for c in self.order
        )
        query = SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT")
        return query.format(self._list(self.columns), Identifier(self.name), SQL(", ").join(ordered))

    def copy_in(self) -> Composed:
        """The statement that reads rows."""
        return SQL("COPY {} ({}) FROM STDIN").format(Identifier(self.name), self._list(self.columns))


def session_of(connection: Connection) -> Session[Any]:
    """The connection of the driver, which alone can copy."""
    session = connection.connection.driver_connection
    assert isinstance(session, Session)
    return session


def read_tables(connection: Connection) -> list[StoredTable]:
    """The tables of the workbench in a database, each behind those that it refers to."""
    columns: dict[str, list[Any]] = {}
    for row in connection.execute(text(_COLUMNS), {"versions": VERSIONS}):
        columns.setdefault(row.table_name, []).append(row)
    found = {name: _table(name, rows) for name, rows in columns.items()}
    parents: dict[str, set[str]] = {name: set() for name in found}
    for row in connection.execute(text(_REFERENCES)):
        parents[row.child].add(row.parent)
    return [found[name] for name in TopologicalSorter(parents).static_order()]


def _table(name: str, rows: Sequence[Any]) -> StoredTable:
    keys = sorted((row.key_position, row.column_name) for row in rows if row.key_position >= 0)
    order = [column for _, column in keys] or [row.column_name for row in rows]
    return StoredTable(
        name,
        tuple(row.column_name for row in rows),
        tuple(order),
        frozenset(row.column_name for row in rows if row.is_text),
    )


def rows_as_text(connection: Connection, table: StoredTable) -> Iterator[bytes]:
    """All rows of a table in the text form of COPY, in parts that each end with a whole row."""
    with session_of(connection).cursor() as cursor:
        for setting in ("DateStyle = 'ISO, MDY'", "IntervalStyle = postgres", "TimeZone = 'UTC'", "bytea_output = hex"):
            cursor.execute(SQL("SET LOCAL " + setting))
        cursor.execute("SET LOCAL client_encoding = 'UTF8'")
        with cursor.copy(table.copy_out()) as copy:
            yield from map(bytes, copy)


def write_rows(connection: Connection, table: StoredTable, parts: Iterator[bytes]) -> None:
    """Put rows into a table as they were written."""
    with session_of(connection).cursor() as cursor, cursor.copy(table.copy_in()) as copy:
        for part in parts:
            copy.write(part)


def filled_tables(connection: Connection) -> list[str]:
    """The tables that have a row."""
    query = SQL("SELECT EXISTS (SELECT FROM {})")
    session = session_of(connection)
    found = [table.name for table in read_tables(connection)]
    return sorted(name for name in found if (session.execute(query.format(Identifier(name))).fetchone() or [False])[0])


def next_numbers(connection: Connection, tables: Collection[str]) -> dict[str, tuple[int, bool]]:
    """Sequence -> its last number, and whether that has been given; the sequences of some tables, and those of none."""
    session, numbers = session_of(connection), {}
    for row in connection.execute(text(_SEQUENCES)).all():
        if row.table_name is None or row.table_name in tables:
            query = SQL("SELECT last_value, is_called FROM {}").format(Identifier(row.name))
            last, is_called = session.execute(query).fetchone() or (1, False)
            numbers[row.name] = (int(last), bool(is_called))
    return numbers


def set_next_numbers(connection: Connection, numbers: Mapping[str, tuple[int, bool]]) -> None:
    """Let sequences go on where they were."""
    for name, (last, is_called) in numbers.items():
        values = {"name": name, "last": last, "called": is_called}
        connection.execute(text("SELECT setval(quote_ident(:name)::regclass, :last, :called)"), values)
