"""The tables of the curators' work: change sets, decisions, the review queue, comments, claims."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Text, UniqueConstraint, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from db.models.base import Base, id_column, one_of
from pipeline.contracts import PROPOSAL_STATUSES

CHANGE_SET_KINDS = ("edit", "undo", "reset", "update", "import")
CHANGE_SET_STATUSES = ("draft", "committed", "discarded")
DECISIONS = ("accepted", "rejected", "unsure")
PROPOSAL_KINDS = ("skill", "kra", "role", "title", "link")


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
    owner: str
    """Who works on it: the author, until it is handed over."""
    used_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    """Of its owner's drafts, the one used last takes new edits."""
    committer: str | None = None
    base_revision: int | None = None
    """The catalog's revision when it was begun."""
    revision_id: int | None = None
    undoes: int | None = None
    why: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What the committer said of the whole."""
    impact: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """What it was found to do to past runs when it was committed."""
    checked_state: str | None = None
    """The hash of what was committed: its checks count where they were made of the same."""
    policy: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """What was demanded of its checks when it was committed."""
    override_why: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Why the committer made it although checks that must hold did not; empty where they did."""
    override_checks: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), server_default="{}", nullable=False)
    )
    """The names of those checks."""
    discarded_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    discarded_by: str | None = None


class DraftDecisionRow(Base, table=True):
    """One decision of a change set: a repair that is taken out and put back with all its rows."""

    __tablename__ = "draft_decision"
    __table_args__ = (ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="CASCADE"),)
    change_set_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    title: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Its title, where it is not the one that follows from its rows."""
    origin: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """The reference to the finding or the proposal that it decides."""
    author: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    out_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    out_by: str | None = None
    out_why: str = Field(default="", sa_column_kwargs={"server_default": ""})
    out_with: int | None = None
    """The decision on which it stood, and with which it was taken out."""
    kept: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """Its changes while it is out, and the status of the proposal that it decided."""


class ChangeRow(Base, table=True):
    """One row of the catalog before and after a change set; the audit trail, once that is committed."""

    __tablename__ = "change"
    __table_args__ = (
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["change_set_id", "decision"],
            ["draft_decision.change_set_id", "draft_decision.number"],
            name="fk_change_decision",
            ondelete="CASCADE",
        ),
        Index("ix_change_place", "table_name", "key"),
    )
    change_set_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    decision: int
    table_name: str
    key: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    reason: str = ""
    source: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """The reference (``pipeline.catalog.refs``) to what showed the fault."""
    successor: str = Field(default="", sa_column_kwargs={"server_default": ""})
    author: str = Field(default="", sa_column_kwargs={"server_default": ""})


class FindingDecision(Base, table=True):
    """What a curator decided about a finding of the audit; ``evidence`` is the hash of its reasons then."""

    __tablename__ = "finding_decision"
    __table_args__ = (
        one_of("decision", DECISIONS),
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["acceptance_id"], ["acceptance.id"], ondelete="SET NULL"),
    )
    key: str = Field(primary_key=True)
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    evidence: str
    decision: str
    author: str
    reason: str
    change_set_id: int | None = None
    score: float | None = None
    """How sure the audit was of it then; null where an earlier release kept the decision."""
    acceptance_id: int | None = None
    """Where it was accepted on the strength of a sample: nobody need have looked at it by itself."""


class ProposalRow(Base, table=True):
    """The review queue: what runs would like to add. The same proposal from another run adds to its runs.

    ``runs``, ``texts`` (different ones), ``newest_run`` and ``newest_at`` are derived from ``proposal_run``, and written with it.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("kind", "key", "role_slug"),
        one_of("kind", PROPOSAL_KINDS),
        one_of("status", PROPOSAL_STATUSES.words),
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="SET NULL"),
        ForeignKeyConstraint(["queue_decision_id"], ["queue_decision.id"], ondelete="SET NULL"),
        Index("ix_proposal_queue_decision_id", "queue_decision_id"),
    )
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    kind: str
    key: str
    role_slug: str = Field(default="", sa_column_kwargs={"server_default": ""})
    text: str
    status: str = Field(default="pending", sa_column_kwargs={"server_default": "pending"})
    payload: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    runs: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    texts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    newest_run: UUID | None = None
    newest_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    reason: str | None = None
    change_set_id: int | None = None
    queue_decision_id: int | None = None
    """The act in which it was decided."""


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


class Comment(Base, table=True):
    """What somebody wrote about a draft, a change or a finding; ``about`` is the reference to it (``pipeline.catalog.refs``)."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_about", "about"),)
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    about: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    author: str
    body: str


class Claim(Base, table=True):
    """A finding that a curator has open; it lapses by itself."""

    __tablename__ = "claim"
    key: str = Field(primary_key=True)
    author: str
    until: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Visit(Base, table=True):
    """Up to which revision a person has seen the changes."""

    __tablename__ = "visit"
    person: str = Field(primary_key=True)
    revision_id: int
    seen_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
