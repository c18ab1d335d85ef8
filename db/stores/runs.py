"""Runs: stored when they are asked for, loaded, named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Engine, insert, select, update

from db import models as m
from db.errors import MalformedRun, StoreError, UnknownRun
from db.stores import jobs
from db.stores.catalog import current_revision, table_of
from db.stores.proposals import counts_for_run
from pipeline.config import Config
from pipeline.contracts import UnworkableDocument
from pipeline.errors import InputError
from pipeline.text import check_text

RUN, CALL = table_of(m.RunRow), table_of(m.ModelCallRow)
Value = TypeVar("Value")
OLD_SYSTEM = "old_system"
"""The engine of runs that were imported from the old system: nobody changes them, and no figure of ours counts them."""
FINISHED = ("completed", "rejected", "failed")
MAX_PERSON = 60
"""Characters of a person's name."""

_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")


def storable(jd: str) -> str:
    """The text with what PostgreSQL cannot hold (NUL, lone surrogates) replaced, position for position."""
    return jd.translate(_UNSTORABLE)


def jd_hash(jd: str) -> str:
    """The hash by which a text that ran before is recognised: white space and case do not count."""
    return hashlib.sha256(" ".join(jd.lower().split()).encode()).hexdigest()


@dataclass(frozen=True)
class AskedBy:
    """Who asked for a run (empty: nobody gave a name), and by which way."""

    person: str = ""
    through: Literal["", "pages", "http"] = ""


NOBODY = AskedBy()
"""That nobody is known to have asked."""


class StoredRun(BaseModel):
    """A run as stored. Payloads are the JSON of the steps, null while a step has not been called."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    created_at: datetime
    updated_at: datetime
    name: str | None
    status: str
    asked_by: str = ""
    asked_through: str = ""
    jd_text: str
    jd_hash: str
    given_title: str | None
    title: str | None
    engine: str
    config: dict[str, Any]
    revision_id: int
    stage: str | None
    partial: dict[str, Any]
    extraction: dict[str, Any] | None
    library_match: dict[str, Any] | None
    role_output: dict[str, Any] | None
    client_output: dict[str, Any] | None
    notes: list[dict[str, Any]] = []
    timings_ms: dict[str, float]
    duration_ms: float | None
    cost_usd: float
    error: str | None
    role_slug: str | None
    role_name: str | None
    confidence: float | None
    case: str | None
    skill_count: int | None = None
    new_skill_count: int | None = None
    labels: tuple[str, ...] = ()
    calls: tuple[dict[str, Any], ...] = ()
    proposal_runs: dict[int, int] = {}

    @property
    def is_finished(self) -> bool:
        """Whether the run has come to an end, good or bad; one of the old system goes on nowhere."""
        return self.status in FINISHED or self.is_old

    @property
    def is_old(self) -> bool:
        """Whether it is a run of the old system, which nobody changes."""
        return self.engine == OLD_SYSTEM

    @property
    def label(self) -> str:
        """What the run is called: its name, else the title, else the first words of the text."""
        first = " ".join(self.jd_text.split()[:8]) or "Empty text"
        return self.name or self.title or self.given_title or first


def read_stored(read: Callable[[Any], Value], value: object, run_id: UUID, what: str) -> Value:
    """A value that is stored for a run, read as what it should be; ``what`` names it to a person. Raises ``MalformedRun``."""
    try:
        return read(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise _malformed(what, run_id, ".".join(map(str, first["loc"])) or "the whole", first["msg"]) from None
    except UnworkableDocument as error:
        raise _malformed(what, run_id, error.problems[0].path, error.problems[0].problem) from None


def _malformed(what: str, run_id: UUID, place: str, problem: str) -> MalformedRun:
    return MalformedRun(
        f"The {what} stored for run {run_id} cannot be read: {place}: {problem}. Nothing else is touched by this; run its "
        "text again, or delete the run in the history."
    )


STORED_COLUMNS = [c for c in RUN.c if c.name in StoredRun.model_fields]


@dataclass(frozen=True)
class RunOrder:
    """What a run is asked for with: the text, a title that it may lack, the config, a name, and who asks."""

    jd: str
    given_title: str | None = None
    config: Config = field(default_factory=Config)
    name: str | None = None
    asked: AskedBy = NOBODY


def insert_run(connection: Connection, order: RunOrder) -> UUID:
    """Store a new run and queue it. Raises ``InputError`` for a text that no run can be made of, and ``StoreError`` without a catalog."""
    check_text(order.jd)
    if not order.jd.strip():
        raise InputError("There is no text. Paste a job description, upload a text file, or choose a sample.")
    jd, title = storable(order.jd), storable(order.given_title or "")
    revision = current_revision(connection)
    if revision is None:
        raise StoreError("There is no catalog yet; run 'python -m db init' first.")
    run_id = uuid4()
    connection.execute(
        insert(RUN).values(
            id=run_id,
            name=order.name,
            status="created",
            asked_by=order.asked.person,
            asked_through=order.asked.through,
            jd_text=jd,
            jd_hash=jd_hash(jd),
            given_title=title or None,
            engine=order.config.engine,
            config=order.config.model_dump(mode="json"),
            revision_id=revision,
            partial={},
            timings_ms={},
        )
    )
    jobs.put(connection, run_id)
    return run_id


class RunStore:
    """Runs: stored, loaded, named."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, jd: str, given_title: str | None, config: Config, name: str | None = None) -> UUID:
        """Store a new run and queue it, in one. Raises ``InputError`` for a text that no run can be made of."""
        return self.create_for(RunOrder(jd, given_title, config, name))

    def create_for(self, order: RunOrder) -> UUID:
        """Store a new run and queue it, in one. Raises ``InputError`` for a text that no run can be made of."""
        with self._engine.begin() as connection:
            return insert_run(connection, order)

    def load(self, run_id: UUID) -> StoredRun:
        """A run with its calls. Raises ``UnknownRun`` and ``MalformedRun``."""
        with self._engine.connect() as connection:
            row = connection.execute(select(*STORED_COLUMNS).where(RUN.c.id == run_id)).mappings().first()
            if row is None:
                raise UnknownRun(
                    f"There is no run {run_id}. It may have been deleted; the history lists those that are there."
                )
            calls = connection.execute(
                select(CALL).where(CALL.c.run_id == run_id).order_by(CALL.c.step, CALL.c.id)
            ).mappings()
            beside = {"calls": [dict(c) for c in calls], "proposal_runs": counts_for_run(connection, run_id)}
            return read_stored(StoredRun.model_validate, {**row, **beside}, run_id, "row")

    def text_hashes(self, run_ids: Sequence[UUID]) -> dict[UUID, str]:
        """By which hash the text of each of these runs that is there is recognised."""
        query = select(RUN.c.id, RUN.c.jd_hash).where(RUN.c.id.in_(list(run_ids)))
        with self._engine.connect() as connection:
            return {run_id: str(key) for run_id, key in connection.execute(query)}

    def rename(self, run_id: UUID, name: str | None) -> None:
        """Give a run a name; an empty one takes it away. Raises ``StoreError`` for a run of the old system."""
        with self._engine.begin() as connection:
            renamed = connection.execute(
                update(RUN)
                .where(RUN.c.id == run_id, RUN.c.engine != OLD_SYSTEM)
                .values(name=(storable(name or "").strip()[:200] or None))
            ).rowcount
            if not renamed and connection.execute(select(RUN.c.id).where(RUN.c.id == run_id)).first():
                raise StoreError(
                    "This is a run of the old system, which stays as it is. Put a label on it in the history."
                )
