"""What ran: stored as it happens, found again, named, deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, Row, and_, delete, func, insert, select, text, update
from sqlalchemy.sql import ColumnElement

from db import models as m
from db.catalog import current_revision
from db.collisions import log_collisions
from db.errors import UnknownRun
from db.proposals import counts_for_run, forget_orphans, propose, propose_links
from db.vectors import file_run, rebuild_centroids
from pipeline.config import Config
from pipeline.contracts import Step1, Step2
from pipeline.errors import InputError, WorkbenchError
from pipeline.run import Run
from pipeline.text import check_text

RUN = m.naming.tables["run"]
CALL = m.naming.tables["llm_call"]
FORMS = m.naming.tables["run_skill"]
PAGE_SIZE = 50
COUNTED = 10_000
"""A filtered list is counted up to here; beyond it, the page says "more than"."""
FINISHED = ("completed", "rejected", "failed")

_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")


def storable(jd: str) -> str:
    """The text with what PostgreSQL cannot hold (NUL, lone surrogates) replaced, position for position."""
    return jd.translate(_UNSTORABLE)


def jd_hash(jd: str) -> str:
    """The hash by which a text that ran before is recognised: white space and case do not count."""
    return hashlib.sha256(" ".join(jd.lower().split()).encode()).hexdigest()


def create_run(engine: Engine, jd: str, given_title: str | None, config: Config, name: str | None = None) -> UUID:
    """Store a new run, not yet begun. Raises ``InputError`` for a text that no run can be made of."""
    check_text(jd)
    if not jd.strip():
        raise InputError("There is no text. Paste a job description, upload a text file, or choose a sample.")
    jd = storable(jd)
    with engine.begin() as connection:
        revision = current_revision(connection)
        if revision is None:
            raise WorkbenchError("There is no catalog yet; run 'python -m db init' first.")
        run_id = uuid4()
        connection.execute(
            insert(RUN).values(
                id=run_id,
                name=name,
                status="created",
                jd_text=jd,
                jd_hash=jd_hash(jd),
                given_title=storable(given_title) if given_title else None,
                engine=config.engine,
                config=config.model_dump(mode="json"),
                revision_id=revision,
                partial={},
                timings_ms={},
            )
        )
    return run_id


def record_stage(engine: Engine, run_id: UUID, stage: str, partial: dict[str, Any], timings: dict[str, float]) -> None:
    """Note that a stage has ended, with what is known so far. A watching page reads it; losing it costs nothing."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        _update(connection, run_id, stage=stage, partial=partial, timings_ms=timings)


def record_step1(engine: Engine, run_id: UUID, step1: Step1, timings: dict[str, float]) -> Step1:
    """Store step 1 and queue its proposals; returns it with the queue's ids."""
    with engine.begin() as connection:
        step1 = log_collisions(connection, run_id, propose(connection, run_id, step1))
        decision, chosen = step1.stage4_decision, step1.stage4_decision.chosen_role
        _update(
            connection,
            run_id,
            status="extract_from_jd_done",
            api1=step1.wire(),
            title=step1.nano_parsed.role,
            role_slug=chosen.slug if chosen else None,
            role_name=chosen.display_name if chosen else None,
            confidence=decision.confidence,
            case=decision.case,
            skill_count=len(step1.final_skills),
            new_skill_count=sum(s.slug is None for s in step1.final_skills),
            partial={},
            timings_ms=timings,
        )
        _note_forms(connection, run_id, step1)
    return step1


def _note_forms(connection: Connection, run_id: UUID, step1: Step1) -> None:
    """Keep by which forms the run matched its skills."""
    first: dict[tuple[str, str], int] = {}
    for skill in step1.final_skills:
        for evidence in skill.evidence if skill.slug else ():
            key = str(skill.slug), evidence.alias or evidence.text
            first[key] = min(evidence.start, first.get(key, evidence.start))
    connection.execute(delete(FORMS).where(FORMS.c.run_id == run_id))
    rows = [{"run_id": run_id, "skill_slug": slug, "form": form, "start": start} for (slug, form), start in first.items()]
    if rows:
        connection.execute(insert(FORMS), rows)


def record_step2(engine: Engine, run_id: UUID, step2: Step2, timings: dict[str, float]) -> None:
    """Store step 2 and queue the links that it proposes."""
    with engine.begin() as connection:
        propose_links(connection, run_id, step2)
        _update(connection, run_id, status="extract_details_done", api2=step2.wire(), timings_ms=timings)


