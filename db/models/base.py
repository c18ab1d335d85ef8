"""What all tables share: names of constraints, vocabularies as checks, references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, MetaData
from sqlmodel import Field, SQLModel

from pipeline.catalog.setting_kinds import NUMBER_PATTERN, NumberSetting

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Base(SQLModel):
    """What the models of the store inherit: one metadata with names for all constraints."""

    metadata = metadata


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    """A check that a column holds a word of a vocabulary, named ``ck_<table>_<column>_known``."""
    return CheckConstraint(words_in(column, words), name=f"{column}_known")


def items_of(column: str, words: Sequence[str]) -> CheckConstraint:
    """A check that each item of a list is a word of a vocabulary, named ``ck_<table>_<column>_known``."""
    listed = ", ".join(f"'{w}'" for w in words)
    return CheckConstraint(f"{column} <@ ARRAY[{listed}]", name=f"{column}_known")


def between(column: str, low: float, high: float) -> CheckConstraint:
    """A check that a number is within bounds, named ``ck_<table>_<column>_within``."""
    return CheckConstraint(f"{column} BETWEEN {low:g} AND {high:g}", name=f"{column}_within")


def value_of(column: str, key: str, kinds: Iterable[NumberSetting]) -> CheckConstraint:
    """A check that a column holds a value of the setting that ``key`` names, named ``ck_<table>_<column>_of_<key>``."""
    cases = " ".join(
        f"WHEN {key} = '{kind.key}' THEN CASE WHEN {column} ~ '^{NUMBER_PATTERN}$' "
        f"THEN {column}::float8 BETWEEN {kind.low:g} AND {kind.high:g} ELSE false END"
        for kind in kinds
    )
    return CheckConstraint(f"CASE {cases} END", name=f"{column}_of_{key}")


def words_in(column: str, words: Sequence[str]) -> str:
    """The condition that a column holds one of these words."""
    listed = ", ".join(f"'{w}'" for w in words)
    return f"{column} IN ({listed})"


def refers(column: str, target: str) -> ForeignKeyConstraint:
    """A reference to a column ("table.column") that follows when that is renamed, and goes with its row."""
    return ForeignKeyConstraint([column], [target], onupdate="CASCADE", ondelete="CASCADE")


def id_column() -> Any:
    """A number that the store assigns, the primary key."""
    return Field(default=None, sa_column_kwargs={"autoincrement": True}, primary_key=True)
