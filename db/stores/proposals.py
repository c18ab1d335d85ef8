"""The review queue: what a run would like to add. The same proposal from another run adds to its runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, text

from db.errors import StoreError
from db.stores.change_rows import current_draft
from db.stores.draft_decisions import NewDecision, stage_in
from db.stores.near_proposals import find_near, lock_role
from db.stores.proposal_keys import proposal_key
from db.stores.proposed_roles import ProposedRole, keep_joined, read_role, waiting_role
from db.stores.sightings import Sighting, Wording, find_sightings, find_wordings
from db.stores.weak_proposals import judge_new
from pipeline.catalog.changes import Change
from pipeline.catalog.refs import ProposalRef
from pipeline.contracts import Extraction, LibraryMatch, NewRole
from pipeline.stages.capture import missing_links, missing_title

MAX_QUOTED = 8
"""Skills that a proposed link names."""
_PROPOSE = text(
    "INSERT INTO proposal (kind, key, role_slug, text) VALUES (:kind, :key, :role, :text) "
    "ON CONFLICT (kind, key, role_slug) DO UPDATE SET kind = EXCLUDED.kind RETURNING id, status"
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
    if queued.is_counted:
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
    is_counted: bool
    """Whether the run was not behind it yet."""


def _queue(
    connection: Connection, run_id: UUID, candidates: Iterable[_Candidate], model: str = ""
) -> dict[_Candidate, _Queued]:
    """Queue candidates, or add the run to the proposals that are there.

    All runs do so in one order: of two that propose the same, one waits for the other, and never each for the other.
    """
    queued = {}
    for candidate in sorted(dict.fromkeys(candidates), key=lambda c: (c.kind, proposal_key(c.value), c.role)):
        row = _proposal_of(connection, candidate, model)
        by_run = connection.execute(_BY_RUN, {"id": row.id, "run": run_id, "evidence": candidate.quote})
        if by_run.rowcount:
            connection.execute(_COUNT_RUN, {"id": row.id, "run": run_id})
        queued[candidate] = _Queued(int(row.id), str(row.status), bool(by_run.rowcount))
    return queued


def _proposal_of(connection: Connection, candidate: _Candidate, model: str) -> Row[Any]:
    """The proposal, its id and status, that is equal to a candidate, or that says the same of the role; else a new one."""
    cells = {"kind": candidate.kind, "role": candidate.role, "text": candidate.value}
    cells["key"] = proposal_key(candidate.value)
    if candidate.kind == "role":
        waiting = waiting_role(connection, candidate.value)
        cells |= {"text": waiting.name, "key": waiting.key}
    if candidate.kind == "kra":
        lock_role(connection, candidate.role)
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
    """Remove pending proposals that no run stands behind any more, and of whose deleted runs no quotation was kept."""
    connection.execute(
        text(
            "DELETE FROM proposal p WHERE status = 'pending' AND runs = 0 "
            "AND NOT EXISTS (SELECT 1 FROM proposal_run WHERE proposal_id = p.id) "
            f"AND NOT EXISTS (SELECT 1 FROM deleted_run d WHERE {_QUOTED})"
        )
    )


# --- the review queue ---------------------------------------------------------------------------------------------

ENOUGH_TEXTS = 3
"""Different texts that make a proposal strong whatever its words."""
ENOUGH_FOR_LINK = 2
"""Different texts that must speak for a link: what one text asks for is no habit of a role."""


@dataclass(frozen=True)
class Proposal:
    """A proposal with how many runs made it (of how many different texts), the newest of them, and what speaks against it.

    ``weak`` says why it is probably no entry of the catalog; empty where nothing speaks against it.
    """

    id: int
    kind: str
    role_slug: str
    text: str
    status: str
    runs: int
    texts: int
    newest_run: UUID | None
    newest_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    change_set_id: int | None
    weak: str
    role: ProposedRole | None = None
    """What runs say of a proposed role."""


_LISTED = f"""
SELECT *, CASE
  WHEN status <> 'pending' OR texts >= {ENOUGH_TEXTS} THEN ''
  WHEN kind = 'link' THEN CASE WHEN texts < {ENOUGH_FOR_LINK} THEN 'only one text speaks for it' ELSE '' END
  WHEN kind = 'role' AND judged = '' AND role -> 'dimensions' = '[]' THEN 'its texts name no skill of the catalog'
  ELSE judged END AS weak