def record_done(engine: Engine, run_id: UUID, run: Run, model: str, timings: dict[str, float]) -> None:
    """Store the end of a run: step 3, client output, calls and cost; file the JD under its role."""
    with engine.begin() as connection:
        step1 = run.api1
        chosen = step1.stage4_decision.chosen_role
        if chosen is not None and run.vector is not None:
            n = file_run(connection, run_id, chosen.slug, model, run.vector)
            filed = step1.stage5_updates.model_copy(update={"centroid_updated": True, "centroid_n_after": n})
            step1 = step1.model_copy(update={"stage5_updates": filed})
        _update(
            connection,
            run_id,
            status="rejected" if step1.rejected else "completed",
            stage=None,
            error=None,
            api1=step1.wire(),
            api3=run.api3.wire() if run.api3 else None,
            enrichment=run.enrichment,
            timings_ms=timings,
            duration_ms=round(sum(timings.values()), 2),
            cost_usd=_cost(connection, run_id),
            notes=[n.model_dump() for n in run.notes],
        )


def record_failure(engine: Engine, run_id: UUID, reason: str, timings: dict[str, float]) -> None:
    """Note why a run stopped; what it had come to is kept."""
    with engine.begin() as connection:
        cost = _cost(connection, run_id)
        _update(connection, run_id, status="failed", error=reason[:2000], timings_ms=timings, cost_usd=cost)


def _cost(connection: Connection, run_id: UUID) -> float:
    """Dollars of a run: the sum of its ledger."""
    spent = connection.execute(select(func.coalesce(func.sum(CALL.c.cost_usd), 0.0)).where(CALL.c.run_id == run_id))
    return round(float(spent.scalar_one()), 6)


def _update(connection: Connection, run_id: UUID, **values: Any) -> None:
    connection.execute(update(RUN).where(RUN.c.id == run_id).values(updated_at=func.now(), **values))


# --- one run ------------------------------------------------------------------------------------------------------


class StoredRun(BaseModel):
    """A run as stored. Payloads are the JSON of the steps, null while a step has not been called."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    created_at: Any
    updated_at: Any
    name: str | None
    status: str
    jd_text: str
    jd_hash: str
    given_title: str | None
    title: str | None
    engine: str
    config: dict[str, Any]
    revision_id: int
    stage: str | None
    partial: dict[str, Any]
    api1: dict[str, Any] | None
    api2: dict[str, Any] | None
    api3: dict[str, Any] | None
    enrichment: dict[str, Any] | None
    notes: list[dict[str, Any]] = []
    timings_ms: dict[str, float]
    duration_ms: float | None
    cost_usd: float
    error: str | None
    role_slug: str | None
    role_name: str | None
    confidence: float | None
    case: str | None
    calls: tuple[dict[str, Any], ...] = ()
    proposal_runs: dict[int, int] = {}

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def label(self) -> str:
        """What the run is called: its name, else the title, else the first words of the text."""
        first = " ".join(self.jd_text.split()[:8]) or "Empty text"
        return self.name or self.title or self.given_title or first


_STORED = [c for c in RUN.c if c.name in StoredRun.model_fields]


def load_run(engine: Engine, run_id: UUID) -> StoredRun:
    """A run with its calls. Raises ``UnknownRun``."""
    with engine.connect() as connection:
        row = connection.execute(select(*_STORED).where(RUN.c.id == run_id)).mappings().first()
        if row is None:
            raise UnknownRun(f"There is no run {run_id}. It may have been deleted; the history lists those that are there.")
        calls = connection.execute(select(CALL).where(CALL.c.run_id == run_id).order_by(CALL.c.step, CALL.c.id)).mappings()
        return StoredRun(
            **row, calls=tuple(dict(c) for c in calls), proposal_runs=counts_for_run(connection, run_id)
        )


def recent_runs(engine: Engine, limit: int = 50) -> list[StoredRun]:
    """The newest runs that have a result, without their payloads."""
    light = [c for c in _STORED if c.name not in ("api1", "api2", "api3", "enrichment", "partial", "jd_text")]
    empty: dict[str, Any] = {"api1": None, "api2": None, "api3": None, "enrichment": None, "partial": {}}
    query = (
        select(*light, func.left(RUN.c.jd_text, 200).label("jd_text"))
        .where(RUN.c.api1.is_not(None))
        .order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
        .limit(limit)
    )
    with engine.connect() as connection:
        return [StoredRun(**row, **empty) for row in connection.execute(query).mappings()]


def name_run(engine: Engine, run_id: UUID, name: str | None) -> None:
    """Give a run a name; an empty one takes it away."""
    with engine.begin() as connection:
        connection.execute(update(RUN).where(RUN.c.id == run_id).values(name=(storable(name or "").strip()[:200] or None)))


def delete_run(engine: Engine, run_id: UUID) -> None:
    """Delete a run and all that was derived from it: proposals of its own, its share of the role's centroid."""
    with engine.begin() as connection:
        role = connection.execute(text("SELECT role_slug FROM run_vector WHERE run_id = :run"), {"run": run_id}).scalar()
        connection.execute(RUN.delete().where(RUN.c.id == run_id))
        forget_orphans(connection)
        if role:
            rebuild_centroids(connection, role)


