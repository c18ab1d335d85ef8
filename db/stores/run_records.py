"""A run written down while it goes: what each stage and step has come to, its end, or why it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from db import models as m
from db.stores import jobs
from db.stores.catalog import table_of
from db.stores.collisions import log_collisions
from db.stores.jobs import Lease
from db.stores.persisted_forms import note_persisted
from db.stores.proposals import propose, propose_links
from db.stores.proposed_roles import keep_baseline
from db.stores.run_rows import keep_basis
from db.stores.runs import CALL, RUN
from db.stores.usage import count_uses, read_uses
from db.stores.vectors import file_run
from pipeline.basis import RunBasis
from pipeline.config import TermLock
from pipeline.contracts import Extraction, LibraryMatch
from pipeline.engines.answers import storable
from pipeline.engines.ledger import ModelCall, Note
from pipeline.run import Run

FORMS = table_of(m.RunSkill)
_KEEP_LOCKS = text("UPDATE run SET config = config || CAST(:locks AS jsonb) WHERE id = :id")
MAX_REASON = 2_000
"""Characters of a failure's reason that are kept."""


class RunRecords:
    """The records of a run that goes on, written by the worker that has it on lease, and by nobody who lost it.

    Without a lease, whoever executes the run is overruled: a failure then takes the run from its worker.
    """

    def __init__(self, engine: Engine, lease: Lease | None = None, model: str = "") -> None:
        """Take the engine, the lease, and the embedding model by whose vectors duties that say the same are joined."""
        self._engine = engine
        self._lease = lease
        self._model = model

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction in which the run stays its worker's. Raises ``LostLease``."""
        with self._engine.begin() as connection:
            if self._lease is not None:
                jobs.hold(connection, self._lease)
            yield connection

    def _end(self, connection: Connection, run_id: UUID) -> None:
        if self._lease is not None:
            jobs.end(connection, self._lease)
        else:
            jobs.forget(connection, run_id)

    def stage(self, run_id: UUID, stage: str, partial: dict[str, Any], timings: dict[str, float]) -> None:
        """Note that a stage has ended, with what is known so far. A watching page reads it; losing it costs nothing."""
        with self._writing() as connection:
            connection.execute(text("SET LOCAL synchronous_commit = off"))
            _update(connection, run_id, stage=stage, partial=partial, timings_ms=timings)

    def extraction(
        self,
        run_id: UUID,
        extraction: Extraction,
        notes: Sequence[Note],
        timings: dict[str, float],
        basis: tuple[RunBasis, int] | None = None,
    ) -> None:
        """Store step 1 and queue its proposals; the queue's ids stand in the stored JSON alone.

        ``basis`` is what it rests on, with the revision of its catalog; what is not given is found later, beside the pages.
        """
        with self._writing() as connection:
            used_before = read_uses(connection, [run_id])
            stored = log_collisions(connection, run_id, propose(connection, run_id, extraction, self._model))
            decision, chosen = stored.decision, stored.decision.chosen_role
            _update(
                connection,
                run_id,
                status="extract_from_jd_done",
                extraction=stored.wire(),
                title=stored.parsed.role,
                role_slug=chosen.slug if chosen else None,
                role_name=chosen.display_name if chosen else None,
                confidence=decision.confidence,
                none_probability=decision.none_probability,
                needs_review=decision.needs_review,
                case=decision.case,
                skill_count=len(stored.skills),
                new_skill_count=sum(s.slug is None for s in stored.skills),
                partial={},
                notes=[n.model_dump() for n in notes],
                timings_ms=timings,
            )
            _note_forms(connection, run_id, stored)
            if basis is not None:
                keep_basis(connection, run_id, *basis)
            count_uses(connection, used_before, read_uses(connection, [run_id]))

    def library_match(
        self, run_id: UUID, library_match: LibraryMatch, timings: dict[str, float], locks: Mapping[str, TermLock]
    ) -> None:
        """Store step 2 and queue the links that it proposes; ``locks`` are those that the run took, kept with its config."""
        with self._writing() as connection:
            propose_links(connection, run_id, library_match)
            _update(
                connection,
                run_id,
                status="extract_details_done",
                library_match=note_persisted(connection, run_id, library_match).wire(),
                timings_ms=timings,
            )
            if locks:
                kept = {"locks": {key: lock.model_dump(mode="json") for key, lock in locks.items()}}
                connection.execute(_KEEP_LOCKS, {"id": run_id, "locks": json.dumps(kept)})

    def completion(self, run_id: UUID, run: Run, model: str, timings: dict[str, float]) -> None:
        """Store the end of a run: step 3, client output, notes and cost; file the JD under its role."""
        with self._writing() as connection:
            chosen = run.extraction.decision.chosen_role
            if chosen is not None and run.vector is not None:
                _note_centroid(connection, run_id, file_run(connection, run_id, chosen.slug, model, run.vector))
            _note_baseline(connection, run_id, run)
            _update(
                connection,
                run_id,
                status="rejected" if run.extraction.rejected else "completed",
                stage=None,
                error=None,
                role_output=run.role_output.wire() if run.role_output else None,
                client_output=run.client_output,
                timings_ms=timings,
                duration_ms=round(sum(timings.values()), 2),
                cost_usd=_cost(connection, run_id),
                notes=[n.model_dump() for n in run.notes],
            )
            self._end(connection, run_id)

    def failure(self, run_id: UUID, reason: str, timings: dict[str, float]) -> None:
        """Note why a run stopped; what it had come to is kept."""
        with self._writing() as connection:
            cost = _cost(connection, run_id)
            _update(connection, run_id, status="failed", error=reason[:MAX_REASON], timings_ms=timings, cost_usd=cost)
            self._end(connection, run_id)

    def call(self, run_id: UUID, call: ModelCall) -> None:
        """Write a call to a model down as soon as it has ended, so that one that was paid for is not lost."""
        with self._writing() as connection:
            connection.execute(insert(CALL).values(run_id=run_id, **storable(call.model_dump(mode="json"))))


