"""The tables of runs: what ran, what models answered, and what is derived from both."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field

from db.models.base import Base, id_column, one_of, words_in
from pipeline.contracts import CASES, RUN_STATUSES

LOGGED_KINDS = ("title", "signals", "skill_alias")
"""The kinds of collisions on the wire, and conflicts of signals."""
TEXT_SOURCES = ("page", "cut", "documents")
USAGE_KINDS = ("run", "skill", "form", "dimension", "role")
ASKED_THROUGH = ("", "pages", "http")
"""By which way a run was asked for; empty for one of before this was noted."""


class RunRow(Base, table=True):
    """A run as it happens: text, config and revision at once, payloads and timings as each stage ends."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("status", RUN_STATUSES.words),
        one_of("asked_through", ASKED_THROUGH),
        CheckConstraint('"case" IS NULL OR ' + words_in('"case"', CASES.words), name="case_known"),
        ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"]),
        Index("ix_run_newest", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_role_newest", "role_slug", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_case_newest", "case", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_status_newest", "status", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_revision_newest", "revision_id", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_engine_newest", "engine", sql("created_at DESC"), sql("id DESC")),
        Index(
            "ix_run_needs_review",
            sql("created_at DESC"),
            sql("id DESC"),
            postgresql_where=sql("needs_review"),
        ),
        Index(
            "ix_run_by_revision",
            "revision_id",
            postgresql_include=["role_slug", "skill_count", "new_skill_count", "duration_ms", "cost_usd"],
            postgresql_where=sql("status = 'completed' AND engine <> 'old_system'"),
        ),
        Index(
            "ix_run_answers",
            "created_at",
            postgresql_include=["role_slug", "confidence", "none_probability"],
            postgresql_where=sql("engine <> 'old_system' AND \"case\" <> 'rejected' AND confidence IS NOT NULL"),
        ),
        Index("ix_run_jd_hash", "jd_hash"),
        Index("ix_run_labels", "labels", postgresql_using="gin"),
        Index("ix_run_labelled", "labels", postgresql_where=sql("labels <> '{}'")),
        Index("ix_run_search", "search", postgresql_using="gin"),
    )
    id: UUID = Field(primary_key=True)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    name: str | None = None
    status: str = "created"
    asked_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The person who asked for it; empty for one who gave no name."""
    asked_through: str = Field(default="", sa_column_kwargs={"server_default": ""})
    jd_text: str
    jd_hash: str
    given_title: str | None = None
    title: str | None = None
    engine: str = "local"
    config: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    revision_id: int
    stage: str | None = None
    partial: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    extraction: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    library_match: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    role_output: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    client_output: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    notes: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))
    timings_ms: dict[str, float] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    duration_ms: float | None = None
    cost_usd: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    error: str | None = None
    role_slug: str | None = None
    role_name: str | None = None
    confidence: float | None = None
    none_probability: float | None = None
    needs_review: bool | None = None
    """Whether a reviewer must see its answer before it is taken; null where its catalog did not say."""
    case: str | None = None
    skill_count: int | None = None
    new_skill_count: int | None = None
    labels: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    search: Any = Field(
        default=None,
        sa_column=Column(
            TSVECTOR,
            Computed(
                "to_tsvector('simple', translate(coalesce(name, '') || ' ' || coalesce(title, '') || ' ' || left(jd_text, 200000), '/', ' '))",
                persisted=True,
            ),
        ),
    )


class OldRunRow(Base, table=True):
    """What a run of the old system was imported from, by whom, and what its page says beside the JSON of the steps.

    ``given`` are the documents of the steps as they were sent, by the number of the step.
    """

    __tablename__ = "old_run"
    __table_args__ = (
        one_of("text_source", TEXT_SOURCES),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
    )
    run_id: UUID = Field(primary_key=True)
    imported_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    imported_by: str
    text_source: str
    files: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))
    given: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    figures: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    warnings: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))


class RunRequestRow(Base, table=True):
    """What a program asked for with a key of its own, by person: the same key with the same body is the same run, also once that
    was deleted.
    """

    __tablename__ = "run_request"
    person: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    """The hash of what was asked for."""
    run_id: UUID
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))


class ModelCallRow(Base, table=True):
    """The ledger: one row for each call to a model."""

    __tablename__ = "llm_call"
    __table_args__ = (
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_llm_call_run_id", "run_id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    run_id: UUID
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    step: int
    judgement: str
    model: str
    prompt_version: str
    request: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    response: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    input_tokens: int
    output_tokens: int
    cost_usd: float
    latency_ms: float
    error: str | None = None
    cache_hit: bool = False


class ModelAnswer(Base, table=True):
    """What a model answered, by the hash of the call: the same call is answered from here."""

    __tablename__ = "model_answer"
    key: str = Field(primary_key=True)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    judgement: str
    model: str
    response: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class StackMaturity(Base, table=True):
    """How mature a stack was judged, by the key of its set of skills and their facts: the same stack is answered from here."""

    __tablename__ = "stack_maturity"
    key: str = Field(primary_key=True)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    maturity: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class Collision(Base, table=True):
    """A title, or a form, that several roles or skills hold: who they are, and which of them a run took. Of the kind ``signals`` is a
    conflict of a run's signals, by its title.

    ``key`` is its folded form (``pipeline.catalog.collisions``); ``start`` and ``length`` are its first place in the run's text, null
    where it has none. ``told_apart`` says that the catalog of the run told which was meant where.
    """

    __tablename__ = "collision"
    __table_args__ = (
        one_of("kind", LOGGED_KINDS),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_collision_run_id", "run_id"),
        Index("ix_collision_place", "kind", "key", sql("id DESC")),
    )
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    run_id: UUID
    kind: str
    key: str
    term: str
    chosen: str | None = None
    parties: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    told_apart: bool = Field(default=False, sa_column_kwargs={"server_default": sql("false")})
    start: int | None = None
    length: int | None = None
    detail: str


class CollisionDecision(Base, table=True):
    """That somebody finds a collision fine as it is, for as long as these entries and no others are its ``parties``."""

    __tablename__ = "collision_decision"
    __table_args__ = (one_of("kind", LOGGED_KINDS),)
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    parties: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    author: str
    reason: str


class EmbeddingRow(Base, table=True):
    """A vector by model and hash of the text."""

    __tablename__ = "embedding"
    model: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    vector: Any = Field(sa_column=Column(Vector(), nullable=False))


class CentroidRow(Base, table=True):
    """Derived: the sum of the JD vectors that were filed under a role, and how many. Rebuilt from the runs."""

    __tablename__ = "role_centroid"
    role_slug: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    n: int = Field(sa_column=Column(Integer, nullable=False))
    total: Any = Field(sa_column=Column(Vector(), nullable=False))


class Job(Base, table=True):
    """A run that has not come to its end: queued, or with a worker until its lease lapses. Its token is that of its newest lease."""

    __tablename__ = "job"
    __table_args__ = (
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        UniqueConstraint("run_id"),
    )
    id: int = id_column()
    run_id: UUID
    queued_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    token: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    worker: str | None = None
    started_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    lease_until: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    loss: str | None = None


class RunVector(Base, table=True):
    """The vector of a filed run: what a role's centroid is made of."""

    __tablename__ = "run_vector"
    __table_args__ = (
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_run_vector_role_slug", "role_slug"),
    )
    run_id: UUID = Field(primary_key=True)
    role_slug: str
    model: str
    vector: Any = Field(sa_column=Column(Vector(), nullable=False))


