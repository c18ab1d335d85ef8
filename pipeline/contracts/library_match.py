"""Step 2: each skill of step 1 in the library, with its aliases, its dimensions and their roles."""

from __future__ import annotations

from typing import Any

from pipeline.contracts.base import Wire


class CanonicalSkill(Wire):
    """A skill as the catalog has it."""

    category_id: int | None
    display_name: str
    id: int | None
    is_also_category: bool
    is_extractable: bool
    skill_nature: str | None
    slug: str
    sub_category_id: int | None
    typical_lifespan: str | None
    volatility: str | None


class AliasMatch(Wire):
    """A skill of step 1 with the skill and the alias of the catalog that it matched."""

    alias_persist_skipped_reason: str | None
    alias_persisted: bool
    existing_alias_id: int | None
    existing_alias_text: str | None
    input_term: str
    matched_canonical: CanonicalSkill
    matched_via: str


FROM_CATALOG, FROM_EXTRACTION = "db", "api1"
"""Where a role or a dimension that is shown comes from: the catalog, or step 1 alone."""


class RoleCard(Wire):
    """A role as it is shown; ``source`` says where it comes from."""

    display_name: str
    id: int | None
    rationale: str | None
    role_archetype: str | None
    slug: str
    source: str


class DimensionCard(Wire):
    """A dimension as it is shown."""

    difficulty_hint: str | None
    display_name: str
    id: int | None
    rationale: str | None
    slug: str
    source: str


class SkillDimension(Wire):
    """One dimension of a skill, with the roles that carry it."""

    dimension: DimensionCard
    input_skill: str
    llm_role: str | None
    roles_from_db: list[RoleCard]


class AliasRow(Wire):
    """An alias of a skill as the catalog has it."""

    alias_text: str
    alias_type: str
    id: int | None
    is_primary: bool
    match_strategy: str


class DerivedFacts(Wire):
    """Facts proposed for a skill that the catalog lacks."""

    category: str
    skill_nature: str
    sub_category: str
    typical_lifespan: str
    version_strategy: str
    volatility: str


class NewSkillMeta(Wire):
    """What is proposed for a skill that the catalog lacks: facts, typing (``typed``), dimensions (``placed``)."""

    derived: DerivedFacts
    enrichment: dict[str, Any] | None
    keep_log: list[Any]
    locked_dimensions: list[Any]
    merge_log: list[Any]
    placed: Any
    relationships: Any
    skill_id: str
    split_log: list[Any]
    typed: Any
    warnings: list[str]


class SkillDetail(Wire):
    """One skill of step 1 in the library: its card, aliases and dimensions, or what is proposed for it."""

    aliases_in_db: list[AliasRow]
    canonical: CanonicalSkill | None
    dimensions: list[SkillDimension]
    input_skill: str
    matched_via: str | None
    new_alias_persisted: bool
    new_alias_text: str | None
    new_skill_meta: NewSkillMeta | None
    source_tag: str
    was_in_llm_skills: bool
    facts: dict[str, Any] | None = None


class LibraryMatch(Wire):
    """The answer of step 2, ``POST /skills/extract-details``."""

    alias_matches: list[AliasMatch]
    candidate_roles: list[RoleCard]
    chosen_role: RoleCard | None
    dimensions: list[SkillDimension]
    input_final_skills: list[str]
    input_llm_skills: list[str]
    new_aliases_persisted: int
    run_id: str
    skills_detail: list[SkillDetail]
    unmatched_skills: list[str]
