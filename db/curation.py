"""Change sets: drafts of changes, committed in one transaction or not at all, undone by their inverse.

A draft is rows from the first change on. A commit takes the revision lock, checks that every ``before`` still stands,
applies, writes a revision and keeps the change set as the audit trail. Nothing else changes a catalog that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, func, insert, select, text, tuple_, update
from sqlmodel import SQLModel

from db import models as m
from db.catalog import (
    INSERT_ORDER,
    REVISION_LOCK,
    ROWS,
    current_revision,
    fingerprint_of,
    read_catalog,
    shipped,
    table_of,
)
from db.errors import StoreError
from pipeline.catalog.changes import (
    TABLE,
    Change,
    Place,
    apply,
    change_from_wire,
    diff,
    newer,
    row_wire,
    squash,
)
from pipeline.errors import WorkbenchError

SETS, ROW, REVISIONS = table_of(m.ChangeSetRow), table_of(m.ChangeRow), table_of(m.CatalogRevision)


@dataclass(frozen=True)
class ChangeSet:
    """A change set as the pages show it."""

    id: int
    title: str
    kind: str
    status: str
    author: str
    created_at: datetime
    committed_at: datetime | None
    base_revision: int | None
    revision_id: int | None
    undoes: int | None
    size: int


def open_draft(engine: Engine, author: str, title: str, changes: Iterable[Change] = (), kind: str = "edit", undoes: int | None = None) -> int:
    """Begin a change set and stage the changes that are given; returns its number."""
    with engine.begin() as connection:
        values = {"author": author, "title": title, "kind": kind, "undoes": undoes, "base_revision": current_revision(connection)}
        number = int(connection.execute(insert(SETS).values(**values).returning(SETS.c.id)).scalar_one())
        _append(connection, number, 0, changes)
    return number


def stage(engine: Engine, number: int, changes: Iterable[Change]) -> None:
    """Add changes to a draft; they are stored when this returns. Raises ``StoreError`` when it is no draft any more."""
    with engine.begin() as connection:
        _draft(connection, number)
        taken = connection.execute(select(func.max(ROW.c.position)).where(ROW.c.change_set_id == number)).scalar()
        _append(connection, number, 0 if taken is None else taken + 1, changes)


def discard(engine: Engine, number: int) -> None:
    """Set a draft aside; its changes are kept for reading."""
    with engine.begin() as connection:
        _draft(connection, number)
        connection.execute(update(SETS).where(SETS.c.id == number).values(status="discarded"))


def load_changes(engine: Engine, number: int) -> tuple[Change, ...]:
    """The changes of a change set, in the order in which they were staged."""
    with engine.connect() as connection:
        return _changes(connection, number)


def load_change_set(engine: Engine, number: int) -> ChangeSet:
    """Raises ``StoreError`` for a number that no change set has."""
    found = list_change_sets(engine, number=number)
    if not found:
        raise StoreError(f"There is no change set {number}.")
    return found[0]


def list_change_sets(engine: Engine, limit: int = 100, number: int | None = None) -> list[ChangeSet]:
    """Change sets, the newest first."""
    size = select(func.count()).where(ROW.c.change_set_id == SETS.c.id).scalar_subquery()
    columns = [SETS.c[name] for name in ChangeSet.__dataclass_fields__ if name != "size"]
    query = select(*columns, size.label("size")).order_by(SETS.c.id.desc()).limit(limit)
    if number is not None:
        query = query.where(SETS.c.id == number)
    with engine.connect() as connection:
        return [ChangeSet(**row._mapping) for row in connection.execute(query)]


def commit(engine: Engine, number: int, author: str, edition: str | None = None, fingerprint: str | None = None) -> int:
    """Apply a draft in one transaction and return the new revision.

    Raises ``ChangeConflict`` with every row that has moved, ``InvalidChanges`` when the catalog would not hold
    together, and ``StoreError`` when it is no draft; then nothing has changed.
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": REVISION_LOCK})
        header = _draft(connection, number)
        changes = squash(_changes(connection, number))
        # Every before is held against the stored rows, and the whole against the rules, under the lock.
        apply(read_catalog(connection), changes)
        numbered = [_numbered(connection, c) for c in changes]
        _apply(connection, numbered)
        note = f"{header['title']} (change set {number})"
        values = {"author": author, "note": note, "change_set_id": number, "edition": edition, "fingerprint": fingerprint}
        revision = int(connection.execute(insert(REVISIONS).values(**values).returning(REVISIONS.c.id)).scalar_one())
        connection.execute(delete(ROW).where(ROW.c.change_set_id == number))
        _append(connection, number, 0, numbered)
        done = {"status": "committed", "committed_at": func.now(), "revision_id": revision}
        connection.execute(update(SETS).where(SETS.c.id == number).values(**done))
    return revision


