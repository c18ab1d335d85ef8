"""The review queue: what a run would like to add. The same proposal from another run adds to its runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from db import curation
from db.errors import StoreError
from pipeline.catalog.changes import Change
from pipeline.contracts import NewKra, NewSkill, Step1, Step2
from pipeline.stages.capture import missing_links, missing_title

_PROPOSE = text(
    "INSERT INTO proposal (kind, key, role_slug, text) VALUES (:kind, :key, :role, :text) "
    "ON CONFLICT (kind, key, role_slug) DO UPDATE SET kind = EXCLUDED.kind RETURNING id, status"
)
_BY_RUN = text(
    "INSERT INTO proposal_run (proposal_id, run_id, evidence) VALUES (:id, :run, :evidence) ON CONFLICT DO NOTHING"
)


def proposal_key(value: str) -> str:
    """The form under which equal proposals meet: letters and digits in lower case, hashed."""
    folded = "".join(c for c in value.lower() if c.isalnum() or c in "+#")
    return hashlib.sha256((folded or value).encode("utf-8", "replace")).hexdigest()[:32]


def propose(connection: Connection, run_id: UUID, step1: Step1) -> Step1:
    """Queue what step 1 captured and return it with the queue's ids."""
    updates = step1.stage5_updates

    def queue(kind: str, value: str, role: str, evidence: str | None) -> tuple[int, str]:
        return _queue(connection, run_id, kind, value, role, evidence)

    evidence = {s.skill_name: s.evidence[0].text for s in step1.final_skills if s.evidence}
    skills: list[NewSkill] = []
    for skill in updates.new_skills_attached:
        number, status = queue("skill", skill.skill_name, "", evidence.get(skill.skill_name))
        skills.append(skill.model_copy(update={"queue_id": number, "status": status}))
    kras: list[NewKra] = []
    for kra in updates.new_kras_attached:
        number, status = queue("kra", kra.r_and_r_preview, kra.role_slug, kra.r_and_r_preview)
        kras.append(kra.model_copy(update={"queue_id": number, "status": status}))
    changed: dict[str, Any] = {
        "new_skills_attached": skills,
        "new_kras_attached": kras,
        "new_kra_attached": kras[0] if kras else None,
    }
    decision = step1.stage4_decision
    if decision.is_new_role and decision.new_role_display_name:
        number, _ = queue("role", decision.new_role_display_name, "", step1.nano_parsed.role)
        changed["queue_entry_id"] = number
    if decision.chosen_role and (title := missing_title(step1)):
        queue("title", title, decision.chosen_role.slug, step1.nano_parsed.role)
    return step1.model_copy(update={"stage5_updates": updates.model_copy(update=changed)})


def propose_links(connection: Connection, run_id: UUID, step2: Step2) -> None:
    """Queue the dimensions that the chosen role may have to carry."""
    chosen = step2.chosen_role
    for dimension, skills in missing_links(step2).items() if chosen else ():
        _queue(connection, run_id, "link", dimension, chosen.slug if chosen else "", ", ".join(skills[:8]))


def _queue(connection: Connection, run_id: UUID, kind: str, value: str, role: str, evidence: str | None) -> tuple[int, str]:
    row = connection.execute(_PROPOSE, {"kind": kind, "key": proposal_key(value), "role": role, "text": value}).one()
    connection.execute(_BY_RUN, {"id": row.id, "run": run_id, "evidence": evidence})
    return int(row.id), str(row.status)


def counts_for_run(connection: Connection, run_id: UUID) -> dict[int, int]:
    """How many runs made each proposal of a run, by proposal id."""
    rows = connection.execute(
        text(
            "SELECT p.proposal_id, count(*) FROM proposal_run p JOIN proposal_run mine ON mine.proposal_id = p.proposal_id "
            "WHERE mine.run_id = :run GROUP BY p.proposal_id"
        ),
        {"run": run_id},
    )
    return {int(number): int(count) for number, count in rows}


def forget_orphans(connection: Connection) -> None:
    """Remove pending proposals that no run stands behind any more."""
    connection.execute(
        text(
            "DELETE FROM proposal WHERE status = 'pending' AND NOT EXISTS "
            "(SELECT 1 FROM proposal_run WHERE proposal_id = proposal.id)"
        )
    )


# --- the review queue ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A proposal with how many runs made it, the newest of them, and sentences in which it stands."""

    id: int
    kind: str
    role_slug: str
    text: str
    status: str
    runs: int
    newest_run: UUID | None
    newest_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    change_set_id: int | None