def _note_baseline(connection: Connection, run_id: UUID, run: Run) -> None:
    """Join the baseline of a role that the run proposes into its proposal."""
    planned = run.role_output.planner_output if run.role_output else None
    if planned is None or planned.role is None or planned.role.baseline is None:
        return
    stored = connection.execute(select(RUN.c.extraction).where(RUN.c.id == run_id)).scalar_one()
    number = Extraction.model_validate(stored).updates.queue_entry_id
    if number is not None:
        keep_baseline(connection, number, planned.role.baseline)


def _note_centroid(connection: Connection, run_id: UUID, n: int) -> None:
    """Note in the stored step 1 that its JD is the ``n``-th of the role's centroid."""
    stored = connection.execute(select(RUN.c.extraction).where(RUN.c.id == run_id)).scalar_one()
    extraction = Extraction.model_validate(stored)
    updates = extraction.updates.model_copy(update={"centroid_updated": True, "centroid_n_after": n})
    _update(connection, run_id, extraction=extraction.model_copy(update={"updates": updates}).wire())


def _note_forms(connection: Connection, run_id: UUID, extraction: Extraction) -> None:
    """Keep by which forms the run matched its skills."""
    first: dict[tuple[str, str], int] = {}
    for skill in extraction.skills:
        for mention in skill.mentions if skill.slug else ():
            key = str(skill.slug), mention.alias or mention.text
            first[key] = min(mention.start, first.get(key, mention.start))
    connection.execute(delete(FORMS).where(FORMS.c.run_id == run_id))
    made = select(RUN.c.created_at).where(RUN.c.id == run_id).scalar_subquery()
    rows = [{"skill_slug": slug, "form": form, "start": start} for (slug, form), start in first.items()]
    if rows:
        connection.execute(insert(FORMS).values(run_id=run_id, run_at=made), rows)


def _cost(connection: Connection, run_id: UUID) -> float:
    """Dollars of a run: the sum of its ledger."""
    spent = connection.execute(select(func.coalesce(func.sum(CALL.c.cost_usd), 0.0)).where(CALL.c.run_id == run_id))
    return round(float(spent.scalar_one()), 6)


def _update(connection: Connection, run_id: UUID, **values: Any) -> None:
    connection.execute(update(RUN).where(RUN.c.id == run_id).values(updated_at=func.now(), **values))
