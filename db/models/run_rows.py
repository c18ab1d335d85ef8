"""The tables by which a row of the catalog leads to the runs that it can move."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlmodel import Field

from db.models.base import Base


class RunBasisRow(Base, table=True):
    """Derived: what a run rests on (``pipeline.basis``), on the catalog of a revision. Made again from the run's text and parse.

    ``rows`` has the keys of the catalog's rows behind its answer; ``near`` those behind the next roles, of its skills, and of the words of
    its text. ``roles`` is its ranking, ``evidence`` float16, six for each of them.
    """

    __tablename__ = "run_basis"
    __table_args__ = (
        ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),
        Index("ix_run_basis_rows", "rows", postgresql_using="gin"),
        Index("ix_run_basis_near", "near", postgresql_using="gin"),
    )
    run_id: UUID = Field(primary_key=True)
    revision_id: int
    role_slug: str | None = None
    roles: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    evidence: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    field: float = Field(sa_column=Column(REAL, nullable=False))
    rows: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))
    near: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))


class StaleBasis(Base, table=True):
    """A run whose basis a commit can have moved: it counts as it is until it is made anew."""

    __tablename__ = "stale_basis"
    __table_args__ = (ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE"),)
    run_id: UUID = Field(primary_key=True)
