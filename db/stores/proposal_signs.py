"""What was found of each proposal, kept so that no page finds it for all of them: read where it is missing, and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from db.stores.proposal_keys import FAMILY
from pipeline.contracts import Extraction, LibraryMatch, SkillDetail

VERSION = 1
"""Of the rules by which signs are found: what others found is found anew."""
SIGNS_LOCK = 7_206
"""Key of the advisory lock under which one process at a time finds signs."""
MAX_RUNS = 3
"""Runs of a proposal whose texts are read."""

_PARSED = Extraction.model_fields["parsed"].alias
_DETAILS = LibraryMatch.model_fields["skills_detail"].alias or "skills_detail"
_META = SkillDetail.model_fields["new_skill_meta"].alias or "new_skill_meta"
_NAME = SkillDetail.model_fields["input_skill"].alias or "input_skill"
_MISSING = f"""
FROM proposal p LEFT JOIN proposal_sign g ON g.proposal_id = p.id
WHERE g.proposal_id IS NULL OR g.version <> {VERSION} OR p.texts >= 2 * greatest(g.texts, 1)
"""
_READ = text(f"""
SELECT p.*, coalesce(r.texts_shown, '[]') AS shown, newest.confidence, newest.status AS run_status, newest.meta
FROM (
  SELECT p.id, p.kind, p.text, p.role_slug, p.texts, p.newest_run, coalesce(p.payload ->> 'weak', '') AS doubt {_MISSING}
  ORDER BY p.status <> 'pending', g.proposal_id IS NOT NULL, p.texts DESC, p.id LIMIT :limit
) p
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_array(run.jd_text, coalesce(run.extraction #>> '{{{_PARSED},company_name}}', ''))) AS texts_shown
  FROM (SELECT run_id FROM proposal_run WHERE proposal_id = p.id ORDER BY run_id LIMIT {MAX_RUNS}) first JOIN run ON run.id = run_id
) r ON true
LEFT JOIN LATERAL (
  SELECT run.confidence, run.status, CASE WHEN p.kind = 'skill' THEN (
    SELECT detail -> '{_META}' FROM jsonb_array_elements(run.library_match -> '{_DETAILS}') detail
    WHERE detail ->> '{_NAME}' = p.text LIMIT 1
  ) END AS meta
  FROM run WHERE run.id = p.newest_run
) newest ON true
""")
_WRITE = text("""
INSERT INTO proposal_sign (proposal_id, version, texts, employer_look, certainty, nature, dimension, owner, spelling, meaning, marks)
SELECT :proposal_id, :version, :texts, :employer_look, :certainty, :nature, :dimension, :owner, :spelling, :meaning, :marks
WHERE EXISTS (SELECT 1 FROM proposal WHERE id = :proposal_id)
ON CONFLICT (proposal_id) DO UPDATE SET version = EXCLUDED.version, texts = EXCLUDED.texts, employer_look = EXCLUDED.employer_look,
  certainty = EXCLUDED.certainty, nature = EXCLUDED.nature, dimension = EXCLUDED.dimension, owner = EXCLUDED.owner,
  spelling = EXCLUDED.spelling, meaning = EXCLUDED.meaning, marks = EXCLUDED.marks
""")


@dataclass(frozen=True)
class UnsignedProposal:
    """A proposal of which nothing was found yet, or not by today's rules, or of half as many texts.

    ``shown`` are texts that have it, each with its employer; ``confidence`` is that of the newest run's role, ``meta`` what its
    step 2 proposed for the term (null where there is none, or not yet: ``is_settled`` is then false).
    """

    id: int
    kind: str
    text: str
    role_slug: str
    texts: int
    doubt: str
    shown: tuple[tuple[str, str], ...]
    confidence: float | None
    meta: Mapping[str, Any] | None
    is_settled: bool


@dataclass(frozen=True)
class FoundSigns:
    """What was found of a proposal, by the columns of the table."""

    proposal_id: int
    version: int
    texts: int
    spelling: str
    employer_look: str = ""
    certainty: float | None = None
    nature: str = ""
    dimension: str = ""
    owner: str = ""
    meaning: int | None = None
    marks: list[str] = field(default_factory=list)


def try_lock(connection: Connection) -> bool:
    """Whether this transaction is the one that finds signs now."""
    return bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": SIGNS_LOCK}).scalar_one())


def count_missing(connection: Connection) -> int:
    """Return of how many proposals nothing was found yet."""
    return int(connection.execute(text(f"SELECT count(*) {_MISSING}")).scalar_one())


def read_missing(connection: Connection, limit: int) -> list[UnsignedProposal]:
    """Return proposals of which nothing was found yet, those that wait first."""
    return [
        UnsignedProposal(
            id=row["id"],
            kind=row["kind"],
            text=row["text"],
            role_slug=row["role_slug"],
            texts=row["texts"],
            doubt=row["doubt"],
            shown=tuple((str(jd), str(employer)) for jd, employer in row["shown"]),
            confidence=row["confidence"],
            meta=row["meta"],
            is_settled=row["newest_run"] is None
            or row["meta"] is not None
            or row["run_status"] in ("completed", "rejected", "failed", None),
        )
        for row in connection.execute(_READ, {"limit": limit}).mappings()
    ]


def write_signs(connection: Connection, found: Sequence[FoundSigns]) -> None:
    """Keep what was found of proposals, in place of what was known."""
    if found:
        connection.execute(_WRITE, [vars(one) for one in found])


def read_leaders(connection: Connection, kind: str) -> list[tuple[int, str]]:
    """Return the first proposals of the groups of nearly one meaning, of a kind's family, as (number, text)."""
    kinds = [k for k, family in FAMILY.items() if family == FAMILY[kind]]
    query = text(
        "SELECT p.id, p.text FROM proposal p JOIN proposal_sign g ON g.proposal_id = p.id "
        "WHERE g.meaning = p.id AND p.kind = ANY(:kinds) ORDER BY p.id"
    )
    return [(int(row.id), str(row.text)) for row in connection.execute(query, {"kinds": kinds})]


def read_spellings(connection: Connection, kind: str) -> list[str]:
    """Return the keys of spellings of a kind's family that are there."""
    query = text("SELECT DISTINCT spelling FROM proposal_sign WHERE starts_with(spelling, :family)")
    return list(connection.execute(query, {"family": f"{FAMILY[kind]} "}).scalars())
