"""Where runs saw a proposal: the sentences in which it stands, and the words in which they made it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

AROUND = 140
"""Characters of the text on each side of a proposal at most, where its sentence goes on."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n|[•●▪]")


@dataclass(frozen=True)
class Sighting:
    """A sentence of a run in which a proposal stands: ``pieces`` are its stretches, each with whether it is the proposal.

    ``label`` names the run, ``evidence`` is what the run noted of it. Without pieces the text does not have that word by word.
    """

    run_id: UUID
    label: str
    evidence: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Wording:
    """In which words runs made a proposal, and how many of them."""

    text: str
    runs: int


def find_sightings(connection: Connection, number: int, kind: str, limit: int) -> list[Sighting]:
    """Return the newest runs that made a proposal, each with the sentence in which it stands, one for each text."""
    query = text(
        "SELECT * FROM (SELECT DISTINCT ON (run.jd_hash) run.id, run.created_at, run.jd_text, coalesce(r.evidence, '') AS evidence, "
        "coalesce(run.name, run.title, run.given_title, left(run.jd_text, 60)) AS label "
        "FROM proposal_run r JOIN run ON run.id = r.run_id WHERE r.proposal_id = :id ORDER BY run.jd_hash, run.created_at DESC) newest "
        "ORDER BY created_at DESC LIMIT :limit"
    )
    rows = connection.execute(query, {"id": number, "limit": limit}).all()
    found = [Sighting(row.id, str(row.label), row.evidence, _sentence(row.jd_text, row.evidence, kind)) for row in rows]
    return [*found, *_kept_sightings(connection, number)][:limit]


def find_wordings(connection: Connection, number: int, limit: int) -> list[Wording]:
    """Return in which words runs made a proposal, the most frequent first."""
    query = text(
        "SELECT evidence AS text, count(*) AS runs FROM proposal_run WHERE proposal_id = :id AND evidence <> '' "
        'GROUP BY evidence ORDER BY count(*) DESC, evidence COLLATE "C" LIMIT :limit'
    )
    return [Wording(str(row.text), int(row.runs)) for row in connection.execute(query, {"id": number, "limit": limit})]


def _kept_sightings(connection: Connection, number: int) -> list[Sighting]:
    """What was kept of deleted runs for a proposal."""
    query = text(
        "SELECT d.id, q->>'quote' AS quote FROM deleted_run d, jsonb_array_elements(d.quotes) q "
        "WHERE q->'ref'->>'type' = 'proposal' AND (q->'ref'->>'number')::int = :id ORDER BY d.deleted_at DESC"
    )
    rows = connection.execute(query, {"id": number})
    return [Sighting(row.id, "A run that was deleted", str(row.quote), ((str(row.quote), False),)) for row in rows]


def _sentence(jd: str, evidence: str, kind: str) -> tuple[tuple[str, bool], ...]:
    """The sentence of a text that holds what was quoted (of the skills of a link: the first that it has), cut into pieces."""
    terms = [t for t in (evidence.split(", ") if kind == "link" else [evidence]) if t]
    found = [match for term in terms if (match := _find(term, jd))]
    if not found:
        return ((evidence, True),) if evidence and evidence in jd else ()
    first = found[0]
    before = _SENTENCE_END.split(jd[max(0, first.start() - AROUND) : first.start()])[-1].lstrip(" -*+")
    after = _SENTENCE_END.split(jd[first.end() : first.end() + AROUND])[0]
    # What was cut begins and ends with a whole word.
    before = before.partition(" ")[2] if len(before) == AROUND else before
    after = after.rpartition(" ")[0] if len(after) == AROUND else after
    begin, end = first.start() - len(before), first.end() + len(after)
    pieces, at = [], begin
    for match in sorted(found, key=lambda m: m.start()):
        if begin <= match.start() and match.end() <= end and match.start() >= at:
            pieces += [(jd[at : match.start()], False), (match.group(), True)]
            at = match.end()
    pieces.append((jd[at:end], False))
    return tuple((re.sub(r"\s+", " ", piece), marked) for piece, marked in pieces if piece.strip())


def _find(term: str, jd: str) -> re.Match[str] | None:
    """Where a text has what was quoted, whose white space was folded."""
    pattern = r"\s+".join(map(re.escape, term.split()))
    return re.search(rf"(?<!\w){pattern}(?!\w)", jd, re.IGNORECASE)
