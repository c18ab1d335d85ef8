"""Change sets: drafts of changes, committed in one transaction or not at all, undone by their inverse.

A draft is rows from the first change on. A commit takes the revision lock, checks that every ``before`` still stands,
applies, writes a revision and keeps the change set as the audit trail. Nothing else changes a catalog that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, tuple_, update

from db.errors import StoreError
from db.stores.catalog import ShippedEdition, load_affected_rows
from db.stores.change_rows import (
    ROW,
    SETS,
    current_draft,
    lock_change_set,
    lock_draft,
    newest_draft,
    open_draft,
    read_changes,
)
from db.stores.commits import Commit, CommitNote, commit_in
from db.stores.draft_decisions import (
    DraftDecision,
    NewDecision,
    Removal,
    count_decisions,
    put_back_in,
    read_committed_decisions,
    read_decisions,
    read_standing_on,
    replace_rows,
    stage_in,
    take_out_in,
)
from db.stores.draft_states import DraftStates
from db.stores.gate import GateRefused
from pipeline.catalog.admission import Prevailing
from pipeline.catalog.changes import Change, Choice, Conflict, Place, blockers, squash
from pipeline.errors import WorkbenchError

MAX_ATTEMPTS = 3
"""How often checks are made for a commit that others come before."""


@dataclass(frozen=True)
class ChangeSet:
    """A change set as the pages show it; ``decisions`` that are in, and the ``size`` in rows that they change."""

    id: int
    title: str
    kind: str
    status: str
    author: str
    owner: str
    committer: str | None
    created_at: datetime
    used_at: datetime
    committed_at: datetime | None
    discarded_at: datetime | None
    discarded_by: str | None
    base_revision: int | None
    revision_id: int | None
    undoes: int | None
    why: str
    override_why: str
    override_checks: list[str]
    size: int
    decisions: int


@dataclass(frozen=True)
class Examination:
    """What would keep a draft from being committed now: rows that have moved, and rules that it breaks.

    ``conflict_of`` says which decision is in conflict over a row, ``problems_of`` which rules a decision breaks, by its number.
    """

    conflicts: tuple[Conflict, ...]
    problems: tuple[str, ...]
    conflict_of: Mapping[Place, int]
    problems_of: Mapping[int, tuple[str, ...]]


class ChangeSetStore:
    """Change sets: drafts, what was committed, and undoing it. With ``second_person`` nobody commits an edit of their own.

    ``complete`` has the checks of a draft made that a commit must pass. Without it they are those that are kept with the draft.
    """

    def __init__(
        self, engine: Engine, second_person: bool = False, complete: Callable[[int], None] | None = None
    ) -> None:
        self._engine = engine
        self._complete = complete
        self._states = DraftStates()
        self._second_person = second_person

    def open_draft(self, author: str, title: str, changes: Iterable[Change] = (), kind: str = "edit") -> int:
        """Begin a change set and stage the changes that are given; returns its number."""
        with self._engine.begin() as connection:
            number = open_draft(connection, author, title, kind)
            stage_in(connection, number, NewDecision(tuple(changes), author))
        return number

    def stage(self, number: int, changes: Iterable[Change], author: str | None = None) -> None:
        """Add a decision to a draft; it is stored before this returns. ``author`` is who made it, by default the draft's owner.

        Raises ``StoreError`` when it is no draft, and ``DraftClash`` where it contradicts what the draft has decided.
        """
        with self._engine.begin() as connection:
            stage_in(connection, number, NewDecision(tuple(changes), author))

    def draft_of(self, person: str) -> int | None:
        """The person's current draft: of those that they own, the one used last."""
        with self._engine.connect() as connection:
            return newest_draft(connection, person)

    def stage_for(
        self, person: str, changes: Sequence[Change], *, title: str = "", prevailing: Prevailing | None = None
    ) -> int:
        """Stage changes in the person's current draft as one decision; returns the draft's number.

        Raises ``StoreError`` when there is nothing to stage, and ``DraftClash`` where it contradicts what the draft has decided,
        unless ``prevailing`` says who prevails.
        """
        if not changes:
            raise StoreError("Nothing is changed by this, so nothing was staged.")
        with self._engine.begin() as connection:
            number = current_draft(connection, person)
            stage_in(connection, number, NewDecision(tuple(changes), person, title, None, prevailing))
        return number

    def make_current(self, number: int) -> None:
        """Make a draft its owner's current one, into which edits go."""
        with self._engine.begin() as connection:
            lock_draft(connection, number)
            connection.execute(update(SETS).where(SETS.c.id == number).values(used_at=func.clock_timestamp()))

    def take_out(
        self, number: int, decision: int, person: str, *, why: str = "", along: bool = False
    ) -> tuple[int, ...]:
        """Take a decision out of a draft with all its rows; returns the numbers of the decisions that went.

        Raises ``StandsOnIt`` for one on which later decisions stand, unless they go ``along``.
        """
        with self._engine.begin() as connection:
            return take_out_in(connection, number, Removal(decision, person, why, along))

    def put_back(self, number: int, decision: int) -> tuple[int, ...]:
        """Put a decision that is out back where it was, with those that went with it; returns their numbers.

        Raises ``StoreError`` where what came into the draft meanwhile leaves no place for it.
        """
        with self._engine.begin() as connection:
            return put_back_in(connection, number, decision)

    def standing_on(self, number: int, decision: int) -> tuple[DraftDecision, ...]:
        """The later decisions of a draft that stand on one of them."""
        with self._engine.connect() as connection:
            return read_standing_on(connection, number, decision)

    def decisions(self, number: int) -> tuple[DraftDecision, ...]:
        """The decisions of a change set in order, those that are out among them."""
        with self._engine.connect() as connection:
            if _status(connection, number) == "committed":
                return read_committed_decisions(connection, number)
            return self._states.read(connection, number).decisions

    def composed(self, number: int) -> tuple[tuple[DraftDecision, ...], tuple[Change, ...]]:
        """The decisions of a draft in order and what they come to, one change for each row: both of one moment."""
        with self._engine.connect() as connection:
            state = self._states.read(connection, number)
            return state.decisions, state.net

    def rename(self, number: int, title: str) -> None:
        """Give a draft another title."""
        with self._engine.begin() as connection:
            lock_draft(connection, number)
            connection.execute(update(SETS).where(SETS.c.id == number).values(title=title.strip() or "Draft"))

    def hand_over(self, number: int, to: str) -> None:
        """Give a draft to a colleague, who goes on with it. Who made each of its changes stays with them."""
        if not to.strip():
            raise StoreError("Say to whom the draft goes.")
        with self._engine.begin() as connection:
            lock_draft(connection, number)
            connection.execute(update(SETS).where(SETS.c.id == number).values(owner=to.strip()))

    def discard(self, number: int, person: str = "") -> None:
        """Set a draft aside, whole: it can be restored."""
        with self._engine.begin() as connection:
            lock_draft(connection, number)
            cells = {"status": "discarded", "discarded_at": func.now(), "discarded_by": person or None}
            connection.execute(update(SETS).where(SETS.c.id == number).values(**cells))

    def restore(self, number: int, person: str) -> None:
        """Put a discarded draft back, whole, as the current one of the person. Raises ``StoreError`` for any other change set."""
        with self._engine.begin() as connection:
            header = lock_change_set(connection, number)
            if header["status"] != "discarded":
                raise StoreError(f"Change set {number} is {header['status']}, so there is nothing to put back.")
            cells = {"status": "draft", "discarded_at": None, "discarded_by": None, "owner": person}
            connection.execute(update(SETS).where(SETS.c.id == number).values(**cells, used_at=func.clock_timestamp()))

    def load_changes(self, number: int) -> tuple[Change, ...]:
        """The changes of a change set in order; of a draft those of its decisions that are in, as they are now."""
        with self._engine.connect() as connection:
            if _status(connection, number) == "committed":
                return read_changes(connection, number)
            return self._states.read(connection, number).changes

    def net_changes(self, number: int) -> tuple[Change, ...]:
        """The changes of a change set as they are now, one for each row."""
        with self._engine.connect() as connection:
            if _status(connection, number) == "committed":
                return squash(read_changes(connection, number))
            return self._states.read(connection, number).net

    def load(self, number: int) -> ChangeSet:
        """A change set by its number. Raises ``StoreError`` for one that there is not."""
        found = self.newest(number=number)
        if not found:
            raise StoreError(f"There is no change set {number}.")
        return found[0]

    def newest(
        self, limit: int = 100, number: int | None = None, status: str = "", before: int | None = None
    ) -> list[ChangeSet]:
        """Change sets, the newest first; only that of a number, those of a status, or those made ``before`` one, if given."""
        query = select(SETS).order_by(SETS.c.id.desc()).limit(limit)
        if number is not None:
            query = query.where(SETS.c.id == number)
        if before is not None:
            query = query.where(SETS.c.id < before)
        if status:
            query = query.where(SETS.c.status == status)
        with self._engine.connect() as connection:
            return self._headers(connection, connection.execute(query).mappings().all())

    def examine(self, number: int) -> Examination:
        """What would keep a draft from being committed now, and which of its decisions that is."""
        with self._engine.connect() as connection:
            decisions, composed = read_decisions(connection, number)
            changes = squash(composed.all)
            stored = load_affected_rows(connection, changes)
        conflicts, problems = blockers(stored, changes)
        last = {c.place: d.number for d in decisions if d.out is None for c in d.changes}
        broken = {n: tuple(clash.text for clash in lost) for n, lost in composed.lost.items() if lost}
        known: set[str] = set()
        before: list[Change] = []
        for n, of_decision in composed.changes.items() if problems else ():
            before += of_decision
            found = [p for p in blockers(stored, before)[1] if p in problems and p not in known]
            known.update(found)
            if found:
                broken[n] = (*broken.get(n, ()), *found)
        lost = tuple(clash.text for clashes in composed.lost.values() for clash in clashes)
        return Examination(
            conflicts, (*lost, *problems), {c.change.place: last[c.change.place] for c in conflicts}, broken
        )

    def check(self, number: int) -> tuple[tuple[Conflict, ...], tuple[str, ...]]:
        """What would keep a draft from being committed now: rows that have moved, and rules that it breaks."""
        found = self.examine(number)
        return found.conflicts, found.problems

    def resolve(self, number: int, place: Place, choice: Choice, person: str = "") -> None:
        """Settle the conflict of one row of a draft: its last decision on it goes on top of what stands, or leaves it alone.

        Does nothing where there is no conflict (any more). Raises ``InputError`` for a choice that a row does not allow.
        """
        with self._engine.begin() as connection:
            header = lock_draft(connection, number)
            decisions, composed = read_decisions(connection, number)
            changes = squash(composed.all)
            conflicts, _ = blockers(load_affected_rows(connection, changes), changes)
            for conflict in [c for c in conflicts if c.change.place == place]:
                settled = conflict.settled(choice)
                touching = [d for d in decisions if d.out is None and any(c.place == place for c in d.changes)]
                who = person or str(header["owner"])
                for decision in touching[:-1]:
                    replace_rows(connection, number, decision, (place, None), who)
                replace_rows(connection, number, touching[-1], (place, settled), who)

    def commit(
        self, number: int, author: str, shipped: ShippedEdition | None = None, note: CommitNote | None = None
    ) -> int:
        """Apply a draft in one transaction and return the new revision; ``author`` is who commits, ``note`` what they say of it.

        ``shipped`` names the catalog that the commit sets the store to, if it does. Raises ``ChangeConflict`` with every row that
        has moved, ``InvalidChanges`` with every rule that is broken, ``GateRefused`` with every check that must hold and does not, and
        ``StoreError`` when it is no draft or the committer may not; then nothing has changed.
        """
        commit = Commit(author, note or CommitNote(), shipped, self._second_person)
        # A commit by somebody else makes checks stale; they are made anew, and not for ever.
        for attempt in range(MAX_ATTEMPTS if self._complete else 1):
            if self._complete is not None:
                self._complete(number)
            try:
                with self._engine.begin() as connection:
                    return commit_in(connection, number, commit)
            except GateRefused as error:
                if not error.is_stale or attempt + 1 == MAX_ATTEMPTS or self._complete is None:
                    raise
        raise AssertionError("unreachable")

    def commit_or_discard(
        self, number: int, author: str, shipped: ShippedEdition | None = None, override: str = ""
    ) -> int:
        """Commit a draft and return its number; one that cannot be committed is discarded, and the error raised. ``override`` says why
        although checks do not hold that must.
        """
        try:
            self.commit(number, author, shipped, CommitNote(override=override))
        except WorkbenchError:
            self.discard(number, author)
            raise
        return number

    def draft_undo(self, number: int, author: str) -> int:
        """A draft of the inverse of a committed change set; returns its number. It is committed like any other."""
        header = self.load(number)
        if header.status != "committed":
            raise StoreError(f"Change set {number} is not committed, so there is nothing to undo.")
        changes = [c.inverse() for c in reversed(self.load_changes(number))]
        with self._engine.begin() as connection:
            draft = open_draft(connection, author, f"Undo: {header.title}", "undo", number)
            stage_in(connection, draft, NewDecision(tuple(changes), author))
        return draft

    def undo(self, number: int, author: str, override: str = "") -> int:
        """Undo a committed change set, whichever; returns the number of the change set that does it.

        Raises ``ChangeConflict`` when later change sets have moved its rows, ``GateRefused`` where a check that must hold does not and
        ``override`` does not say why all the same; then nothing has changed.
        """
        return self.commit_or_discard(self.draft_undo(number, author), author, override=override)

    def impact_of(self, number: int) -> dict[str, Any] | None:
        """What a change set was found to do to past runs when it was committed; null where nobody had it found."""
        with self._engine.connect() as connection:
            return connection.execute(select(SETS.c.impact).where(SETS.c.id == number)).scalar()

    def _headers(self, connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[ChangeSet]:
        """Change sets with how many decisions and rows they hold: of a draft those that it comes to now."""
        numbers = [int(row["id"]) for row in rows]
        distinct = func.count(tuple_(ROW.c.table_name, ROW.c.key).distinct())
        query = (
            select(ROW.c.change_set_id, distinct).where(ROW.c.change_set_id.in_(numbers)).group_by(ROW.c.change_set_id)
        )
        sizes = {int(number): int(size) for number, size in connection.execute(query)}
        decisions = count_decisions(connection, numbers)
        fields = [name for name in ChangeSet.__dataclass_fields__ if name not in ("size", "decisions")]
        found = []
        for row in rows:
            number = int(row["id"])
            size = sizes.get(number, 0)
            if row["status"] == "draft" and size:
                size = len(self._states.read(connection, number).net)
            found.append(
                ChangeSet(**{name: row[name] for name in fields}, size=size, decisions=decisions.get(number, 0))
            )
        return found


def _status(connection: Connection, number: int) -> str | None:
    return connection.execute(select(SETS.c.status).where(SETS.c.id == number)).scalar()
