"""What was typed and not sent yet, by browser and field, so that neither a reload nor another page loses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.stores.catalog import table_of
from db.stores.runs import storable

KEPT = table_of(m.KeptInput)
KEPT_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Kept:
    """What a field holds, and since when."""

    value: Any
    kept_at: datetime


class KeptInputStore:
    """What was typed and not sent yet. A browser is named by a token of its own, a field by its place."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, browser: str, place: str, value: Any, age: timedelta = timedelta(0)) -> None:
        """Keep what a field holds since ``age`` ago; what is known to be newer stays, also that the field was sent since."""
        self._put(browser, place, None if value in ("", None, [], {}) else _storable(value), age)

    def find(self, browser: str, place: str) -> Kept | None:
        """What a field held last, null when nothing is kept."""
        query = select(KEPT.c.value, KEPT.c.kept_at).where(KEPT.c.browser == browser, KEPT.c.place == place)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None or row.value is None else Kept(row.value, row.kept_at)

    def forget(self, browser: str, places: Sequence[str]) -> None:
        """Empty fields whose content was used or is no longer wanted. What was typed before and arrives later is not kept."""
        for place in places:
            self._put(browser, place, None, timedelta(0))
        with self._engine.begin() as connection:
            connection.execute(delete(KEPT).where(KEPT.c.kept_at < func.now() - KEPT_FOR))

    def _put(self, browser: str, place: str, value: Any, age: timedelta) -> None:
        cells = {"value": value, "kept_at": func.now() - age}
        query = upsert(KEPT).values(browser=browser, place=place, **cells)
        query = query.on_conflict_do_update(
            index_elements=["browser", "place"],
            set_={name: query.excluded[name] for name in cells},
            where=KEPT.c.kept_at <= query.excluded.kept_at,
        )
        with self._engine.begin() as connection:
            connection.execute(query)


def _storable(value: Any) -> Any:
    """The value with what PostgreSQL cannot hold replaced in its texts."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(name)): _storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value
