"""The review queue: proposals listed a page at a time, filtered, grouped and ranked, and decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from db.errors import StoreError
from db.stores.proposed_roles import ProposedRole, read_role
from db.stores.queue_decisions import (
    Approval,
    Decided,
    QueueDecision,
    StoredDecision,
    decide_in,
    lock_pending,
    read_decided,
    reopen_in,
    undo_in,
)
from db.stores.queue_filters import LISTED, WEAK, GroupBy, OrderBy, QueueFilter
from db.stores.queue_listing import (
    PAGE_SIZE,
    Lowered,
    Overview,
    Page,
    Waiting,
    all_ids,
    count_waiting,
    find_lowered,
    group_page,
    overview,
    page_ids,
)
from db.stores.sightings import Sighting, Wording, find_sightings, find_wordings
from db.stores.weak_proposals import judge_new
from pipeline.catalog.changes import Change
from pipeline.catalog.refs import ProposalRef

JUDGED_AT_ONCE = 200
"""Proposals that are judged while a page waits; the others are judged beside it (``QueueSigns``)."""
_CELLS = """
SELECT listed.*, p.payload -> 'role' AS role,
  coalesce((SELECT jsonb_object_agg(field, value) FROM proposal_edit e WHERE e.proposal_id = p.id), '{}') AS edits
