"""Model calls in PostgreSQL: the ledger of each run, and the answers that are kept by the hash of their call."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.runs import load_run
from pipeline.engines.answers import storable
from pipeline.engines.ledger import ModelCall
from pipeline.engines.openai import subject_of

CALL = m.naming.tables["llm_call"]
ANSWER = m.naming.tables["model_answer"]


def record_call(engine: Engine, run_id: UUID, call: ModelCall) -> None:
    """Write a call down as soon as it has ended, so that one that was paid for is never lost."""
    with engine.begin() as connection:
        connection.execute(insert(CALL).values(run_id=run_id, **storable(call.model_dump(mode="json"))))


def calls_of(engine: Engine, run_id: UUID) -> tuple[ModelCall, ...]:
    """The ledger of a run, in the order of the calls."""
    columns = [c for c in CALL.c if c.name in ModelCall.model_fields]
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).where(CALL.c.run_id == run_id).order_by(CALL.c.id)).mappings()
        return tuple(ModelCall.model_validate(dict(row)) for row in rows)


def recording_of(engine: Engine, run_id: UUID) -> list[str]:
    """The answers of a run as the lines of a recording, by which a demo can replay it without a server. Raises
    ``UnknownRun``."""
    subject = subject_of(load_run(engine, run_id).jd_text)
    return [
        json.dumps({"judgement": c.judgement, "subject": subject, "response": c.response}, ensure_ascii=False)
        for c in calls_of(engine, run_id)
        if c.error is None
    ]


class PgAnswers:
    """Keeps answers in the table ``model_answer``; a ``CallStore`` of the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, key: str, judgement: str, subject: str) -> dict[str, Any] | None:
        with self._engine.connect() as connection:
            found = connection.execute(select(ANSWER.c.response).where(ANSWER.c.key == key)).scalar()
            return dict(found) if found is not None else None

    def put(self, key: str, judgement: str, model: str, response: dict[str, Any]) -> None:
        row = storable({"key": key, "judgement": judgement, "model": model, "response": response})
        with self._engine.begin() as connection:
            connection.execute(upsert(ANSWER).values(**row).on_conflict_do_nothing())
