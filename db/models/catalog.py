"""The tables of the catalog mirror the catalog folder; every row of theirs carries a version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, DateTime, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from db.models.base import Base, Versioned, id_column, one_of, refers
from pipeline.catalog import ALIAS_TYPES, LIFESPANS, MATCH_STRATEGIES, SKILL_NATURES, VERSION_STRATEGIES, VOLATILITIES


class RoleRow(Versioned, table=True):
    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("slug"),)
    id: int | None = id_column()
    slug: str
    display_name: str
    domain: str | None = None
    role_archetype: str | None = None


class RoleAliasRow(Versioned, table=True):
    __tablename__ = "role_alias"
    __table_args__ = (refers("role_slug", "role.slug"),)
    role_slug: str = Field(primary_key=True)
    alias_text: str = Field(primary_key=True)
    is_generic: bool = False


class RoleKraRow(Versioned, table=True):
    __tablename__ = "role_kra"
    __table_args__ = (refers("role_slug", "role.slug"),)
    role_slug: str = Field(primary_key=True)
    kra_text: str = Field(primary_key=True)


class DimensionRow(Versioned, table=True):
    __tablename__ = "dimension"
    __table_args__ = (UniqueConstraint("slug"),)
    id: int | None = id_column()
    slug: str
    display_name: str
    rationale: str | None = None
    difficulty_hint: str | None = None


class CategoryRow(Versioned, table=True):
    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("name"),)
    id: int | None = id_column()
    name: str


class SubCategoryRow(Versioned, table=True):
    __tablename__ = "sub_category"
    __table_args__ = (UniqueConstraint("category", "name"),)
    id: int | None = id_column()
    category: str
    name: str


class SkillRow(Versioned, table=True):
    __tablename__ = "skill"
    __table_args__ = (
        UniqueConstraint("slug"),
        one_of("skill_nature", SKILL_NATURES),
        one_of("volatility", VOLATILITIES),
        one_of("typical_lifespan", LIFESPANS),
        one_of("version_strategy", VERSION_STRATEGIES),
    )
    id: int | None = id_column()
    slug: str
    display_name: str
    category: str | None = None
    sub_category: str | None = None
    skill_nature: str | None = None
    volatility: str | None = None
    typical_lifespan: str | None = None
    version_strategy: str | None = None
    version_tag: str | None = None
    is_extractable: bool = True
    is_also_category: bool = False
    vendor: str | None = None
    license: str | None = None
    year_introduced: int | None = None
    confidence: float | None = None
    maturity_reasoning: str | None = None
    context_tags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))


class SkillAliasRow(Versioned, table=True):
    __tablename__ = "skill_alias"
    __table_args__ = (
        UniqueConstraint("skill_slug", "alias_text"),
        refers("skill_slug", "skill.slug"),
        one_of("alias_type", ALIAS_TYPES),
        one_of("match_strategy", MATCH_STRATEGIES),
    )
    id: int | None = id_column()
    skill_slug: str
    alias_text: str
    alias_type: str
    match_strategy: str
    is_primary: bool = False
    context: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))


class SkillDimensionRow(Versioned, table=True):
    __tablename__ = "skill_dimension"
    __table_args__ = (refers("skill_slug", "skill.slug"), refers("dimension_slug", "dimension.slug"))
    skill_slug: str = Field(primary_key=True)
    dimension_slug: str = Field(primary_key=True)


class RoleDimensionRow(Versioned, table=True):
    __tablename__ = "role_dimension"
    __table_args__ = (refers("role_slug", "role.slug"), refers("dimension_slug", "dimension.slug"))
    role_slug: str = Field(primary_key=True)
    dimension_slug: str = Field(primary_key=True)


class CatalogRevision(Base, table=True):
    """One state of the catalog; the newest is the current one."""

    __tablename__ = "catalog_revision"
    id: int | None = id_column()
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False))
    author: str
    note: str
    change_set_id: int | None = None
    """The change set that made this state; null where a folder was imported whole."""
    edition: str | None = None
    """Which shipped catalog this state was set to (``clean`` or ``legacy``); null for what curators committed."""
    fingerprint: str | None = None
    """Hash of the shipped folders that it was set to, by which a newer shipped catalog is noticed."""
