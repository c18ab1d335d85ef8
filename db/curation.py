"""Change sets: drafts of changes, committed in one transaction or not at all, undone by their inverse.

A draft is rows from the first change on. A commit takes the revision lock, checks that every ``before`` still stands,
applies, writes a revision and keeps the change set as the audit trail. Nothing else changes a catalog that is there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, tuple_, update

from db import models as m
from db.catalog import REVISION_LOCK, current_revision, numbered, read_around, table_of, write_changes
from db.errors import StoreError
from pipeline.catalog.changes import (
    Change,
    Choice,
    Conflict,
    Place,
    apply,
    change_from_wire,
    obstacles,
    row_wire,
    squash,
)
from pipeline.catalog.operations import NAMED
from pipeline.errors import WorkbenchError

DRAFT_LOCK = 7_204
"""Class of the advisory locks under which a person's draft is opened."""
SETS, ROW, REVISIONS = table_of(m.ChangeSetRow), table_of(m.ChangeRow), table_of(m.CatalogRevision)


@dataclass(frozen=True)
class ChangeSet:
    """A change set as the pages show it."""

    id: int
    title: str
    kind: str
    status: str
    author: str
    owner: str
    committer: str | None
    created_at: datetime
    committed_at: datetime | None
    base_revision: int | None
    revision_id: int | None
    undoes: int | None
    size: int


def open_draft(engine: Engine, author: str, title: str, changes: Iterable[Change] = (), kind: str = "edit", undoes: int | None = None) -> int:
    """Begin a change set and stage the changes that are given; returns its number."""
    with engine.begin() as connection:
        base = current_revision(connection)
        values = {"author": author, "owner": author, "title": title, "kind": kind, "undoes": undoes, "base_revision": base}
        number = int(connection.execute(insert(SETS).values(**values).returning(SETS.c.id)).scalar_one())
        _append(connection, number, 0, changes, author)
    return number


def stage(engine: Engine, number: int, changes: Iterable[Change], author: str | None = None) -> None:
    """Add changes to a draft; they are stored before this returns. ``author`` is who made them, by default the draft's owner.

    Raises ``StoreError`` when it is no draft.
    """
    with engine.begin() as connection:
        stage_in(connection, number, changes, author)


def stage_in(connection: Connection, number: int, changes: Iterable[Change], author: str | None = None) -> None:
    """``stage`` within a transaction that is open."""
    header = _draft(connection, number)
    taken = connection.execute(select(func.max(ROW.c.position)).where(ROW.c.change_set_id == number)).scalar()
    _append(connection, number, 0 if taken is None else taken + 1, changes, author or header["owner"])


def draft_of(engine: Engine, person: str) -> int | None:
    """The person's current draft: the newest that they have in hand."""
    with engine.connect() as connection:
        return _in_hand(connection, person)


def draft_in_hand(connection: Connection, person: str) -> int:
    """The person's current draft, opened where there is none, within a transaction that is open."""
    # Two clicks at once must not open two drafts.
    connection.execute(text("SELECT pg_advisory_xact_lock(:key, hashtext(:person))"), {"key": DRAFT_LOCK, "person": person})
    number = _in_hand(connection, person)
    if number is not None:
        return number
    values = {"author": person, "owner": person, "title": f"Repairs by {person}", "kind": "edit", "base_revision": current_revision(connection)}
    return int(connection.execute(insert(SETS).values(**values).returning(SETS.c.id)).scalar_one())


def stage_mine(engine: Engine, person: str, changes: Sequence[Change]) -> int:
    """Stage changes in the person's current draft; returns its number. Raises ``StoreError`` when there is nothing to stage."""
    if not changes:
        raise StoreError("Nothing is changed by this, so nothing was staged.")
    with engine.begin() as connection:
        number = draft_in_hand(connection, person)
        stage_in(connection, number, changes, person)
    return number


def _in_hand(connection: Connection, person: str) -> int | None:
    query = select(SETS.c.id).where(SETS.c.owner == person, SETS.c.status == "draft").order_by(SETS.c.used_at.desc(), SETS.c.id.desc())
    return connection.execute(query.limit(1)).scalar()


def use(engine: Engine, number: int) -> None:
    """Make a draft its owner's current one, into which edits go."""
    with engine.begin() as connection:
        _draft(connection, number)
        connection.execute(update(SETS).where(SETS.c.id == number).values(used_at=func.clock_timestamp()))


