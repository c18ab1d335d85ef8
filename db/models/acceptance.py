"""The tables of accepting many: samples that were drawn of a group, what was said of each item, and what was accepted on the
strength of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Float, ForeignKeyConstraint, Index, Integer, Text, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from db.models.base import Base, id_column, one_of
from pipeline.sampling import JUDGEMENTS

SAMPLE_PLACES = ("findings", "proposals")
SAMPLE_ENDS = ("accepted", "continued", "abandoned")


class GroupSample(Base, table=True):
    """A random sample of a group of findings or proposals, with the group as it was when it was drawn.

    ``population``, ``marks`` and ``scores`` have a place for each item: its key, the hash of what there was to judge, and how sure
    the system was of it. ``drawn`` are the keys that are judged, in their order: what ``draw()`` makes of the population and the seed.
    """

    __tablename__ = "group_sample"
    __table_args__ = (
        one_of("place", SAMPLE_PLACES),
        one_of("ended", SAMPLE_ENDS),
        ForeignKeyConstraint(["previous"], ["group_sample.id"]),
        ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"]),
        Index("ix_group_sample_owner", "owner", "place"),
        Index(
            "ux_group_sample_open", "owner", "place", "group_key", unique=True, postgresql_where=sql("ended IS NULL")
        ),
    )
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    owner: str
    """Who judges it."""
    place: str
    group_key: str
    """What makes the group: the same filter and act give the same."""
    title: str
    """What the group is in words."""
    address: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """The parameters of the page's address that list the group."""
    act: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    """What accepted proposals become."""
    round: int = 1
    """The how many-th sample of the group: each spends a part of the error."""
    previous: int | None = None
    error_limit: float
    """The share of what is accepted that may be wrong."""
    confidence: float
    seed: int = Field(sa_column=Column(BigInteger, nullable=False))
    revision_id: int
    population: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    marks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    scores: list[float | None] = Field(sa_column=Column(ARRAY(Float), nullable=False))
    drawn: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    known: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    """Of items that were judged in earlier samples of the group: their mark and what was said."""
    ended: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class SampleJudgement(Base, table=True):
    """What a curator said of an item that was drawn."""

    __tablename__ = "sample_judgement"
    __table_args__ = (
        one_of("judgement", JUDGEMENTS),
        ForeignKeyConstraint(["sample_id"], ["group_sample.id"], ondelete="CASCADE"),
    )
    sample_id: int = Field(primary_key=True)
    item: str = Field(primary_key=True)
    judgement: str
    label: str
    """What the item was called, and ``shown`` what there was to judge, in words: both stay when the item is gone."""
    shown: str = Field(default="", sa_column_kwargs={"server_default": ""})
    author: str
    judged_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), server_default=sql("clock_timestamp()"), nullable=False)
    )


class AcceptanceRow(Base, table=True):
    """What was accepted on the strength of a sample, with what the sample said then; kept with the change set that has its changes.

    ``decisions`` are those of the change set, ``acts`` those of the review queue, ``keys`` and ``rejected`` the findings that were
    accepted and rejected.
    """

    __tablename__ = "acceptance"
    __table_args__ = (
        ForeignKeyConstraint(["sample_id"], ["group_sample.id"]),
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="CASCADE"),
        Index("ix_acceptance_change_set_id", "change_set_id"),
        Index("ix_acceptance_sample_id", "sample_id"),
    )
    id: int | None = id_column()
    accepted_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    author: str
    sample_id: int
    change_set_id: int
    title: str
    accepted: int
    judged: int
    wrong: int
    unsure: int
    at_most: int
    """How many of the accepted ones may be wrong."""
    error_limit: float
    confidence: float
    samples: int
    """How many samples of the group were drawn until then."""
    decisions: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    acts: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False, server_default="{}"))
    keys: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    rejected: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    undone_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    undone_by: str | None = None