class RunSkill(Base, table=True):
    """Derived: by which form a run matched a skill, and where it stands first. Made again from the run's step 1.

    ``run_at`` is when the run was made, so that the newest runs of a skill or a form are found by an index alone.
    """

    __tablename__ = "run_skill"
    __table_args__ = (
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_run_skill_skill_newest", "skill_slug", sql("run_at DESC"), "run_id"),
        Index("ix_run_skill_form_newest", "skill_slug", sql("lower(form)"), sql("run_at DESC"), "run_id"),
    )
    run_id: UUID = Field(primary_key=True)
    skill_slug: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    start: int
    run_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class UsageCount(Base, table=True):
    """Derived: how many runs there are, matched a skill, a form of it or a dimension's skills, or chose a role.

    ``form`` is empty but for forms, ``slug`` for the number of all runs. Written with the runs, never by hand.
    """

    __tablename__ = "usage_count"
    __table_args__ = (one_of("kind", USAGE_KINDS),)
    kind: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    runs: int


def _no_words() -> Any:
    return Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))


def _no_rows() -> Any:
    return Field(default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]"))


class VerdictRow(Base, table=True):
    """A reviewer's verdict on a run, as far as it has come: the right role (null for none) once ``has_role``, what is right and
    wrong among the skills and links, and what is missing. ``blind_answer`` is what a blind reviewer had said when the run was shown.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        CheckConstraint("is_blind OR (blind_answer IS NULL AND revealed_at IS NULL)", name="only_blind_is_revealed"),
    )
    run_id: UUID = Field(primary_key=True)
    author: str = Field(primary_key=True)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    role_slug: str | None = None
    has_role: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    wrong_skills: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    right_skills: list[str] = _no_words()
    right_terms: list[str] = _no_words()
    wrong_terms: list[str] = _no_words()
    missing_skills: list[dict[str, Any]] = _no_rows()
    links: list[dict[str, Any]] = _no_rows()
    note: str = ""
    is_blind: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    blind_answer: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    revealed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
