"""The review queue: what a run would like to add. The same proposal from another run adds to its runs."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from pipeline.contracts import NewKra, NewSkill, Step1

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
        row = connection.execute(
            _PROPOSE, {"kind": kind, "key": proposal_key(value), "role": role, "text": value}
        ).one()
        connection.execute(_BY_RUN, {"id": row.id, "run": run_id, "evidence": evidence})
        return int(row.id), str(row.status)

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
    return step1.model_copy(update={"stage5_updates": updates.model_copy(update=changed)})


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