FROM (%s WHERE p.id = ANY(:ids)) listed JOIN proposal p USING (id)
"""


@dataclass(frozen=True)
class Proposal:
    """A proposal with how many runs made it (of how many different texts), the newest of them, and what was found of it.

    ``weak`` says why it is probably no entry of the catalog; empty where nothing speaks against it, or where enough texts speak
    for it; ``doubt`` is what its words alone say. ``owner``, ``dimension`` and ``nature`` are where it would go, as slugs and a
    word of the vocabulary, and ``certainty`` how probably its dimension, or its role, is right (null where nothing says).
    """

    id: int
    kind: str
    role_slug: str
    text: str
    status: str
    runs: int
    texts: int
    newest_run: UUID | None
    newest_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    change_set_id: int | None
    queue_decision_id: int | None
    weak: str
    doubt: str = ""
    owner: str = ""
    dimension: str = ""
    nature: str = ""
    certainty: float | None = None
    employer_look: str = ""
    spelling: str = ""
    meaning: int | None = None
    role: ProposedRole | None = None
    """What runs say of a proposed role."""
    edits: Mapping[str, str] = field(default_factory=dict)
    """What a curator has written into it: name, nature, dimension."""
    lowered: Lowered | None = None
    """Why it stands lower: its like were rejected."""

    @property
    def name(self) -> str:
        """Its words, as they were edited."""
        return self.edits.get("name") or self.text


class ProposalStore:
    """The review queue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(
        self, status: str = "pending", kind: str = "", words: str = "", limit: int = 500, *, weak: bool = False
    ) -> list[Proposal]:
        """The first proposals of a kind with some words; with ``weak`` only those that something speaks against.

        One whose draft was discarded is pending again.
        """
        with self._engine.begin() as connection:
            judge_new(connection, JUDGED_AT_ONCE)
        wanted = QueueFilter(WEAK if weak and status == "pending" else status, kind, words)
        return list(self.page(wanted, size=limit).rows)

    def page(self, wanted: QueueFilter, order: OrderBy = "texts", number: int = 1, size: int = PAGE_SIZE) -> Page:
        """One page of the proposals of a filter (``Proposal``), those that most texts made first, or in another order."""
        with self._engine.connect() as connection:
            found = page_ids(connection, wanted, order, number, size)
            return replace(found, rows=tuple(_load(connection, found.rows)))

    def groups(self, wanted: QueueFilter, by: GroupBy, number: int = 1) -> Page:
        """One page of the groups of a filter (``Group``), the largest first."""
        with self._engine.connect() as connection:
            return group_page(connection, wanted, by, number)

    def ids(self, wanted: QueueFilter) -> list[int]:
        """The numbers of all proposals of a filter."""
        with self._engine.connect() as connection:
            return all_ids(connection, wanted)

    def load_all(self, numbers: Sequence[int]) -> list[Proposal]:
        """Proposals by their numbers, in their order; those that are gone are left out."""
        with self._engine.connect() as connection:
            return _load(connection, numbers)

    def load(self, number: int) -> Proposal | None:
        """A proposal by its number; null for one that never was, or that went with the last run that made it."""
        return next(iter(self.load_all([number])), None)

    def count_waiting(self, kind: str = "", words: str = "") -> Waiting:
        """How many proposals of a kind with some words wait for a decision, those that something speaks against apart."""
        with self._engine.connect() as connection:
            return count_waiting(connection, kind, words)

    def count_pending(self) -> int:
        """How many proposals wait for a decision, without the weak ones."""
        return self.count_waiting().strong

    def overview(self, wanted: QueueFilter) -> Overview:
        """What the queue holds beside the list of a filter: how many wait, and what it can be narrowed to."""
        with self._engine.connect() as connection:
            return overview(connection, wanted)

    def sightings(self, proposal: Proposal, limit: int = 5) -> list[Sighting]:
        """The newest runs that made a proposal, each with the sentence in which it stands, one for each text."""
        with self._engine.connect() as connection:
            return find_sightings(connection, proposal.id, proposal.kind, limit)

    def wordings(self, number: int, limit: int = 20) -> list[Wording]:
        """In which words runs made a proposal, the most frequent first."""
        with self._engine.connect() as connection:
            return find_wordings(connection, number, limit)

    def edit(self, number: int, name: str, value: str, author: str) -> None:
        """Write into a proposal that waits: its ``name``, ``nature`` or ``dimension``; an empty value is what was found again.

        Raises ``StoreError`` when somebody has decided it already.
        """
        with self._engine.begin() as connection:
            lock_pending(connection, number)
            cells = {"id": number, "field": name, "value": value, "author": author}
            if not value:
                connection.execute(text("DELETE FROM proposal_edit WHERE proposal_id = :id AND field = :field"), cells)
                return
            query = (
                "INSERT INTO proposal_edit (proposal_id, field, value, author) VALUES (:id, :field, :value, :author) "
                "ON CONFLICT (proposal_id, field) DO UPDATE SET value = EXCLUDED.value, author = EXCLUDED.author, edited_at = now()"
            )
            connection.execute(text(query), cells)

    def decide(
        self, number: int, status: str, author: str, changes: Sequence[Change] = (), reason: str = ""
    ) -> int | None:
        """Approve (``approved``), map to what is there (``mapped``) or reject for good (``rejected``) a proposal.

        The changes of the first two go into the author's draft, whose number is returned. Raises ``StoreError`` when somebody
        has decided already, or when there is nothing to stage.
        """
        if status != "rejected" and not changes:
            raise StoreError("There is nothing to stage; say what the proposal becomes.")
        with self._engine.begin() as connection:
            words = lock_pending(connection, number)
            decision = QueueDecision(status, author, f"“{words}” {status}", reason)
            return decide_in(connection, decision, [Approval(number, tuple(changes))], ProposalRef(number)).draft

    def decide_several(self, decision: QueueDecision, approvals: Sequence[Approval]) -> Decided:
        """Decide many proposals in one act, their changes one decision of the author's draft. What is not pending any more is
        left out. Raises ``StoreError`` where nothing is left.
        """
        with self._engine.begin() as connection:
            return decide_in(connection, decision, approvals)

    def reject(self, numbers: Iterable[int], author: str, reason: str) -> Decided:
        """Reject proposals for good, in one act; those that somebody has decided meanwhile are left out."""
        chosen = sorted(set(numbers))
        title = f"{len(chosen):,} proposals rejected" if len(chosen) > 1 else "A proposal rejected"
        decision = QueueDecision("rejected", author, title, reason)
        return self.decide_several(decision, [Approval(number) for number in chosen])

    def undo(self, decision: int, person: str) -> int:
        """Undo an act whole: rejections wait again, and its changes are taken out of their draft. Returns how many proposals wait
        again. Raises ``StoreError`` where its draft was committed, or where later decisions of the draft stand on it.
        """
        with self._engine.begin() as connection:
            return undo_in(connection, decision, person)

    def decisions(self, limit: int = 20) -> list[StoredDecision]:
        """The newest acts."""
        with self._engine.connect() as connection:
            return read_decided(connection, limit)

    def reopen(self, *numbers: int) -> None:
        """Take rejections back."""
        with self._engine.begin() as connection:
            reopen_in(connection, numbers)


def _load(connection: Connection, numbers: Sequence[int]) -> list[Proposal]:
    if not numbers:
        return []
    rows = {row["id"]: row for row in connection.execute(text(_CELLS % LISTED), {"ids": list(numbers)}).mappings()}
    waiting = [n for n in numbers if n in rows and rows[n]["status"] == "pending"]
    lowered = find_lowered(connection, waiting)
    return [
        Proposal(**{**rows[n], "role": read_role(rows[n]["role"]), "lowered": lowered.get(n)})
        for n in numbers
        if n in rows
    ]