def draft_undo(engine: Engine, number: int, author: str) -> int:
    """A draft of the inverse of a committed change set; returns its number. It is committed like any other."""
    header = load_change_set(engine, number)
    if header.status != "committed":
        raise StoreError(f"Change set {number} is not committed, so there is nothing to undo.")
    changes = [c.inverse() for c in reversed(load_changes(engine, number))]
    return open_draft(engine, author, f"Undo: {header.title}", changes, "undo", number)


def undo(engine: Engine, number: int, author: str) -> int:
    """Undo a committed change set, whichever; returns the number of the change set that does it.

    Raises ``ChangeConflict`` when later change sets have moved its rows; then nothing has changed.
    """
    return _commit_or_discard(engine, draft_undo(engine, number, author), author)


def built_on(engine: Engine, number: int) -> list[ChangeSet]:
    """Committed change sets after this one that touch a row of it; the newest first."""
    mine = select(ROW.c.table_name, ROW.c.key).where(ROW.c.change_set_id == number)
    later = select(ROW.c.change_set_id).where(ROW.c.change_set_id > number, tuple_(ROW.c.table_name, ROW.c.key).in_(mine))
    with engine.connect() as connection:
        numbers = set(connection.execute(later).scalars())
    return [s for s in list_change_sets(engine, limit=10_000) if s.id in numbers and s.status == "committed"]


def touched(engine: Engine) -> set[Place]:
    """Rows that curators have made different from what had shipped: these stay theirs when a newer catalog comes."""
    with engine.connect() as connection:
        query = (
            select(ROW)
            .join(SETS, and_(SETS.c.id == ROW.c.change_set_id, SETS.c.status == "committed"))
            .where(SETS.c.kind.in_(("edit", "undo")), SETS.c.id > _last_reset(connection))
            .order_by(SETS.c.revision_id, ROW.c.position)
        )
        rows = connection.execute(query).mappings().all()
    return {c.place for c in squash(_from_row(row) for row in rows)}


def put_back(engine: Engine, edition: str, author: str) -> tuple[int | None, int]:
    """Set the catalog to a shipped edition as a committed change set; its number (null when nothing differs) and its size."""
    target, fingerprint = shipped(edition)
    with engine.connect() as connection:
        changes = diff(read_catalog(connection), target)
    if not changes:
        return None, 0
    number = open_draft(engine, author, f"Put back to the {edition} catalog", changes, "reset")
    return _commit_or_discard(engine, number, author, edition, fingerprint), len(changes)


def update_to_shipped(engine: Engine, author: str) -> tuple[int | None, int]:
    """Bring a newer shipped catalog as a committed change set, the rows that curators touched left alone.

    Returns its number (null when nothing is newer) and how many rows stay the curators'.
    """
    edition = shipped_state(engine)[0] or "clean"
    target, fingerprint = shipped(edition)
    theirs = touched(engine)
    with engine.connect() as connection:
        current = read_catalog(connection)
    changes = newer(current, target, theirs)
    kept = sum(c.place in theirs for c in diff(current, target))
    if not changes:
        return None, kept
    number = open_draft(engine, author, "A newer shipped catalog", changes, "update")
    return _commit_or_discard(engine, number, author, edition, fingerprint), kept


