"""Judgements of stacks in PostgreSQL, by the key of their set of skills."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from pipeline.contracts import TechStackMaturity

KEPT = m.metadata.tables["stack_maturity"]


class StackMaturityStore:
    """Keeps judgements in the table ``stack_maturity``; a ``KeptMaturities`` of the client output."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, key: str) -> TechStackMaturity | None:
        """Return the judgement of a stack; null for one that was not judged."""
        with self._engine.connect() as connection:
            found = connection.execute(select(KEPT.c.maturity).where(KEPT.c.key == key)).scalar()
        return None if found is None else TechStackMaturity.model_validate(found)

    def put(self, key: str, maturity: TechStackMaturity) -> None:
        """Keep the judgement of a stack; one that is there stays."""
        with self._engine.begin() as connection:
            row = {"key": key, "maturity": maturity.wire()}
            connection.execute(upsert(KEPT).values(**row).on_conflict_do_nothing())
