"""The tables of gold sets: sets with a name, their versions, what each version added, changed or removed, and items, kept once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from db.models.base import Base, id_column, one_of

GOLD_CHANGES = ("added", "changed", "removed")


def _moment() -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))


class GoldSetRow(Base, table=True):
    """A gold set by its name."""

    __tablename__ = "gold_set"
    __table_args__ = (UniqueConstraint("name"),)
    id: int = id_column()
    name: str
    created_at: datetime = _moment()


class GoldVersionRow(Base, table=True):
    """A version of a gold set: who made it, when and why, and how much the set then had. None is ever changed."""

    __tablename__ = "gold_version"
    __table_args__ = (ForeignKeyConstraint(["set_id"], ["gold_set.id"], ondelete="CASCADE"),)
    set_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    created_at: datetime = _moment()
    author: str
    reason: str
    n_items: int
    n_labelled: int
    """Items with parse labels."""
    n_roles: int
    """Roles that are the best one of an item."""
    n_added: int
    n_changed: int
    n_removed: int


class GoldItemRow(Base, table=True):
    """A job description with what is right of it, as it is in some version of some set. None is ever changed.

    ``line`` and ``label_line`` are its JSON as it was given, the other columns what lists ask for. ``digest`` tells one writing from
    the next, ``value_digest`` one value from the next.
    """

    __tablename__ = "gold_item"
    __table_args__ = (UniqueConstraint("digest"), Index("ix_gold_item_jd_hash", "jd_hash"))
    id: int = id_column()
    digest: str
    value_digest: str
    jd_id: str
    title: str | None = None
    jd_hash: str
    length: int
    """Characters of the text."""
    role: str
    """The best role, ``NONE`` where none fits; empty where it is not asked for."""
    acceptable: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    skills: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    """Names of its skills; null where they are not asked for."""
    columns: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    line: str
    label_line: str | None = None


class GoldChangeRow(Base, table=True):
    """What a version did to an item: from then on it is ``item_id`` at this place, or no longer in the set (null)."""

    __tablename__ = "gold_change"
    __table_args__ = (
        one_of("kind", GOLD_CHANGES),
        ForeignKeyConstraint(["set_id", "version"], ["gold_version.set_id", "gold_version.number"], ondelete="CASCADE"),
        ForeignKeyConstraint(["item_id"], ["gold_item.id"]),
        Index("ix_gold_change_set_id_version", "set_id", "version"),
    )
    set_id: int = Field(primary_key=True)
    jd_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    kind: str
    position: int
    item_id: int | None = None
    source: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """A reference to what it was taken from, as a run whose verdict it was."""
