"""The stored catalog: read as a value, written whole or row by row, exported to a folder; and the catalogs that ship."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlmodel import SQLModel

from db import models as m
from pipeline.catalog import Catalog
from pipeline.catalog.changes import TABLE, Change, Key, row_wire
from pipeline.catalog.folder import REFERENCES, TABLES, key_of, read_folder, write_folder
from pipeline.errors import WorkbenchError

# Table of the folder -> its model, and the columns that put its rows in a stable order.
ROWS: dict[str, tuple[type[SQLModel], tuple[str, ...]]] = {
    "roles": (m.RoleRow, ("id",)),
    "role_aliases": (m.RoleAliasRow, ("role_slug", "alias_text")),
    "role_kras": (m.RoleKraRow, ("role_slug", "kra_text")),
    "dimensions": (m.DimensionRow, ("id",)),
    "categories": (m.CategoryRow, ("id",)),
    "sub_categories": (m.SubCategoryRow, ("id",)),
    "skills": (m.SkillRow, ("id",)),
    "skill_aliases": (m.SkillAliasRow, ("id",)),
    "skill_dimensions": (m.SkillDimensionRow, ("skill_slug", "dimension_slug")),
    "role_dimensions": (m.RoleDimensionRow, ("role_slug", "dimension_slug")),
}
# Order in which rows may be inserted; the reverse is the order in which they may go.
INSERT_ORDER = (
    "roles", "dimensions", "categories", "sub_categories", "skills", "role_aliases", "role_kras", "skill_aliases",
    "skill_dimensions", "role_dimensions",
)  # fmt: skip
SEEDS = Path(__file__).resolve().parent.parent / "seeds"
EDITIONS = {"clean": None, "legacy": SEEDS / "legacy"}
"""The catalogs that ship: as it should be, and with the old system's faults laid over it."""
AT_ONCE = 5_000
"""Rows that one query names."""
REVISION_LOCK = 7_203_115
"""Key of the advisory lock that one change of the catalog holds at a time."""


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model."""
    table = m.naming.tables[str(model.__tablename__)]
    assert isinstance(table, Table)
    return table


def current_revision(connection: Connection) -> int | None:
    """Number of the newest revision, null while there is no catalog."""
    return connection.execute(select(func.max(table_of(m.CatalogRevision).c.id))).scalar()


def load_catalog(engine: Engine) -> tuple[int | None, Catalog]:
    """The current revision and its catalog, read in one snapshot."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        return current_revision(connection), read_catalog(connection)


def read_catalog(connection: Connection) -> Catalog:
    """The catalog as a connection's transaction sees it."""
    tables: dict[str, tuple[Any, ...]] = {}
    for folder_table in TABLES:
        model, order = ROWS[folder_table.name]
        table = table_of(model)
        columns = [table.c[f.name] for f in fields(folder_table.row)]
        # Code point order in every locale: the same catalog must come out on every server.
        order_by = [c.collate("C") if c.type.python_type is str else c for c in (table.c[o] for o in order)]
        rows = connection.execute(select(*columns).order_by(*order_by))
        tables[folder_table.name] = tuple(folder_table.row(*[tuple(v) if isinstance(v, list) else v for v in row]) for row in rows)
    return Catalog(**tables)


def read_around(connection: Connection, changes: Sequence[Change]) -> Catalog:
    """The rows that decide whether changes can be applied: those that they touch, those with an id that they take, what
    leans on what goes, and what all of these lean on. On it ``apply`` judges as on the whole catalog."""
    found: dict[str, dict[Key, Any]] = {table.name: {} for table in TABLES}

    def read(name: str, condition: ColumnElement[bool]) -> list[Any]:
        folder_table, table = TABLE[name], table_of(ROWS[name][0])
        rows = connection.execute(select(*[table.c[f.name] for f in fields(folder_table.row)]).where(condition))
        read = [folder_table.row(*[tuple(v) if isinstance(v, list) else v for v in row]) for row in rows]
        found[name].update({key_of(folder_table, row): row for row in read})
        return read

    for name in found:
        mine = [c for c in changes if c.table == name]
        table = table_of(ROWS[name][0])
        columns = [table.c[column] for column in TABLE[name].key]
        for start in range(0, len(mine), AT_ONCE):
            part = mine[start : start + AT_ONCE]
            read(name, tuple_(*columns).in_([c.key for c in part]))
            ids = [c.after.id for c in part if c.after is not None and "id" in TABLE[name].columns and c.after.id is not None]
            if ids:
                read(name, table.c.id.in_(ids))
            gone = [c.key[0] for c in part if c.after is None]
            for child, column, target in REFERENCES if gone else ():
                if target == name:
                    read(child, table_of(ROWS[child][0]).c[column].in_(gone))
    for child, column, target in REFERENCES:
        rows = [*found[child].values(), *(c.after for c in changes if c.table == child and c.after is not None)]
        wanted = sorted({getattr(row, column) for row in rows} - {key[0] for key in found[target]})
        for start in range(0, len(wanted), AT_ONCE):
            read(target, table_of(ROWS[target][0]).c.slug.in_(wanted[start : start + AT_ONCE]))
    return Catalog(**{name: tuple(rows.values()) for name, rows in found.items()})


def shipped(edition: str) -> tuple[Catalog, str]:
    """A shipped catalog and its fingerprint."""
    overlay = _overlay(edition)
    return read_folder(SEEDS / "catalog", overlay).catalog, fingerprint_of(edition)


