"""The index from rows of the catalog to the runs that rest on them, and to those that they could move: kept with each run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, Engine, text

from db.stores.runs import OLD_SYSTEM
from pipeline.basis import SIGNALS, RunBasis, row_key, row_keys, word_key, words_of_form
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.changes import Change, Place

MAX_MARKED = 2_000
"""Rows of a commit up to which the runs that they can move are looked for; beyond, all of them count as moved."""
_OURS = f"run.status = 'completed' AND run.engine <> '{OLD_SYSTEM}'"

_WRITE = text("""
INSERT INTO run_basis (run_id, revision_id, role_slug, roles, evidence, field, rows, near)
VALUES (:run_id, :revision, :role, :roles, :evidence, :field, CAST(:rows AS bigint[]), CAST(:near AS bigint[]))
ON CONFLICT (run_id) DO UPDATE SET revision_id = EXCLUDED.revision_id, role_slug = EXCLUDED.role_slug, roles = EXCLUDED.roles,
  evidence = EXCLUDED.evidence, field = EXCLUDED.field, rows = EXCLUDED.rows, near = EXCLUDED.near
""")
_COUNTS = text("""
SELECT k.key, (SELECT count(*) FROM run_basis b WHERE b.rows @> ARRAY[k.key]) FROM unnest(CAST(:keys AS bigint[])) AS k(key)
""")
_COUNT = text("SELECT count(*) FROM run_basis b WHERE b.rows && CAST(:keys AS bigint[])")
_NEWEST = text(
    "SELECT b.run_id FROM run_basis b JOIN run ON run.id = b.run_id WHERE b.rows && CAST(:keys AS bigint[]) "
    "ORDER BY run.created_at DESC, run.id LIMIT :limit"
)
_NEAR = text("SELECT run_id FROM run_basis WHERE rows && CAST(:keys AS bigint[]) OR near && CAST(:keys AS bigint[])")
_WITH_WORDS = text("SELECT run_id FROM run_basis WHERE near @> CAST(:keys AS bigint[])")
_MISSING = text(
    "SELECT run.id FROM run LEFT JOIN run_basis b ON b.run_id = run.id "
    f"WHERE {_OURS} AND (b.run_id IS NULL OR EXISTS (SELECT 1 FROM stale_basis s WHERE s.run_id = run.id)) "
    "ORDER BY run.created_at DESC, run.id LIMIT :limit"
)
_COUNT_MISSING = text(f"""
SELECT (SELECT count(*) FROM run WHERE {_OURS}) - (SELECT count(*) FROM run_basis b JOIN run ON run.id = b.run_id WHERE {_OURS})
  + (SELECT count(*) FROM stale_basis)
""")


@dataclass(frozen=True)
class RunsOn:
    """How many past runs rest on some rows of the catalog, and the newest of them."""

    count: int
    newest: tuple[UUID, ...]


class RunRows:
    """Which past runs rest on which rows of the catalog: by the rows that gave their answer its points when it was made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs_on(self, rows: Collection[Place], limit: int = 20) -> RunsOn:
        """How many runs rest on any of these rows, and the newest ``limit`` of them."""
        keys = {"keys": _listed(map(row_key, rows))}
        with self._engine.connect() as connection:
            count = int(connection.execute(_COUNT, keys).scalar_one())
            newest = connection.execute(_NEWEST, {**keys, "limit": limit}).scalars().all() if count else ()
        return RunsOn(count, tuple(newest))

    def counts(self, rows: Collection[Place]) -> Mapping[Place, int]:
        """How many runs rest on each of these rows."""
        places = row_keys(rows)
        with self._engine.connect() as connection:
            found = connection.execute(_COUNTS, {"keys": _listed(places)}).all()
        return {places[key]: int(count) for key, count in found}

    def with_forms(self, forms: Iterable[str], skills: Iterable[str]) -> list[UUID]:
        """The runs whose texts may hold one of these forms, or that have one of these skills, the newest first."""
        some = [_listed(map(word_key, words_of_form(form))) for form in forms]
        with self._engine.connect() as connection:
            found = set(
                connection.execute(_NEAR, {"keys": _listed(row_key(("skills", (s,))) for s in skills)}).scalars()
            )
            for words in some:
                found.update(connection.execute(_WITH_WORDS, {"keys": words}).scalars())
            return _newest_first(connection, found)

    def near_roles(self, slugs: Iterable[str]) -> list[UUID]:
        """The runs in which one of these roles is chosen, or near to the one that is, the newest first."""
        with self._engine.connect() as connection:
            keys = _listed(row_key(("roles", (slug,))) for slug in slugs)
            return _newest_first(connection, set(connection.execute(_NEAR, {"keys": keys}).scalars()))

    def missing(self, limit: int) -> list[UUID]:
        """The newest finished runs of which it is not kept yet on what they rest, or that a commit can have moved."""
        with self._engine.connect() as connection:
            return list(connection.execute(_MISSING, {"limit": limit}).scalars())

    def count_missing(self) -> int:
        """How many runs are not in the index yet, or not as the catalog is now."""
        with self._engine.connect() as connection:
            return int(connection.execute(_COUNT_MISSING).scalar_one())

    def keep(self, run_id: UUID, basis: RunBasis, revision: int) -> None:
        """Keep on what a run rests, unless it has been deleted."""
        with self._engine.begin() as connection:
            if connection.execute(text("SELECT 1 FROM run WHERE id = :id FOR SHARE"), {"id": run_id}).first():
                keep_basis(connection, run_id, basis, revision)
                connection.execute(text("DELETE FROM stale_basis WHERE run_id = :id"), {"id": run_id})


