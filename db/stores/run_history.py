"""The history: runs found again by words, role, case, status and date, a page at a time; and runs of the same text."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, exists, func, select, text, true, update

from db.errors import MalformedRun, StoreError
from db.stores.run_filters import HistoryFilter, conditions, newest_verdict
from db.stores.runs import OLD_SYSTEM, RUN, STORED_COLUMNS, StoredRun, jd_hash, read_stored, storable
from db.stores.verdicts import VERDICTS

PAGE_SIZE = 50
MAX_COUNTED = 10_000
"""A filtered list is counted up to here; beyond it, the page says "more than"."""
PAYLOADS = ("extraction", "library_match", "role_output", "client_output")
"""The columns that hold what the steps gave."""


class HistoryPage(BaseModel):
    """One page of runs, how many there are in all (``at_least`` when counting stopped), and the page's number."""

    rows: list[dict[str, Any]]
    total: int
    at_least: bool
    page: int
    pages: int


LISTED = (
    "id",
    "created_at",
    "name",
    "title",
    "given_title",
    "status",
    "role_name",
    "role_slug",
    "confidence",
    "needs_review",
    "case",
    "skill_count",
    "new_skill_count",
    "duration_ms",
    "engine",
    "revision_id",
    "cost_usd",
    "error",
    "labels",
)


MAX_LABEL = 40
"""Characters of a label."""
_REVISIONS = text(
    "SELECT id FROM catalog_revision c WHERE EXISTS (SELECT 1 FROM run WHERE revision_id = c.id AND engine <> 'old_system') "
    "ORDER BY id DESC"
)


@dataclass(frozen=True)
class EarlierRun:
    """A run of a text that is about to run again."""

    id: UUID
    created_at: datetime
    role_name: str | None
    confidence: float | None
    revision_id: int
    status: str
    engine: str


