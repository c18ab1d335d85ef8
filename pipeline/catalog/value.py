"""A catalog as an immutable value: ten tables of rows, and look-ups by slug that are derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TypeVar

ALIAS_TYPES = ("CANONICAL", "SYNONYM", "ABBREVIATION", "VERSION", "MISSPELLING", "LEGACY")
MATCH_STRATEGIES = ("CASE_INSENSITIVE", "CASE_SENSITIVE")
SKILL_NATURES = (
    "LANGUAGE",
    "FRAMEWORK",
    "LIBRARY",
    "TOOL",
    "PLATFORM",
    "DATABASE",
    "PROTOCOL",
    "STANDARD",
    "CONCEPT",
    "PATTERN",
    "PRACTICE",
    "METHODOLOGY",
    "SOFT_SKILL",
    "DOMAIN",
)
TECHNOLOGY = frozenset({"LANGUAGE", "FRAMEWORK", "LIBRARY", "TOOL", "PLATFORM", "DATABASE", "PROTOCOL", "STANDARD"})
"""The natures of named technologies, beside concepts, methods and soft skills."""
VOLATILITIES = ("STABLE", "MEDIUM", "VOLATILE")
LIFESPANS = ("EVERGREEN", "MULTI_YEAR", "SHORT")
VERSION_STRATEGIES = ("NOT_APPLICABLE", "UNVERSIONED", "SEPARATE_ENTITY")


@dataclass(frozen=True)
class Role:
    id: int | None
    slug: str
    display_name: str
    domain: str | None = None
    role_archetype: str | None = None


@dataclass(frozen=True)
class RoleAlias:
    """A job title that means the role; a generic one ("Software Engineer") never decides alone."""

    role_slug: str
    alias_text: str
    is_generic: bool = False


@dataclass(frozen=True)
class RoleKra:
    role_slug: str
    kra_text: str


@dataclass(frozen=True)
class Dimension:
    id: int | None
    slug: str
    display_name: str
    rationale: str | None = None
    difficulty_hint: str | None = None


@dataclass(frozen=True)
class Category:
    id: int | None
    name: str


@dataclass(frozen=True)
class SubCategory:
    id: int | None
    category: str
    name: str


@dataclass(frozen=True)
class Skill:
    id: int | None
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
    context_tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkillAlias:
    """A surface form of a skill.

    ``context`` lists words of which one must stand in the same sentence (or a skill that shares a dimension) before
    the form counts: it is how forms that are also ordinary words ("Go", "R") are told apart.
    """

    id: int | None
    skill_slug: str
    alias_text: str
    alias_type: str = "SYNONYM"
    match_strategy: str = "CASE_INSENSITIVE"
    is_primary: bool = False
    context: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkillDimension:
    skill_slug: str
    dimension_slug: str


@dataclass(frozen=True)
class RoleDimension:
    role_slug: str
    dimension_slug: str


Named = TypeVar("Named", Role, Dimension, Skill)


def slug_order(slug: str) -> tuple[str, str]:
    """The key by which slugs are put in order where names tie: letters first, hyphens count last.

    It is the dictionary order of the old system ("fullstack-developer" before "full-stack-engineer").
    """
    return slug.replace("-", ""), slug


@dataclass(frozen=True)
class Catalog:
    """Ten tables. Equal tables make equal catalogs; derived look-ups are built once, when first asked for."""

    roles: tuple[Role, ...] = ()
    role_aliases: tuple[RoleAlias, ...] = ()
    role_kras: tuple[RoleKra, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    categories: tuple[Category, ...] = ()
    sub_categories: tuple[SubCategory, ...] = ()
    skills: tuple[Skill, ...] = ()
    skill_aliases: tuple[SkillAlias, ...] = ()
    skill_dimensions: tuple[SkillDimension, ...] = ()
    role_dimensions: tuple[RoleDimension, ...] = ()

    def counts(self) -> dict[str, int]:
        """Rows of each table, by table name."""
        return {f.name: len(getattr(self, f.name)) for f in fields(self)}

    @cached_property
    def role(self) -> Mapping[str, Role]:
        return {r.slug: r for r in self.roles}

    @cached_property
    def dimension(self) -> Mapping[str, Dimension]:
        return {d.slug: d for d in self.dimensions}

    @cached_property
    def skill(self) -> Mapping[str, Skill]:
        return {s.slug: s for s in self.skills}

    @cached_property
    def category_id(self) -> Mapping[str, int | None]:
        return {c.name: c.id for c in self.categories}

    @cached_property
    def sub_category_id(self) -> Mapping[tuple[str, str], int | None]:
        return {(s.category, s.name): s.id for s in self.sub_categories}

    @cached_property
    def dimensions_of_skill(self) -> Mapping[str, tuple[Dimension, ...]]:
        """Dimensions of each skill, by display name."""
        return self._linked(((x.skill_slug, x.dimension_slug) for x in self.skill_dimensions), self.dimension)

    @cached_property
    def dimensions_of_role(self) -> Mapping[str, tuple[Dimension, ...]]:
        """Dimensions of each role, by display name."""
        return self._linked(((x.role_slug, x.dimension_slug) for x in self.role_dimensions), self.dimension)

    @cached_property
    def roles_of_dimension(self) -> Mapping[str, tuple[Role, ...]]:
        """Roles of each dimension, by display name, ties by slug."""
        return self._linked(((x.dimension_slug, x.role_slug) for x in self.role_dimensions), self.role)

    @cached_property
    def skills_of_dimension(self) -> Mapping[str, tuple[Skill, ...]]:
        """Skills of each dimension, by display name."""
        return self._linked(((x.dimension_slug, x.skill_slug) for x in self.skill_dimensions), self.skill)

    @cached_property
    def roles_of_skill(self) -> Mapping[str, frozenset[str]]:
        """The reach of a skill: slugs of the roles that carry one of its dimensions."""
        reach: dict[str, set[str]] = defaultdict(set)
        for link in self.skill_dimensions:
            for role in self.roles_of_dimension.get(link.dimension_slug, ()):
                reach[link.skill_slug].add(role.slug)
        return {skill: frozenset(roles) for skill, roles in reach.items()}

    @cached_property
    def aliases_of_skill(self) -> Mapping[str, tuple[SkillAlias, ...]]:
        """Aliases of each skill, the primary ones first, then by text (code points)."""
        grouped: dict[str, list[SkillAlias]] = defaultdict(list)
        for alias in self.skill_aliases:
            grouped[alias.skill_slug].append(alias)
        return {s: tuple(sorted(a, key=lambda x: (not x.is_primary, x.alias_text))) for s, a in grouped.items()}

    @cached_property
    def kras_of_role(self) -> Mapping[str, tuple[str, ...]]:
        grouped: dict[str, list[str]] = defaultdict(list)
        for kra in self.role_kras:
            grouped[kra.role_slug].append(kra.kra_text)
        return {role: tuple(texts) for role, texts in grouped.items()}

    @cached_property
    def aliases_of_role(self) -> Mapping[str, tuple[RoleAlias, ...]]:
        grouped: dict[str, list[RoleAlias]] = defaultdict(list)
        for alias in self.role_aliases:
            grouped[alias.role_slug].append(alias)
        return {role: tuple(sorted(a, key=lambda x: x.alias_text)) for role, a in grouped.items()}

    @staticmethod
    def _linked(
        pairs: Iterable[tuple[str, str]], rows: Mapping[str, Named]
    ) -> Mapping[str, tuple[Named, ...]]:
        grouped: dict[str, set[str]] = defaultdict(set)
        for owner, other in pairs:
            if other in rows:
                grouped[owner].add(other)
        return {
            owner: tuple(sorted((rows[s] for s in slugs), key=lambda x: (x.display_name, slug_order(x.slug))))
            for owner, slugs in grouped.items()
        }