def keep_basis(connection: Connection, run_id: UUID, basis: RunBasis, revision: int) -> None:
    """Keep on what a run rests on the catalog of a revision."""
    row = {
        "run_id": run_id,
        "revision": revision,
        "role": basis.role,
        "roles": list(basis.roles),
        "evidence": basis.evidence.tobytes(),
        "field": basis.field,
        "rows": _listed(basis.rows),
        "near": _listed(basis.near),
    }
    connection.execute(_WRITE, row)


def evidence_of(stored: bytes) -> np.ndarray:
    """The evidence of a stored basis, (n_roles, 6) float16."""
    return np.frombuffer(stored, np.float16).reshape(-1, len(SIGNALS))


def mark_stale(connection: Connection, changes: Sequence[Change]) -> None:
    """Mark the runs that a commit can have moved, so that what they rest on is found again."""
    if len(changes) > MAX_MARKED:
        connection.execute(text("INSERT INTO stale_basis SELECT run_id FROM run_basis ON CONFLICT DO NOTHING"))
        return
    keys = {row_key(change.place) for change in changes}
    for change in changes:
        for slug in owners_of(change):
            keys.add(row_key(slug))
    connection.execute(text(f"INSERT INTO stale_basis {_NEAR} ON CONFLICT DO NOTHING"), {"keys": _listed(keys)})
    for form in forms_of_changes(changes):
        words = {"keys": _listed(map(word_key, words_of_form(form)))}
        connection.execute(text(f"INSERT INTO stale_basis {_WITH_WORDS} ON CONFLICT DO NOTHING"), words)


def owners_of(change: Change) -> Iterable[Place]:
    """The roles and skills whose row or link a change is of."""
    if change.table in ("skills", "skill_aliases", "skill_dimensions"):
        yield "skills", (change.key[0],)
    elif change.table in ("roles", "role_aliases", "role_kras", "role_dimensions"):
        yield "roles", (change.key[0],)


def forms_of_changes(changes: Iterable[Change]) -> frozenset[str]:
    """The forms of skills that changes add, take or edit, folded."""
    rows = [row for change in changes for row in (change.before, change.after) if row is not None]
    forms = {fold_key(row.alias_text) for row in rows if hasattr(row, "skill_slug") and hasattr(row, "alias_text")}
    return frozenset(forms - {""})


def _newest_first(connection: Connection, found: Collection[UUID]) -> list[UUID]:
    if not found:
        return []
    query = text(f"SELECT id FROM run WHERE id = ANY(:ids) AND {_OURS} ORDER BY created_at DESC, id")
    return list(connection.execute(query, {"ids": list(found)}).scalars())


def _listed(keys: Iterable[int]) -> str:
    """Keys as PostgreSQL reads an array: a long one is sent in a fraction of the time."""
    return "{" + ",".join(map(str, keys)) + "}"
