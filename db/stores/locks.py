"""Dimensions that curators have fixed for terms that the catalog lacks; the runs that meet a term afterwards place it there.

They are decisions on terms, no rows of the catalog: nothing of the catalog changes by them. Each carries its author, is ended by
somebody and never lost, and what it replaced comes back when it is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.errors import StoreError
from db.stores.audit_trail import AuditTrail
from pipeline.catalog.aliases import fold_key
from pipeline.config import TermLock

_CELLS = "id, created_at, key, term, dimensions, author, reason, replaces, ended_at, ended_by"
_IN_FORCE = text(f"SELECT {_CELLS} FROM term_lock WHERE ended_at IS NULL AND (:key = '' OR key = :key) ORDER BY id")
_HISTORY = text(f"SELECT {_CELLS} FROM term_lock WHERE key = :key ORDER BY id DESC")
_LOCK_TERM = text("SELECT pg_advisory_xact_lock(hashtextextended('term lock ' || :key, 0))")
_END = text(
    "UPDATE term_lock SET ended_at = now(), ended_by = :author WHERE key = :key AND ended_at IS NULL RETURNING id"
)
_FIX = text("""
INSERT INTO term_lock (key, term, dimensions, author, reason, replaces)
VALUES (:key, :term, :dimensions, :author, :reason, :replaces) RETURNING id
""")
_REOPEN = text("UPDATE term_lock SET ended_at = NULL, ended_by = NULL WHERE id = :id")
_KNOWN = text("SELECT slug FROM dimension WHERE slug = ANY(:slugs)")


@dataclass(frozen=True)
class FixedTerm:
    """A decision on a term: its dimensions, who fixed them, when and why; and who ended it, null while it stands."""

    id: int
    created_at: datetime
    key: str
    term: str
    dimensions: tuple[str, ...]
    author: str
    reason: str
    replaces: int | None
    ended_at: datetime | None
    ended_by: str | None


class LockStore:
    """What is fixed for terms, one decision standing for each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._trail = AuditTrail(engine)

    def fix(self, term: str, dimensions: Sequence[str], author: str, reason: str = "") -> int:
        """Fix the dimensions of a term in place of those that stood; returns the decision's number. Raises ``StoreError``."""
        key, slugs = fold_key(term), list(dict.fromkeys(dimensions))
        if not key or not slugs:
            raise StoreError("There is nothing to fix: give a term and at least one dimension.")
        if not author.strip():
            raise StoreError("Say who you are: what is fixed for a term carries a name.")
        with self._engine.begin() as connection:
            connection.execute(_LOCK_TERM, {"key": key})
            unknown = sorted(set(slugs) - set(connection.execute(_KNOWN, {"slugs": slugs}).scalars()))
            if unknown:
                raise StoreError(
                    f"The catalog has no dimension {', '.join(unknown)}; reload the page and choose again."
                )
            replaced = connection.execute(_END, {"key": key, "author": author}).scalar()
            cells = {"key": key, "term": term.strip(), "dimensions": slugs, "author": author, "reason": reason.strip()}
            return int(connection.execute(_FIX, {**cells, "replaces": replaced}).scalar_one())

    def release(self, term: str, author: str) -> int | None:
        """Let runs place a term again; returns the number of the decision that was ended, null where none stood."""
        with self._engine.begin() as connection:
            connection.execute(_LOCK_TERM, {"key": fold_key(term)})
            ended = connection.execute(_END, {"key": fold_key(term), "author": author}).scalar()
            return int(ended) if ended is not None else None

    def undo_fix(self, number: int, author: str) -> None:
        """End a decision and let the one stand again that it replaced. Raises ``StoreError`` where somebody has decided anew."""
        with self._engine.begin() as connection:
            fixed = self._of_number(connection, number)
            if fixed.ended_at is not None:
                raise StoreError(f"What was fixed for “{fixed.term}” was changed since; reload the page.")
            connection.execute(_END, {"key": fixed.key, "author": author})
            if fixed.replaces is not None:
                connection.execute(_REOPEN, {"id": fixed.replaces})

    def undo_release(self, number: int) -> None:
        """Let a decision stand again that was ended. Raises ``StoreError`` where somebody has decided anew."""
        with self._engine.begin() as connection:
            fixed = self._of_number(connection, number)
            if connection.execute(_IN_FORCE, {"key": fixed.key}).first() is not None:
                raise StoreError(f"Somebody has fixed dimensions for “{fixed.term}” since; reload the page.")
            connection.execute(_REOPEN, {"id": number})

    def of_term(self, term: str) -> FixedTerm | None:
        """What stands for a term; null where nothing does."""
        with self._engine.connect() as connection:
            row = connection.execute(_IN_FORCE, {"key": fold_key(term)}).mappings().first() if fold_key(term) else None
            return _fixed(row) if row else None

    def history(self, term: str) -> list[FixedTerm]:
        """All decisions on a term, the newest first."""
        with self._engine.connect() as connection:
            return [_fixed(row) for row in connection.execute(_HISTORY, {"key": fold_key(term)}).mappings()]

    def in_force(self) -> dict[str, TermLock]:
        """What stands, by the term's key, as a run takes it: dimensions that were merged or retired give way to their successors."""
        with self._engine.connect() as connection:
            fixed = [_fixed(row) for row in connection.execute(_IN_FORCE, {"key": ""}).mappings()]
        successors = self._trail.resolve_successors() if fixed else {}
        return {f.key: TermLock(dimensions=_today(f, successors), author=f.author, reason=f.reason) for f in fixed}

    def in_force_for(self, term: str) -> TermLock | None:
        """What stands for a term, as a run takes it; null where nothing does."""
        fixed = self.of_term(term)
        if fixed is None:
            return None
        return TermLock(
            dimensions=_today(fixed, self._trail.resolve_successors()), author=fixed.author, reason=fixed.reason
        )

    def _of_number(self, connection: Connection, number: int) -> FixedTerm:
        query = text(f"SELECT {_CELLS} FROM term_lock WHERE id = :id FOR UPDATE")
        row = connection.execute(query, {"id": number}).mappings().first()
        if row is None:
            raise StoreError(f"There is no decision {number} on a term.")
        connection.execute(_LOCK_TERM, {"key": row["key"]})
        return _fixed(row)


def _today(fixed: FixedTerm, successors: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(successors.get(("dimensions", slug), slug) for slug in fixed.dimensions))


def _fixed(row: Mapping[Any, Any]) -> FixedTerm:
    return FixedTerm(**{**row, "dimensions": tuple(row["dimensions"])})
