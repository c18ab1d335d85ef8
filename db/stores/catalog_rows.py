"""Rows of the catalog's tables within a transaction that is open: inserted, numbered, and written as changes say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, Delete, Table, Update, bindparam, delete, func, insert, select, text, update

from db.models import CATALOG_TABLES
from pipeline.catalog.changes import Change, row_wire
from pipeline.catalog.tables import TABLE

INSERT_ORDER = (
    "roles",
    "dimensions",
    "categories",
    "sub_categories",
    "skills",
    "role_aliases",
    "role_kras",
    "role_baselines",
    "skill_aliases",
    "skill_dimensions",
    "role_dimensions",
    "settings",
)
"""Order of the tables in which rows may be inserted; the reverse is the order in which they may go."""


def insert_rows(connection: Connection, name: str, rows: Sequence[Any]) -> None:
    """Insert rows of an empty table; those without an id get the numbers behind the highest that is given."""
    if not rows:
        return
    table = CATALOG_TABLES[name]
    columns = [f.name for f in fields(rows[0])]
    values = [{c: list(v) if isinstance(v := getattr(row, c), tuple) else v for c in columns} for row in rows]
    with_id = [v for v in values if v.get("id") is not None or "id" not in columns]
    if with_id:
        connection.execute(insert(table), with_id)
    if "id" not in columns:
        return
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}).scalar()
    highest = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    connection.execute(text("SELECT setval(:sequence, :next, false)"), {"sequence": sequence, "next": highest + 1})
    without_id = [{k: x for k, x in v.items() if k != "id"} for v in values if v["id"] is None]
    if without_id:
        connection.execute(insert(table), without_id)


def numbered(connection: Connection, changes: Sequence[Change]) -> list[Change]:
    """The changes with an id for each row that has none, so that an inverse names the very row."""
    with_id = {c.place: _with_id(c, c.before.id) for c in changes if _lacks_id(c) and c.before is not None}
    for name in INSERT_ORDER:
        added = [c for c in changes if c.table == name and _lacks_id(c) and c.before is None]
        if added:
            taken = [c.after.id for c in changes if c.table == name and c.after is not None and c.after.id is not None]
            _lift_sequence(connection, name, max(taken, default=0))
            query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
            numbers = connection.execute(query, {"table": CATALOG_TABLES[name].name, "count": len(added)}).scalars()
            with_id |= {c.place: _with_id(c, n) for c, n in zip(added, numbers, strict=True)}
    return [with_id.get(c.place, c) for c in changes]


def write_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the rows: children go before their parents, parents come before their children."""
    for name in reversed(INSERT_ORDER):
        _for_each(connection, name, [c for c in changes if c.table == name and c.after is None], delete)
    for name in INSERT_ORDER:
        _write_rows(connection, name, [c for c in changes if c.table == name and c.after is not None])


def _write_rows(connection: Connection, name: str, changes: Sequence[Change]) -> None:
    """Add and edit rows of one table."""
    has_id, edited = TABLE[name].has_id, [c for c in changes if c.before is not None]
    # Rows that change their id step aside first: another may take the one that they leave.
    moved = [c for c in edited if has_id and _id_of(c.before) != _id_of(c.after)]
    _for_each(connection, name, moved, lambda table: update(table).values(id=-table.c.id))
    added = [row_wire(c.after) or {} for c in changes if c.before is None]
    if added:
        connection.execute(insert(CATALOG_TABLES[name]), added)
    cells: dict[str, Any] = {column: bindparam(f"new_{column}") for column in TABLE[name].columns}
    _for_each(connection, name, edited, lambda table: update(table).values(**cells, version=table.c.version + 1))
    if has_id and (added or moved):
        _lift_sequence(connection, name, 1)


def _for_each(
    connection: Connection, name: str, changes: Sequence[Change], statement: Callable[[Table], Delete | Update]
) -> None:
    """Run a statement for the row of each change, its key and its new cells bound."""
    if not changes:
        return
    table, key = CATALOG_TABLES[name], TABLE[name].key
    rows = [
        {f"at_{column}": cell for column, cell in zip(key, c.key, strict=True)}
        | {f"new_{column}": cell for column, cell in (row_wire(c.after) or {}).items()}
        for c in changes
    ]
    at_key = [table.c[column] == bindparam(f"at_{column}") for column in key]
    connection.execute(statement(table).where(*at_key), rows)


def _lift_sequence(connection: Connection, name: str, least: int) -> None:
    """Let the next id of a table be above all that it holds, and above ``least``; an id once given is not given again."""
    table = CATALOG_TABLES[name].name
    connection.execute(
        text(
            f"SELECT setval(s, greatest((SELECT max(id) FROM {table}), :least, nextval(s) - 1, 1)) "
            f"FROM (SELECT pg_get_serial_sequence('{table}', 'id')) sequence(s)"
        ),
        {"least": least},
    )


def _lacks_id(change: Change) -> bool:
    return change.after is not None and TABLE[change.table].has_id and change.after.id is None


def _id_of(row: Any) -> int | None:
    return None if row is None else row.id


def _with_id(change: Change, number: int) -> Change:
    row: Any = change.after
    return replace(change, after=replace(row, id=number))
