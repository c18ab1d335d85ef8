"""The table of what curators fix for terms that the catalog lacks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKeyConstraint, Index, Text, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from db.models.base import Base, id_column


class TermLockRow(Base, table=True):
    """The dimensions that a curator fixed for a term. One stands for each term; what stood before is kept with who ended it."""

    __tablename__ = "term_lock"
    __table_args__ = (
        CheckConstraint("cardinality(dimensions) > 0", name="dimensions_some"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        ForeignKeyConstraint(["replaces"], ["term_lock.id"]),
        Index("uq_term_lock_standing", "key", unique=True, postgresql_where=sql("ended_at IS NULL")),
        Index("ix_term_lock_key", "key", sql("id DESC")),
    )
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    key: str
    """The form of the term in which it is compared (``fold_key``)."""
    term: str
    dimensions: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """Their slugs: no references, since a decision on a term outlives a dimension that is merged or retired."""
    author: str
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    replaces: int | None = None
    """The one that stood before."""
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    ended_by: str | None = None
