"""What curators decided about findings: an accepted one is staged in a draft, a rejected one stays away until its
evidence changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.errors import StoreError
from db.stores.catalog import table_of
from db.stores.change_rows import SETS, current_draft
from db.stores.draft_decisions import NewDecision, Removal, stage_all_in, take_out_in
from pipeline.audit import Finding
from pipeline.catalog.changes import Change
from pipeline.catalog.refs import FindingRef

DECISIONS = table_of(m.FindingDecision)
ALL_DECIDED = "Nothing was decided: somebody else has decided all of them meanwhile. Reload the page."


def ref_of(finding: Finding) -> FindingRef:
    """The reference to a finding."""
    return FindingRef(finding.kind, finding.subject.wire())


def key_of(finding: Finding) -> str:
    """The name under which decisions about a finding are kept: its kind and its subject."""
    return ref_of(finding).key()


def evidence_of(finding: Finding) -> str:
    """The hash of a finding's reasons: when they change, it is open again. A count of runs changes it when it doubles, not
    with each run.
    """
    evidence = "\n".join(reason.evidence for reason in finding.reasons)
    return hashlib.sha256(evidence.encode("utf-8", "replace")).hexdigest()


class FindingStore:
    """Decisions about findings of the audit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def still_open(self, findings: Sequence[Finding], draft: int | None = None) -> list[Finding]:
        """The findings that nobody has decided about, or about which there is other evidence now.

        An accepted finding is away while its draft is open; once that is discarded, or committed without mending it, the
        finding is back. ``draft`` is the one with which the findings were judged: what it holds and they still tell is open, for
        the draft does not mend it. One that somebody was not sure of stays open, for the next to decide.
        """
        with self._engine.connect() as connection:
            return _still_open(connection, findings, draft)

    def open_at(self, findings: Sequence[Finding], revision: int, moment: datetime) -> list[Finding]:
        """The findings in a past revision that nobody had decided about by a moment, by the decisions that are kept.

        One that had been accepted by then was away as long as its change set was not committed.
        """
        columns = DECISIONS.c.key, DECISIONS.c.decision, SETS.c.revision_id
        query = (
            select(*columns)
            .outerjoin(SETS, SETS.c.id == DECISIONS.c.change_set_id)
            .where(DECISIONS.c.decision != "unsure", DECISIONS.c.decided_at <= moment)
        )
        with self._engine.connect() as connection:
            away = {
                row.key
                for row in connection.execute(query)
                if row.decision == "rejected" or row.revision_id is None or row.revision_id > revision
            }
        return [finding for finding in findings if key_of(finding) not in away]

    def frequent_reasons(self, kind: str, limit: int = 4) -> list[str]:
        """The reasons with which findings of a kind were rejected most often, the newest first of equal ones."""
        query = (
            select(DECISIONS.c.reason)
            .where(
                DECISIONS.c.decision == "rejected",
                DECISIONS.c.reason != "",
                DECISIONS.c.key.startswith(f"{kind} ", autoescape=True),
            )
            .group_by(DECISIONS.c.reason)
            .order_by(func.count().desc(), func.max(DECISIONS.c.decided_at).desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def decisions(self) -> dict[str, Decision]:
        """All decisions by the finding's key."""
        columns = [DECISIONS.c[name] for name in Decision.__dataclass_fields__]
        with self._engine.connect() as connection:
            return {row.key: Decision(**row._mapping) for row in connection.execute(select(*columns))}

    def accept(self, finding: Finding, author: str, repair: Sequence[Change] | None = None) -> int:
        """Stage a finding's repair, or the one that is given, in the author's draft, which is opened where there is none;
        returns the draft's number.

        Raises ``StoreError`` for a finding without a repair.
        """
        changes = finding.repair if repair is None else repair
        if not changes:
            raise StoreError("This finding has no repair that could be staged; edit the row by hand.")
        return self.accept_all([(finding, changes)], author)

    def accept_all(self, repairs: Sequence[tuple[Finding, Sequence[Change]]], author: str) -> int:
        """Stage the repairs of several findings, all or none; returns the draft's number."""
        with self._engine.begin() as connection:
            return _accept_in(connection, repairs, author).draft or 0

    def accept_open(self, repairs: Sequence[tuple[Finding, Sequence[Change]]], author: str) -> DecidedFindings:
        """Stage the repairs of those of several findings that nobody has decided meanwhile, in one act."""
        with self._engine.begin() as connection:
            return accept_open_in(connection, repairs, author)

    def reject_open(self, findings: Sequence[Finding], author: str, reason: str) -> DecidedFindings:
        """Set those of several findings aside that nobody has decided meanwhile, in one act."""
        with self._engine.begin() as connection:
            decided = reject_open_in(connection, findings, author, reason)
        if not decided.keys:
            raise StoreError(ALL_DECIDED)
        return decided

    def undo(self, decided: DecidedFindings, person: str) -> None:
        """Take an act back: its repairs go out of their draft, and its findings are open again."""
        with self._engine.begin() as connection:
            undo_in(connection, decided, person)

    def reject(self, finding: Finding, author: str, reason: str) -> None:
        """Set a finding aside for as long as its evidence stays as it is."""
        with self._engine.begin() as connection:
            _decide(connection, finding, {"decision": "rejected", "author": author, "reason": reason})

    def leave_open(self, finding: Finding, author: str, reason: str = "") -> None:
        """Note that somebody was not sure: the finding stays open for others."""
        with self._engine.begin() as connection:
            _decide(connection, finding, {"decision": "unsure", "author": author, "reason": reason})

    def reopen(self, key: str) -> None:
        """Take a decision back. Staged changes stay in their draft."""
        with self._engine.begin() as connection:
            connection.execute(delete(DECISIONS).where(DECISIONS.c.key == key))


@dataclass(frozen=True)
class DecidedFindings:
    """What an act on several findings came to: the keys of those that it decided, the draft and the numbers of its decisions in it
    (none for a rejection), and how many were left out since somebody has decided them meanwhile.
    """

    keys: tuple[str, ...]
    draft: int | None
    decisions: tuple[int, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a finding."""

    key: str
    decision: str
    author: str
    reason: str
    decided_at: datetime


def _still_open(connection: Connection, findings: Sequence[Finding], draft: int | None = None) -> list[Finding]:
    columns = DECISIONS.c.key, DECISIONS.c.evidence, DECISIONS.c.decision, DECISIONS.c.change_set_id, SETS.c.status
    query = select(*columns).outerjoin(SETS, SETS.c.id == DECISIONS.c.change_set_id)
    decided = {row.key: row for row in connection.execute(query)}

    def is_open(finding: Finding) -> bool:
        row = decided.get(key_of(finding))
        if row is None or row.evidence != evidence_of(finding) or row.decision == "unsure":
            return True
        is_elsewhere = row.status == "draft" and row.change_set_id != draft
        return bool(row.decision == "accepted" and not is_elsewhere)

    return [f for f in findings if is_open(f)]


def accept_open_in(
    connection: Connection, repairs: Sequence[tuple[Finding, Sequence[Change]]], author: str
) -> DecidedFindings:
    """Stage the repairs of those of several findings that nobody has decided meanwhile. Raises ``StoreError`` where none is left."""
    draft = current_draft(connection, author)
    wanted = {id(f) for f in _still_open(connection, [f for f, _ in repairs], draft)}
    chosen = [(f, changes) for f, changes in repairs if id(f) in wanted]
    if not chosen:
        raise StoreError(ALL_DECIDED)
    return replace(_accept_in(connection, chosen, author), left_out=len(repairs) - len(chosen))


def reject_open_in(connection: Connection, findings: Sequence[Finding], author: str, reason: str) -> DecidedFindings:
    """Set those of several findings aside that nobody has decided meanwhile."""
    chosen = _still_open(connection, findings)
    for finding in chosen:
        _decide(connection, finding, {"decision": "rejected", "author": author, "reason": reason})
    return DecidedFindings(tuple(key_of(f) for f in chosen), None, (), len(findings) - len(chosen))


def undo_in(connection: Connection, decided: DecidedFindings, person: str) -> None:
    """Take an act back whose repairs are all in their draft."""
    for number in reversed(decided.decisions):
        if decided.draft is not None:
            take_out_in(connection, decided.draft, Removal(number, person, "Taken back at once"))
    forget_in(connection, decided.keys)


def forget_in(connection: Connection, keys: Sequence[str]) -> None:
    """Let findings be open again."""
    connection.execute(delete(DECISIONS).where(DECISIONS.c.key.in_(keys)))


def _accept_in(
    connection: Connection, repairs: Sequence[tuple[Finding, Sequence[Change]]], author: str
) -> DecidedFindings:
    draft = current_draft(connection, author)
    news = [
        NewDecision(tuple(replace(c, source=ref_of(finding)) for c in changes), author, origin=ref_of(finding))
        for finding, changes in repairs
    ]
    numbers = stage_all_in(connection, draft, news)
    for finding, _ in repairs:
        _decide(connection, finding, {"decision": "accepted", "author": author, "change_set_id": draft})
    keys = tuple(key_of(finding) for finding, _ in repairs)
    return DecidedFindings(keys, draft, tuple(n for n in numbers if n is not None))


def _decide(connection: Connection, finding: Finding, cells: Mapping[str, object]) -> None:
    """Keep a decision about a finding in the place of an earlier one; ``cells`` are its columns."""
    kept = {"evidence": evidence_of(finding), "score": finding.score, "decided_at": func.now()}
    values = {"reason": "", "change_set_id": None, "acceptance_id": None, **kept, **cells}
    connection.execute(
        upsert(DECISIONS)
        .values(key=key_of(finding), **values)
        .on_conflict_do_update(index_elements=["key"], set_=values)
    )
