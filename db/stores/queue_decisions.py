"""Acts on the review queue: one or many proposals decided at once, and undone as one.

An act is a row. An approval is also one decision of the author's draft: taken out of the draft there, or undone here, it lets
its proposals wait again. What somebody else has decided meanwhile is left out of an act.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from db.errors import StoreError
from db.stores.change_rows import current_draft
from db.stores.draft_decisions import NewDecision, Removal, stage_in, take_out_in
from db.stores.proposal_keys import spelling_key
from pipeline.catalog.changes import Change
from pipeline.catalog.refs import Ref

NAMES_NOTHING = frozenset({"a name or a place", "a fragment"})
"""Reasons of a rejection by which a form is no name of anything, as a skill, a title or a role."""

_LOCK = text("""
SELECT p.id, p.kind, p.text, p.decided_by,
  CASE WHEN p.status IN ('approved', 'mapped') AND s.status = 'discarded' THEN 'pending' ELSE p.status END AS status
FROM proposal p LEFT JOIN change_set s ON s.id = p.change_set_id WHERE p.id = ANY(:ids) ORDER BY p.id FOR UPDATE OF p
""")
_NOTE = text("""
INSERT INTO queue_decision (author, status, title, reason, proposals, change_set_id, draft_decision)
VALUES (:author, :status, :title, :reason, :proposals, :draft, :number) RETURNING id
""")
_DECIDE = text("""
UPDATE proposal SET status = :status, decided_by = :author, decided_at = now(), reason = :reason, change_set_id = :draft,
  queue_decision_id = :decision WHERE id = ANY(:ids)
""")
_REOPEN = """
UPDATE proposal SET status = 'pending', decided_by = NULL, decided_at = NULL, reason = NULL, queue_decision_id = NULL
WHERE status = 'rejected' AND
"""
_STORED = text("""
SELECT q.id, q.decided_at, q.author, q.status, q.title, q.reason, q.proposals, q.change_set_id, q.draft_decision,
  coalesce(q.undone_at, d.out_at) AS undone_at, coalesce(q.undone_by, d.out_by) AS undone_by, s.status AS draft_status
FROM queue_decision q LEFT JOIN change_set s ON s.id = q.change_set_id
LEFT JOIN draft_decision d ON d.change_set_id = q.change_set_id AND d.number = q.draft_decision
WHERE CAST(:id AS int) IS NULL OR q.id = CAST(:id AS int) ORDER BY q.id DESC LIMIT :limit
""")


@dataclass(frozen=True)
class QueueDecision:
    """What is decided: ``approved``, ``mapped`` or ``rejected``, by whom, what it is called, and why."""

    status: str
    author: str
    title: str
    reason: str = ""


@dataclass(frozen=True)
class Approval:
    """A proposal that is decided, and the changes that it becomes; none for a rejection."""

    number: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A proposal that an act leaves out, and why."""

    number: int
    text: str
    why: str


@dataclass(frozen=True)
class Decided:
    """What an act came to: its number, how many proposals it decided, which it left out, and the draft that has its changes."""

    number: int
    proposals: int
    left_out: tuple[LeftOut, ...]
    draft: int | None


@dataclass(frozen=True)
class StoredDecision:
    """An act as it is kept; ``draft_status`` is that of the change set with its changes (null for a rejection)."""

    id: int
    decided_at: datetime
    author: str
    status: str
    title: str
    reason: str
    proposals: int
    change_set_id: int | None
    draft_decision: int | None
    undone_at: datetime | None
    undone_by: str | None
    draft_status: str | None

    @property
    def can_be_undone(self) -> bool:
        """Whether it can be undone here: what was committed is undone by a change set."""
        return self.undone_at is None and self.draft_status in (None, "draft")


def lock_pending(connection: Connection, number: int) -> str:
    """Lock a proposal that waits for a decision and return its text. Raises ``StoreError`` where it does not, or is gone."""
    row = connection.execute(_LOCK, {"ids": [number]}).first()
    if row is None:
        raise StoreError("This proposal is gone: the last run that made it was deleted. Reload the queue.")
    if row.status != "pending":
        raise StoreError(f"“{row.text}” is {row.status} already; reload the queue.")
    return str(row.text)


