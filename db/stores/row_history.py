"""Who made rows of the catalog what they are: the committed changes of each, and the whole catalog that came before them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, text

from db import models as m
from db.stores.catalog import table_of
from db.stores.change_rows import change_of
from pipeline.catalog.changes import Change, Place

REVISION = table_of(m.CatalogRevision)
_EVENTS = text("""
WITH asked AS (
  SELECT p ->> 0 AS table_name, ARRAY(SELECT jsonb_array_elements_text(p -> 1)) AS key
  FROM jsonb_array_elements(CAST(:places AS jsonb)) p
)
SELECT c.*, s.revision_id AS revision, s.title, s.kind, s.committer, s.committed_at, s.why
FROM asked JOIN change c USING (table_name, key) JOIN change_set s ON s.id = c.change_set_id AND s.status = 'committed'
ORDER BY s.revision_id DESC, c.decision DESC, c.position DESC
""")


@dataclass(frozen=True)
class RowEvent:
    """What one committed change did to a row: ``author`` made it, in ``change_set``, of which came ``revision``."""

    revision: int
    change_set: int
    title: str
    kind: str
    author: str
    committer: str
    at: datetime
    change: Change
    why: str
    """Why, as its author said; what was said of the whole change set where the change has no reason."""


@dataclass(frozen=True)
class WholeCatalog:
    """A catalog that came whole: the ``edition`` that ships, null for a folder, of which ``note`` says which."""

    revision: int
    edition: str | None
    author: str
    note: str
    at: datetime


@dataclass(frozen=True)
class RowStory:
    """All that committed changes did to a row, the newest first, and the catalogs that came whole, the newest first."""

    events: tuple[RowEvent, ...]
    wholes: tuple[WholeCatalog, ...]

    def maker(self, revision: int) -> RowEvent | WholeCatalog | None:
        """Who made the row what it was at a revision; null where it was not there yet, or was gone."""
        whole = next((w for w in self.wholes if w.revision <= revision), None)
        after = whole.revision if whole else 0
        event = next((e for e in self.events if after < e.revision <= revision), None)
        if event is None:
            return whole
        return event if event.change.after is not None else None

    def since(self, revision: int) -> RowEvent | None:
        """The newest change of the row after a revision; null where it is today as it was then."""
        newest = next(iter(self.events), None)
        return newest if newest and newest.revision > revision else None


class RowHistory:
    """The stories of rows, read from the committed change sets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stories(self, places: Collection[Place]) -> dict[Place, RowStory]:
        """The story of each of some rows, by its table and key; also of rows that are gone, or never were."""
        asked = json.dumps([[table, list(key)] for table, key in places])
        events: dict[Place, list[RowEvent]] = {place: [] for place in places}
        with self._engine.connect() as connection:
            whole = tuple(
                WholeCatalog(row.id, row.edition, row.author, row.note, row.created_at)
                for row in connection.execute(
                    select(REVISION).where(REVISION.c.change_set_id.is_(None)).order_by(REVISION.c.id.desc())
                )
            )
            for row in connection.execute(_EVENTS, {"places": asked}).mappings():
                change = change_of(row)
                events[change.place].append(
                    RowEvent(
                        row["revision"],
                        row["change_set_id"],
                        row["title"],
                        row["kind"],
                        row["author"] or row["committer"],
                        row["committer"],
                        row["committed_at"],
                        change,
                        change.reason or row["why"],
                    )
                )
        return {place: RowStory(tuple(found), whole) for place, found in events.items()}