def unstage(engine: Engine, number: int, places: Iterable[Place]) -> None:
    """Take the changes of rows out of a draft."""
    with engine.begin() as connection:
        _draft(connection, number)
        _drop(connection, number, places)


def rename(engine: Engine, number: int, title: str) -> None:
    """Give a draft another title."""
    with engine.begin() as connection:
        _draft(connection, number)
        connection.execute(update(SETS).where(SETS.c.id == number).values(title=title.strip() or "Draft"))


def hand_over(engine: Engine, number: int, to: str) -> None:
    """Give a draft to a colleague, who goes on with it. Who made each of its changes stays with them."""
    if not to.strip():
        raise StoreError("Say to whom the draft goes.")
    with engine.begin() as connection:
        _draft(connection, number)
        connection.execute(update(SETS).where(SETS.c.id == number).values(owner=to.strip()))


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


def check(engine: Engine, number: int) -> tuple[tuple[Conflict, ...], tuple[str, ...]]:
    """What would keep a change set from being committed now: rows that have moved, and rules that it breaks."""
    with engine.connect() as connection:
        changes = squash(_changes(connection, number))
        return obstacles(read_around(connection, changes), changes)


def resolve(engine: Engine, number: int, place: Place, choice: Choice) -> None:
    """Settle the conflict of one row of a draft: its changes become one on top of what stands, or none.

    Does nothing where there is no conflict (any more). Raises ``InputError`` for a choice that a row does not allow.
    """
    with engine.begin() as connection:
        _draft(connection, number)
        changes = squash(_changes(connection, number))
        for conflict in obstacles(read_around(connection, changes), changes)[0]:
            if conflict.change.place == place:
                author = connection.execute(
                    select(ROW.c.author).where(ROW.c.change_set_id == number, ROW.c.table_name == place[0], ROW.c.key == list(place[1]))
                ).scalars().first()  # fmt: skip
                settled = conflict.settled(choice)
                _drop(connection, number, [place])
                if settled is not None:
                    stage_in(connection, number, [settled], author)