class RunHistory:
    """Runs found again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, wanted: HistoryFilter, page: int = 1, size: int = PAGE_SIZE, person: str = "") -> HistoryPage:
        """One page of the runs that fit, newest first; ``is_judged`` of a row is whether a person has given a verdict.

        The page's ids come from an index alone, so that a late page costs little more than the first.
        """
        narrowed = conditions(wanted)
        where = and_(*narrowed) if narrowed else None
        ids = select(RUN.c.id).order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
        counted = select(RUN.c.id)
        if where is not None:
            ids, counted = ids.where(where), counted.where(where)
        with self._engine.connect() as connection:
            total = connection.execute(
                select(func.count()).select_from(counted.limit(MAX_COUNTED + 1).subquery())
            ).scalar_one()
            at_least = total > MAX_COUNTED
            if at_least:
                total = _estimate(connection) if where is None else MAX_COUNTED
            pages = max(1, -(-total // size))
            page = min(max(page, 1), pages)
            chosen = ids.limit(size).offset((page - 1) * size).subquery()
            query = _listing(wanted.reviewer, person).join(chosen, chosen.c.id == RUN.c.id)
            rows = [dict(r) for r in connection.execute(query).mappings()]
        return HistoryPage(rows=rows, total=total, at_least=at_least, page=page, pages=pages)

    def listed(self, run_ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Those of some runs that are there as the history lists them, the newest first."""
        with self._engine.connect() as connection:
            return [dict(r) for r in connection.execute(_listing().where(RUN.c.id.in_(list(run_ids)))).mappings()]

    def recent(self, limit: int = 50) -> list[StoredRun]:
        """The newest runs that have a result, without their payloads."""
        light = [c for c in STORED_COLUMNS if c.name not in (*PAYLOADS, "partial", "jd_text")]
        empty: dict[str, Any] = {**dict.fromkeys(PAYLOADS), "partial": {}}
        query = (
            select(*light, func.left(RUN.c.jd_text, 200).label("jd_text"))
            .where(RUN.c.extraction.is_not(None))
            .order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        found = []
        for row in rows:
            # One that cannot be read keeps nobody from the others; its own page says what is wrong.
            with suppress(MalformedRun):
                found.append(read_stored(StoredRun.model_validate, {**row, **empty}, row["id"], "row"))
        return found

    def of_ids(self, run_ids: Sequence[UUID]) -> list[StoredRun]:
        """Those of some runs that are there, in the given order."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(*STORED_COLUMNS).where(RUN.c.id.in_(list(run_ids)))).mappings()
            found = {row["id"]: read_stored(StoredRun.model_validate, dict(row), row["id"], "row") for row in rows}
        return [found[run_id] for run_id in run_ids if run_id in found]

    def ids(self, wanted: HistoryFilter, limit: int) -> list[UUID]:
        """The runs that fit, the newest ``limit`` of them."""
        query = select(RUN.c.id).where(*conditions(wanted)).order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
        with self._engine.connect() as connection:
            return list(connection.execute(query.limit(limit)).scalars())

    def next_unjudged(self, run_id: UUID, reviewer: str) -> UUID | None:
        """The newest completed run before this one of which a reviewer has said nothing, else the newest of all; null for none."""
        own = exists().where(VERDICTS.c.run_id == RUN.c.id, VERDICTS.c.author == reviewer)
        query = select(RUN.c.id).where(
            RUN.c.status == "completed", RUN.c.engine != OLD_SYSTEM, RUN.c.id != run_id, ~own
        )
        query = query.order_by(RUN.c.created_at.desc(), RUN.c.id.desc()).limit(1)
        at = select(RUN.c.created_at).where(RUN.c.id == run_id).scalar_subquery()
        with self._engine.connect() as connection:
            older = connection.execute(query.where(RUN.c.created_at < at)).scalar_one_or_none()
            return older or connection.execute(query).scalar_one_or_none()

    def label(self, run_ids: Sequence[UUID], label: str, *, take_off: bool = False) -> int:
        """Put a label on runs, or take it off; returns how many were changed. Raises ``StoreError`` for an empty one."""
        name = " ".join(label.split())[:MAX_LABEL]
        if not name:
            raise StoreError("The label is empty; write it first.")
        has = RUN.c.labels.contains([name])
        if take_off:
            query = update(RUN).where(has).values(labels=func.array_remove(RUN.c.labels, name))
        else:
            query = update(RUN).where(~has).values(labels=func.array_append(RUN.c.labels, name))
        with self._engine.begin() as connection:
            return int(connection.execute(query.where(RUN.c.id.in_(list(run_ids)))).rowcount)

    def labels(self) -> list[str]:
        """The labels that runs have, by name."""
        with self._engine.connect() as connection:
            return list(
                connection.execute(
                    text("SELECT DISTINCT unnest(labels) AS l FROM run WHERE labels <> '{}' ORDER BY 1")
                ).scalars()
            )

    def reviewers(self) -> list[str]:
        """Who has given verdicts, by name."""
        with self._engine.connect() as connection:
            return list(connection.execute(text("SELECT DISTINCT author FROM verdict ORDER BY 1")).scalars())

    def revisions(self) -> list[int]:
        """The revisions on which runs were made, the newest first."""
        with self._engine.connect() as connection:
            return list(connection.execute(_REVISIONS).scalars())

    def of_same_text(self, jd: str, limit: int = 3, *, ours: bool = False) -> list[EarlierRun]:
        """Runs of the same text, newest first; with ``ours`` those of this workbench alone that have a result."""
        columns = [RUN.c[name] for name in EarlierRun.__dataclass_fields__]
        query = (
            select(*columns)
            .where(RUN.c.jd_hash == jd_hash(storable(jd)), *_ours(ours))
            .order_by(RUN.c.created_at.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [EarlierRun(**row._mapping) for row in connection.execute(query)]

    def chosen_roles(self) -> list[tuple[str, str]]:
        """Roles that runs have chosen, as (slug, name), for the history's filter."""
        query = text(
            # A loose index scan: one step for each role, however many runs there are.
            "WITH RECURSIVE r AS ((SELECT role_slug FROM run WHERE role_slug IS NOT NULL ORDER BY role_slug LIMIT 1) UNION ALL "
            "SELECT (SELECT role_slug FROM run WHERE role_slug > r.role_slug ORDER BY role_slug LIMIT 1) FROM r WHERE r.role_slug IS NOT NULL) "
            "SELECT r.role_slug, coalesce(role.display_name, r.role_slug) FROM r LEFT JOIN role ON role.slug = r.role_slug "
            "WHERE r.role_slug IS NOT NULL ORDER BY 2"
        )
        with self._engine.connect() as connection:
            return [(str(slug), str(name)) for slug, name in connection.execute(query)]


def _ours(only: bool) -> tuple[ColumnElement[bool], ...]:
    return (RUN.c.engine != OLD_SYSTEM, RUN.c.extraction.is_not(None)) if only else ()


def _listing(reviewer: str = "", person: str = "") -> Select[Any]:
    """The columns of the list with the newest verdict (or a reviewer's), the newest runs first."""
    own = exists().where(VERDICTS.c.run_id == RUN.c.id, VERDICTS.c.author == person)
    words = func.left(func.regexp_replace(func.left(RUN.c.jd_text, 400), r"\s+", " ", "g"), 60)
    given = newest_verdict(reviewer)
    return (
        select(
            *[RUN.c[n] for n in LISTED],
            words.label("first_words"),
            given.c.author.label("reviewer"),
            given.c.role_slug.is_not_distinct_from(RUN.c.role_slug).label("is_right"),
            own.label("is_judged"),
        )
        .select_from(RUN.outerjoin(given, true()))
        .order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
    )


def _estimate(connection: Connection) -> int:
    """How many runs there are, as the planner knows it; exact when it does not know."""
    known = connection.execute(text("SELECT reltuples::bigint FROM pg_class WHERE oid = 'run'::regclass")).scalar_one()
    return (
        int(known)
        if known > MAX_COUNTED
        else int(connection.execute(select(func.count()).select_from(RUN)).scalar_one())
    )
