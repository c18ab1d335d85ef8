"""What a run would like to add, queued for review. The same proposal from another run adds to its runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from db.stores.near_proposals import find_near, lock_role
from db.stores.proposal_keys import proposal_key
from db.stores.proposed_roles import keep_joined, waiting_role
from db.stores.rejected_forms import find_rejected
from pipeline.contracts import Extraction, LibraryMatch, NewRole
from pipeline.stages.capture import missing_links, missing_title

MAX_QUOTED = 8
"""Skills that a proposed link names."""
_PROPOSE = text(
    "INSERT INTO proposal (kind, key, role_slug, text) VALUES (:kind, :key, :role, :text) "
    "ON CONFLICT (kind, key, role_slug) DO UPDATE SET kind = EXCLUDED.kind RETURNING id, status, kind"
)
_BY_RUN = text(
    "INSERT INTO proposal_run (proposal_id, run_id, evidence) VALUES (:id, :run, :evidence) ON CONFLICT DO NOTHING"
)
_COUNT_RUN = text("""
UPDATE proposal p SET runs = p.runs + 1,
  texts = p.texts + CASE WHEN EXISTS (
    SELECT 1 FROM run same JOIN proposal_run r ON r.run_id = same.id AND r.proposal_id = p.id
    WHERE same.jd_hash = own.jd_hash AND same.id <> own.id
  ) THEN 0 ELSE 1 END,
  newest_run = CASE WHEN p.newest_at > own.created_at THEN p.newest_run ELSE own.id END,
  newest_at = greatest(p.newest_at, own.created_at)