def earlier_runs(engine: Engine, jd: str, limit: int = 3) -> Sequence[Row[Any]]:
    """Runs of the same text, newest first: id, created_at, role_name, confidence, revision_id, status."""
    columns = [RUN.c[n] for n in ("id", "created_at", "role_name", "confidence", "revision_id", "status")]
    query = select(*columns).where(RUN.c.jd_hash == jd_hash(storable(jd))).order_by(RUN.c.created_at.desc()).limit(limit)
    with engine.connect() as connection:
        return connection.execute(query).all()


# --- the history --------------------------------------------------------------------------------------------------


class HistoryFilter(BaseModel):
    """What the history is narrowed to. All fields are optional; the page keeps them in its address."""

    model_config = ConfigDict(frozen=True)

    words: str = ""
    role: str = ""
    case: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None


class HistoryPage(BaseModel):
    """One page of runs, how many there are in all (``at_least`` when counting stopped), and the page's number."""

    rows: list[dict[str, Any]]
    total: int
    at_least: bool
    page: int
    pages: int


LISTED = (
    "id", "created_at", "name", "title", "given_title", "status", "role_name", "role_slug", "confidence", "case",
    "skill_count", "new_skill_count", "duration_ms", "engine", "revision_id", "cost_usd", "error",
)  # fmt: skip


def _conditions(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    words = "".join(c if c.isalnum() or c in "+#.-" else " " for c in wanted.words).split()
    if words:
        # Every word must stand in the text; the last may be the beginning of one, for search as you type.
        quoted = [f"'{w}'" for w in words[:-1]] + [f"'{words[-1]}':*"]
        found.append(RUN.c.search.op("@@")(func.to_tsquery("simple", " & ".join(quoted))))
    if wanted.role:
        found.append(RUN.c.role_slug.is_(None) if wanted.role == "none" else RUN.c.role_slug == wanted.role)
    if wanted.case:
        found.append(RUN.c.case == wanted.case)
    if wanted.status:
        found.append(RUN.c.status == wanted.status)
    if wanted.since:
        found.append(RUN.c.created_at >= wanted.since)
    if wanted.until:
        found.append(RUN.c.created_at < wanted.until + timedelta(days=1))
    return found


def find_runs(engine: Engine, wanted: HistoryFilter, page: int = 1, size: int = PAGE_SIZE) -> HistoryPage:
    """One page of the runs that fit, newest first.

    The page's ids come from an index alone, so that a late page costs little more than the first.
    """
    where = and_(*_conditions(wanted)) if _conditions(wanted) else None
    ids = select(RUN.c.id).order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
    counted = select(RUN.c.id)
    if where is not None:
        ids, counted = ids.where(where), counted.where(where)
    with engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(counted.limit(COUNTED + 1).subquery())).scalar_one()
        at_least = total > COUNTED
        if at_least:
            total = _estimate(connection) if where is None else COUNTED
        pages = max(1, -(-total // size))
        page = min(max(page, 1), pages)
        chosen = ids.limit(size).offset((page - 1) * size).subquery()
        words = func.left(func.regexp_replace(func.left(RUN.c.jd_text, 400), r"\s+", " ", "g"), 60).label("first_words")
        query = (
            select(*[RUN.c[n] for n in LISTED], words)
            .join(chosen, chosen.c.id == RUN.c.id)
            .order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
        )
        rows = [dict(r) for r in connection.execute(query).mappings()]
    return HistoryPage(rows=rows, total=total, at_least=at_least, page=page, pages=pages)


def _estimate(connection: Connection) -> int:
    """How many runs there are, as the planner knows it; exact when it does not know."""
    known = connection.execute(text("SELECT reltuples::bigint FROM pg_class WHERE oid = 'run'::regclass")).scalar_one()
    return int(known) if known > COUNTED else int(connection.execute(select(func.count()).select_from(RUN)).scalar_one())


def known_roles(engine: Engine) -> list[tuple[str, str]]:
    """Roles that runs were given, as (slug, name), for the history's filter."""
    query = text(
        # A loose index scan: one step for each role, however many runs there are.
        "WITH RECURSIVE r AS ((SELECT role_slug FROM run WHERE role_slug IS NOT NULL ORDER BY role_slug LIMIT 1) UNION ALL "
        "SELECT (SELECT role_slug FROM run WHERE role_slug > r.role_slug ORDER BY role_slug LIMIT 1) FROM r WHERE r.role_slug IS NOT NULL) "
        "SELECT r.role_slug, coalesce(role.display_name, r.role_slug) FROM r LEFT JOIN role ON role.slug = r.role_slug "
        "WHERE r.role_slug IS NOT NULL ORDER BY 2"
    )
    with engine.connect() as connection:
        return [(str(slug), str(name)) for slug, name in connection.execute(query)]
