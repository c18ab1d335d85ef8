"""What was accepted on the strength of a sample, kept with its change set; and what is known of how right findings of each kind are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.stores.group_samples import Sample, read_sample
from pipeline.calibration import DecidedScore

_STORED = """
SELECT a.id, a.accepted_at, a.author, a.sample_id, a.change_set_id, a.title, a.accepted, a.judged, a.wrong, a.unsure, a.at_most,
  a.error_limit, a.confidence, a.samples, a.decisions, a.acts, a.keys, a.rejected, a.undone_at, a.undone_by, s.status AS draft_status,
  (SELECT count(*) FROM draft_decision d WHERE d.change_set_id = a.change_set_id AND d.number = ANY(a.decisions)
    AND d.out_at IS NOT NULL) AS taken_out
FROM acceptance a JOIN change_set s ON s.id = a.change_set_id
"""
_NOTE = text("""
INSERT INTO acceptance (author, sample_id, change_set_id, title, accepted, judged, wrong, unsure, at_most, error_limit, confidence,
  samples, decisions, acts, keys, rejected)
VALUES (:author, :sample_id, :change_set_id, :title, :accepted, :judged, :wrong, :unsure, :at_most, :error_limit, :confidence,
  :samples, :decisions, :acts, :keys, :rejected) RETURNING id
""")
_DECIDED = text("""
SELECT DISTINCT ON (key) split_part(key, ' ', 1) AS kind, key, score, is_right FROM (
  SELECT f.key, f.score, f.decision = 'accepted' AS is_right, f.decided_at AS at
  FROM finding_decision f LEFT JOIN change_set s ON s.id = f.change_set_id
  WHERE f.acceptance_id IS NULL AND (f.decision = 'rejected' OR f.decision = 'accepted' AND s.status IN ('draft', 'committed'))
  UNION ALL
  SELECT j.item, s.scores[array_position(s.population, j.item)], j.judgement = 'right', j.judged_at
  FROM sample_judgement j JOIN group_sample s ON s.id = j.sample_id
  WHERE s.place = 'findings' AND j.judgement IN ('right', 'wrong')
) decided ORDER BY key, at DESC, is_right
""")


@dataclass(frozen=True)
class Statement:
    """What a sample says of what is accepted: so many, of which at most so many are wrong, at a confidence (0 to 1).

    ``judged``, ``wrong`` and ``unsure`` are those of all samples of the group, whose number is ``samples``; ``error_limit`` is the
    share that the curator let be wrong.
    """

    accepted: int
    judged: int
    wrong: int
    unsure: int
    at_most: int
    error_limit: float
    confidence: float
    samples: int


@dataclass(frozen=True)
class Staged:
    """Where what was accepted went: the draft and its decisions, the acts of the review queue, findings accepted and rejected."""

    draft: int
    decisions: tuple[int, ...]
    acts: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """An acceptance as it is kept; ``taken_out`` of its decisions are out of the change set again."""

    id: int
    accepted_at: datetime
    author: str
    sample_id: int
    title: str
    statement: Statement
    staged: Staged
    undone_at: datetime | None
    undone_by: str | None
    draft_status: str
    taken_out: int

    @property
    def can_be_undone(self) -> bool:
        """Whether it can be undone here: what was committed is undone by a change set."""
        return self.undone_at is None and self.draft_status == "draft"


class AcceptanceStore:
    """What was accepted on the strength of samples."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_change_sets(self, numbers: Sequence[int]) -> Mapping[int, list[Acceptance]]:
        """What was accepted into some change sets, in its order, without what was undone."""
        query = text(f"{_STORED} WHERE a.change_set_id = ANY(:numbers) AND a.undone_at IS NULL ORDER BY a.id")
        found: dict[int, list[Acceptance]] = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(query, {"numbers": list(numbers)}).mappings():
                one = _acceptance(row)
                found[one.staged.draft].append(one)
        return found

    def of_sample(self, number: int) -> Acceptance | None:
        """What was accepted last on the strength of a sample; null for nothing."""
        query = text(f"{_STORED} WHERE a.sample_id = :id ORDER BY a.id DESC LIMIT 1")
        with self._engine.connect() as connection:
            row = connection.execute(query, {"id": number}).mappings().first()
            return _acceptance(row) if row else None

    def samples_of(self, number: int) -> list[Sample]:
        """A sample with those of its group that went before it, the first one first."""
        found: list[Sample] = []
        with self._engine.connect() as connection:
            at: int | None = number
            while at is not None and (sample := read_sample(connection, at)) is not None:
                found.append(sample)
                at = sample.previous
        return found[::-1]

    def decided_scores(self) -> list[DecidedScore]:
        """Each finding of which somebody said whether it is right, once, with the audit's score then.

        Those accepted on the strength of a sample are not among them, for nobody looked at each; those of the sample are. What was
        accepted and taken out or discarded again says nothing.
        """
        with self._engine.connect() as connection:
            return [DecidedScore(row.kind, row.score, row.is_right) for row in connection.execute(_DECIDED)]


def read_acceptance(connection: Connection, number: int) -> Acceptance | None:
    """An acceptance; null for a number that none has."""
    row = connection.execute(text(f"{_STORED} WHERE a.id = :id"), {"id": number}).mappings().first()
    return _acceptance(row) if row else None


def note_in(connection: Connection, sample: Sample, author: str, statement: Statement, staged: Staged) -> int:
    """Keep an acceptance; returns its number. Findings of it that nobody judged are marked as accepted by it."""
    values = {
        **statement.__dict__,
        "author": author,
        "sample_id": sample.id,
        "title": sample.title,
        "change_set_id": staged.draft,
        "decisions": list(staged.decisions),
        "acts": list(staged.acts),
        "keys": list(staged.keys),
        "rejected": list(staged.rejected),
    }
    number = int(connection.execute(_NOTE, values).scalar_one())
    not_judged = [key for key in staged.keys if key not in sample.everything]
    mark = text("UPDATE finding_decision SET acceptance_id = :number WHERE key = ANY(:keys)")
    connection.execute(mark, {"number": number, "keys": not_judged})
    return number


def note_undone_in(connection: Connection, number: int, person: str) -> None:
    """Note that an acceptance was undone."""
    query = text("UPDATE acceptance SET undone_at = now(), undone_by = :person WHERE id = :id")
    connection.execute(query, {"id": number, "person": person})


def _acceptance(row: Mapping[Any, Any]) -> Acceptance:
    cells: dict[str, Any] = dict(row)
    statement = Statement(**{name: cells.pop(name) for name in Statement.__dataclass_fields__})
    lists = {name: tuple(cells.pop(name)) for name in ("decisions", "acts", "keys", "rejected")}
    staged = Staged(cells.pop("change_set_id"), **lists)
    return Acceptance(**cells, statement=statement, staged=staged)
