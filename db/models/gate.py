"""The tables of the gate: what the checks of a change set came to, and what was demanded of checks, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.models.base import Base, id_column, one_of

CHECK_CLASSES = ("no effect", "improving", "mixed", "breaking")


class GateCheckRow(Base, table=True):
    """What a check of a change set came to, the newest; of one that is committed, for good."""

    __tablename__ = "gate_check"
    __table_args__ = (
        one_of("outcome", CHECK_CLASSES),
        ForeignKeyConstraint(["change_set_id"], ["change_set.id"], ondelete="CASCADE"),
    )
    change_set_id: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    state: str
    """The hash of the draft's rows and the catalog's revision that it was made of."""
    revision_id: int
    """The catalog's revision that it was made on."""
    made_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    outcome: str
    p_value: float | None = None
    result: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class GatePolicyRow(Base, table=True):
    """What is demanded of each check from a moment on; the newest counts, the others are its history."""

    __tablename__ = "gate_policy"
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    author: str
    why: str
    demands: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
