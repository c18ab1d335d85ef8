"""The tables of attached experiments: results of a batch that stay where they lie as Parquet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, ForeignKeyConstraint, LargeBinary, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.models.base import Base, id_column


class AttachedRow(Base, table=True):
    """Results of a batch under a name: where they lie, and the job descriptions and the gold that go with them (null: none).

    ``digest`` is that of what was read when it was attached, and the name of the index that was made of it. ``columns`` are those
    of the job descriptions by which it is sliced, ``made_by`` what the manifest of the batch says. ``revision_id`` is the revision of
    the catalog that it ran on (null: not known), ``sums`` what it came to (null: not summed up yet).
    """

    __tablename__ = "attached_experiment"
    __table_args__ = (
        UniqueConstraint("name"),
        ForeignKeyConstraint(["revision_id"], ["catalog_revision.id"], ondelete="SET NULL"),
    )
    id: int = id_column()
    name: str
    author: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    results: str
    jds: str | None = None
    gold: str | None = None
    digest: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    broken: int = Field(sa_column=Column(BigInteger, nullable=False))
    marked: int = Field(sa_column=Column(BigInteger, nullable=False))
    columns: list[str] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))
    made_by: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    revision_id: int | None = None
    sums: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))


class AttachedGoldRow(Base, table=True):
    """The gold that an attached experiment was marked with, as it was read: it can be read anew when the file has gone.

    ``labels`` are compressed lines of JSON, ``stamp`` is when the file had been changed last (0: it is no file).
    """

    __tablename__ = "attached_gold"
    __table_args__ = (ForeignKeyConstraint(["attached_id"], ["attached_experiment.id"], ondelete="CASCADE"),)
    attached_id: int = Field(primary_key=True)
    stamp: int = Field(sa_column=Column(BigInteger, nullable=False))
    labels: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
