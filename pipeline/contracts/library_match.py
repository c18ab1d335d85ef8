"""Step 2: each skill of step 1 in the library, with its aliases, its dimensions and their roles."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from pipeline.contracts.base import NAME_AND_KEY, ReadingWarning, Wire
from pipeline.contracts.new_skills import NewSkillMeta
from pipeline.contracts.vocabularies import (
    AliasType,
    CardSource,
    Lifespan,
    MatchedVia,
    MatchStrategy,
    SkillNature,
    SkillSource,
    Volatility,
)


class CanonicalSkill(Wire):
    """A skill as the catalog has it."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    category_id: int | None
    """The category's number."""
    display_name: str
    """Its name."""
    id: int | None
    """Its number in the catalog."""
    is_also_category: bool
    """Whether it names a category too."""
    is_extractable: bool
    """Whether it is looked for in texts."""
    skill_nature: SkillNature | None
    """What kind of skill it is."""
    slug: str
    """Its key."""
    sub_category_id: int | None
    """The sub-category's number."""
    typical_lifespan: Lifespan | None
    """How long it stays of use."""
    volatility: Volatility | None
    """How fast it changes."""


class AliasMatch(Wire):
    """A skill of step 1 with the skill and the alias of the catalog that it matched."""

    needed: ClassVar = frozenset({"matched_canonical"})
    alias_persist_skipped_reason: str | None
    """Why no alias is proposed."""
    alias_persisted: bool
    """Whether the alias is in the catalog because runs proposed it and a curator committed it (see `new_alias_persisted`)."""
    existing_alias_id: int | None
    """The alias's number in the catalog."""
    existing_alias_text: str | None
    """The alias that matched."""
    input_term: str
    """The skill as step 1 names it."""
    matched_canonical: CanonicalSkill
    """The skill of the catalog."""
    matched_via: MatchedVia
    """By what it matched."""


class RoleCard(Wire):
    """A role as it is shown; ``source`` says where it comes from."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    display_name: str
    """Its name."""
    id: int | None
    """Its number in the catalog."""
    rationale: str | None
    """Why it was chosen; null for a role that was not."""
    role_archetype: str | None
    """What the role is, as the catalog describes it: a sentence or a kind of work."""
    slug: str
    """Its key."""
    source: CardSource
    """Where it comes from."""


class DimensionCard(Wire):
    """A dimension as it is shown."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    difficulty_hint: str | None
    """How hard it is to judge, as the catalog says."""
    display_name: str
    """Its name."""
    id: int | None
    """Its number in the catalog."""
    rationale: str | None
    """What it is about."""
    slug: str
    """Its key."""
    source: CardSource
    """Where it comes from."""


class SkillDimension(Wire):
    """One dimension of a skill, with the roles that carry it."""

    needed: ClassVar = frozenset({"dimension"})
    dimension: DimensionCard
    """The dimension."""
    input_skill: str
    """The skill as step 1 names it."""
    llm_role: str | None
    """Of the old system: a role that a model named."""
    roles_from_db: list[RoleCard]
    """Roles of the catalog that carry the dimension."""
    best: bool = False
    """Added key: whether it suits the skill best of its dimensions, in this text and for the chosen role."""


class AliasRow(Wire):
    """An alias of a skill as the catalog has it."""

    text_field: ClassVar = "alias_text"
    needed: ClassVar = frozenset({"alias_text"})
    alias_text: str
    """The form."""
    alias_type: AliasType
    """What kind of form it is."""
    id: int | None
    """Its number in the catalog."""
    is_primary: bool
    """Whether it is the skill's first form."""
    match_strategy: MatchStrategy
    """How it matches."""


class SkillDetail(Wire):
    """One skill of step 1 in the library: its card, aliases and dimensions, or what is proposed for it."""

    text_field: ClassVar = "input_skill"
    needed: ClassVar = frozenset({"input_skill"})
    aliases_in_db: list[AliasRow]
    """Its aliases in the catalog."""
    canonical: CanonicalSkill | None
    """The skill of the catalog; null where it lacks it."""
    dimensions: list[SkillDimension]
    """Its dimensions with their roles."""
    input_skill: str
    """The skill as step 1 names it."""
    matched_via: MatchedVia | None
    """By what it matched; null where it did not."""
    new_alias_persisted: bool
    """Whether `new_alias_text` stands in the catalog because runs proposed it as a new term, and a curator mapped it to a skill in a
    change set that is committed. A run itself stores no alias; the store says so when it takes step 2 over.
    """
    new_alias_text: str | None
    """The form that was taken over so, or that this run proposes as a form of a catalog skill; null where there is none."""
    new_skill_meta: NewSkillMeta | None
    """What is proposed for a skill that the catalog lacks."""
    source_tag: SkillSource
    """Whether the catalog has it."""
    was_in_llm_skills: bool
    """Whether step 1 named it."""
    facts: dict[str, Any] | None = None
    """Added key: further facts that the catalog states."""


class LibraryMatch(Wire):
    """The answer of step 2, ``POST /skills/extract-details``."""

    needed: ClassVar = frozenset({"skills_detail"})
    alias_matches: list[AliasMatch]
    """Skills that the catalog has, with the alias that matched."""
    candidate_roles: list[RoleCard]
    """Roles that carry a dimension of a skill, in order of first appearance."""
    chosen_role: RoleCard | None
    """Step 1's role."""
    dimensions: list[SkillDimension]
    """Dimensions of all skills."""
    input_final_skills: list[str]
    """Names of the skills of step 1."""
    input_llm_skills: list[str]
    """The same."""
    new_aliases_persisted: int
    """How many skills have `new_alias_persisted`."""
    run_id: str
    """The id of the run."""
    skills_detail: list[SkillDetail]
    """Each skill."""
    unmatched_skills: list[str]
    """Names of the skills that the catalog lacks."""
    warnings: list[ReadingWarning] = Field(default_factory=list)
    """Added key: what was not understood of the document that was sent; empty where all was."""
