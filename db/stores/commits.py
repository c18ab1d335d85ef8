"""The commit of a draft within a transaction that is open: checked against the stored rows, applied, kept as the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from db.errors import StoreError
from db.stores.catalog import (
    NO_EDITION,
    REVISIONS,
    ShippedEdition,
    current_revision,
    load_affected_rows,
    lock_catalog,
    new_revision,
    shipped_before,
)
from db.stores.catalog_rows import numbered, write_changes
from db.stores.change_rows import ROW, SETS, lock_draft, write_rows
from db.stores.draft_decisions import DraftDecision, read_decisions
from db.stores.gate import pass_gate, state_of
from db.stores.run_rows import mark_stale
from db.stores.usage import count_dimensions
from pipeline.catalog.changes import Change, InvalidChanges, Place, apply, squash


@dataclass(frozen=True)
class CommitNote:
    """What a committer says of a draft: its ``title`` (null leaves it), ``why``, and the ``impact`` that was found, to be kept.

    ``override`` says why it is committed although checks do not hold that must; empty where it is not to be.
    """

    title: str | None = None
    why: str = ""
    impact: Mapping[str, Any] | None = None
    override: str = ""


@dataclass(frozen=True)
class Commit:
    """A commit: who commits, what they say of it, and which catalog it sets the store to, if it does.

    With ``second_person`` nobody commits an edit of their own.
    """

    author: str
    note: CommitNote
    shipped: ShippedEdition | None = None
    second_person: bool = False


def commit_in(connection: Connection, number: int, commit: Commit) -> int:
    """Apply a draft and return the new revision.

    Raises ``ChangeConflict`` with every row that has moved, ``InvalidChanges`` with every rule that is broken, ``GateRefused`` with
    every check that must hold and does not, and ``StoreError`` when it is no draft or the committer is its author; the
    transaction must then be given up.
    """
    lock_catalog(connection)
    header = lock_draft(connection, number)
    decisions, composed = read_decisions(connection, number)
    if commit.second_person and header["kind"] == "edit":
        _refuse_own(decisions, commit.author)
    if lost := [clash.text for clashes in composed.lost.values() for clash in clashes]:
        raise InvalidChanges(lost)
    changes = squash(composed.all)
    stored = load_affected_rows(connection, changes)
    # Every before is held against the stored rows, and the whole against the rules, under the lock.
    apply(stored, changes)
    passed = pass_gate(connection, number, state_of(current_revision(connection) or 0, changes), commit.note.override)
    written = numbered(connection, changes)
    write_changes(connection, written)
    title = (commit.note.title or "").strip() or str(header["title"])
    shipped = commit.shipped or _origin_after_undo(connection, header["undoes"])
    revision = new_revision(connection, commit.author, f"{title} (change set {number})", shipped, number)
    _keep_rows(connection, number, decisions, written)
    done = {"status": "committed", "committed_at": func.now(), "revision_id": revision, "committer": commit.author}
    said = {"title": title, "why": commit.note.why.strip(), "impact": commit.note.impact}
    connection.execute(update(SETS).where(SETS.c.id == number).values(**done, **said, **passed))
    mark_stale(connection, written)
    count_dimensions(connection, {c.key[1] for c in written if c.table == "skill_dimensions"})
    return revision


def _keep_rows(
    connection: Connection, number: int, decisions: Sequence[DraftDecision], written: Sequence[Change]
) -> None:
    """Keep what each decision did to the rows that were written, with the ids that new rows have got."""
    ids: dict[Place, int | None] = {
        c.place: getattr(c.before if c.after is None else c.after, "id", None) for c in written
    }
    connection.execute(delete(ROW).where(ROW.c.change_set_id == number))
    for decision in decisions:
        if decision.out is None:
            kept = [_with_id(c, ids[c.place]) for c in decision.changes if c.place in ids]
            write_rows(connection, number, decision.number, kept, decision.author)


def _with_id(change: Change, number: int | None) -> Change:
    before, after = ((replace(row, id=number) if getattr(row, "id", 0) is None else row) for row in _sides(change))
    return replace(change, before=before, after=after)


def _sides(change: Change) -> tuple[Any, Any]:
    return change.before, change.after


def _origin_after_undo(connection: Connection, undoes: int | None) -> ShippedEdition | None:
    """The shipped catalog that the store is set to again, where what is undone had set it to another."""
    if undoes is None:
        return None
    query = select(REVISIONS.c.id).where(REVISIONS.c.change_set_id == undoes, REVISIONS.c.edition.is_not(None))
    revision = connection.execute(query).scalar()
    last = connection.execute(select(func.max(REVISIONS.c.id)).where(REVISIONS.c.edition.is_not(None))).scalar()
    return (shipped_before(connection, revision) or NO_EDITION) if revision is not None and revision == last else None


def _refuse_own(decisions: Sequence[DraftDecision], person: str) -> None:
    count = len({c.place for d in decisions if d.out is None and d.author == person for c in d.changes})
    if count:
        raise StoreError(
            f"{count} of its changes are {person}'s own, and a change is committed by a second person. Hand the draft over."
        )
