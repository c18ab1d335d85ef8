"""Model calls in PostgreSQL: the ledger of each run, and the answers that are kept by the hash of their call."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores.runs import RunStore, read_stored
from pipeline.engines.answers import storable
from pipeline.engines.ledger import ModelCall
from pipeline.engines.provider import jd_key

CALL = m.metadata.tables["llm_call"]
ANSWER = m.metadata.tables["model_answer"]


class ModelCallStore:
    """The ledger of model calls of each run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_run(self, run_id: UUID) -> tuple[ModelCall, ...]:
        """The ledger of a run, in the order of the calls."""
        columns = [c for c in CALL.c if c.name in ModelCall.model_fields]
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).where(CALL.c.run_id == run_id).order_by(CALL.c.id)).mappings()
            return tuple(read_stored(ModelCall.model_validate, dict(row), run_id, "model call") for row in rows)

    def recording(self, run_id: UUID) -> list[str]:
        """The answers of a run as the lines of a recording, by which a demo can replay it without a server. Raises
        ``UnknownRun``.
        """
        subject = jd_key(RunStore(self._engine).load(run_id).jd_text)
        return [
            json.dumps({"judgement": c.judgement, "subject": subject, "response": c.response}, ensure_ascii=False)
            for c in self.of_run(run_id)
            if c.error is None
        ]


class ModelAnswerStore:
    """Keeps answers in the table ``model_answer``; a ``CallStore`` of the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, key: str, judgement: str, subject: str) -> dict[str, Any] | None:  # noqa: ARG002
        """The answer to a call by the hash of its request, null where none is kept."""
        with self._engine.connect() as connection:
            found = connection.execute(select(ANSWER.c.response).where(ANSWER.c.key == key)).scalar()
            return dict(found) if found is not None else None

    def put(self, key: str, judgement: str, model: str, response: dict[str, Any]) -> None:
        """Keep the answer to a call; one that is there stays."""
        row = storable({"key": key, "judgement": judgement, "model": model, "response": response})
        with self._engine.begin() as connection:
            connection.execute(upsert(ANSWER).values(**row).on_conflict_do_nothing())