def newer_edition(engine: Engine) -> str | None:
    """The edition of which a newer catalog has shipped than the store was set to, else null."""
    edition, fingerprint = shipped_state(engine)
    return edition if edition and fingerprint_of(edition) != fingerprint else None


def shipped_state(engine: Engine) -> tuple[str | None, str | None]:
    """Edition and fingerprint of the shipped catalog that the store was last set to."""
    query = select(REVISIONS.c.edition, REVISIONS.c.fingerprint).where(REVISIONS.c.edition.is_not(None)).order_by(REVISIONS.c.id.desc()).limit(1)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return (row.edition, row.fingerprint) if row else (None, None)


def _commit_or_discard(engine: Engine, number: int, author: str, edition: str | None = None, fingerprint: str | None = None) -> int:
    try:
        commit(engine, number, author, edition, fingerprint)
    except WorkbenchError:
        discard(engine, number)
        raise
    return number


def _last_reset(connection: Connection) -> int:
    query = select(func.coalesce(func.max(SETS.c.id), 0)).where(SETS.c.kind == "reset", SETS.c.status == "committed")
    return int(connection.execute(query).scalar_one())


def _draft(connection: Connection, number: int) -> dict[str, Any]:
    row = connection.execute(select(SETS).where(SETS.c.id == number).with_for_update()).mappings().first()
    if row is None:
        raise StoreError(f"There is no change set {number}.")
    if row["status"] != "draft":
        raise StoreError(f"Change set {number} is {row['status']}; only a draft can be changed or committed.")
    return dict(row)


def _append(connection: Connection, number: int, start: int, changes: Iterable[Change]) -> None:
    values = [
        {
            "change_set_id": number, "position": start + i, "table_name": c.table, "key": list(c.key), "before": row_wire(c.before),
            "after": row_wire(c.after), "reason": c.reason, "evidence": c.evidence,
        }
        for i, c in enumerate(changes)
    ]  # fmt: skip
    if values:
        connection.execute(insert(ROW), values)


def _changes(connection: Connection, number: int) -> tuple[Change, ...]:
    query = select(ROW).where(ROW.c.change_set_id == number).order_by(ROW.c.position)
    return tuple(_from_row(row) for row in connection.execute(query).mappings())


def _from_row(row: Any) -> Change:
    form = {name: row[name] for name in ("before", "after", "reason", "evidence")}
    return change_from_wire({"table": row["table_name"], **form})


def _numbered(connection: Connection, change: Change) -> Change:
    """The change with an id for a row that is added without one, so that its inverse names the very row."""
    if change.after is None or "id" not in TABLE[change.table].columns or change.after.id is not None:
        return change
    if change.before is not None:
        return replace(change, after=replace(change.after, id=change.before.id))
    name = table_of(ROWS[change.table][0]).name
    number = connection.execute(text("SELECT nextval(pg_get_serial_sequence(:table, 'id'))"), {"table": name}).scalar_one()
    return replace(change, after=replace(change.after, id=number))


def _apply(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the rows: children go before their parents, parents come before their children."""
    for name in reversed(INSERT_ORDER):
        for change in (c for c in changes if c.table == name and c.after is None):
            model = ROWS[name][0]
            connection.execute(delete(table_of(model)).where(*_at(model, change)))
    for name in INSERT_ORDER:
        model = ROWS[name][0]
        table = table_of(model)
        added = [row_wire(c.after) or {} for c in changes if c.table == name and c.before is None and c.after is not None]
        if added:
            connection.execute(insert(table), added)
            if "id" in TABLE[name].columns:
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), greatest((SELECT max(id) FROM {table.name}), 1))")
                )
        for change in changes:
            if change.table == name and change.before is not None and change.after is not None:
                values = row_wire(change.after) or {}
                connection.execute(update(table).where(*_at(model, change)).values(**values, version=table.c.version + 1))


def _at(model: type[SQLModel], change: Change) -> list[Any]:
    table = table_of(model)
    return [table.c[column] == cell for column, cell in zip(TABLE[change.table].key, change.key, strict=True)]
