"""Decisions of a draft within a transaction that is open: staged, read with what they come to, taken out and put back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, text, tuple_, update

from db import models as m
from db.errors import StoreError
from db.models import CATALOG_TABLES
from db.stores.catalog import row_of_cells, table_of
from db.stores.change_rows import drop_rows, lock_draft, read_rows, write_rows
from pipeline.catalog.admission import DraftClash, Prevailing, admit
from pipeline.catalog.changes import Change, Place, change_from_wire, squash
from pipeline.catalog.decision_title import decision_title, title_text
from pipeline.catalog.decisions import Clash, Composed, Decision, compose, in_the_way_of, standing_on
from pipeline.catalog.refs import FindingRef, ProposalRef, Ref, ref_from_wire
from pipeline.catalog.tables import TABLE
from pipeline.catalog.value import SkillAlias

DECISION, FOUND = table_of(m.DraftDecisionRow), table_of(m.FindingDecision)
PROPOSAL, ACT = table_of(m.ProposalRow), table_of(m.QueueDecisionRow)


_PREVAILING: ContextVar[Prevailing | None] = ContextVar("prevailing", default=None)


@contextmanager
def letting_prevail(who: Prevailing) -> Iterator[None]:
    """Within it, what is staged and contradicts a draft is decided: the later decision prevails, or the draft does."""
    token = _PREVAILING.set(who)
    try:
        yield
    finally:
        _PREVAILING.reset(token)


@dataclass(frozen=True)
class NewDecision:
    """What is staged as one decision.

    ``author`` made it (null for the draft's owner), ``title`` is given where its changes do not say enough, ``origin`` is the
    finding or proposal that it decides, and ``prevailing`` says who prevails where it contradicts the draft.
    """

    changes: tuple[Change, ...]
    author: str | None = None
    title: str = ""
    origin: Ref | None = None
    prevailing: Prevailing | None = None


@dataclass(frozen=True)
class TakenOut:
    """When, by whom and why a decision was taken out; ``along_with`` is the one on which it stood, if it went with that."""

    at: datetime
    by: str
    why: str
    along_with: int | None


@dataclass(frozen=True)
class DraftDecision:
    """A decision of a change set: ``changes`` are what it does now, or did when it was taken ``out``.

    ``lost`` is what it cannot do any more; the draft cannot be committed with it.
    """

    number: int
    given_title: str
    author: str
    created_at: datetime
    origin: Ref | None
    changes: tuple[Change, ...]
    out: TakenOut | None = None
    lost: tuple[Clash, ...] = ()

    @cached_property
    def rows(self) -> tuple[Change, ...]:
        """Its changes, one for each row."""
        return squash(self.changes)

    @property
    def title(self) -> str:
        """Its title in words, with slugs where its own rows do not say names."""
        return self.given_title or title_text(decision_title(self.rows))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of its changes, each once."""
        return tuple(dict.fromkeys(c.reason for c in self.changes if c.reason))

    @property
    def sources(self) -> tuple[Ref, ...]:
        """What showed the fault, each once."""
        found = {ref.key(): ref for ref in (self.origin, *(c.source for c in self.changes)) if ref is not None}
        return tuple(found.values())


class StandsOnIt(StoreError):
    """A decision that cannot be taken out alone; ``numbers`` are the later ones that stand on it, with their ``titles``."""

    def __init__(self, numbers: Sequence[int], titles: Sequence[str]) -> None:
        self.numbers, self.titles = tuple(numbers), tuple(titles)
        listed = "\n".join(f"- {title}" for title in titles)
        super().__init__(f"Later decisions stand on this one; take them out with it, or leave it in:\n{listed}")


class StoredCatalogRows:
    """Rows of the stored catalog, asked one at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def row(self, place: Place) -> Any | None:
        """The row of a place; null for none."""
        table, key = place
        stored = CATALOG_TABLES[table]
        at = tuple_(*(stored.c[column] for column in TABLE[table].key)) == tuple_(*key)
        found = self._connection.execute(select(*(stored.c[c] for c in TABLE[table].columns)).where(at)).first()
        return None if found is None else row_of_cells(table, found)

    def same_form(self, form: str) -> Sequence[SkillAlias]:
        """All aliases with a text, in any case."""
        stored = CATALOG_TABLES["skill_aliases"]
        query = select(*(stored.c[c] for c in TABLE["skill_aliases"].columns))
        query = query.where(func.lower(stored.c.alias_text) == form.lower())
        return [row_of_cells("skill_aliases", cells) for cells in self._connection.execute(query)]


def read_decisions(connection: Connection, number: int) -> tuple[tuple[DraftDecision, ...], Composed]:
    """The decisions of a draft in order, those that are out among them, and what they come to."""
    headers, staged = _read(connection, number)
    composed = compose(staged.values(), StoredCatalogRows(connection))
    found = []
    for row in headers:
        n = int(row["number"])
        out = TakenOut(row["out_at"], row["out_by"] or "", row["out_why"], row["out_with"]) if row["out_at"] else None
        changes = composed.changes.get(n, staged[n].changes)
        origin = ref_from_wire(row["origin"]) if row["origin"] else None
        found.append(
            DraftDecision(
                n, row["title"], row["author"], row["created_at"], origin, changes, out, composed.lost.get(n, ())
            )
        )
    return tuple(found), composed


def read_standing_on(connection: Connection, number: int, decision: int) -> tuple[DraftDecision, ...]:
    """The later decisions of a draft that stand on one of them."""
    decisions, _ = read_decisions(connection, number)
    _, staged = _read(connection, number)
    if decision not in staged:
        raise StoreError("This decision is not in the draft any more; reload the page.")
    along = standing_on(staged.values(), decision, StoredCatalogRows(connection))
    return tuple(d for d in decisions if d.number in along)


def read_committed_decisions(connection: Connection, number: int) -> tuple[DraftDecision, ...]:
    """The decisions of a committed change set with the rows that each wrote; those that were out have what they would have."""
    headers, staged = _read(connection, number)
    return tuple(
        DraftDecision(
            int(row["number"]),
            row["title"],
            row["author"],
            row["created_at"],
            ref_from_wire(row["origin"]) if row["origin"] else None,
            staged[int(row["number"])].changes,
            TakenOut(row["out_at"], row["out_by"] or "", row["out_why"], row["out_with"]) if row["out_at"] else None,
        )
        for row in headers
    )


def _read(connection: Connection, number: int) -> tuple[list[Mapping[Any, Any]], dict[int, Decision]]:
    query = select(DECISION).where(DECISION.c.change_set_id == number).order_by(DECISION.c.number)
    headers: list[Mapping[Any, Any]] = [dict(row) for row in connection.execute(query).mappings()]
    changes: dict[int, list[Change]] = defaultdict(list)
    for decision, change in read_rows(connection, number):
        changes[decision].append(change)
    staged = {
        int(row["number"]): Decision(
            int(row["number"]),
            tuple(_kept(row["kept"]) if row["out_at"] else changes[int(row["number"])]),
            row["out_at"] is not None,
            min(
                (int(h["number"]) for h in headers if row["out_at"] and h["created_at"] >= row["out_at"]), default=None
            ),
        )
        for row in headers
    }
    return headers, staged


def _kept(kept: Mapping[str, Any] | None) -> list[Change]:
    return [change_from_wire(form) for form in (kept or {}).get("changes", ())]


def stage_in(connection: Connection, number: int, new: NewDecision) -> int | None:
    """Add a decision to a draft, on top of what the draft has made of its rows; returns its number, null where nothing is added.

    Raises ``StoreError`` when it is no draft, or holds all of this already, and ``DraftClash`` where a person has to choose.
    """
    return stage_all_in(connection, number, [new])[0]


def stage_all_in(connection: Connection, number: int, news: Sequence[NewDecision]) -> list[int | None]:
    """Add decisions to a draft, one on top of the other; returns their numbers, null where nothing is added. Raises like ``stage_in``."""
    header = lock_draft(connection, number)
    query = select(func.max(DECISION.c.number)).where(DECISION.c.change_set_id == number)
    last = connection.execute(query).scalar()
    draft: _OpenDraft | None = None
    numbers: list[int | None] = []
    for new in news:
        if last is not None and new.changes and draft is None:
            draft = _OpenDraft.read(connection, number)
        prevailing = new.prevailing or _PREVAILING.get()
        changes = new.changes if draft is None else draft.admit(new, prevailing, (last or 0) + 1)
        if not changes:
            if new.changes and prevailing != "draft":
                raise StoreError("Your draft holds this already, so nothing was staged.")
            numbers.append(None)
            continue
        last = (last or 0) + 1
        author = new.author or str(header["owner"])
        values = {"change_set_id": number, "number": last, "author": author, "title": new.title}
        values["origin"] = new.origin.wire() if new.origin else None
        connection.execute(insert(DECISION).values(**values))
        write_rows(connection, number, last, changes, author)
        numbers.append(last)
    return numbers


@dataclass
class _OpenDraft:
    """What a draft has come to while decisions are added to it, and what each is called."""

    composed: Composed
    titles: dict[int, str]

    @classmethod
    def read(cls, connection: Connection, number: int) -> _OpenDraft:
        """A draft as it is stored."""
        decisions, composed = read_decisions(connection, number)
        return cls(composed, {d.number: d.title for d in decisions})

    def admit(self, new: NewDecision, prevailing: Prevailing | None, number: int) -> tuple[Change, ...]:
        """The changes of a decision as they go on top. Raises ``DraftClash``."""
        try:
            changes = admit(self.composed, new.changes, prevailing)
        except DraftClash as clash:
            origins = [f" (decision “{self.titles[c.by]}”)" if c.by in self.titles else "" for c in clash.clashes]
            raise DraftClash(clash.clashes, origins, clash.has_rest) from None
        self.composed = replace(self.composed, changes={**self.composed.changes, number: changes})
        self.titles[number] = new.title or title_text(decision_title(squash(changes)))
        return changes


@dataclass(frozen=True)
class Removal:
    """A decision to be taken out: by whom, why, and whether those that stand on it go along."""

    number: int
    person: str
    why: str = ""
    along: bool = False


def take_out_in(connection: Connection, number: int, removal: Removal) -> tuple[int, ...]:
    """Take a decision out of a draft with all its rows; returns the numbers of all that went.

    Raises ``StandsOnIt`` for one on which later decisions stand, unless they go along.
    """
    lock_draft(connection, number)
    decisions, _ = read_decisions(connection, number)
    by_number = {d.number: d for d in decisions}
    chosen = by_number.get(removal.number)
    if chosen is None or chosen.out:
        raise StoreError("This decision is not in the draft any more; reload the page.")
    _, staged = _read(connection, number)
    along = standing_on(staged.values(), removal.number, StoredCatalogRows(connection))
    if along and not removal.along:
        raise StandsOnIt(along, [by_number[n].title for n in along])
    for n in (removal.number, *along):
        why = removal.why if n == removal.number else f"Stood on “{chosen.title}”"
        out_with = None if n == removal.number else removal.number
        cells = {"out_at": func.now(), "out_by": removal.person, "out_why": why, "out_with": out_with}
        kept = {"changes": [c.wire() for c in staged[n].changes]} | _reopen(connection, number, by_number[n])
        connection.execute(_at(number, n).values(**cells, kept=kept))
        drop_rows(connection, number, n)
    return (removal.number, *along)


def put_back_in(connection: Connection, number: int, decision: int) -> tuple[int, ...]:
    """Put a decision back where it was, with those that went with it; returns the numbers of all that came.

    Raises ``StoreError`` where what came into the draft meanwhile leaves no place for it.
    """
    lock_draft(connection, number)
    headers, staged = _read(connection, number)
    rows = {int(row["number"]): row for row in headers}
    if decision not in rows or rows[decision]["out_at"] is None:
        raise StoreError("This decision is in the draft already; reload the page.")
    numbers = tuple(n for n, row in rows.items() if n == decision or (row["out_at"] and row["out_with"] == decision))
    clashes = in_the_way_of(staged.values(), numbers, StoredCatalogRows(connection))
    if clashes:
        listed = "\n".join(f"- {text}" for text in dict.fromkeys(c.text for c in clashes))
        raise StoreError(
            f"What came into the draft meanwhile leaves no place for it; take that out first, then put this back:\n{listed}"
        )
    for n in numbers:
        row = rows[n]
        nothing = {"out_at": None, "out_by": None, "out_why": "", "out_with": None, "kept": None}
        connection.execute(_at(number, n).values(**nothing))
        write_rows(connection, number, n, staged[n].changes, row["author"])
        origin = ref_from_wire(row["origin"]) if row["origin"] else None
        _decide_again(connection, number, origin, row["kept"] or {})
    return numbers


def replace_rows(
    connection: Connection, number: int, decision: DraftDecision, row: tuple[Place, Change | None], person: str
) -> None:
    """Let a decision do something else with the row of a place, or leave it alone; one of which nothing is left is out."""
    place, settled = row
    rest = [c for c in decision.changes if c.place != place]
    if settled is None and not rest:
        why = "Nothing of it was left after a conflict was settled"
        take_out_in(connection, number, Removal(decision.number, person, why, along=True))
        return
    drop_rows(connection, number, decision.number, place)
    if settled is not None:
        write_rows(connection, number, decision.number, [settled], decision.author)


def _at(number: int, decision: int) -> Any:
    return update(DECISION).where(DECISION.c.change_set_id == number, DECISION.c.number == decision)


def _reopen(connection: Connection, number: int, decision: DraftDecision) -> dict[str, Any]:
    """Let what a decision decided be open again; returns what there is to keep for deciding it again."""
    origin = decision.origin
    if isinstance(origin, FindingRef):
        accepted = (FOUND.c.key == origin.key()) & (FOUND.c.change_set_id == number) & (FOUND.c.decision == "accepted")
        connection.execute(update(FOUND).where(accepted).values(change_set_id=None))
    acts = select(ACT.c.id).where(ACT.c.change_set_id == number, ACT.c.draft_decision == decision.number)
    single = origin.number if isinstance(origin, ProposalRef) else None
    decided = or_(PROPOSAL.c.queue_decision_id.in_(acts), PROPOSAL.c.id == single)
    in_draft = update(PROPOSAL).where(decided, PROPOSAL.c.change_set_id == number, PROPOSAL.c.status != "pending")
    before = select(PROPOSAL.c.id, PROPOSAL.c.status).where(decided, PROPOSAL.c.change_set_id == number)
    statuses = {str(row.id): row.status for row in connection.execute(before)}
    connection.execute(in_draft.values(status="pending"))
    return {"statuses": statuses} if statuses else {}


def _decide_again(connection: Connection, number: int, origin: Ref | None, kept: Mapping[str, Any]) -> None:
    if isinstance(origin, FindingRef):
        left = (FOUND.c.key == origin.key()) & FOUND.c.change_set_id.is_(None) & (FOUND.c.decision == "accepted")
        connection.execute(update(FOUND).where(left).values(change_set_id=number))
    statuses: dict[str, str] = kept.get("statuses", {})
    if isinstance(origin, ProposalRef) and kept.get("status"):
        # An earlier release kept that of the one proposal that a decision was of.
        statuses = {str(origin.number): kept["status"]}
    for status in set(statuses.values()):
        ids = [int(n) for n, was in statuses.items() if was == status]
        pending = PROPOSAL.c.id.in_(ids) & (PROPOSAL.c.status == "pending")
        connection.execute(update(PROPOSAL).where(pending).values(status=status, change_set_id=number))


def count_decisions(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """How many decisions are in, by change set."""
    query = text(
        "SELECT change_set_id, count(*) FROM draft_decision WHERE out_at IS NULL AND change_set_id = ANY(:numbers) GROUP BY 1"
    )
    return {int(n): int(count) for n, count in connection.execute(query, {"numbers": list(numbers)})}
