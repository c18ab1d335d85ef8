"""The tables of the catalog, made of the columns that ``pipeline.catalog.value`` declares; every row carries a version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from db.models.base import Base, between, id_column, items_of, metadata, one_of, refers, value_of
from pipeline.catalog.tables import TABLE, TABLES, Column, Table

_TYPES: Mapping[type, Any] = {
    str: sa.String(),
    int: sa.Integer(),
    float: sa.Float(),
    bool: sa.Boolean(),
    tuple: ARRAY(sa.Text()),
}


def _table(declared: Table) -> sa.Table:
    """The stored form of a table: by its id where it has one, its key being unique then, else by its key.

    A column with a vocabulary or bounds has a check, one with a slug of another table a foreign key.
    """
    primary = ("id",) if declared.has_id else declared.key
    columns = [_column(column, column.name in primary) for column in declared.columns.values()]
    version = sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    constraints: list[sa.Constraint] = [sa.UniqueConstraint(*declared.key)] if declared.has_id else []
    for column in declared.columns.values():
        if column.words:
            check = items_of if column.cell_type is tuple else one_of
            constraints.append(check(column.name, column.words))
        if column.within:
            constraints.append(between(column.name, *column.within))
        if column.set_by:
            constraints.append(value_of(column.name, column.set_by.column, column.set_by.kinds.values()))
        if column.refers_to:
            constraints.append(refers(column.name, f"{TABLE[column.refers_to].row_name}.slug"))
    return sa.Table(declared.row_name, metadata, version, *columns, *constraints)


def _column(column: Column, is_primary: bool) -> sa.Column[Any]:
    return sa.Column(
        column.name,
        _TYPES[column.cell_type],
        primary_key=is_primary,
        autoincrement=column.name == "id",
        nullable=column.is_nullable and not is_primary,
    )


CATALOG_TABLES: Mapping[str, sa.Table] = {declared.name: _table(declared) for declared in TABLES}
"""The stored tables by the names of the catalog's tables ("role_aliases" is the table ``role_alias``)."""


class CatalogRevision(Base, table=True):
    """One state of the catalog; the newest is the current one."""

    __tablename__ = "catalog_revision"
    id: int | None = id_column()
    created_at: datetime = Field(
        sa_column=sa.Column(sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
    )
    author: str
    note: str
    change_set_id: int | None = None
    """The change set that made this state; null where a folder was imported whole."""
    edition: str | None = None
    """Which shipped catalog this state was set to (``clean`` or ``legacy``); null for what curators committed."""
    fingerprint: str | None = None
    """Hash of the shipped folders that it was set to, by which a newer shipped catalog is noticed."""
