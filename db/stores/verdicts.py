"""Verdicts of reviewers on runs, point by point: the right role, skills that are right, wrong or missing, links, and why.

A run has one verdict of each reviewer. It is written with each key that the reviewer presses, so it may be incomplete; what was said
blind is kept as it was said once the run has been shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.errors import StoreError
from db.stores.audit_trail import AuditTrail
from db.stores.catalog import table_of
from pipeline.impact import Verdict
from pipeline.verdicts import ANSWER_FIELDS, Answer, LinkVerdict, MissingSkill, answer_from_wire

__all__ = ["VERDICTS", "Answer", "GivenVerdict", "LinkVerdict", "MissingSkill", "VerdictStore"]

VERDICTS = table_of(m.VerdictRow)
Edit = Callable[[Answer], Answer]


@dataclass(frozen=True, kw_only=True)
class GivenVerdict(Answer):
    """A reviewer's verdict on a run as it stands: who, when last, and what is said.

    ``is_blind`` says that it was begun without sight of what the run found. ``blind_answer`` is what was said then; it is null until
    the run was shown, at ``revealed_at``, for the verdict is that answer up to there.
    """

    author: str
    created_at: datetime
    is_blind: bool = False
    blind_answer: Answer | None = None
    revealed_at: datetime | None = None

    @property
    def answer(self) -> Answer:
        """What is said, without who and when."""
        return Answer(**{name: getattr(self, name) for name in ANSWER_FIELDS})

    @property
    def is_open_blind(self) -> bool:
        """Whether the reviewer has not yet seen what the run found."""
        return self.is_blind and self.revealed_at is None

    @property
    def independent(self) -> Answer:
        """What the reviewer said on their own: what was said blind where anything was, else the verdict."""
        return self.blind_answer or self.answer

    @property
    def changed_role(self) -> bool:
        """Whether the role was changed after the run was shown."""
        before = self.blind_answer
        return before is not None and before.has_role and (before.role_slug, True) != (self.role_slug, self.has_role)


class VerdictStore:
    """Verdicts of reviewers on runs; each reviewer has one on a run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._trail = AuditTrail(engine)

    def give(
        self, run_id: UUID, author: str, role_slug: str | None, wrong_skills: Sequence[str] = (), note: str = ""
    ) -> None:
        """Keep a reviewer's verdict on role and wrong skills; it takes the place of all that they said before."""
        answer = Answer(role_slug=role_slug, has_role=True, wrong_skills=tuple(wrong_skills), note=note)
        self.change(run_id, author, lambda _: answer)

    def change(self, run_id: UUID, author: str, edit: Edit, *, is_blind: bool = False) -> GivenVerdict | None:
        """Change what a reviewer says of a run; returns their verdict as it was before, null where there was none.

        ``is_blind`` says that the run is hidden from them; it counts where the verdict begins with it. A verdict that says nothing
        any more goes, unless it has a blind answer to keep. Raises ``StoreError`` for an author without a name.
        """
        if not author:
            raise StoreError("A verdict needs a reviewer; give your name first.")
        with self._engine.begin() as connection:
            before = self._own(connection, run_id, author, locked=True)
            answer = edit(before.answer if before else Answer())
            if answer.is_empty and (before is None or before.blind_answer is None):
                connection.execute(_theirs(run_id, author))
            else:
                blind = {"is_blind": before.is_blind if before else is_blind}
                _write(connection, run_id, author, {**_cells(answer), **blind, "created_at": func.now()})
        return before

    def reveal(self, run_id: UUID, author: str, edit: Edit) -> None:
        """Note that a blind reviewer is shown the run: what they said so far is kept as their blind answer. ``edit`` sorts what
        they marked into what the run found and what it missed. What was revealed once stays as it is.
        """
        with self._engine.begin() as connection:
            before = self._own(connection, run_id, author, locked=True)
            if before is None or not before.is_open_blind:
                return
            kept = {"blind_answer": before.answer.wire(), "revealed_at": func.now(), "is_blind": True}
            _write(connection, run_id, author, {**_cells(edit(before.answer)), **kept})

    def put_back(self, run_id: UUID, author: str, before: GivenVerdict | None) -> None:
        """Make a reviewer's verdict what it was before, or take it away where there was none."""
        with self._engine.begin() as connection:
            if before is None:
                connection.execute(_theirs(run_id, author))
                return
            kept = before.blind_answer.wire() if before.blind_answer else None
            of_blind = {"is_blind": before.is_blind, "blind_answer": kept, "revealed_at": before.revealed_at}
            values = {**_cells(before.answer), **of_blind, "created_at": before.created_at}
            _write(connection, run_id, author, values)

    def withdraw(self, run_id: UUID, author: str) -> None:
        """Take a reviewer's verdict on a run back, as if it had not been given."""
        with self._engine.begin() as connection:
            connection.execute(_theirs(run_id, author))

    def own(self, run_id: UUID, author: str) -> GivenVerdict | None:
        """A reviewer's verdict on a run; null where they have said nothing."""
        with self._engine.connect() as connection:
            return self._own(connection, run_id, author)

    def of_run(self, run_id: UUID) -> list[GivenVerdict]:
        """The verdicts on a run, the newest first."""
        return list(self.of_runs([run_id]).get(run_id, ()))

    def of_runs(self, run_ids: Sequence[UUID]) -> dict[UUID, tuple[GivenVerdict, ...]]:
        """The verdicts on each of these runs that has one, the newest first."""
        found: dict[UUID, tuple[GivenVerdict, ...]] = {}
        query = select(VERDICTS).where(VERDICTS.c.run_id.in_(list(run_ids)))
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(VERDICTS.c.created_at.desc(), VERDICTS.c.author)).mappings():
                found[row["run_id"]] = (*found.get(row["run_id"], ()), _given(row))
        return found

    def newest(self, run_ids: Sequence[UUID]) -> dict[UUID, Verdict]:
        """What reviewers say of each of these runs that has a verdict, as ``renamed`` has it; of each point the newest word counts."""
        return {run_id: together(reversed(given)) for run_id, given in self.renamed(run_ids).items()}

    def renamed(self, run_ids: Sequence[UUID]) -> dict[UUID, tuple[GivenVerdict, ...]]:
        """The verdicts on each of these runs that has one, the newest first, with the entries that stand today for those that they name."""
        found = self.of_runs(run_ids)
        successors = self._trail.resolve_successors() if found else {}
        return {run_id: tuple(one.renamed(successors) for one in given) for run_id, given in found.items()}

    def version(self) -> object:
        """What tells all verdicts from what they were and will be."""
        with self._engine.connect() as connection:
            return tuple(connection.execute(select(func.count(), func.max(VERDICTS.c.created_at))).one())

    def _own(self, connection: Connection, run_id: UUID, author: str, *, locked: bool = False) -> GivenVerdict | None:
        query = select(VERDICTS).where(VERDICTS.c.run_id == run_id, VERDICTS.c.author == author)
        row = connection.execute(query.with_for_update() if locked else query).mappings().one_or_none()
        return _given(row) if row else None


