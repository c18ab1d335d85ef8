"""Forms that a curator has rejected are not proposed again: not in another spelling, and where a form is no name of anything, not
as another kind either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, text

from db.stores.proposal_keys import spelling_key
from db.stores.queue_decisions import NAMES_NOTHING

NAMED_KINDS = ("skill", "title", "role")
"""Kinds whose proposals are names."""

_REJECTED = text("""
SELECT * FROM (
  SELECT p.id, p.status, p.kind, p.key, p.role_slug FROM proposal p JOIN proposal_sign g ON g.proposal_id = p.id
  WHERE g.spelling = :spelling AND p.status = 'rejected' AND p.kind = :kind AND p.role_slug = :role
  UNION ALL
  SELECT p.id, p.status, p.kind, p.key, p.role_slug FROM proposal p
  WHERE p.kind = ANY(:named) AND p.key = :key AND p.status = 'rejected' AND p.reason = ANY(:nothing)
) rejected
WHERE NOT EXISTS (SELECT 1 FROM proposal WHERE kind = :kind AND key = :key AND role_slug = :role) ORDER BY id LIMIT 1
""")


def find_rejected(connection: Connection, cells: Mapping[str, str]) -> Row[Any] | None:
    """Return the rejected proposal, its id, status, kind, key and role, that a new one joins; null where there is none, or an equal one.

    ``cells`` are kind, role, text and key.
    """
    if cells["kind"] not in NAMED_KINDS:
        return None
    asked = {**cells, "spelling": spelling_key(cells["kind"], cells["text"])}
    return connection.execute(_REJECTED, {**asked, "named": list(NAMED_KINDS), "nothing": list(NAMES_NOTHING)}).first()