FROM (
  SELECT p.id, p.kind, p.role_slug, p.text,
    CASE WHEN p.status IN ('approved', 'mapped') AND s.status = 'discarded' THEN 'pending' ELSE p.status END AS status,
    p.runs, p.texts, p.newest_run, p.newest_at, p.decided_by, p.decided_at, p.reason, p.change_set_id,
    coalesce(p.payload ->> 'weak', '') AS judged, p.payload -> 'role' AS role
  FROM proposal p LEFT JOIN change_set s ON s.id = p.change_set_id
) joined
"""
_CELLS = "id, kind, role_slug, text, status, runs, texts, newest_run, newest_at, decided_by, decided_at, reason, change_set_id, weak, role"
_FITS = (
    "status = :status AND (:kind = '' OR kind = :kind) AND (:words = '' OR position(lower(:words) in lower(text)) > 0)"
)


@dataclass(frozen=True)
class _Decision:
    """What was decided of a proposal, by whom and why, and the draft that holds its changes."""

    status: str
    author: str
    reason: str
    draft: int | None


@dataclass(frozen=True)
class Waiting:
    """How many proposals wait for a decision, and how many weak ones are hidden beside them."""

    strong: int
    weak: int


class ProposalStore:
    """The review queue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(
        self, status: str = "pending", kind: str = "", words: str = "", limit: int = 500, *, weak: bool = False
    ) -> list[Proposal]:
        """Proposals joined over runs, those that most texts made first; with ``weak`` only those that something speaks against.

        One whose draft was discarded is pending again.
        """
        query = text(
            f"SELECT {_CELLS} FROM ({_LISTED}) listed WHERE {_FITS} AND (weak <> '') = :weak "
            "ORDER BY texts DESC, runs DESC, newest_at DESC NULLS LAST, id LIMIT :limit"
        )
        asked = {"status": status, "kind": kind, "words": words, "limit": limit, "weak": weak}
        with self._engine.begin() as connection:
            judge_new(connection)
            return [_proposal(row) for row in connection.execute(query, asked).mappings()]

    def load(self, number: int) -> Proposal | None:
        """A proposal by its number; null for one that never was, or that went with the last run that made it."""
        query = text(f"SELECT {_CELLS} FROM ({_LISTED}) listed WHERE id = :id")
        with self._engine.connect() as connection:
            row = connection.execute(query, {"id": number}).mappings().first()
            return _proposal(row) if row else None

    def count_waiting(self, kind: str = "", words: str = "") -> Waiting:
        """How many proposals of a kind with some words wait for a decision, those that something speaks against apart."""
        query = text(
            "SELECT count(*) FILTER (WHERE weak = '') AS strong, count(*) FILTER (WHERE weak <> '') AS weak "
            f"FROM ({_LISTED}) listed WHERE {_FITS}"
        )
        with self._engine.begin() as connection:
            judge_new(connection)
            row = connection.execute(query, {"status": "pending", "kind": kind, "words": words}).one()
            return Waiting(int(row.strong), int(row.weak))

    def count_pending(self) -> int:
        """How many proposals wait for a decision, without the weak ones."""
        return self.count_waiting().strong

    def sightings(self, proposal: Proposal, limit: int = 5) -> list[Sighting]:
        """The newest runs that made a proposal, each with the sentence in which it stands, one for each text."""
        with self._engine.connect() as connection:
            return find_sightings(connection, proposal.id, proposal.kind, limit)

    def wordings(self, number: int, limit: int = 20) -> list[Wording]:
        """In which words runs made a proposal, the most frequent first."""
        with self._engine.connect() as connection:
            return find_wordings(connection, number, limit)

    def decide(
        self, number: int, status: str, author: str, changes: Sequence[Change] = (), reason: str = ""
    ) -> int | None:
        """Approve (``approved``), map to what is there (``mapped``) or reject for good (``rejected``) a proposal.

        The changes of the first two go into the author's draft, whose number is returned. Raises ``StoreError`` when somebody
        has decided already, or when there is nothing to stage.
        """
        if status != "rejected" and not changes:
            raise StoreError("There is nothing to stage; say what the proposal becomes.")
        with self._engine.begin() as connection:
            _lock_pending(connection, number)
            draft = None
            if status != "rejected":
                draft = current_draft(connection, author)
                stage_in(connection, draft, NewDecision(tuple(changes), author, origin=ProposalRef(number)))
            _note_decision(connection, number, _Decision(status, author, reason, draft))
        return draft

    def reject(self, numbers: Iterable[int], author: str, reason: str) -> None:
        """Reject several proposals for good, all or none. Raises ``StoreError`` when somebody has decided one already."""
        with self._engine.begin() as connection:
            for number in sorted(set(numbers)):
                _lock_pending(connection, number)
                _note_decision(connection, number, _Decision("rejected", author, reason, None))

    def reopen(self, *numbers: int) -> None:
        """Take rejections back."""
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE proposal SET status = 'pending', decided_by = NULL, decided_at = NULL, reason = NULL "
                    "WHERE id = ANY(:ids) AND status = 'rejected'"
                ),
                {"ids": list(numbers)},
            )


def _proposal(row: Mapping[Any, Any]) -> Proposal:
    return Proposal(**{**row, "role": read_role(row["role"])})


def _lock_pending(connection: Connection, number: int) -> None:
    """Lock a proposal that waits for a decision. Raises ``StoreError`` where it does not, or is gone."""
    row = connection.execute(
        text("SELECT text, status, change_set_id FROM proposal WHERE id = :id FOR UPDATE"), {"id": number}
    ).first()
    if row is None:
        raise StoreError("This proposal is gone: the last run that made it was deleted. Reload the queue.")
    discarded = (
        row.change_set_id is not None
        and connection.execute(
            text("SELECT status = 'discarded' FROM change_set WHERE id = :id"), {"id": row.change_set_id}
        ).scalar_one()
    )
    if row.status != "pending" and not discarded:
        raise StoreError(f"“{row.text}” is {row.status} already; reload the queue.")


def _note_decision(connection: Connection, number: int, decision: _Decision) -> None:
    connection.execute(
        text(
            "UPDATE proposal SET status = :status, decided_by = :author, decided_at = now(), reason = :reason, "
            "change_set_id = :draft WHERE id = :id"
        ),
        {
            "status": decision.status,
            "author": decision.author,
            "reason": decision.reason or None,
            "draft": decision.draft,
            "id": number,
        },
    )
