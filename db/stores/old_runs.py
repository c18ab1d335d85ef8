"""Runs of the old system: put into the store as their files tell them, once, and kept as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import NAMESPACE_OID, UUID, uuid5

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.errors import StoreError
from db.stores.catalog import current_revision, table_of
from db.stores.runs import OLD_SYSTEM, RUN, jd_hash, storable
from pipeline.engines.answers import storable as storable_json
from pipeline.old_runs import OldRun, PageFigures

OLD, DELETED = table_of(m.OldRunRow), table_of(m.DeletedRun)
MAX_DIFFERENCES = 3
STEP_COLUMNS = {1: "API 1", 2: "API 2", 3: "API 3"}


class ImportedFrom(BaseModel):
    """What a run of the old system was imported from: the files with their texts, by whom and when, and what its page says beside."""

    model_config = ConfigDict(frozen=True)

    imported_at: datetime
    imported_by: str
    text_source: Literal["page", "cut", "documents"]
    files: list[dict[str, str]]
    given: dict[str, Any]
    figures: PageFigures
    warnings: list[dict[str, str]]


@dataclass(frozen=True)
class Placed:
    """Where a run of a file is in the store: ``imported`` now, ``there`` already, or not in it for a reason (``refused``)."""

    run_id: UUID
    outcome: Literal["imported", "there", "refused"]
    reason: str = ""


def id_of(run: OldRun) -> UUID:
    """The id of an old run in the store: its own, so that it is one run however often it is imported."""
    try:
        return UUID(run.run_id)
    except ValueError:
        return uuid5(NAMESPACE_OID, run.run_id)


class OldRunStore:
    """The runs of the old system and what they were imported from."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self, run_id: UUID) -> ImportedFrom | None:
        """What a run was imported from; null for one of ours."""
        with self._engine.connect() as connection:
            row = connection.execute(select(OLD).where(OLD.c.run_id == run_id)).mappings().first()
        return ImportedFrom.model_validate(dict(row)) if row else None

    def put(self, run: OldRun, texts: Mapping[str, str], author: str) -> Placed:
        """Store a run, with the ``texts`` of its files by their names. One that is there with the same content stays as it is.

        Raises ``StoreError`` where there is no catalog yet.
        """
        run_id = id_of(run)
        with self._engine.begin() as connection:
            revision = current_revision(connection)
            if revision is None:
                raise StoreError("There is no catalog yet; run 'python -m db init' first.")
            made = (
                upsert(RUN)
                .values(**_row(run, run_id, revision), asked_by=author)
                .on_conflict_do_nothing(index_elements=[RUN.c.id])
            )
            if not connection.execute(made.returning(RUN.c.id)).first():
                return _compared(connection, run, run_id)
            connection.execute(DELETED.delete().where(DELETED.c.id == run_id))
            connection.execute(
                insert(OLD).values(
                    run_id=run_id,
                    imported_by=author or "somebody",
                    text_source=run.text_source,
                    files=[{"name": name, "text": storable(texts[name])} for name in run.files],
                    given=storable_json({str(step): dict(value) for step, value in run.given.items()}),
                    figures=run.figures.model_dump(mode="json"),
                    warnings=storable_json([w.model_dump() for w in run.warnings]),
                )
            )
        return Placed(run_id, "imported")


def _row(run: OldRun, run_id: UUID, revision: int) -> dict[str, Any]:
    """The run as a row: what its documents say, and nothing that only a run of ours has."""
    extraction, matched, output = run.extraction, run.library_match, run.role_output
    decision, chosen = extraction.decision, extraction.decision.chosen_role
    created = _moment(run.figures.created)
    text = storable(run.jd_text)
    lacking = len(matched.unmatched_skills) if matched else None
    cost = run.figures.cost_usd if run.figures.cost_usd is not None else output.llm_cost_total_usd if output else None
    payloads = {
        "extraction": extraction.wire(),
        "library_match": matched.wire() if matched else None,
        "role_output": output.wire() if output else None,
        "client_output": dict(run.client_output) if run.client_output else None,
    }
    return {
        "id": run_id,
        **({"created_at": created, "updated_at": _moment(run.figures.updated) or created} if created else {}),
        "status": _status(run),
        "jd_text": text,
        "jd_hash": jd_hash(text),
        "title": extraction.parsed.role or extraction.jd_role.display_name,
        "engine": OLD_SYSTEM,
        "config": {},
        "revision_id": revision,
        "partial": {},
        "timings_ms": {},
        "cost_usd": cost or 0.0,
        "role_slug": chosen.slug if chosen else None,
        "role_name": chosen.display_name if chosen else None,
        "confidence": decision.confidence,
        "case": decision.case,
        "skill_count": len(extraction.skills),
        "new_skill_count": lacking,
        **{name: storable_json(value) for name, value in payloads.items()},
    }


def _status(run: OldRun) -> str:
    """How far the run came, by the steps that are there."""
    if run.extraction.rejected:
        return "rejected"
    if run.library_match is None:
        return "extract_from_jd_done"
    return "completed" if run.role_output else "extract_details_done"


def _moment(written: str | None) -> datetime | None:
    """A time as a page writes it, which is UTC where it names no zone."""
    if not written:
        return None
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _compared(connection: Connection, run: OldRun, run_id: UUID) -> Placed:
    """That a run is there already, where nothing of it is told otherwise than it is stored."""
    query = select(RUN.c.engine, RUN.c.jd_hash, OLD.c.given, OLD.c.text_source).join(OLD, isouter=True)
    stored = connection.execute(query.where(RUN.c.id == run_id)).first()
    if stored is None or stored.engine != OLD_SYSTEM:
        return Placed(run_id, "refused", "it is a run of this workbench, which is in the history as such")
    differing = _differences(run, stored.given, stored.jd_hash if stored.text_source == "page" else None)
    if not differing:
        return Placed(run_id, "there")
    return Placed(
        run_id,
        "refused",
        f"it is there already with another content ({', '.join(differing[:MAX_DIFFERENCES])}). A run of the old system stays as it "
        "is: to have this one, delete the stored one in the history, then import the file again",
    )


def _differences(run: OldRun, stored: Mapping[str, Any], text_hash: str | None) -> Sequence[str]:
    """What of a run is not what is stored of it; something that only the store has is no difference."""
    given = storable_json({str(step): dict(value) for step, value in run.given.items()})
    found = [STEP_COLUMNS[int(step)] for step, value in given.items() if stored.get(step) != value]
    if run.text_source == "page" and text_hash != jd_hash(storable(run.jd_text)):
        found.append("the job description")
    return found
