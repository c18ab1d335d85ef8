"""The log of collisions: a title or a term that several entries of the catalog claim, with all of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, insert

from db import models as m
from pipeline.contracts import Extraction

COLLISION = m.metadata.tables["collision"]


def log_collisions(connection: Connection, run_id: UUID, extraction: Extraction) -> Extraction:
    """Write down what collided in step 1 and return it with the id of the title's row (else of the signals')."""
    decision = extraction.decision
    chosen = decision.chosen_role.slug if decision.chosen_role else None
    rows = []
    if decision.alias_collision_detected or decision.conflict:
        signals = extraction.signals
        specific = [r.slug for r in signals.alias_match_roles if not r.is_generic]
        leaders = [
            group[0].slug
            for group in (signals.title_match_roles, signals.skill_match_roles, signals.kra_match_roles)
            if group
        ]
        kind = "title" if decision.alias_collision_detected else "signals"
        parties = (
            specific if kind == "title" else list(dict.fromkeys(([chosen] if chosen else []) + specific + leaders))
        )
        rows.append((kind, extraction.parsed.role or "", chosen, parties, "; ".join(decision.conflict)))
    for skill in extraction.skills:
        if skill.rivals and skill.slug and skill.mentions:
            at = skill.mentions[0]
            rows.append(
                (
                    "skill_alias",
                    at.alias or at.text,
                    skill.slug,
                    [skill.slug, *skill.rivals],
                    f"“{at.text}” at {at.start}",
                )
            )
    numbers = [
        connection.execute(
            insert(COLLISION)
            .values(run_id=run_id, kind=kind, term=term, chosen=slug, parties=parties, detail=detail)
            .returning(COLLISION.c.id)
        ).scalar_one()
        for kind, term, slug, parties, detail in rows
    ]
    if not rows or rows[0][0] == "skill_alias":
        return extraction
    updates = extraction.updates.model_copy(update={"collision_log_id": numbers[0]})
    return extraction.model_copy(update={"updates": updates})