def together(given: Iterable[Answer]) -> Verdict:
    """What several answers say together, the oldest first: of each point the last word counts."""
    return reduce(_with_answer, given, Verdict(None, has_role=False))


def _with_answer(verdict: Verdict, answer: Answer) -> Verdict:
    wrong = frozenset(answer.wrong_skills)
    right = frozenset((*answer.right_skills, *(found.slug for found in answer.missing_skills if found.slug)))
    judged = {(link.skill_slug, link.dimension_slug) for link in answer.links}
    stated = {(link.skill_slug, link.dimension_slug) for link in answer.links if link.is_right}
    stated |= {(link.skill_slug, link.right_dimension) for link in answer.links if link.right_dimension}
    return replace(
        verdict,
        role_slug=answer.role_slug if answer.has_role else verdict.role_slug,
        has_role=verdict.has_role or answer.has_role,
        wrong_skills=verdict.wrong_skills - right | (wrong - right),
        right_skills=verdict.right_skills - wrong | right,
        wrong_links=verdict.wrong_links - stated | (judged - stated),
        right_links=verdict.right_links - judged | stated,
    )


def _theirs(run_id: UUID, author: str) -> Any:
    return delete(VERDICTS).where(VERDICTS.c.run_id == run_id, VERDICTS.c.author == author)


def _write(connection: Connection, run_id: UUID, author: str, values: Mapping[str, Any]) -> None:
    connection.execute(
        upsert(VERDICTS)
        .values(run_id=run_id, author=author, **values)
        .on_conflict_do_update(index_elements=["run_id", "author"], set_=values)
    )


def _cells(answer: Answer) -> dict[str, Any]:
    """An answer as the columns of its row; lists that are sets are sorted, so that the same is said by the same row."""
    words = ("right_skills", "wrong_skills", "right_terms", "wrong_terms")
    cells: dict[str, Any] = {name: sorted(set(getattr(answer, name))) for name in words}
    missing = sorted(set(answer.missing_skills), key=lambda found: (found.start, found.end))
    cells["missing_skills"] = [asdict(found) for found in missing]
    links = {(link.skill_slug, link.dimension_slug): asdict(link) for link in answer.links}
    cells["links"] = [links[key] for key in sorted(links)]
    return cells | {"role_slug": answer.role_slug, "has_role": answer.has_role, "note": answer.note}


def _given(row: Mapping[str, Any] | Any) -> GivenVerdict:
    answer = answer_from_wire({name: row[name] for name in ANSWER_FIELDS})
    kept = row["blind_answer"]
    return GivenVerdict(
        **{name: getattr(answer, name) for name in ANSWER_FIELDS},
        author=row["author"],
        created_at=row["created_at"],
        is_blind=row["is_blind"],
        blind_answer=None if kept is None else answer_from_wire(kept),
        revealed_at=row["revealed_at"],
    )
