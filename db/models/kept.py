"""The tables of what is kept for a while or instead of something: input that was not sent yet, and runs that were deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.models.base import Base


class KeptInput(Base, table=True):
    """What somebody typed and has not sent yet, by browser and field; a null value says since when the field is empty."""

    __tablename__ = "kept_input"
    browser: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    kept_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))


class DeletedRun(Base, table=True):
    """What stays of a run that was deleted: the quotations that a reviewer kept, and until it is purged all of its rows."""

    __tablename__ = "deleted_run"
    id: UUID = Field(primary_key=True)
    deleted_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    deleted_by: str
    quotes: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))
    rows: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """By table, the rows that went with the run; null once they were purged."""
