"""The tables. Those of the catalog mirror the catalog folder; every row of theirs carries a version.

Vocabularies are check constraints, and every constraint has a name, so that a message can say which rule was broken.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    MetaData,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from pipeline.catalog import ALIAS_TYPES, LIFESPANS, MATCH_STRATEGIES, SKILL_NATURES, VERSION_STRATEGIES, VOLATILITIES

RUN_STATUSES = ("created", "extract_from_jd_done", "extract_details_done", "completed", "rejected", "failed")
CHANGE_SET_KINDS = ("edit", "undo", "reset", "update")
CHANGE_SET_STATUSES = ("draft", "committed", "discarded")
DECISIONS = ("accepted", "rejected")
COLLISION_KINDS = ("title", "signals", "skill_alias")
PROPOSAL_KINDS = ("skill", "kra", "role")
PROPOSAL_STATUSES = ("pending", "approved", "mapped", "rejected")

naming = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Base(SQLModel):
    metadata = naming


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    listed = ", ".join(f"'{w}'" for w in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def refers(column: str, target: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [target], onupdate="CASCADE", ondelete="CASCADE")


class Versioned(Base):
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


def id_column() -> Any:
    return Field(default=None, sa_column_kwargs={"autoincrement": True}, primary_key=True)


class RoleRow(Versioned, table=True):
    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("slug"),)
    id: int | None = id_column()
    slug: str
    display_name: str
    domain: str | None = None
    role_archetype: str | None = None


class RoleAliasRow(Versioned, table=True):
    __tablename__ = "role_alias"
    __table_args__ = (refers("role_slug", "role.slug"),)
    role_slug: str = Field(primary_key=True)
    alias_text: str = Field(primary_key=True)
    is_generic: bool = False


class RoleKraRow(Versioned, table=True):
    __tablename__ = "role_kra"
    __table_args__ = (refers("role_slug", "role.slug"),)
    role_slug: str = Field(primary_key=True)
    kra_text: str = Field(primary_key=True)


class DimensionRow(Versioned, table=True):
    __tablename__ = "dimension"
    __table_args__ = (UniqueConstraint("slug"),)
    id: int | None = id_column()
    slug: str
    display_name: str
    rationale: str | None = None
    difficulty_hint: str | None = None


class CategoryRow(Versioned, table=True):
    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("name"),)
    id: int | None = id_column()
    name: str


class SubCategoryRow(Versioned, table=True):
    __tablename__ = "sub_category"
    __table_args__ = (UniqueConstraint("category", "name"),)
    id: int | None = id_column()
    category: str
    name: str


class SkillRow(Versioned, table=True):
    __tablename__ = "skill"
    __table_args__ = (
        UniqueConstraint("slug"),
        one_of("skill_nature", SKILL_NATURES),
        one_of("volatility", VOLATILITIES),
        one_of("typical_lifespan", LIFESPANS),
        one_of("version_strategy", VERSION_STRATEGIES),
    )
    id: int | None = id_column()
    slug: str
    display_name: str
    category: str | None = None
    sub_category: str | None = None
    skill_nature: str | None = None
    volatility: str | None = None
    typical_lifespan: str | None = None
    version_strategy: str | None = None
    version_tag: str | None = None
    is_extractable: bool = True
    is_also_category: bool = False
    vendor: str | None = None
    license: str | None = None
    year_introduced: int | None = None
    confidence: float | None = None
    maturity_reasoning: str | None = None
    context_tags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))


class SkillAliasRow(Versioned, table=True):
    __tablename__ = "skill_alias"
    __table_args__ = (
        UniqueConstraint("skill_slug", "alias_text"),
        refers("skill_slug", "skill.slug"),
        one_of("alias_type", ALIAS_TYPES),
        one_of("match_strategy", MATCH_STRATEGIES),
    )
    id: int | None = id_column()
    skill_slug: str
    alias_text: str
    alias_type: str
    match_strategy: str
    is_primary: bool = False
    context: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))


class SkillDimensionRow(Versioned, table=True):
    __tablename__ = "skill_dimension"
    __table_args__ = (refers("skill_slug", "skill.slug"), refers("dimension_slug", "dimension.slug"))
    skill_slug: str = Field(primary_key=True)
    dimension_slug: str = Field(primary_key=True)


class RoleDimensionRow(Versioned, table=True):
    __tablename__ = "role_dimension"
    __table_args__ = (refers("role_slug", "role.slug"), refers("dimension_slug", "dimension.slug"))
    role_slug: str = Field(primary_key=True)
    dimension_slug: str = Field(primary_key=True)


class CatalogRevision(Base, table=True):
    """One state of the catalog; the newest is the current one."""

    __tablename__ = "catalog_revision"
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    author: str
    note: str
    change_set_id: int | None = None
    """The change set that made this state; null where a folder was imported whole."""
    edition: str | None = None
    """Which shipped catalog this state was set to (``clean`` or ``legacy``); null for what curators committed."""
    fingerprint: str | None = None
    """Hash of the shipped folders that it was set to, by which a newer shipped catalog is noticed."""


class ChangeSetRow(Base, table=True):
    """Changes of the catalog that stand or fall together: a draft until it is committed, and kept for good then."""

    __tablename__ = "change_set"
    __table_args__ = (
        one_of("kind", CHANGE_SET_KINDS),
        one_of("status", CHANGE_SET_STATUSES),
        ForeignKeyConstraint(["undoes"], ["change_set.id"]),
        ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"]),
        Index("ix_change_set_newest", sql("id DESC"), "status"),
    )
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    committed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    title: str
    kind: str
    status: str = Field(default="draft", sa_column_kwargs={"server_default": "draft"})
    author: str
    base_revision: int | None = None
    revision_id: int | None = None
    undoes: int | None = None


class ChangeRow(Base, table=True):
    """One row of the catalog before and after a change set; the audit trail, once that is committed."""

    __tablename__ = "change"
    __table_args__ = (
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="CASCADE"),
        Index("ix_change_place", "table_name", "key"),
    )
    change_set_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    table_name: str
    key: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    reason: str = ""
    evidence: str = ""


class FindingDecision(Base, table=True):
    """What a curator decided about a finding of the audit; ``evidence`` is the hash of its reasons then."""

    __tablename__ = "finding_decision"
    __table_args__ = (
        one_of("decision", DECISIONS),
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="CASCADE"),
    )
    key: str = Field(primary_key=True)
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    evidence: str
    decision: str
    author: str
    reason: str
    change_set_id: int | None = None


class RunRow(Base, table=True):
    """A run as it happens: text, config and revision at once, payloads and timings as each stage ends."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("status", RUN_STATUSES),
        CheckConstraint("\"case\" IS NULL OR \"case\" IN ('A', 'B', 'C', 'D', 'DOMAIN', 'rejected')", name="case_known"),
        ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"]),
        Index("ix_run_newest", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_role_newest", "role_slug", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_case_newest", "case", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_status_newest", "status", sql("created_at DESC"), sql("id DESC")),
        Index("ix_run_jd_hash", "jd_hash"),
        Index("ix_run_search", "search", postgresql_using="gin"),
    )
    id: UUID = Field(primary_key=True)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    name: str | None = None
    status: str = "created"
    jd_text: str
    jd_hash: str
    given_title: str | None = None
    title: str | None = None
    engine: str = "local"
    config: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    revision_id: int
    stage: str | None = None
    partial: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    api1: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    api2: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    api3: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    enrichment: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    notes: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))
    timings_ms: dict[str, float] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    duration_ms: float | None = None
    cost_usd: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    error: str | None = None
    role_slug: str | None = None
    role_name: str | None = None
    confidence: float | None = None
    case: str | None = None
    skill_count: int | None = None
    new_skill_count: int | None = None
    search: Any = Field(
        default=None,
        sa_column=Column(
            TSVECTOR,
            Computed(
                "to_tsvector('simple', coalesce(name, '') || ' ' || coalesce(title, '') || ' ' || left(jd_text, 200000))",
                persisted=True,
            ),
        ),
    )


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


