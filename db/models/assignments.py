"""The tables of work shared out between reviewers: assignments, what each reviewer was given, what was decided where they differ."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from db.models.base import Base, between, id_column, one_of
from pipeline.agreement.reviews import KINDS

SAMPLE_WAYS = ("random", "uncertain", "disagreeing", "newest")
"""Which runs are taken: any, those of whose role a run is least sure, those on which answers differ, or the newest ones."""
ENDINGS = ("undone", "replaced")


def _moment() -> Any:
    return Field(default=None, sa_column=Column(DateTime(timezone=True)))


def _made() -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))


class AssignmentRow(Base, table=True):
    """A sample of runs that reviewers are to judge, and how it was taken: from ``seed``, of the runs that ``narrowed`` leaves."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("way", SAMPLE_WAYS),
        between("overlap", 0, 1),
        UniqueConstraint("name"),
    )
    id: int | None = id_column()
    name: str
    author: str
    created_at: datetime = _made()
    way: str
    seed: int = Field(sa_column=Column(BigInteger, nullable=False))
    size: int
    """How many runs were asked for."""
    overlap: float
    judges: int
    """How many reviewers judge each of the shared runs."""
    is_blind: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    narrowed: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    threshold: float | None = None
    """The confidence that the least sure ones are nearest to."""
    closed_at: datetime | None = _moment()
    closed_by: str | None = None


class AssignmentItem(Base, table=True):
    """A run that a reviewer is to judge. Whether that is done says their verdict, and nothing else."""

    __tablename__ = "assignment_item"
    __table_args__ = (
        ForeignKeyConstraint(["assignment_id"], ["assignment.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_assignment_item_reviewer", "reviewer", "assignment_id", "position"),
        Index("ix_assignment_item_run_id", "run_id"),
    )
    assignment_id: int = Field(primary_key=True)
    run_id: UUID = Field(primary_key=True)
    reviewer: str = Field(primary_key=True)
    position: int
    given_at: datetime = _made()
    given_by: str
    moved_from: str | None = None
    """Who had it before it was given to somebody else."""
    skipped_at: datetime | None = _moment()
    skip_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


class AdjudicationRow(Base, table=True):
    """What was decided where reviewers differ on something of a run, and what each of them had said. One is in force at a time."""

    __tablename__ = "adjudication"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("ending", ENDINGS),
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_adjudication_run_id", "run_id"),
        Index(
            "uq_adjudication_in_force",
            "run_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )
    id: int | None = id_column()
    run_id: UUID
    kind: str
    subject: str
    decided_at: datetime = _made()
    author: str
    value: str
    acceptable: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}")
    )
    """Further roles that are right too."""
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    said: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    """What each reviewer had said then, and why."""
    gold_set: str
    """The name of the set that it goes to."""
    ended_at: datetime | None = _moment()
    ended_by: str | None = None
    ending: str | None = None
