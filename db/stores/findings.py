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
from db.stores.draft_decisions import NewDecision, stage_in
from pipeline.audit import Finding
from pipeline.catalog.changes import Change
from pipeline.catalog.refs import FindingRef

DECISIONS = table_of(m.FindingDecision)


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
        columns = DECISIONS.c.key, DECISIONS.c.evidence, DECISIONS.c.decision, DECISIONS.c.change_set_id, SETS.c.status
        query = select(*columns).outerjoin(SETS, SETS.c.id == DECISIONS.c.change_set_id)
        with self._engine.connect() as connection:
            decided = {row.key: row for row in connection.execute(query)}

        def is_open(finding: Finding) -> bool:
            row = decided.get(key_of(finding))
            if row is None or row.evidence != evidence_of(finding) or row.decision == "unsure":
                return True
            is_elsewhere = row.status == "draft" and row.change_set_id != draft
            return bool(row.decision == "accepted" and not is_elsewhere)

        return [f for f in findings if is_open(f)]

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
            number = current_draft(connection, author)
            for finding, changes in repairs:
                sourced = tuple(replace(c, source=ref_of(finding)) for c in changes)
                stage_in(connection, number, NewDecision(sourced, author, origin=ref_of(finding)))
                _decide(connection, finding, {"decision": "accepted", "author": author, "change_set_id": number})
        return number

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
class Decision:
    """What somebody decided about a finding."""

    key: str
    decision: str
    author: str
    reason: str
    decided_at: datetime


def _decide(connection: Connection, finding: Finding, cells: Mapping[str, object]) -> None:
    """Keep a decision about a finding in the place of an earlier one; ``cells`` are its columns."""
    values = {"reason": "", "change_set_id": None, "decided_at": func.now(), "evidence": evidence_of(finding), **cells}
    connection.execute(
        upsert(DECISIONS)
        .values(key=key_of(finding), **values)
        .on_conflict_do_update(index_elements=["key"], set_=values)
    )
