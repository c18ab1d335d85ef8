"""The tables of how good the work is: what gold texts and judged runs come to on a revision, what reviewers say of the reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Text, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from db.models.base import Base, one_of

PARSE_FIELDS = (
    "title",
    "company",
    "experience",
    "education_required",
    "education_preferred",
    "locations",
    "work_mode",
    "ctc",
    "certifications",
    "urls",
    "responsibilities",
    "industry",
    "jd_type",
)
"""What a reviewer can judge of a parsed text, in the order in which a page lists it."""


class RevisionMeasure(Base, table=True):
    """A revision that has been measured. ``yardstick`` is the hash of what it was measured by: gold texts, fitted numbers."""

    __tablename__ = "revision_measure"
    __table_args__ = (ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"], ondelete="CASCADE"),)
    revision_id: int = Field(primary_key=True)
    measured_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    yardstick: str
    n_examined: int | None = None
    """Past runs among which those were looked for that come to something else than on the revision before; null where none were."""


class GoldOutcome(Base, table=True):
    """What a gold text comes to on a revision: its role, and the skills that it misses or has too many (slugs)."""

    __tablename__ = "gold_outcome"
    __table_args__ = (ForeignKeyConstraint(["revision_id"], ["revision_measure.revision_id"], ondelete="CASCADE"),)
    revision_id: int = Field(primary_key=True)
    item: str = Field(primary_key=True)
    role_slug: str | None = None
    is_right: bool
    n_wanted: int
    missed: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    extra: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))


class RunOutcome(Base, table=True):
    """The role that a past run's text gets on a revision: of each run that a reviewer has judged, and of each that the revision
    has changed.
    """

    __tablename__ = "run_outcome"
    __table_args__ = (
        ForeignKeyConstraint(["revision_id"], ["revision_measure.revision_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_run_outcome_run_id", "run_id"),
        Index("ix_run_outcome_changed", "revision_id", postgresql_where=sql("is_changed")),
    )
    revision_id: int = Field(primary_key=True)
    run_id: UUID = Field(primary_key=True)
    role_slug: str | None = None
    is_changed: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether role, skills or links are others than on the revision before."""


class RevisionFindings(Base, table=True):
    """What the audit found in the catalog of a revision, by kind, when it was the current one: so many of each; none of the others."""

    __tablename__ = "revision_findings"
    __table_args__ = (ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"], ondelete="CASCADE"),)
    revision_id: int = Field(primary_key=True)
    counted_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    counts: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))


class ParseVerdictRow(Base, table=True):
    """What a reviewer says that a run's text gives for a field: the right value in the form of the gold labels, JSON null for none."""

    __tablename__ = "parse_verdict"
    __table_args__ = (
        one_of("field", PARSE_FIELDS),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
    )
    run_id: UUID = Field(primary_key=True)
    field: str = Field(primary_key=True)
    author: str = Field(primary_key=True)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    value: Any = Field(sa_column=Column(JSONB, nullable=False))
