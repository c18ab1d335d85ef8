"""Runs that programs ask for: asked again, the same is the same run, so that a request whose answer was lost may be sent anew."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, select, text

from db import models as m
from db.errors import KeyReused
from db.stores.catalog import current_revision, table_of
from db.stores.runs import RUN, RunOrder, insert_run, jd_hash, storable

REQUEST = table_of(m.RunRequestRow)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:asked, 0))")
"""Held until the transaction ends: of two programs that ask the same at once, one waits for the other."""


class RunRequestStore:
    """Runs by what was asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def with_key(self, order: RunOrder, key: str) -> tuple[UUID, bool]:
        """The run that its person asked for with a key, made where there is none yet; and whether it is new.

        Raises ``KeyReused`` where the key was sent with something else. A run that was deleted stays what its key means.
        """
        person, digest = order.asked.person, digest_of(order)
        with self._engine.begin() as connection:
            connection.execute(_LOCK, {"asked": f"{person}\n{key}"})
            columns = select(REQUEST.c.run_id, REQUEST.c.digest)
            known = connection.execute(columns.where(REQUEST.c.person == person, REQUEST.c.key == key)).first()
            if known is None:
                run_id = insert_run(connection, order)
                connection.execute(insert(REQUEST).values(person=person, key=key, digest=digest, run_id=run_id))
                return run_id, True
        if known.digest != digest:
            raise KeyReused(f"The key “{key}” was sent before with another body, for run {known.run_id}.")
        return known.run_id, False

    def without_key(self, order: RunOrder) -> tuple[UUID, bool]:
        """The newest run that its person asked for by the same way with the same text, title and config on today's catalog, unless
        it failed; made where there is none; and whether it is new.
        """
        with self._engine.begin() as connection:
            connection.execute(_LOCK, {"asked": f"{order.asked.person}\n\n{digest_of(order)}"})
            known = _equal_run(connection, order)
            return (known, False) if known else (insert_run(connection, order), True)


def digest_of(order: RunOrder) -> str:
    """The hash of what is asked for."""
    asked = [order.jd, order.given_title, order.config.model_dump(mode="json"), order.name]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _equal_run(connection: Connection, order: RunOrder) -> UUID | None:
    jd = storable(order.jd)
    query = select(RUN.c.id).where(
        RUN.c.jd_hash == jd_hash(jd),
        RUN.c.jd_text == jd,
        RUN.c.given_title.is_not_distinct_from(storable(order.given_title or "") or None),
        RUN.c.config == order.config.model_dump(mode="json"),
        RUN.c.name.is_not_distinct_from(order.name),
        RUN.c.revision_id == current_revision(connection),
        RUN.c.asked_by == order.asked.person,
        RUN.c.asked_through == order.asked.through,
        RUN.c.status != "failed",
    )
    return connection.execute(query.order_by(RUN.c.created_at.desc(), RUN.c.id.desc()).limit(1)).scalar()
