"""What curators decided about findings: an accepted one is staged in a draft, a rejected one stays away until its
evidence changes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import curation
from db import models as m
from db.catalog import table_of
from db.errors import StoreError
from pipeline.audit import Finding
from pipeline.catalog.changes import Change

_RUNS = re.compile(r"\b\d[\d,]*(?= runs\b)")
DECISIONS, SETS = table_of(m.FindingDecision), table_of(m.ChangeSetRow)


def key_of(finding: Finding) -> str:
    """The name under which decisions about a finding are kept: its kind and its subject."""
    return f"{finding.kind} {json.dumps(finding.subject, sort_keys=True, ensure_ascii=False)}"


def evidence_of(finding: Finding) -> str:
    """The hash of a finding's reasons: when they change, it is open again. A count of runs changes it when it doubles, not
    with each run."""
    told = _RUNS.sub(lambda m: f"2^{int(m[0].replace(',', '')).bit_length()}", "\n".join(finding.reasons))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def still_open(engine: Engine, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that nobody has decided about, or about which there is other evidence now.

    An accepted finding is away while its draft is open; once that is discarded, or committed without mending it, the
    finding is back. One that somebody was not sure of stays open, for the next to decide.
    """
    query = select(DECISIONS.c.key, DECISIONS.c.evidence, DECISIONS.c.decision, SETS.c.status).outerjoin(
        SETS, SETS.c.id == DECISIONS.c.change_set_id
    )
    with engine.connect() as connection:
        decided = {row.key: row for row in connection.execute(query)}

    def is_open(finding: Finding) -> bool:
        row = decided.get(key_of(finding))
        if row is None or row.evidence != evidence_of(finding) or row.decision == "unsure":
            return True
        return bool(row.decision == "accepted" and row.status != "draft")

    return [f for f in findings if is_open(f)]


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a finding."""

    key: str
    decision: str
    author: str
    reason: str
    decided_at: datetime


def decisions(engine: Engine) -> dict[str, Decision]:
    """All decisions by the finding's key."""
    columns = [DECISIONS.c[name] for name in Decision.__dataclass_fields__]
    with engine.connect() as connection:
        return {row.key: Decision(**row._mapping) for row in connection.execute(select(*columns))}


def accept(engine: Engine, finding: Finding, author: str, repair: Sequence[Change] | None = None) -> int:
    """Stage a finding's repair, or the one that is given, in the author's draft, which is opened where there is none;
    returns the draft's number.

    Raises ``StoreError`` for a finding without a repair.
    """
    changes = finding.repair if repair is None else repair
    if not changes:
        raise StoreError("This finding has no repair that could be staged; edit the row by hand.")
    return accept_all(engine, [(finding, changes)], author)


def accept_all(engine: Engine, repairs: Sequence[tuple[Finding, Sequence[Change]]], author: str) -> int:
    """Stage the repairs of several findings, all or none; returns the draft's number."""
    with engine.begin() as connection:
        number = curation.draft_in_hand(connection, author)
        for finding, changes in repairs:
            curation.stage_in(connection, number, [replace(c, evidence=key_of(finding)) for c in changes], author)
            _decide(connection, finding, "accepted", author, "", number)
    return number


def reject(engine: Engine, finding: Finding, author: str, reason: str) -> None:
    """Set a finding aside for as long as its evidence stays as it is."""
    with engine.begin() as connection:
        _decide(connection, finding, "rejected", author, reason, None)


def leave_open(engine: Engine, finding: Finding, author: str, reason: str = "") -> None:
    """Note that somebody was not sure: the finding stays open for others."""
    with engine.begin() as connection:
        _decide(connection, finding, "unsure", author, reason, None)


def reopen(engine: Engine, key: str) -> None:
    """Take a decision back. Staged changes stay in their draft."""
    with engine.begin() as connection:
        connection.execute(delete(DECISIONS).where(DECISIONS.c.key == key))


def _decide(connection: Connection, finding: Finding, decision: str, author: str, reason: str, number: int | None) -> None:
    values = {
        "evidence": evidence_of(finding), "decision": decision, "author": author, "reason": reason, "change_set_id": number,
        "decided_at": func.now(),
    }  # fmt: skip
    connection.execute(
        upsert(DECISIONS).values(key=key_of(finding), **values).on_conflict_do_update(index_elements=["key"], set_=values)
    )
