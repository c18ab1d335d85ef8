"""What curators tell each other: comments, claims of findings, and what has changed since somebody looked last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db import models as m
from db.catalog import current_revision, table_of
from db.errors import StoreError
from pipeline.catalog.changes import Change

COMMENTS, CLAIMS, VISITS = table_of(m.Comment), table_of(m.Claim), table_of(m.Visit)
CLAIM_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Said:
    """A comment."""

    id: int
    created_at: datetime
    about: str
    author: str
    body: str


def about_draft(number: int) -> str:
    """The name under which comments on a change set are kept."""
    return f"change set {number}"


def about_change(number: int, change: Change) -> str:
    """The name under which comments on one row's change are kept."""
    return f"change set {number} {change.table} {' / '.join(change.key)}"


def comment(engine: Engine, about: str, author: str, body: str) -> None:
    """Say something about a draft, a change or a finding. Raises ``StoreError`` for an empty comment."""
    if not body.strip():
        raise StoreError("There is nothing to say; write the comment first.")
    with engine.begin() as connection:
        connection.execute(COMMENTS.insert().values(about=about, author=author, body=body.strip()))


def comments(engine: Engine, about: Sequence[str]) -> list[Said]:
    """What was said about any of these, the oldest first."""
    query = select(COMMENTS).where(COMMENTS.c.about.in_(list(about))).order_by(COMMENTS.c.id)
    with engine.connect() as connection:
        return [Said(**row) for row in connection.execute(query).mappings()]


def claim(engine: Engine, key: str, author: str, take_over: bool = False) -> str | None:
    """Hold a finding for a while, leaving those held before; returns who else holds it, null when it is the author's now."""
    until = func.now() + CLAIM_LASTS
    query = upsert(CLAIMS).values(key=key, author=author, until=until)
    free = (CLAIMS.c.author == author) | (CLAIMS.c.until < func.now())
    query = query.on_conflict_do_update(
        index_elements=["key"], set_={"author": author, "until": until}, where=None if take_over else free
    )
    with engine.begin() as connection:
        connection.execute(delete(CLAIMS).where(CLAIMS.c.author == author, CLAIMS.c.key != key))
        connection.execute(query)
        holder = connection.execute(select(CLAIMS.c.author).where(CLAIMS.c.key == key)).scalar_one()
    return None if holder == author else str(holder)


def claims(engine: Engine) -> dict[str, str]:
    """Findings that somebody has open, by key, with who."""
    query = select(CLAIMS.c.key, CLAIMS.c.author).where(CLAIMS.c.until >= func.now())
    with engine.connect() as connection:
        return {str(row.key): str(row.author) for row in connection.execute(query)}


def last_visit(engine: Engine, person: str) -> int | None:
    """Up to which revision a person has seen the changes; null before the first visit."""
    with engine.connect() as connection:
        return connection.execute(select(VISITS.c.revision_id).where(VISITS.c.person == person)).scalar()


def visited(engine: Engine, person: str) -> None:
    """Note that a person has seen all changes up to now."""
    with engine.begin() as connection:
        values = {"revision_id": current_revision(connection) or 0, "seen_at": func.now()}
        connection.execute(upsert(VISITS).values(person=person, **values).on_conflict_do_update(index_elements=["person"], set_=values))
