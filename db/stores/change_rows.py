"""Rows of change sets within a transaction that is open: a draft begun and locked, its changes written and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text

from db import models as m
from db.errors import StoreError
from db.stores.catalog import current_revision, table_of
from pipeline.catalog.changes import Change, Place, change_from_wire, row_wire
from pipeline.errors import InputError

DRAFT_LOCK = 7_204
"""Class of the advisory locks under which a person's draft is opened."""
SETS, ROW = table_of(m.ChangeSetRow), table_of(m.ChangeRow)


def open_draft(connection: Connection, author: str, title: str, kind: str = "edit", undoes: int | None = None) -> int:
    """Begin a change set without changes; returns its number."""
    values = {"author": author, "owner": author, "title": title, "kind": kind, "undoes": undoes}
    values["base_revision"] = current_revision(connection)
    return int(connection.execute(insert(SETS).values(**values).returning(SETS.c.id)).scalar_one())


def current_draft(connection: Connection, person: str) -> int:
    """The person's current draft, opened where there is none."""
    # Two clicks at once must not open two drafts.
    connection.execute(
        text("SELECT pg_advisory_xact_lock(:key, hashtext(:person))"), {"key": DRAFT_LOCK, "person": person}
    )
    number = newest_draft(connection, person)
    return number if number is not None else open_draft(connection, person, f"Repairs by {person}")


def newest_draft(connection: Connection, person: str) -> int | None:
    """Of the drafts that a person owns the one used last, null where there is none."""
    query = (
        select(SETS.c.id)
        .where(SETS.c.owner == person, SETS.c.status == "draft")
        .order_by(SETS.c.used_at.desc(), SETS.c.id.desc())
    )
    return connection.execute(query.limit(1)).scalar()


def lock_draft(connection: Connection, number: int) -> Mapping[str, Any]:
    """The row of a draft, locked until the transaction ends. Raises ``StoreError`` when the change set is no draft."""
    row = lock_change_set(connection, number)
    if row["status"] != "draft":
        raise StoreError(f"Change set {number} is {row['status']}; only a draft can be changed or committed.")
    return row


def lock_change_set(connection: Connection, number: int) -> Mapping[str, Any]:
    """The row of a change set, locked until the transaction ends. Raises ``StoreError`` when there is none."""
    row = connection.execute(select(SETS).where(SETS.c.id == number).with_for_update()).mappings().first()
    if row is None:
        raise StoreError(f"There is no change set {number}.")
    return dict(row)


def write_rows(connection: Connection, number: int, decision: int, changes: Iterable[Change], author: str) -> None:
    """Store changes of a decision behind those that the change set has; ``author`` made them."""
    last = connection.execute(select(func.max(ROW.c.position)).where(ROW.c.change_set_id == number)).scalar()
    values = [
        {
            "change_set_id": number,
            "position": position,
            "decision": decision,
            "table_name": change.table,
            "key": list(change.key),
            "before": row_wire(change.before),
            "after": row_wire(change.after),
            "reason": change.reason,
            "source": change.source.wire() if change.source else None,
            "successor": change.successor,
            "author": author,
        }
        for position, change in enumerate(changes, 0 if last is None else last + 1)
    ]
    if values:
        connection.execute(insert(ROW), values)


def drop_rows(connection: Connection, number: int, decision: int, place: Place | None = None) -> None:
    """Remove the changes of a decision, or those of one row of it."""
    query = delete(ROW).where(ROW.c.change_set_id == number, ROW.c.decision == decision)
    if place is not None:
        query = query.where(ROW.c.table_name == place[0], ROW.c.key == list(place[1]))
    connection.execute(query)


def read_rows(connection: Connection, number: int) -> list[tuple[int, Change]]:
    """The changes of a change set with the decision that each belongs to, in order."""
    query = select(ROW).where(ROW.c.change_set_id == number).order_by(ROW.c.decision, ROW.c.position)
    return [(int(row["decision"]), change_of(row)) for row in connection.execute(query).mappings()]


def read_changes(connection: Connection, number: int) -> tuple[Change, ...]:
    """The changes of a change set as they were stored, in order."""
    return tuple(change for _, change in read_rows(connection, number))


def change_of(row: Mapping[Any, Any]) -> Change:
    """A change of its stored row. Raises ``StoreError`` for one that does not have the form that it should."""
    cells = {name: row[name] for name in ("before", "after", "reason", "source", "successor")}
    try:
        return change_from_wire({"table": row["table_name"], **cells})
    except (InputError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"A change of change set {row['change_set_id']} ({row['table_name']}, {', '.join(row['key'])}) cannot be read: {error} "
            "'python -m db doctor' finds what else is damaged; a backup has it whole."
        ) from None
