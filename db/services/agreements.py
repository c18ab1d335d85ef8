"""What reviewers say of the same runs, brought together: how far they agree, and what is to be decided where they do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from db.stores.adjudications import Adjudication, AdjudicationStore, Statement
from db.stores.verdicts import Answer, GivenVerdict, VerdictStore
from pipeline.agreement.agreement import Agreement, Disagreement, agreement, agreement_on, disagreements
from pipeline.agreement.figures import Figure
from pipeline.agreement.reviews import Review

_GIVEN = """
SELECT run_id, author FROM verdict UNION SELECT run_id, author FROM parse_verdict
"""
_OF_ASSIGNMENT = f"""
SELECT g.run_id, g.author FROM ({_GIVEN}) g
JOIN assignment_item i ON i.run_id = g.run_id AND i.reviewer = g.author AND i.assignment_id = :assignment
"""
_SEVERAL = "SELECT run_id, array_agg(author) FROM ({}) s {} GROUP BY run_id HAVING count(*) > 1"
_ALL, _ASSIGNED, _ONE = (
    text(_SEVERAL.format(_GIVEN, "")),
    text(_SEVERAL.format(_OF_ASSIGNMENT, "")),
    text(_SEVERAL.format(_GIVEN, "WHERE run_id = :run")),
)
_REVISIONS = text("SELECT id, revision_id FROM run WHERE id = ANY(:ids)")
_ROLES = "SELECT v.run_id FROM verdict v {} WHERE v.has_role GROUP BY v.run_id HAVING count(*) > 1 ORDER BY v.run_id"
_NAMED, _NAMED_ASSIGNED = (
    text(_ROLES.format("")),
    text(
        _ROLES.format(
            "JOIN assignment_item i ON i.run_id = v.run_id AND i.reviewer = v.author AND i.assignment_id = :assignment"
        )
    ),
)
_FACTS = text("SELECT run_id, author, field, value FROM parse_verdict WHERE run_id = ANY(:ids)")


@dataclass(frozen=True)
class Dispute:
    """Something on which reviewers differ, what each says of it and why, and what was decided of it (null: nothing yet)."""

    disagreement: Disagreement
    said: tuple[Statement, ...]
    decided: Adjudication | None = None

    @property
    def run_id(self) -> UUID:
        """The run that it is about."""
        return UUID(self.disagreement.run)

    @property
    def key(self) -> str:
        """What tells it from others of its run."""
        return f"{self.disagreement.kind} {self.disagreement.subject}"

    @property
    def has_moved(self) -> bool:
        """Whether reviewers say something else than they did when it was decided."""
        if self.decided is None:
            return False
        then = {(one.reviewer, one.answer) for one in self.decided.said}
        return then != {(one.reviewer, one.answer) for one in self.said}


class Agreements:
    """How far reviewers agree, on the runs of an assignment or on all that several have judged."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._verdicts, self._adjudications = VerdictStore(engine), AdjudicationStore(engine)

    def measure(self, assignment: int | None = None) -> Agreement:
        """How far reviewers agree: of the role by what each said alone, before a blind one was shown the run."""
        return agreement(
            self._reviews(self._several(_ASSIGNED if assignment else _ALL, assignment=assignment), alone=True)
        )

    def roles_by_revision(self) -> dict[int, Figure]:
        """How far reviewers agree on the role, by the revision on which the runs were made: what each said alone counts."""
        reviews = self._reviews(self._several(_ALL), alone=True)
        with self._engine.connect() as connection:
            asked = {"ids": list({UUID(review.run) for review in reviews})}
            revision_of = {str(run): int(revision) for run, revision in connection.execute(_REVISIONS, asked)}
        by_revision: dict[int, list[Review]] = defaultdict(list)
        for review in reviews:
            if review.run in revision_of:
                by_revision[revision_of[review.run]].append(review)
        return {revision: agreement_on("role", of_it) for revision, of_it in sorted(by_revision.items())}

    def disputes(self, assignment: int | None = None) -> list[Dispute]:
        """All on which reviewers differ as they stand now, by run."""
        reviews = self._reviews(self._several(_ASSIGNED if assignment else _ALL, assignment=assignment))
        return _disputes(reviews, self._adjudications.in_force())

    def judged(self, assignment: int | None = None) -> list[UUID]:
        """The runs of which several reviewers have named the role, by their ids."""
        query = _NAMED_ASSIGNED if assignment else _NAMED
        with self._engine.connect() as connection:
            return list(connection.execute(query, {"assignment": assignment} if assignment else {}).scalars())

    def of_run(self, run_id: UUID) -> list[Review]:
        """What all reviewers say of a run of which several have judged something; nothing where one alone has."""
        return self._reviews(self._several(_ONE, run=run_id))

    def disputes_of(self, run_id: UUID) -> list[Dispute]:
        """All on which reviewers of a run differ."""
        return _disputes(self.of_run(run_id), self._adjudications.in_force([run_id]))

    def _several(self, query: Any, **values: Any) -> dict[UUID, set[str]]:
        """The runs that several have judged, with who has."""
        given = {name: value for name, value in values.items() if value is not None}
        with self._engine.connect() as connection:
            return {run_id: set(authors) for run_id, authors in connection.execute(query, given)}

    def _reviews(self, judged: Mapping[UUID, set[str]], *, alone: bool = False) -> list[Review]:
        facts = self._facts(list(judged))
        given = self._verdicts.of_runs(list(judged))
        found = []
        for run_id, authors in judged.items():
            verdicts = {verdict.author: verdict for verdict in given.get(run_id, ())}
            for author in sorted(authors):
                answer = _answer(verdicts.get(author), alone=alone)
                found.append(Review.of_answer(str(run_id), author, answer, facts.get((run_id, author))))
        return found

    def _facts(self, ids: Sequence[UUID]) -> dict[tuple[UUID, str], dict[str, Any]]:
        found: dict[tuple[UUID, str], dict[str, Any]] = defaultdict(dict)
        with self._engine.connect() as connection:
            for run_id, author, field, value in connection.execute(_FACTS, {"ids": list(ids)}):
                found[run_id, author][field] = value
        return found


def _answer(verdict: GivenVerdict | None, *, alone: bool) -> Answer:
    """What a verdict says; with ``alone``, the role as it was said blind where it was."""
    if verdict is None:
        return Answer()
    blind = verdict.blind_answer
    if alone and blind is not None and blind.has_role:
        return replace(verdict.answer, role_slug=blind.role_slug, has_role=True)
    return verdict.answer


def _disputes(reviews: Sequence[Review], decided: Sequence[Adjudication]) -> list[Dispute]:
    notes = {(review.run, review.reviewer): review.note for review in reviews}
    rulings = {(str(one.run_id), one.kind, one.subject): one for one in decided}
    return [
        Dispute(
            one,
            tuple(
                Statement(name, answer.value, notes[one.run, name])
                for answer in one.answers
                for name in answer.reviewers
            ),
            rulings.get((one.run, one.kind, one.subject)),
        )
        for one in disagreements(reviews)
    ]
