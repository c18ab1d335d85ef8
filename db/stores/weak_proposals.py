"""Judges proposals as they come: why one is probably no entry of a catalog. Its reason is kept in the proposal's payload."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import Connection, text

from pipeline.contracts import Extraction
from pipeline.stages.weak_proposals import RULES, ProposedTerm, weak_kra, weak_skill, weak_title

BATCH_SIZE = 500
"""Proposals that are judged at once: each is read with the whole text of a run."""
JUDGES: dict[str, Callable[[ProposedTerm], str]] = {
    "skill": weak_skill,
    "title": weak_title,
    "role": weak_title,
    "kra": weak_kra,
}
"""What judges the proposals of a kind; links are judged by how many texts speak for them, and not by words."""
_PARSED = Extraction.model_fields["parsed"].alias
_UNJUDGED = text(f"""
SELECT p.id, p.kind, p.text, coalesce(run.jd_text, '') AS jd, coalesce(run.extraction #>> '{{{_PARSED},company_name}}', '') AS employer
FROM (SELECT id, kind, text FROM proposal WHERE status = 'pending' AND payload ->> 'rules' IS DISTINCT FROM :rules LIMIT :limit) p
LEFT JOIN LATERAL (SELECT run_id FROM proposal_run WHERE proposal_id = p.id LIMIT 1) r ON true
LEFT JOIN run ON run.id = r.run_id
""")
_NOTE = text("UPDATE proposal SET payload = payload || CAST(:judged AS jsonb) WHERE id = :id")


def judge_new(connection: Connection, limit: int | None = None) -> int:
    """Judge the pending proposals that no rules, or those of an older version, have judged, at most ``limit``; returns how many."""
    judged = 0
    while limit is None or judged < limit:
        size = BATCH_SIZE if limit is None else min(BATCH_SIZE, limit - judged)
        rows = connection.execute(_UNJUDGED, {"rules": str(RULES), "limit": size}).all()
        if not rows:
            break
        judged += len(rows)
        found = [
            {
                "id": row.id,
                "judged": json.dumps({"rules": str(RULES), "weak": _judge(row.kind, row.text, row.jd, row.employer)}),
            }
            for row in rows
        ]
        connection.execute(_NOTE, found)
    return judged


def _judge(kind: str, value: str, jd: str, employer: str) -> str:
    judge = JUDGES.get(kind)
    return judge(ProposedTerm(value, jd, employer)) if judge else ""
