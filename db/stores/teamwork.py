"""What curators share: comments, claims of findings, and what has changed since somebody's last visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.errors import StoreError
from db.stores.catalog import current_revision, table_of
from pipeline.catalog.changes import Change
from pipeline.catalog.refs import ChangeRef, ChangeSetRef, Ref, RowRef, ref_from_wire

COMMENTS, CLAIMS, VISITS = table_of(m.Comment), table_of(m.Claim), table_of(m.Visit)
CLAIM_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Comment:
    """What a curator wrote about a draft, a change or a finding."""

    id: int
    created_at: datetime
    about: Ref
    author: str
    body: str


def about_draft(number: int) -> ChangeSetRef:
    """What comments on a change set refer to."""
    return ChangeSetRef(number)


def about_change(number: int, change: Change) -> ChangeRef:
    """What comments on one row's change refer to."""
    return ChangeRef(number, RowRef(change.table, change.key))


class TeamworkStore:
    """Comments, claims of findings, and up to where a person has seen the changes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def comment(self, about: Ref, author: str, body: str) -> None:
        """Add a comment on a draft, a change or a finding. Raises ``StoreError`` for an empty comment."""
        if not body.strip():
            raise StoreError("The comment is empty; write it first.")
        with self._engine.begin() as connection:
            connection.execute(COMMENTS.insert().values(about=about.wire(), author=author, body=body.strip()))

    def comments(self, about: Sequence[Ref]) -> list[Comment]:
        """The comments on any of these, the oldest first."""
        query = select(COMMENTS).where(COMMENTS.c.about.in_([ref.wire() for ref in about])).order_by(COMMENTS.c.id)
        with self._engine.connect() as connection:
            return [
                Comment(**{**row, "about": ref_from_wire(row["about"])}) for row in connection.execute(query).mappings()
            ]

    def claim(self, key: str, author: str, take_over: bool = False) -> str | None:
        """Hold a finding for a while, leaving those held before; returns who else holds it, null when it is the author's now."""
        until = func.now() + CLAIM_LASTS
        query = upsert(CLAIMS).values(key=key, author=author, until=until)
        free = (CLAIMS.c.author == author) | (CLAIMS.c.until < func.now())
        query = query.on_conflict_do_update(
            index_elements=["key"], set_={"author": author, "until": until}, where=None if take_over else free
        )
        with self._engine.begin() as connection:
            connection.execute(delete(CLAIMS).where(CLAIMS.c.author == author, CLAIMS.c.key != key))
            connection.execute(query)
            holder = connection.execute(select(CLAIMS.c.author).where(CLAIMS.c.key == key)).scalar_one()
        return None if holder == author else str(holder)

    def claims(self) -> dict[str, str]:
        """Findings that somebody has open, by key, with who."""
        query = select(CLAIMS.c.key, CLAIMS.c.author).where(CLAIMS.c.until >= func.now())
        with self._engine.connect() as connection:
            return {str(row.key): str(row.author) for row in connection.execute(query)}

    def last_visit(self, person: str) -> int | None:
        """Up to which revision a person has seen the changes; null before the first visit."""
        with self._engine.connect() as connection:
            return connection.execute(select(VISITS.c.revision_id).where(VISITS.c.person == person)).scalar()

    def record_visit(self, person: str) -> None:
        """Note that a person has seen all changes up to now."""
        with self._engine.begin() as connection:
            values = {"revision_id": current_revision(connection) or 0, "seen_at": func.now()}
            connection.execute(
                upsert(VISITS)
                .values(person=person, **values)
                .on_conflict_do_update(index_elements=["person"], set_=values)
            )