def decide_in(
    connection: Connection, decision: QueueDecision, approvals: Sequence[Approval], origin: Ref | None = None
) -> Decided:
    """Decide proposals, those alone that still wait. Raises ``StoreError`` where none does."""
    rows = {int(r.id): r for r in connection.execute(_LOCK, {"ids": [a.number for a in approvals]})}
    left = [
        LeftOut(a.number, "", "the last run that made it was deleted")
        if a.number not in rows
        else LeftOut(a.number, rows[a.number].text, f"{rows[a.number].status} by {rows[a.number].decided_by} meanwhile")
        for a in approvals
        if a.number not in rows or rows[a.number].status != "pending"
    ]
    away = {one.number for one in left}
    chosen = [a for a in approvals if a.number not in away]
    if not chosen:
        raise StoreError("Nothing was decided: somebody else has decided all of them meanwhile. Reload the queue.")
    draft = number = None
    if decision.status != "rejected":
        draft = current_draft(connection, decision.author)
        changes = tuple(change for a in chosen for change in a.changes)
        title = decision.title if origin is None else ""
        number = stage_in(connection, draft, NewDecision(changes, decision.author, title, origin))
    cells = {"author": decision.author, "status": decision.status, "reason": decision.reason}
    kept = {**cells, "title": decision.title, "proposals": len(chosen), "draft": draft, "number": number}
    decided = int(connection.execute(_NOTE, kept).scalar_one())
    ids = [a.number for a in chosen]
    note_spellings(connection, [(n, rows[n].kind, rows[n].text) for n in ids])
    noted = {**cells, "reason": decision.reason or None, "draft": draft, "decision": decided, "ids": ids}
    connection.execute(_DECIDE, noted)
    return Decided(decided, len(chosen), tuple(left), draft)


def note_spellings(connection: Connection, proposals: Collection[tuple[int, str, str]]) -> None:
    """Keep what spellings proposals (number, kind, text) have in common with others, where nothing was found of them yet."""
    query = text(
        "INSERT INTO proposal_sign (proposal_id, version, texts, spelling, marks) VALUES (:id, 0, 0, :spelling, ARRAY[:mark]) "
        "ON CONFLICT DO NOTHING"
    )
    keys = [(number, spelling_key(kind, words)) for number, kind, words in proposals]
    connection.execute(query, [{"id": n, "spelling": key, "mark": f"spelling {key}"} for n, key in keys])


def undo_in(connection: Connection, number: int, person: str) -> int:
    """Undo an act; returns how many proposals wait again. Raises ``StoreError`` where it cannot be."""
    row = connection.execute(text("SELECT id FROM queue_decision WHERE id = :id FOR UPDATE"), {"id": number}).first()
    found = read_decided(connection, 1, number) if row else []
    if not found:
        raise StoreError(f"There is no decision {number} of the queue.")
    decision = found[0]
    if decision.undone_at is not None:
        raise StoreError(f"{decision.undone_by} has undone this already.")
    if not decision.can_be_undone:
        raise StoreError(
            f"Change set {decision.change_set_id} is {decision.draft_status}; what it did is undone on Revisions."
        )
    waiting = connection.execute(
        text("SELECT count(*) FROM proposal WHERE queue_decision_id = :id"), {"id": number}
    ).scalar_one()
    if decision.change_set_id is not None and decision.draft_decision is not None:
        removal = Removal(decision.draft_decision, person, "Taken back in the review queue")
        take_out_in(connection, decision.change_set_id, removal)
    else:
        waiting = connection.execute(text(f"{_REOPEN} queue_decision_id = :id"), {"id": number}).rowcount
        # That of a draft is undone for as long as its decision is out.
        undone = text("UPDATE queue_decision SET undone_at = now(), undone_by = :person WHERE id = :id")
        connection.execute(undone, {"id": number, "person": person})
    return int(waiting)


def reopen_in(connection: Connection, numbers: Sequence[int]) -> None:
    """Let rejected proposals wait again."""
    connection.execute(text(f"{_REOPEN} id = ANY(:ids)"), {"ids": list(numbers)})


def read_decided(connection: Connection, limit: int, number: int | None = None) -> list[StoredDecision]:
    """Return the newest acts, or a certain one."""
    rows = connection.execute(_STORED, {"limit": limit, "id": number}).mappings()
    return [StoredDecision(**row) for row in rows]