def fingerprint_of(edition: str) -> str:
    """What tells one shipping of an edition from the next: a digest of its files, which are not parsed."""
    digest = sha256()
    for folder in (SEEDS / "catalog", _overlay(edition)):
        for file in sorted(folder.glob("*.csv")) if folder else ():
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _overlay(edition: str) -> Path | None:
    if edition not in EDITIONS:
        raise WorkbenchError(f"{edition!r} is not an edition of the catalog; choose {' or '.join(EDITIONS)}.")
    return EDITIONS[edition]


def store_catalog(
    engine: Engine, catalog: Catalog, author: str, note: str, edition: str | None = None, fingerprint: str | None = None
) -> int:
    """Write a whole catalog in one transaction and return its revision.

    ``edition`` and ``fingerprint`` say which shipped catalog it is, if it is one.
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": REVISION_LOCK})
        for name in reversed(INSERT_ORDER):
            connection.execute(delete(table_of(ROWS[name][0])))
        for name in INSERT_ORDER:
            _insert(connection, table_of(ROWS[name][0]), name, getattr(catalog, name))
        revision = connection.execute(
            insert(table_of(m.CatalogRevision))
            .values(author=author, note=note, edition=edition, fingerprint=fingerprint)
            .returning(table_of(m.CatalogRevision).c.id)
        ).scalar_one()
    return int(revision)


def _insert(connection: Connection, table: Table, name: str, rows: tuple[Any, ...]) -> None:
    if not rows:
        return
    columns = [f.name for f in fields(rows[0])]
    values = [{c: list(v) if isinstance(v := getattr(row, c), tuple) else v for c in columns} for row in rows]
    given = [v for v in values if v.get("id") is not None or "id" not in columns]
    if given:
        connection.execute(insert(table), given)
    if "id" not in columns:
        return
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}).scalar()
    highest = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    connection.execute(text("SELECT setval(:sequence, :next, false)"), {"sequence": sequence, "next": highest + 1})
    unnumbered = [{k: x for k, x in v.items() if k != "id"} for v in values if v["id"] is None]
    if unnumbered:
        connection.execute(insert(table), unnumbered)


def numbered(connection: Connection, changes: Sequence[Change]) -> list[Change]:
    """The changes with an id for each row that has none, so that an inverse names the very row."""
    known = {c.place: _with_id(c, c.before.id) for c in changes if _lacks_id(c) and c.before is not None}
    for name in INSERT_ORDER:
        wanted = [c for c in changes if c.table == name and _lacks_id(c) and c.before is None]
        if wanted:
            given = [c.after.id for c in changes if c.table == name and c.after is not None and c.after.id is not None]
            _lift_sequence(connection, name, max(given, default=0))
            query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
            numbers = connection.execute(query, {"table": table_of(ROWS[name][0]).name, "count": len(wanted)}).scalars()
            known |= {c.place: _with_id(c, n) for c, n in zip(wanted, numbers, strict=True)}
    return [known.get(c.place, c) for c in changes]


def _lacks_id(change: Change) -> bool:
    return change.after is not None and "id" in TABLE[change.table].columns and change.after.id is None


def _with_id(change: Change, number: int) -> Change:
    row: Any = change.after
    return replace(change, after=replace(row, id=number))


def _lift_sequence(connection: Connection, name: str, least: int) -> None:
    """Let the next id of a table be above all that it holds, and above ``least``; an id once given is not given again."""
    table = table_of(ROWS[name][0]).name
    connection.execute(
        text(
            f"SELECT setval(s, greatest((SELECT max(id) FROM {table}), :least, nextval(s) - 1, 1)) "
            f"FROM (SELECT pg_get_serial_sequence('{table}', 'id')) sequence(s)"
        ),
        {"least": least},
    )


def write_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the rows: children go before their parents, parents come before their children."""
    for name in reversed(INSERT_ORDER):
        _each(connection, name, [c for c in changes if c.table == name and c.after is None], lambda table: delete(table))
    for name in INSERT_ORDER:
        mine = [c for c in changes if c.table == name and c.after is not None]
        has_id = "id" in TABLE[name].columns
        table = table_of(ROWS[name][0])
        # Rows that change their id step aside first: another may take the one that they leave.
        moved = [c for c in mine if has_id and c.before is not None and c.before.id != c.after.id]  # type: ignore[union-attr]
        _each(connection, name, moved, lambda table: update(table).values(id=-table.c.id))
        if added := [row_wire(c.after) or {} for c in mine if c.before is None]:
            connection.execute(insert(table), added)
        edited = [c for c in mine if c.before is not None]
        columns: dict[str, Any] = {column: bindparam(f"new_{column}") for column in TABLE[name].columns}
        _each(connection, name, edited, lambda table, columns=columns: update(table).values(**columns, version=table.c.version + 1))  # type: ignore[misc]
        if has_id and (added or moved):
            _lift_sequence(connection, name, 1)


def _each(connection: Connection, name: str, changes: Sequence[Change], make: Callable[[Table], Any]) -> None:
    """Run a statement for the row of each change, its key and its new cells bound."""
    if not changes:
        return
    table, key = table_of(ROWS[name][0]), TABLE[name].key
    rows = [
        {f"at_{column}": cell for column, cell in zip(key, c.key, strict=True)}
        | {f"new_{column}": cell for column, cell in (row_wire(c.after) or {}).items()}
        for c in changes
    ]
    connection.execute(make(table).where(*(table.c[column] == bindparam(f"at_{column}") for column in key)), rows)


def export_folder(engine: Engine, folder: Path) -> int:
    """Write the stored catalog to a folder and return its revision. Raises ``WorkbenchError`` when there is none."""
    revision, catalog = load_catalog(engine)
    if revision is None:
        raise WorkbenchError("There is no catalog yet; run 'python -m db init' first.")
    write_folder(catalog, folder)
    return revision
