"""What the review queue is narrowed to, how it is grouped and ordered, and the rows that this is asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

GroupBy = Literal["spelling", "meaning", "owner", "dimension"]
OrderBy = Literal["texts", "certainty", "newest"]
ENOUGH_TEXTS = 3
"""Different texts that make a proposal strong whatever its words."""
ENOUGH_FOR_LINK = 2
"""Different texts that must speak for a link: what one text asks for is no habit of a role."""
WEAK = "weak"
"""Of a filter's status: those that wait and that something speaks against."""
EMPLOYER = "employer"
"""Of a filter's doubt: those that look like the name of one who hires."""

WEAK_SQL = f"""CASE
  WHEN p.status <> 'pending' AND NOT (p.status IN ('approved', 'mapped') AND s.status = 'discarded') OR p.texts >= {ENOUGH_TEXTS} THEN ''
  WHEN p.kind = 'link' THEN CASE WHEN p.texts < {ENOUGH_FOR_LINK} THEN 'only one text speaks for it' ELSE '' END
  WHEN p.kind = 'role' AND coalesce(p.payload ->> 'weak', '') = '' AND p.payload -> 'role' -> 'dimensions' = '[]'
    THEN 'its texts name no skill of the catalog'
  ELSE coalesce(p.payload ->> 'weak', '') END"""
STATUS_SQL = "CASE WHEN p.status IN ('approved', 'mapped') AND s.status = 'discarded' THEN 'pending' ELSE p.status END"
OWNER_SQL = "coalesce(nullif(p.role_slug, ''), g.owner, '')"
DIMENSION_SQL = "CASE WHEN p.kind = 'link' THEN p.text ELSE coalesce(g.dimension, '') END"
LISTED = f"""
SELECT p.id, p.kind, p.role_slug, p.text, {STATUS_SQL} AS status, p.runs, p.texts, p.newest_run, p.newest_at, p.decided_by,
  p.decided_at, p.reason, p.change_set_id, p.queue_decision_id, {WEAK_SQL} AS weak, coalesce(p.payload ->> 'weak', '') AS doubt,
  {OWNER_SQL} AS owner, {DIMENSION_SQL} AS dimension, coalesce(g.nature, '') AS nature, g.certainty,
  coalesce(g.employer_look, '') AS employer_look, coalesce(g.spelling, '') AS spelling, coalesce(g.meaning, p.id) AS meaning
FROM proposal p LEFT JOIN change_set s ON s.id = p.change_set_id LEFT JOIN proposal_sign g ON g.proposal_id = p.id
"""
"""Every proposal with what was found of it, without its payload. One whose draft was discarded is pending again."""


@dataclass(frozen=True)
class QueueFilter:
    """Which proposals are listed; what is empty narrows nothing.

    ``status`` is one of a proposal or ``weak``; ``owner`` and ``dimension`` are slugs that are suggested for them; ``doubt`` is a
    reason why they are probably none, or ``employer``: weak ones are then listed beside the others. ``spelling`` is the key of a
    group, ``meaning`` the number of a group's first proposal.
    """

    status: str = "pending"
    kind: str = ""
    words: str = ""
    owner: str = ""
    dimension: str = ""
    min_runs: int = 0
    doubt: str = ""
    spelling: str = ""
    meaning: int | None = None

    @property
    def mixes_weak(self) -> bool:
        """Whether weak proposals are listed beside the others."""
        return self.status == "pending" and bool(self.doubt)

    def condition(self) -> tuple[str, dict[str, Any]]:
        """The condition on the columns of ``LISTED``, and its values."""
        parts = ["status = CAST(:status AS varchar)"]
        values: dict[str, Any] = {"status": "pending" if self.status == WEAK else self.status}
        if values["status"] == "pending" and not self.mixes_weak:
            parts.append("weak <> ''" if self.status == WEAK else "weak = ''")
        if self.words:
            parts.append("position(lower(CAST(:words AS text)) in lower(text)) > 0")
            values["words"] = self.words
        if self.doubt:
            parts.append("employer_look <> ''" if self.doubt == EMPLOYER else ":doubt IN (doubt, weak)")
            values |= {} if self.doubt == EMPLOYER else {"doubt": self.doubt}
        if self.min_runs > 1:
            parts.append("runs >= :min_runs")
            values["min_runs"] = self.min_runs
        equal: Mapping[str, Any] = {name: getattr(self, name) for name in ("kind", "owner", "dimension", "spelling")}
        for name, value in (*equal.items(), ("meaning", self.meaning)):
            if value not in ("", None):
                parts.append(f"{name} = CAST(:{name} AS {'int' if name == 'meaning' else 'varchar'})")
                values[name] = value
        return " AND ".join(parts), values