class Collision(Base, table=True):
    """A title, or a term, that several roles or skills claim: who they are, and which of them a run took."""

    __tablename__ = "collision"
    __table_args__ = (
        one_of("kind", COLLISION_KINDS),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_collision_run_id", "run_id"),
    )
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    run_id: UUID
    kind: str
    term: str
    chosen: str | None = None
    parties: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    detail: str


class ProposalRow(Base, table=True):
    """The review queue: what runs would like to add. The same proposal from another run adds to its runs."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("kind", "key", "role_slug"),
        one_of("kind", PROPOSAL_KINDS),
        one_of("status", PROPOSAL_STATUSES),
    )
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    kind: str
    key: str
    role_slug: str = Field(default="", sa_column_kwargs={"server_default": ""})
    text: str
    status: str = Field(default="pending", sa_column_kwargs={"server_default": "pending"})
    payload: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))


class ProposalRun(Base, table=True):
    """Which run made a proposal, with the evidence."""

    __tablename__ = "proposal_run"
    __table_args__ = (
        ForeignKeyConstraint(["proposal_id"], ["proposal.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_proposal_run_run_id", "run_id"),
    )
    proposal_id: int = Field(primary_key=True)
    run_id: UUID = Field(primary_key=True)
    evidence: str | None = None


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
