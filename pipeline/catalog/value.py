"""A catalog as an immutable value: twelve tables of rows, and look-ups by slug that are derived from them.

The row classes are the only declaration of the catalog's columns. A column's type and default determine how its cell is read
(``str`` without a default must not be empty, ``X | None`` may be, ``tuple[str, ...]`` is a list), its annotation says
whether it is part of the key, the slug of a row of another table, a word of a vocabulary (of a list, each item is one), or a number within
bounds. ``tables`` reads the declaration; the folder form, the tables of the store and docs/catalog.md are derived from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Annotated, ClassVar, TypeVar

from pipeline.catalog.setting_kinds import REVIEW_CONFIDENCE, SETTING_KINDS, NumberSetting
from pipeline.contracts import vocabularies
from pipeline.contracts.client_output import AiIndicators

ALIAS_TYPES = vocabularies.ALIAS_TYPES.words
MATCH_STRATEGIES = vocabularies.MATCH_STRATEGIES.words
SKILL_NATURES = vocabularies.SKILL_NATURES.words
VOLATILITIES = vocabularies.VOLATILITIES.words
LIFESPANS = vocabularies.LIFESPANS.words
VERSION_STRATEGIES = vocabularies.VERSION_STRATEGIES.words
MATURITY_BANDS = vocabularies.MATURITY_BANDS.words
STATED_NATURES_OF_WORK = tuple(
    w for w in vocabularies.NATURES_OF_WORK.words if w != vocabularies.NATURES_OF_WORK.instead
)
STATED_MATURITY_LABELS = tuple(
    w for w in vocabularies.MATURITY_LABELS.words if w != vocabularies.MATURITY_LABELS.instead
)
"""The labels that a baseline may state, from the oldest to the newest: it exists to say something where a text does not."""
AI_INDICATORS = tuple(AiIndicators.model_fields)
"""The names of the indicators of work with AI."""
MAX_AI_INDEX = 5
TECHNOLOGY = frozenset({"LANGUAGE", "FRAMEWORK", "LIBRARY", "TOOL", "PLATFORM", "DATABASE", "PROTOCOL", "STANDARD"})
"""The natures of named technologies; the others are concepts, methods, domains and soft skills."""


@dataclass(frozen=True)
class Key:
    """Annotates a column that is part of the table's key."""


@dataclass(frozen=True)
class RefersTo:
    """Annotates a column that holds the slug of a row of another table."""

    table: str


