"""The tables of the review queue beside its proposals: what was found of each, what was decided in one act, edits, saved views."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from db.models.base import Base, id_column, one_of

QUEUE_STATUSES = ("approved", "mapped", "rejected")
EDITED_FIELDS = ("name", "nature", "dimension")


class ProposalSign(Base, table=True):
    """Derived: what was found of a proposal once, by which the queue is filtered, grouped and ranked. Made anew where it is gone."""

    __tablename__ = "proposal_sign"
    __table_args__ = (
        ForeignKeyConstraint(["proposal_id"], ["proposal.id"], ondelete="CASCADE"),
        Index("ix_proposal_sign_spelling", "spelling"),
    )
    proposal_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    """Which rules found it; 0 while the run that proposed it has not come to its end."""
    texts: int
    """Of how many different texts; it is found anew when they have doubled."""
    doubt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Why it is probably no entry of a catalog."""
    employer_look: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Why it looks like the name of one who hires."""
    certainty: float | None = None
    """How probably its place in the catalog, as proposed, is right."""
    nature: str = Field(default="", sa_column_kwargs={"server_default": ""})
    dimension: str = Field(default="", sa_column_kwargs={"server_default": ""})
    owner: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The skill of which it may be a form, or the role for which it was proposed."""
    spelling: str
    """What spellings of one term have in common."""
    meaning: int | None = None
    """The proposal under which those of nearly the same meaning gather."""
    marks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    """By what it is held against decided ones."""


class QueueDecisionRow(Base, table=True):
    """What a person decided of one or many proposals in one act: it is undone as one."""

    __tablename__ = "queue_decision"
    __table_args__ = (
        one_of("status", QUEUE_STATUSES),
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="SET NULL"),
        Index("ix_queue_decision_change_set_id", "change_set_id", "draft_decision"),
    )
    id: int | None = id_column()
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    author: str
    status: str
    title: str
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    proposals: int
    """How many were decided."""
    change_set_id: int | None = None
    draft_decision: int | None = None
    """The decision of the draft that holds its changes."""
    undone_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    undone_by: str | None = None


class ProposalEdit(Base, table=True):
    """What a curator wrote into a proposal before it is decided, in the place of what was found."""

    __tablename__ = "proposal_edit"
    __table_args__ = (
        one_of("field", EDITED_FIELDS),
        ForeignKeyConstraint(["proposal_id"], ["proposal.id"], ondelete="CASCADE"),
    )
    proposal_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    field: str = Field(primary_key=True)
    value: str
    author: str
    edited_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))


class SavedView(Base, table=True):
    """An address of a page that a person keeps under a name, for themselves or for all."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("place", "owner", "name"),)
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    place: str
    owner: str
    name: str
    address: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    is_shared: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
