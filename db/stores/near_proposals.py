"""Proposals that say the same in other words: a duty that a run captured joins the one that another run captured before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, text

from pipeline.stages.capture import SAME_FROM
from pipeline.vectors import text_key

NEAR_LOCK = 7_205
"""Class of the advisory locks under which the duties of one role are queued, one run at a time."""
CUT_AT = 200
"""Characters at which sentences were cut before they were kept whole."""

_EQUAL = text("SELECT 1 FROM proposal WHERE kind = :kind AND key = :key AND role_slug = :role")
_CUT = text("""
UPDATE proposal SET text = CASE WHEN status = 'pending' THEN :text ELSE text END,
  key = CASE WHEN status = 'pending' THEN :key ELSE key END, payload = payload - 'rules'
WHERE id = (
  SELECT id FROM proposal WHERE kind = :kind AND role_slug = :role AND length(text) = :cut AND starts_with(:text, text)
  ORDER BY id LIMIT 1
) RETURNING id, status, kind
""")
_NEAREST = text("""
SELECT p.id, p.status, p.kind FROM proposal p
JOIN embedding own ON own.model = :model AND own.key = :vector
JOIN embedding theirs ON theirs.model = :model AND theirs.key = encode(sha256(convert_to(p.text, 'UTF8')), 'hex')
WHERE p.kind = :kind AND p.role_slug = :role AND 1 - (theirs.vector <=> own.vector) >= :same
ORDER BY theirs.vector <=> own.vector, p.id LIMIT 1
""")


def lock_role(connection: Connection, role: str) -> None:
    """Let no other run queue duties of a role until the transaction ends: of two that say the same the second joins the first."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key, hashtext(:role))"), {"key": NEAR_LOCK, "role": role})


def find_near(connection: Connection, cells: Mapping[str, str]) -> Row[Any] | None:
    """Return the proposal, its id, status and kind, that a duty joins: the nearest that says the same of the role, or the duty cut short.

    Null where one equal to it is there, or none says the same. ``cells`` are kind, role, text, key and the embedding model.
    """
    if connection.execute(_EQUAL, cells).first() is not None:
        return None
    whole = connection.execute(_CUT, {**cells, "cut": CUT_AT}).first()
    if whole is not None or not cells["model"]:
        return whole
    return connection.execute(_NEAREST, {**cells, "vector": text_key(cells["text"]), "same": SAME_FROM}).first()
