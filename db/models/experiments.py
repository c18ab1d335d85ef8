"""The tables of experiments: job descriptions that are kept as sets, experiments on them, chunks of work, results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.models.base import Base, id_column, one_of
from pipeline.contracts import CASES

EXPERIMENT_STATUSES = ("running", "paused", "cancelled", "finished")
FAILED_CASE = "failed"
"""The case of a job description that could not be run."""


def _moment() -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))


class JDSetRow(Base, table=True):
    """Job descriptions that experiments run on, kept once however often they are used; ``digest`` is a hash of all of them."""

    __tablename__ = "jd_set"
    __table_args__ = (UniqueConstraint("digest"),)
    id: int = id_column()
    name: str
    digest: str
    created_at: datetime = _moment()
    size: int
    gold: int
    """How many of them have gold."""


class JDRow(Base, table=True):
    """A job description of a set, at its place: id, title and text as given, gold, and the columns that it brought beside."""

    __tablename__ = "jd_set_item"
    __table_args__ = (
        ForeignKeyConstraint(["set_id"], ["jd_set.id"], ondelete="CASCADE"),
        UniqueConstraint("set_id", "jd_id"),
    )
    set_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    jd_id: str
    title: str | None = None
    jd_text: str
    gold: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    columns: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))


class ExperimentRow(Base, table=True):
    """A set run in one way: the catalog of a revision with the changes of a draft as they were then, and the config."""

    __tablename__ = "experiment"
    __table_args__ = (
        one_of("status", EXPERIMENT_STATUSES),
        UniqueConstraint("name"),
        ForeignKeyConstraint(["set_id"], ["jd_set.id"]),
        ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"]),
        ForeignKeyConstraint(["gold_set_id", "gold_version"], ["gold_version.set_id", "gold_version.number"]),
        Index("ix_experiment_set_id", "set_id"),
    )
    id: int = id_column()
    name: str
    author: str
    created_at: datetime = _moment()
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    status: str = Field(default="running", sa_column_kwargs={"server_default": "running"})
    set_id: int
    gold_set_id: int | None = None
    """The gold set and its version that the job descriptions are; null for others."""
    gold_version: int | None = None
    revision_id: int
    draft: int | None = None
    changes: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))
    config: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class ExperimentMeasure(Base, table=True):
    """What a finished experiment came to in sums, kept so that many are drawn at once; ``n`` leaves out what could not be run.

    ``n_judged`` have gold for the role; the F1 of skills has its 95 % interval, null where none have gold for skills.
    """

    __tablename__ = "experiment_measure"
    __table_args__ = (ForeignKeyConstraint(["experiment_id"], ["experiment.id"], ondelete="CASCADE"),)
    experiment_id: int = Field(primary_key=True)
    n: int
    n_with_role: int
    n_skills: int
    n_linked: int
    n_judged: int
    n_right: int
    skills_f1: float | None = None
    skills_f1_low: float | None = None
    skills_f1_high: float | None = None
    milliseconds: float | None = None
    cost_usd: float


class ExperimentChunk(Base, table=True):
    """A part of an experiment that one worker does at a time: which job description it tries, how often it has begun that one,
    and how many are done. The token is that of the newest worker, which alone may write.
    """

    __tablename__ = "experiment_chunk"
    __table_args__ = (
        ForeignKeyConstraint(["experiment_id"], ["experiment.id"], ondelete="CASCADE"),
        Index("ix_experiment_chunk_open", "experiment_id", postgresql_where=sql("ended_at IS NULL")),
    )
    experiment_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    first: int
    size: int
    done: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    failed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    token: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    trying: int | None = None
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    begun_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    touched_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class ExperimentResult(Base, table=True):
    """What a job description came to in an experiment, and how that stands beside its gold (null without).

    A skill is ``[name, slug, is_primary, [start, end, ...]]``.
    """

    __tablename__ = "experiment_result"
    __table_args__ = (
        CheckConstraint(
            '"case" IN (' + ", ".join(f"'{w}'" for w in (*CASES.words, FAILED_CASE)) + ")", name="case_known"
        ),
        ForeignKeyConstraint(["experiment_id"], ["experiment.id"], ondelete="CASCADE"),
    )
    experiment_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    role_slug: str | None = None
    case: str
    confidence: float
    none_probability: float | None = None
    skills: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    error: str | None = None
    milliseconds: float
    cost_usd: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    is_right: bool | None = None
    n_predicted: int | None = Field(default=None, sa_column=Column(SmallInteger))
    n_right: int | None = Field(default=None, sa_column=Column(SmallInteger))
    n_wanted: int | None = Field(default=None, sa_column=Column(SmallInteger))
    n_found: int | None = Field(default=None, sa_column=Column(SmallInteger))


CAUSES_STATUSES = ("waiting", "done", "failed")


class ExperimentCausesRow(Base, table=True):
    """What made the difference between two experiments, as replays tell: how far they are, and then what was ``found``.

    It rests on so many results of either as ``a_done`` and ``b_done`` say; ``attempts`` counts how often it was begun.
    """

    __tablename__ = "experiment_causes"
    __table_args__ = (
        one_of("status", CAUSES_STATUSES),
        ForeignKeyConstraint(["a_id"], ["experiment.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["b_id"], ["experiment.id"], ondelete="CASCADE"),
        Index("ix_experiment_causes_b_id", "b_id"),
    )
    a_id: int = Field(primary_key=True)
    b_id: int = Field(primary_key=True)
    a_done: int
    b_done: int
    status: str = Field(default="waiting", sa_column_kwargs={"server_default": "waiting"})
    asked_at: datetime = _moment()
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    replays: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    error: str | None = None
    found: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
