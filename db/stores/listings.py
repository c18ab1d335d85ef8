"""Long lists for programs, a part at a time: each part begins behind the last row of the one before, so that what comes into a
list meanwhile neither repeats nor hides a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select, text, tuple_

from db.models import CATALOG_TABLES
from db.stores.catalog import current_revision
from db.stores.queue_filters import LISTED
from db.stores.run_filters import HistoryFilter, conditions
from db.stores.runs import RUN
from pipeline.catalog.tables import TABLE

RUN_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "name",
    "title",
    "given_title",
    "status",
    "error",
    "role_slug",
    "role_name",
    "confidence",
    "case",
    "skill_count",
    "new_skill_count",
    "engine",
    "revision_id",
    "duration_ms",
    "cost_usd",
    "labels",
    "asked_by",
    "asked_through",
)
_PROPOSALS = text(f"""
    SELECT listed.*, proposal.created_at FROM ({LISTED}) listed JOIN proposal ON proposal.id = listed.id
    WHERE (CAST(:before AS bigint) IS NULL OR listed.id < :before) AND (:kind = '' OR listed.kind = :kind)
        AND (:status = '' OR listed.status = :status)
    ORDER BY listed.id DESC LIMIT :limit
""")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CatalogPart:
    """Rows of a table of the catalog, and the revision of which they are."""

    revision: int
    rows: Sequence[Row]


class Listings:
    """Lists, a part at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs(self, wanted: HistoryFilter, before: tuple[datetime, UUID] | None, limit: int) -> list[Row]:
        """Runs that fit, the newest first: those behind the one that was made ``before``."""
        newest = RUN.c.created_at, RUN.c.id
        query = select(*(RUN.c[name] for name in RUN_COLUMNS)).where(*conditions(wanted))
        if before is not None:
            query = query.where(tuple_(*newest) < tuple_(*before))
        with self._engine.connect() as connection:
            listed = connection.execute(query.order_by(*(c.desc() for c in newest)).limit(limit))
            return [dict(row) for row in listed.mappings()]

    def proposals(self, status: str, kind: str, before: int | None, limit: int) -> list[Row]:
        """Proposals of a status and a kind (empty: any), the newest first: those with a lower number than ``before``.

        One whose draft was discarded is pending again.
        """
        asked = {"status": status, "kind": kind, "before": before, "limit": limit}
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(_PROPOSALS, asked).mappings()]

    def catalog_rows(self, table: str, after: Sequence[str] | None, limit: int) -> CatalogPart:
        """Rows of a table of the catalog by their key, in the order of code points: those behind the key ``after``."""
        stored = CATALOG_TABLES[table]
        key = [stored.c[name].collate("C") for name in TABLE[table].key]
        query = select(*(stored.c[name] for name in TABLE[table].columns)).order_by(*key).limit(limit)
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(*after))
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            return CatalogPart(current_revision(connection) or 0, rows)