FROM run own WHERE own.id = :run AND p.id = :id
""")

_QUOTED = (
    "d.quotes @> jsonb_build_array(jsonb_build_object('ref', jsonb_build_object('type', 'proposal', 'number', p.id)))"
)
"""That a quotation of the deleted run ``d`` was kept for the proposal ``p``."""


def propose(connection: Connection, run_id: UUID, extraction: Extraction, model: str = "") -> Extraction:
    """Queue what step 1 captured and return it with the queue's ids.

    A duty joins a proposal that says the same in other words, by the vectors of an embedding ``model``.
    """
    updates, decision = extraction.updates, extraction.decision
    quotes = {s.skill_name: s.mentions[0].text for s in extraction.skills if s.mentions}
    of_skill = {
        s.skill_name: _Candidate("skill", s.skill_name, "", quotes.get(s.skill_name))
        for s in updates.new_skills_attached
    }
    of_kra = [_Candidate("kra", k.r_and_r_preview, k.role_slug, k.r_and_r_preview) for k in updates.new_kras_attached]
    of_role, of_title = None, None
    if decision.is_new_role and decision.new_role_display_name:
        of_role = _Candidate("role", decision.new_role_display_name, "", extraction.parsed.role)
    if decision.chosen_role and (title := missing_title(extraction)):
        of_title = _Candidate("title", title, decision.chosen_role.slug, extraction.parsed.role)
    found = [*of_skill.values(), *of_kra, *(c for c in (of_role, of_title) if c)]
    queued = _queue(connection, run_id, found, model)

    def queue_cells(candidate: _Candidate) -> dict[str, Any]:
        return {"queue_id": queued[candidate].id, "status": queued[candidate].status}

    skills = [s.model_copy(update=queue_cells(of_skill[s.skill_name])) for s in updates.new_skills_attached]
    kras = [k.model_copy(update=queue_cells(c)) for k, c in zip(updates.new_kras_attached, of_kra, strict=True)]
    changed: dict[str, Any] = {
        "new_skills_attached": skills,
        "new_kras_attached": kras,
        "new_kra_attached": kras[0] if kras else None,
    }
    if of_role:
        changed |= _of_role(connection, updates.new_role_attached, queued[of_role])
    return extraction.model_copy(update={"updates": updates.model_copy(update=changed)})


def _of_role(connection: Connection, role: NewRole | None, queued: _Queued) -> dict[str, Any]:
    """What changes in the updates of a run that proposes a role; what it says of the role is joined into the proposal."""
    if role is None:
        return {"queue_entry_id": queued.id}
    if queued.is_counted and queued.kind == "role":
        keep_joined(connection, queued.id, role)
    numbered = role.model_copy(update={"queue_id": queued.id, "status": queued.status})
    return {"queue_entry_id": queued.id, "new_role_attached": numbered}


def propose_links(connection: Connection, run_id: UUID, library_match: LibraryMatch) -> None:
    """Queue the dimensions that the chosen role may have to carry."""
    chosen = library_match.chosen_role
    if chosen:
        missing = missing_links(library_match).items()
        links = [_Candidate("link", name, chosen.slug, ", ".join(skills[:MAX_QUOTED])) for name, skills in missing]
        _queue(connection, run_id, links)


@dataclass(frozen=True)
class _Candidate:
    """What a run would like to add; ``quote`` is what its text says of it."""

    kind: str
    value: str
    role: str
    quote: str | None


@dataclass(frozen=True)
class _Queued:
    """The proposal that a candidate has become or was added to."""

    id: int
    status: str
    kind: str
    is_counted: bool
    """Whether the run was not behind it yet."""


def _queue(
    connection: Connection, run_id: UUID, candidates: Iterable[_Candidate], model: str = ""
) -> dict[_Candidate, _Queued]:
    """Queue candidates, or add the run to the proposals that are there.

    All runs do so in one order: of two that propose the same, one waits for the other, and never each for the other.
    """
    found = [_target_of(connection, candidate) for candidate in dict.fromkeys(candidates)]
    queued = {}
    for target in sorted(found, key=lambda t: t.place):
        row = target.rejected or _proposal_of(connection, target.cells, model)
        by_run = connection.execute(_BY_RUN, {"id": row.id, "run": run_id, "evidence": target.candidate.quote})
        if by_run.rowcount:
            connection.execute(_COUNT_RUN, {"id": row.id, "run": run_id})
        queued[target.candidate] = _Queued(int(row.id), str(row.status), str(row.kind), bool(by_run.rowcount))
    return queued


@dataclass(frozen=True)
class _Target:
    """Where a candidate goes: the cells of its proposal, or the rejected one of which it is another form."""

    candidate: _Candidate
    cells: dict[str, str]
    rejected: Row[Any] | None

    @property
    def place(self) -> tuple[str, str, str]:
        """Kind, key and role of the row that it locks."""
        if self.rejected is not None:
            return str(self.rejected.kind), str(self.rejected.key), str(self.rejected.role_slug)
        return self.cells["kind"], self.cells["key"], self.cells["role"]


def _target_of(connection: Connection, candidate: _Candidate) -> _Target:
    """Where a candidate goes; nothing is locked."""
    cells = {"kind": candidate.kind, "role": candidate.role, "text": candidate.value}
    cells["key"] = proposal_key(candidate.value)
    if candidate.kind == "role":
        waiting = waiting_role(connection, candidate.value)
        cells |= {"text": waiting.name, "key": waiting.key}
    return _Target(candidate, cells, find_rejected(connection, cells))


def _proposal_of(connection: Connection, cells: dict[str, str], model: str) -> Row[Any]:
    """The proposal, its id, status and kind, that is equal, or that says the same of the role; else a new one."""
    if cells["kind"] == "kra":
        lock_role(connection, cells["role"])
        near = find_near(connection, cells | {"model": model})
        if near is not None:
            return near
    return connection.execute(_PROPOSE, cells).one()


def counts_for_run(connection: Connection, run_id: UUID) -> dict[int, int]:
    """How many runs made each proposal of a run, by proposal id."""
    rows = connection.execute(
        text(
            "SELECT p.id, p.runs FROM proposal p JOIN proposal_run own ON own.proposal_id = p.id WHERE own.run_id = :run"
        ),
        {"run": run_id},
    )
    return {int(number): int(count) for number, count in rows}


def forget_orphans(connection: Connection) -> None:
    """Remove pending proposals that no run stands behind any more, of whose deleted runs no quotation was kept, and into which nobody
    has written.
    """
    connection.execute(
        text(
            "DELETE FROM proposal p WHERE status = 'pending' AND runs = 0 "
            "AND NOT EXISTS (SELECT 1 FROM proposal_run WHERE proposal_id = p.id) "
            "AND NOT EXISTS (SELECT 1 FROM proposal_edit WHERE proposal_id = p.id) "
            f"AND NOT EXISTS (SELECT 1 FROM deleted_run d WHERE {_QUOTED})"
        )
    )