@dataclass(frozen=True)
class OneOf:
    """Annotates a column that holds a word of a vocabulary."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Within:
    """Annotates a column that holds a number between two bounds, which both count."""

    low: float
    high: float


@dataclass(frozen=True)
class SetBy:
    """Annotates a column whose values are those of the setting that another column of the row names."""

    column: str
    kinds: Mapping[str, NumberSetting]


@dataclass(frozen=True)
class Role:
    """A job that a job description may be for. ``domain`` is its family ("Data & Analytics")."""

    SINGULAR: ClassVar = "role"
    id: int | None
    slug: Annotated[str, Key()]
    display_name: str
    domain: str | None = None
    role_archetype: str | None = None


@dataclass(frozen=True)
class RoleAlias:
    """A job title that means the role; a generic one ("Software Engineer") never decides alone."""

    SINGULAR: ClassVar = "title"
    role_slug: Annotated[str, Key(), RefersTo("roles")]
    alias_text: Annotated[str, Key()]
    is_generic: bool = False


@dataclass(frozen=True)
class RoleKra:
    """A key responsibility area of a role: one sentence on what the role answers for."""

    SINGULAR: ClassVar = "KRA"
    role_slug: Annotated[str, Key(), RefersTo("roles")]
    kra_text: Annotated[str, Key()]


@dataclass(frozen=True)
class RoleBaseline:
    """What the work of a role usually is, for job descriptions that do not say: nature, stack and AI.

    ``ai_indicators`` are the indicators of work with AI that usually hold for it, and ``ai_index`` (0 to 5) is in keeping with them.
    """

    SINGULAR: ClassVar = "baseline"
    role_slug: Annotated[str, Key(), RefersTo("roles")]
    nature_of_work: Annotated[str, OneOf(STATED_NATURES_OF_WORK)]
    nature_summary: str
    tech_stack_maturity: Annotated[str, OneOf(STATED_MATURITY_LABELS)]
    maturity_reasoning: str
    ai_index: Annotated[float, Within(0, MAX_AI_INDEX)]
    ai_indicators: Annotated[tuple[str, ...], OneOf(AI_INDICATORS)] = ()


@dataclass(frozen=True)
class Dimension:
    """A field of work that groups skills, and that roles carry."""

    SINGULAR: ClassVar = "dimension"
    id: int | None
    slug: Annotated[str, Key()]
    display_name: str
    rationale: str | None = None
    difficulty_hint: str | None = None


@dataclass(frozen=True)
class Category:
    """A shelf of skills by what they are ("Language", "Architecture")."""

    SINGULAR: ClassVar = "category"
    id: int | None
    name: Annotated[str, Key()]


@dataclass(frozen=True)
class SubCategory:
    """A part of a category."""

    SINGULAR: ClassVar = "sub-category"
    id: int | None
    category: Annotated[str, Key()]
    name: Annotated[str, Key()]


@dataclass(frozen=True)
class Skill:
    """A canonical skill with its facts; one that is not extractable is never looked for in a text.

    ``license`` is an SPDX id in lower case with ``_`` (``apache_2_0``), ``proprietary``, or empty. ``is_cloud_native`` says that it
    is made for, or typical of, containers, their orchestration, serverless or managed cloud services.
    """

    SINGULAR: ClassVar = "skill"
    id: int | None
    slug: Annotated[str, Key()]
    display_name: str
    category: str | None = None
    sub_category: str | None = None
    skill_nature: Annotated[str | None, OneOf(SKILL_NATURES)] = None
    volatility: Annotated[str | None, OneOf(VOLATILITIES)] = None
    typical_lifespan: Annotated[str | None, OneOf(LIFESPANS)] = None
    version_strategy: Annotated[str | None, OneOf(VERSION_STRATEGIES)] = None
    version_tag: str | None = None
    is_extractable: bool = True
    is_also_category: bool = False
    vendor: str | None = None
    license: str | None = None
    year_introduced: int | None = None
    confidence: float | None = None
    maturity_reasoning: str | None = None
    context_tags: tuple[str, ...] = ()
    maturity_band: Annotated[str | None, OneOf(MATURITY_BANDS)] = None
    is_cloud_native: bool = False


@dataclass(frozen=True)
class SkillAlias:
    """A surface form of a skill.

    ``context`` lists words of which one must be near (or a skill that shares a dimension) before the form counts: it
    distinguishes skills from ordinary words ("Go", "R").
    """

    SINGULAR: ClassVar = "alias"
    id: int | None
    skill_slug: Annotated[str, Key(), RefersTo("skills")]
    alias_text: Annotated[str, Key()]
    alias_type: Annotated[str, OneOf(ALIAS_TYPES)] = "SYNONYM"
    match_strategy: Annotated[str, OneOf(MATCH_STRATEGIES)] = "CASE_INSENSITIVE"
    is_primary: bool = False
    context: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkillDimension:
    """A link that puts a skill in a dimension."""

    SINGULAR: ClassVar = "link"
    skill_slug: Annotated[str, Key(), RefersTo("skills")]
    dimension_slug: Annotated[str, Key(), RefersTo("dimensions")]


@dataclass(frozen=True)
class RoleDimension:
    """A link by which a role carries a dimension."""

    SINGULAR: ClassVar = "link"
    role_slug: Annotated[str, Key(), RefersTo("roles")]
    dimension_slug: Annotated[str, Key(), RefersTo("dimensions")]


@dataclass(frozen=True)
class Setting:
    """What holds for the catalog as a whole; a key that has no row is not set. No setting changes which role a run comes to."""

    SINGULAR: ClassVar = "setting"
    key: Annotated[str, Key(), OneOf(tuple(SETTING_KINDS))]
    value: Annotated[str, SetBy("key", SETTING_KINDS)]


Named = TypeVar("Named", Role, Dimension, Skill)


@lru_cache(65_536)
def slug_order(slug: str) -> tuple[str, str]:
    """Return the sort key of slugs where names tie: letters first, hyphens last.

    It is the dictionary order of the old system ("fullstack-developer" before "full-stack-engineer").
    """
    return slug.replace("-", ""), slug


@dataclass(frozen=True)
class Catalog:
    """Twelve tables. Equal tables make equal catalogs; look-ups are derived on first use and cached."""

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
    role_baselines: tuple[RoleBaseline, ...] = ()
    settings: tuple[Setting, ...] = ()

    def counts(self) -> dict[str, int]:
        """Rows of each table, by table name."""
        return {f.name: len(getattr(self, f.name)) for f in fields(self)}

    @cached_property
    def role(self) -> Mapping[str, Role]:
        """Roles by slug."""
        return {r.slug: r for r in self.roles}

    @cached_property
    def dimension(self) -> Mapping[str, Dimension]:
        """Dimensions by slug."""
        return {d.slug: d for d in self.dimensions}

    @cached_property
    def skill(self) -> Mapping[str, Skill]:
        """Skills by slug."""
        return {s.slug: s for s in self.skills}

    @cached_property
    def category_id(self) -> Mapping[str, int | None]:
        """Ids of the categories by name."""
        return {c.name: c.id for c in self.categories}

    @cached_property
    def sub_category_id(self) -> Mapping[tuple[str, str], int | None]:
        """Ids of the sub-categories by category and name."""
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
        """Of each skill, the slugs of the roles that carry one of its dimensions."""
        reached: dict[str, set[str]] = defaultdict(set)
        for link in self.skill_dimensions:
            for role in self.roles_of_dimension.get(link.dimension_slug, ()):
                reached[link.skill_slug].add(role.slug)
        return {skill: frozenset(roles) for skill, roles in reached.items()}

    @cached_property
    def aliases_of_skill(self) -> Mapping[str, tuple[SkillAlias, ...]]:
        """Aliases of each skill, the primary ones first, then by text (code points)."""
        grouped: dict[str, list[SkillAlias]] = defaultdict(list)
        for alias in self.skill_aliases:
            grouped[alias.skill_slug].append(alias)
        return {s: tuple(sorted(a, key=lambda x: (not x.is_primary, x.alias_text))) for s, a in grouped.items()}

    @cached_property
    def kras_of_role(self) -> Mapping[str, tuple[str, ...]]:
        """Texts of the KRAs of each role, in the order of the table."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for kra in self.role_kras:
            grouped[kra.role_slug].append(kra.kra_text)
        return {role: tuple(texts) for role, texts in grouped.items()}

    @cached_property
    def baseline_of_role(self) -> Mapping[str, RoleBaseline]:
        """Baselines by slug of the role."""
        return {b.role_slug: b for b in self.role_baselines}

    @cached_property
    def review_confidence(self) -> float | None:
        """The confidence from which on a run's answer is taken without a reviewer; null where none is set."""
        texts = {s.key: s.value for s in self.settings}
        text = texts.get(REVIEW_CONFIDENCE.key)
        return None if text is None else REVIEW_CONFIDENCE.parse(text)

    @cached_property
    def aliases_of_role(self) -> Mapping[str, tuple[RoleAlias, ...]]:
        """Titles of each role, by text (code points)."""
        grouped: dict[str, list[RoleAlias]] = defaultdict(list)
        for alias in self.role_aliases:
            grouped[alias.role_slug].append(alias)
        return {role: tuple(sorted(a, key=lambda x: x.alias_text)) for role, a in grouped.items()}

    @staticmethod
    def _linked(pairs: Iterable[tuple[str, str]], rows: Mapping[str, Named]) -> Mapping[str, tuple[Named, ...]]:
        grouped: dict[str, set[str]] = defaultdict(set)
        for owner, other in pairs:
            if other in rows:
                grouped[owner].add(other)
        return {
            owner: tuple(sorted((rows[s] for s in slugs), key=lambda x: (x.display_name, slug_order(x.slug))))
            for owner, slugs in grouped.items()
        }
