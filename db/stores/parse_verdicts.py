"""Verdicts of reviewers on what was read in a run's text: for a field, the right value, or that the text gives none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Engine, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores.catalog import table_of
from pipeline.contracts import Extraction, ParsedJD, accept

VERDICTS, RUN = table_of(m.ParseVerdictRow), table_of(m.RunRow)
FIELDS = m.PARSE_FIELDS
"""What can be judged, in the order in which a page lists it."""


@dataclass(frozen=True)
class ParseVerdict:
    """What a reviewer says that a text gives for a field: who, when, and the right value (null for none)."""

    field: str
    author: str
    created_at: datetime
    value: Any


@dataclass(frozen=True)
class JudgedText:
    """A run's text with what was read in it, and what reviewers say is right, by field; the newest word on a field counts."""

    run_id: UUID
    text: str
    parsed: ParsedJD
    answers: Mapping[str, Any]


class ParseVerdictStore:
    """Verdicts on fields of parsed texts; one of each reviewer on a field, a later one takes its place."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, run_id: UUID, field: str, author: str, value: Any) -> None:
        """Keep what a reviewer says that the text gives for a field, null for nothing."""
        # A null of Python is here the null of JSON: it is what the reviewer says.
        answer = bindparam("answer", JSON.NULL if value is None else value, type_=VERDICTS.c.value.type)
        values = {"value": answer, "created_at": func.now()}
        with self._engine.begin() as connection:
            connection.execute(
                upsert(VERDICTS)
                .values(run_id=run_id, field=field, author=author, **values)
                .on_conflict_do_update(index_elements=["run_id", "field", "author"], set_=values)
            )

    def withdraw(self, run_id: UUID, field: str, author: str) -> None:
        """Take a reviewer's word on a field back, as if it had not been given."""
        of_field = (VERDICTS.c.run_id == run_id) & (VERDICTS.c.field == field) & (VERDICTS.c.author == author)
        with self._engine.begin() as connection:
            connection.execute(delete(VERDICTS).where(of_field))

    def of_run(self, run_id: UUID) -> list[ParseVerdict]:
        """What was said of a run's text, the newest first."""
        columns = (VERDICTS.c.field, VERDICTS.c.author, VERDICTS.c.created_at, VERDICTS.c.value)
        query = select(*columns).where(VERDICTS.c.run_id == run_id).order_by(VERDICTS.c.created_at.desc())
        with self._engine.connect() as connection:
            return [ParseVerdict(**row) for row in connection.execute(query).mappings()]

    def judged(self, run_ids: Sequence[UUID] | None = None) -> list[JudgedText]:
        """Every run of which a field was judged, or those of these runs, the oldest first."""
        newest = select(VERDICTS).order_by(VERDICTS.c.created_at)
        if run_ids is not None:
            newest = newest.where(VERDICTS.c.run_id.in_(list(run_ids)))
        with self._engine.connect() as connection:
            answers: dict[UUID, dict[str, Any]] = {}
            for row in connection.execute(newest).mappings():
                answers.setdefault(row["run_id"], {})[row["field"]] = row["value"]
            query = (
                select(RUN.c.id, RUN.c.jd_text, RUN.c.extraction[Extraction.key_of("parsed")])
                .where(RUN.c.id.in_(list(answers)), RUN.c.extraction.is_not(None))
                .order_by(RUN.c.created_at, RUN.c.id)
            )
            return [JudgedText(i, jd, accept(ParsedJD, read), answers[i]) for i, jd, read in connection.execute(query)]
