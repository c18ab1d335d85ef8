"""What all tables share: names of constraints, vocabularies as checks, references."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, MetaData
from sqlmodel import Field, SQLModel

naming = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Base(SQLModel):
    metadata = naming


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    listed = ", ".join(f"'{w}'" for w in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def refers(column: str, target: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [target], onupdate="CASCADE", ondelete="CASCADE")


class Versioned(Base):
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


def id_column() -> Any:
    return Field(default=None, sa_column_kwargs={"autoincrement": True}, primary_key=True)
