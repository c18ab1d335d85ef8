"""Sets of job descriptions that experiments run on: kept once, in their order, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores.catalog import table_of
from db.stores.runs import storable
from pipeline.experiments.results import Gold

SETS, ITEMS = table_of(m.JDSetRow), table_of(m.JDRow)
BATCH_SIZE = 500
"""Job descriptions that are written by one statement."""


@dataclass(frozen=True)
class NewJD:
    """A job description as it was given, with what is right of it where that is known, and the columns that it brought."""

    id: str
    text: str
    title: str | None = None
    gold: Gold | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def wire(self) -> dict[str, Any]:
        """Its row; what PostgreSQL cannot hold is replaced, position for position."""
        return {
            "jd_id": storable(self.id),
            "title": storable(self.title) if self.title else None,
            "jd_text": storable(self.text),
            "gold": _storable_json(self.gold.wire()) if self.gold else None,
            "columns": {storable(name): storable(value) for name, value in self.columns.items()},
        }


@dataclass(frozen=True)
class JD:
    """A job description of a set, at its place."""

    position: int
    id: str
    title: str | None
    text: str
    gold: Gold | None
    columns: Mapping[str, str]


def _storable_json(value: Any) -> Any:
    return json.loads(storable(json.dumps(value, ensure_ascii=False)))


def keep(connection: Connection, name: str, jds: Sequence[NewJD]) -> int:
    """Keep job descriptions as a set; returns the number of the set, which is that of equal ones where they are kept already."""
    rows = [jd.wire() for jd in jds]
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    values = {
        "name": name,
        "digest": digest.hexdigest(),
        "size": len(rows),
        "gold": sum(row["gold"] is not None for row in rows),
    }
    # Two that keep the same at once: the second waits for the first, and takes what that has made.
    made = connection.execute(upsert(SETS).values(**values).on_conflict_do_nothing().returning(SETS.c.id)).scalar()
    if made is None:
        return int(connection.execute(select(SETS.c.id).where(SETS.c.digest == values["digest"])).scalar_one())
    for first in range(0, len(rows), BATCH_SIZE):
        part = rows[first : first + BATCH_SIZE]
        connection.execute(
            insert(ITEMS), [{"set_id": made, "position": first + i, **row} for i, row in enumerate(part)]
        )
    return int(made)


def jd_of(row: Any) -> JD:
    """An item of a set from its row."""
    gold = Gold.of_row(row.gold) if row.gold else None
    return JD(row.position, row.jd_id, row.title, row.jd_text, gold, row.columns)