_LISTED = """
SELECT p.id, p.kind, p.role_slug, p.text,
  CASE WHEN p.status IN ('approved', 'mapped') AND s.status = 'discarded' THEN 'pending' ELSE p.status END AS status,
  count(r.run_id) AS runs, (array_agg(r.run_id ORDER BY run.created_at DESC))[1] AS newest_run, max(run.created_at) AS newest_at,
  p.decided_by, p.decided_at, p.reason, p.change_set_id
FROM proposal p LEFT JOIN proposal_run r ON r.proposal_id = p.id LEFT JOIN run ON run.id = r.run_id
LEFT JOIN change_set s ON s.id = p.change_set_id
"""


def list_proposals(engine: Engine, status: str = "pending", kind: str = "", words: str = "", limit: int = 500) -> list[Proposal]:
    """Proposals joined over runs, those that most runs made first.

    One whose draft was discarded is pending again.
    """
    query = text(
        f"SELECT * FROM ({_LISTED} GROUP BY p.id, s.status) listed WHERE status = :status AND (:kind = '' OR kind = :kind) "
        "AND (:words = '' OR text ILIKE '%' || :words || '%') ORDER BY runs DESC, newest_at DESC NULLS LAST, id LIMIT :limit"
    )
    with engine.connect() as connection:
        rows = connection.execute(query, {"status": status, "kind": kind, "words": words, "limit": limit}).mappings()
        return [Proposal(**row) for row in rows]


def count_pending(engine: Engine) -> int:
    """How many proposals wait for a decision."""
    query = text(
        "SELECT count(*) FROM proposal p LEFT JOIN change_set s ON s.id = p.change_set_id "
        "WHERE p.status = 'pending' OR (p.status IN ('approved', 'mapped') AND s.status = 'discarded')"
    )
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def sentences(engine: Engine, proposal: Proposal, limit: int = 5) -> list[tuple[UUID, str, str]]:
    """Runs that made a proposal, the newest first: run, its label, and the stretch of its text in which the proposal stands."""
    query = text(
        "SELECT run.id, coalesce(run.name, run.title, run.given_title, left(run.jd_text, 60)), coalesce(r.evidence, ''), run.jd_text "
        "FROM proposal_run r JOIN run ON run.id = r.run_id WHERE r.proposal_id = :id ORDER BY run.created_at DESC LIMIT :limit"
    )
    found = []
    with engine.connect() as connection:
        for run_id, label, evidence, jd in connection.execute(query, {"id": proposal.id, "limit": limit}):
            at = jd.find(evidence) if evidence else -1
            stretch = jd[max(0, at - 100) : at + len(evidence) + 100] if at >= 0 else evidence
            found.append((run_id, str(label), " ".join(stretch.split())))
    return found


def decide(
    engine: Engine, number: int, status: str, author: str, changes: Sequence[Change] = (), reason: str = ""
) -> int | None:
    """Approve (``approved``), map to what is there (``mapped``) or reject for good (``rejected``) a proposal.

    The changes of the first two go into the author's draft, whose number is returned. Raises ``StoreError`` when somebody
    has decided already, or when there is nothing to stage.
    """
    with engine.begin() as connection:
        row = connection.execute(text("SELECT status, change_set_id FROM proposal WHERE id = :id FOR UPDATE"), {"id": number}).one()
        discarded = row.change_set_id is not None and connection.execute(
            text("SELECT status = 'discarded' FROM change_set WHERE id = :id"), {"id": row.change_set_id}
        ).scalar_one()  # fmt: skip
        if row.status != "pending" and not discarded:
            raise StoreError(f"This proposal is {row.status} already; reload the queue.")
        if status != "rejected" and not changes:
            raise StoreError("There is nothing to stage; say what the proposal becomes.")
        draft = None
        if status != "rejected":
            draft = curation.draft_in_hand(connection, author)
            curation.stage_in(connection, draft, changes, author)
        connection.execute(
            text(
                "UPDATE proposal SET status = :status, decided_by = :author, decided_at = now(), reason = :reason, "
                "change_set_id = :draft WHERE id = :id"
            ),
            {"status": status, "author": author, "reason": reason or None, "draft": draft, "id": number},
        )
    return draft


def reopen(engine: Engine, number: int) -> None:
    """Take a rejection back."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE proposal SET status = 'pending', decided_by = NULL, reason = NULL WHERE id = :id AND status = 'rejected'"),
            {"id": number},
        )
