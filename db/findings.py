"""What curators decided about findings: an accepted one is staged in a draft, a rejected one stays away until its
evidence changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import curation
from db import models as m
from db.catalog import table_of
from db.errors import StoreError
from pipeline.audit import Finding

DECISIONS, SETS = table_of(m.FindingDecision), table_of(m.ChangeSetRow)


def key_of(finding: Finding) -> str:
    """The name under which decisions about a finding are kept: its kind and its subject."""
    return f"{finding.kind} {json.dumps(finding.subject, sort_keys=True, ensure_ascii=False)}"


def evidence_of(finding: Finding) -> str:
    """The hash of a finding's reasons: when they change, it is open again."""
    return hashlib.sha256("\n".join(finding.reasons).encode("utf-8", "replace")).hexdigest()


def still_open(engine: Engine, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that nobody has decided about, or about which there is other evidence now.

    An accepted finding is away while its draft is open; once that is discarded, or committed without mending it, the
    finding is back.
    """
    query = select(DECISIONS.c.key, DECISIONS.c.evidence, DECISIONS.c.decision, SETS.c.status).outerjoin(
        SETS, SETS.c.id == DECISIONS.c.change_set_id
    )
    with engine.connect() as connection:
        decided = {row.key: row for row in connection.execute(query)}

    def is_open(finding: Finding) -> bool:
        row = decided.get(key_of(finding))
        if row is None or row.evidence != evidence_of(finding):
            return True
        return bool(row.decision == "accepted" and row.status != "draft")

    return [f for f in findings if is_open(f)]


def accept(engine: Engine, finding: Finding, author: str) -> int:
    """Stage a finding's repair in the author's draft, which is opened where there is none; returns the draft's number.

    Raises ``StoreError`` for a finding without a repair.
    """
    if not finding.repair:
        raise StoreError("This finding has no repair that could be staged; edit the row by hand.")
    number = draft_of(engine, author) or curation.open_draft(engine, author, f"Repairs by {author}")
    curation.stage(engine, number, [replace(c, evidence=key_of(finding)) for c in finding.repair])
    _decide(engine, finding, "accepted", author, "", number)
    return number


def reject(engine: Engine, finding: Finding, author: str, reason: str) -> None:
    """Set a finding aside for as long as its evidence stays as it is."""
    _decide(engine, finding, "rejected", author, reason, None)


def draft_of(engine: Engine, author: str) -> int | None:
    """The author's open draft, the newest where there are several."""
    query = select(SETS.c.id).where(SETS.c.author == author, SETS.c.status == "draft", SETS.c.kind == "edit").order_by(SETS.c.id.desc()).limit(1)
    with engine.connect() as connection:
        return connection.execute(query).scalar()


def _decide(engine: Engine, finding: Finding, decision: str, author: str, reason: str, number: int | None) -> None:
    values = {
        "evidence": evidence_of(finding), "decision": decision, "author": author, "reason": reason, "change_set_id": number,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(
            upsert(DECISIONS).values(key=key_of(finding), **values).on_conflict_do_update(index_elements=["key"], set_=values)
        )