def commit(
    engine: Engine, number: int, author: str, edition: str | None = None, fingerprint: str | None = None, second_person: bool | None = None
) -> int:
    """Apply a draft in one transaction and return the new revision; ``author`` is who commits.

    With ``second_person`` (default: the environment's ``WORKBENCH_SECOND_PERSON``) nobody commits a change of their own.
    Raises ``ChangeConflict`` with every row that has moved, ``InvalidChanges`` with every rule that is broken, and
    ``StoreError`` when it is no draft or the committer is its author; then nothing has changed.
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": REVISION_LOCK})
        header = _draft(connection, number)
        asked = second_person if second_person is not None else bool(os.environ.get("WORKBENCH_SECOND_PERSON"))
        if asked and header["kind"] == "edit":
            _refuse_own(connection, number, author)
        changes = squash(_changes(connection, number))
        # Every before is held against the stored rows, and the whole against the rules, under the lock.
        apply(read_around(connection, changes), changes)
        changed = numbered(connection, changes)
        write_changes(connection, changed)
        note = f"{header['title']} (change set {number})"
        values = {"author": author, "note": note, "change_set_id": number, "edition": edition, "fingerprint": fingerprint}
        revision = int(connection.execute(insert(REVISIONS).values(**values).returning(REVISIONS.c.id)).scalar_one())
        by = _authors(connection, number)
        connection.execute(delete(ROW).where(ROW.c.change_set_id == number))
        _append(connection, number, 0, changed, header["author"], by)
        done = {"status": "committed", "committed_at": func.now(), "revision_id": revision, "committer": author}
        connection.execute(update(SETS).where(SETS.c.id == number).values(**done))
    return revision


def _refuse_own(connection: Connection, number: int, person: str) -> None:
    own = sum(by == person for by in _authors(connection, number).values())
    if own:
        raise StoreError(f"{own} of its changes are {person}'s own, and a change is committed by a second person. Hand the draft over.")


def _authors(connection: Connection, number: int) -> dict[Place, str]:
    """Who made the last change of each row of a change set."""
    query = select(ROW.c.table_name, ROW.c.key, ROW.c.author).where(ROW.c.change_set_id == number).order_by(ROW.c.position)
    return {(name, tuple(key)): by for name, key, by in connection.execute(query)}


def successors(engine: Engine) -> dict[tuple[str, str], str]:
    """Where slugs that are gone lead: (table, slug) -> the slug of what took its place, through all that went since.

    Roles, dimensions and skills that were merged or retired with a successor; one that is back leads nowhere.
    """
    query = (
        select(ROW.c.table_name, ROW.c.key, ROW.c.successor)
        .join(SETS, SETS.c.id == ROW.c.change_set_id)
        .where(SETS.c.status == "committed", ROW.c.table_name.in_(NAMED), (ROW.c.before.is_(None)) | (ROW.c.after.is_(None)))
        .order_by(SETS.c.revision_id, ROW.c.position)
    )
    next_of: dict[tuple[str, str], str] = {}
    with engine.connect() as connection:
        for name, key, successor in connection.execute(query):
            next_of[name, key[0]] = successor
    led = {}
    for (name, slug), target in next_of.items():
        seen = {slug}
        while target and next_of.get((name, target)) and target not in seen:
            seen.add(target)
            target = next_of[name, target]
        if target:
            led[name, slug] = target
    return led


def by_id(engine: Engine, table: str, number: int) -> str | None:
    """The slug that a role, dimension or skill of an id that is gone had; null for an id that never was."""
    query = select(ROW.c.key).join(SETS, SETS.c.id == ROW.c.change_set_id)
    query = query.where(SETS.c.status == "committed", ROW.c.table_name == table, ROW.c.before["id"].astext == str(number))
    with engine.connect() as connection:
        key = connection.execute(query.order_by(ROW.c.change_set_id.desc()).limit(1)).scalar()
    return None if key is None else str(key[0])


def changes_between(engine: Engine, first: int, last: int) -> list[tuple[ChangeSet, tuple[Change, ...]]]:
    """The change sets committed after one revision up to another, in order, with their changes."""
    query = select(SETS.c.id).where(SETS.c.revision_id > min(first, last), SETS.c.revision_id <= max(first, last)).order_by(SETS.c.revision_id)
    with engine.connect() as connection:
        return [(load_change_set(engine, n), _changes(connection, n)) for n in connection.execute(query).scalars().all()]


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
    return commit_or_discard(engine, draft_undo(engine, number, author), author)


def built_on(engine: Engine, number: int) -> list[ChangeSet]:
    """Committed change sets after this one that touch a row of it; the newest first."""
    mine = select(ROW.c.table_name, ROW.c.key).where(ROW.c.change_set_id == number)
    later = select(ROW.c.change_set_id).where(ROW.c.change_set_id > number, tuple_(ROW.c.table_name, ROW.c.key).in_(mine))
    with engine.connect() as connection:
        numbers = set(connection.execute(later).scalars())
    return [s for s in list_change_sets(engine, limit=10_000) if s.id in numbers and s.status == "committed"]


def commit_or_discard(engine: Engine, number: int, author: str, edition: str | None = None, fingerprint: str | None = None) -> int:
    try:
        commit(engine, number, author, edition, fingerprint)
    except WorkbenchError:
        discard(engine, number)
        raise
    return number


def _draft(connection: Connection, number: int) -> dict[str, Any]:
    row = connection.execute(select(SETS).where(SETS.c.id == number).with_for_update()).mappings().first()
    if row is None:
        raise StoreError(f"There is no change set {number}.")
    if row["status"] != "draft":
        raise StoreError(f"Change set {number} is {row['status']}; only a draft can be changed or committed.")
    return dict(row)


def _drop(connection: Connection, number: int, places: Iterable[Place]) -> None:
    for name, key in places:
        connection.execute(delete(ROW).where(ROW.c.change_set_id == number, ROW.c.table_name == name, ROW.c.key == list(key)))


def _append(
    connection: Connection, number: int, start: int, changes: Iterable[Change], author: str, by: Mapping[Place, str] | None = None
) -> None:
    """Store changes from a position on; ``author`` made those that ``by`` says nothing of."""
    known = by or {}
    values = [
        {
            "change_set_id": number, "position": start + i, "table_name": c.table, "key": list(c.key), "before": row_wire(c.before),
            "after": row_wire(c.after), "reason": c.reason, "evidence": c.evidence, "successor": c.successor,
            "author": known.get(c.place, author),
        }
        for i, c in enumerate(changes)
    ]  # fmt: skip
    if values:
        connection.execute(insert(ROW), values)


def _changes(connection: Connection, number: int) -> tuple[Change, ...]:
    query = select(ROW).where(ROW.c.change_set_id == number).order_by(ROW.c.position)
    return tuple(change_of(row) for row in connection.execute(query).mappings())


def change_of(row: Any) -> Change:
    form = {name: row[name] for name in ("before", "after", "reason", "evidence", "successor")}
    return change_from_wire({"table": row["table_name"], **form})
