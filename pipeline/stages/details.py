"""Step 2: each skill of step 1 in the catalog: its card, its aliases, its dimensions and their roles."""

from __future__ import annotations

import re
from typing import Any

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Dimension, Role, Skill
from pipeline.contracts import (
    AliasMatch,
    AliasRow,
    CanonicalSkill,
    DimensionCard,
    FinalSkill,
    NewSkillMeta,
    RoleCard,
    SkillDetail,
    SkillDimension,
    Step1,
    Step2,
)
from pipeline.stages.unknown import propose

ALREADY_KNOWN = "alias_text already exists for this canonical skill"


def role_card(role: Role, rationale: str | None = None) -> RoleCard:
    return RoleCard(
        display_name=role.display_name,
        id=role.id,
        rationale=rationale,
        role_archetype=role.role_archetype,
        slug=role.slug,
        source="db",
    )


def chosen_role_card(step1: Step1, indexes: Indexes) -> RoleCard | None:
    """The role of step 1 as the catalog has it; one that the catalog lacks is given as told, source ``api1``."""
    chosen = step1.stage4_decision.chosen_role
    if chosen is None:
        return None
    role = indexes.catalog.role.get(chosen.slug)
    if role is not None:
        return role_card(role, step1.stage4_decision.reasoning)
    return RoleCard(
        display_name=chosen.display_name,
        id=chosen.role_id,
        rationale=step1.stage4_decision.reasoning,
        role_archetype=None,
        slug=chosen.slug,
        source="api1",
    )


def _dimension_card(dimension: Dimension) -> DimensionCard:
    return DimensionCard(
        difficulty_hint=dimension.difficulty_hint,
        display_name=dimension.display_name,
        id=dimension.id,
        rationale=dimension.rationale,
        slug=dimension.slug,
        source="db",
    )


def _canonical(skill: Skill, indexes: Indexes) -> CanonicalSkill:
    catalog = indexes.catalog
    return CanonicalSkill(
        category_id=catalog.category_id.get(skill.category or ""),
        display_name=skill.display_name,
        id=skill.id,
        is_also_category=skill.is_also_category,
        is_extractable=skill.is_extractable,
        skill_nature=skill.skill_nature,
        slug=skill.slug,
        sub_category_id=catalog.sub_category_id.get((skill.category or "", skill.sub_category or "")),
        typical_lifespan=skill.typical_lifespan,
        volatility=skill.volatility,
    )


def stored_facts(skill: Skill) -> dict[str, Any]:
    """The facts of a skill that the library card shows beside the wire's own fields."""
    return {
        "category": skill.category,
        "sub_category": skill.sub_category,
        "vendor": skill.vendor,
        "license": skill.license,
        "year_introduced": skill.year_introduced,
        "confidence": skill.confidence,
        "version_strategy": skill.version_strategy,
        "version_tag": skill.version_tag,
        "maturity_reasoning": skill.maturity_reasoning,
        "context_tags": list(skill.context_tags),
    }


def extract_details(step1: Step1, indexes: Indexes) -> Step2:
    """Match every skill of step 1 against the catalog and gather what hangs on it."""
    details: list[SkillDetail] = []
    matches: list[AliasMatch] = []
    dimensions: list[SkillDimension] = []
    roles: dict[str, RoleCard] = {}
    for final in step1.final_skills:
        detail, match = _detail(final, step1, indexes)
        details.append(detail)
        if match is not None:
            matches.append(match)
        dimensions += detail.dimensions
        for link in detail.dimensions:
            for card in link.roles_from_db:
                roles.setdefault(card.slug, card)
    names = [f.skill_name for f in step1.final_skills]
    return Step2(
        alias_matches=matches,
        candidate_roles=list(roles.values()),
        chosen_role=chosen_role_card(step1, indexes),
        dimensions=dimensions,
        input_final_skills=names,
        input_llm_skills=names,
        new_aliases_persisted=0,
        run_id=step1.run_id,
        skills_detail=details,
        unmatched_skills=[d.input_skill for d in details if d.canonical is None],
    )


def _detail(final: FinalSkill, step1: Step1, indexes: Indexes) -> tuple[SkillDetail, AliasMatch | None]:
    catalog = indexes.catalog
    forms = indexes.aliases.lookup(final.skill_name)
    form = next((f for f in forms if f.skill_slug == final.slug), None) if final.slug else (forms[0] if forms else None)
    slug = final.slug if final.slug in catalog.skill else (form.skill_slug if form else None)
    if slug is None:
        return _unmatched(final, step1, indexes), None
    skill = catalog.skill[slug]
    canonical = _canonical(skill, indexes)
    via = "alias" if form is None or form.alias is not None else "name"
    links = [
        SkillDimension(
            dimension=_dimension_card(dimension),
            input_skill=final.skill_name,
            llm_role=None,
            roles_from_db=[role_card(r) for r in catalog.roles_of_dimension.get(dimension.slug, ())],
        )
        for dimension in catalog.dimensions_of_skill.get(slug, ())
    ]
    aliases = [
        AliasRow(
            alias_text=a.alias_text,
            alias_type=a.alias_type,
            id=a.id,
            is_primary=a.is_primary,
            match_strategy=a.match_strategy,
        )
        for a in catalog.aliases_of_skill.get(slug, ())
    ]
    alias = form.alias if form else None
    match = AliasMatch(
        alias_persist_skipped_reason=ALREADY_KNOWN if alias else None,
        alias_persisted=False,
        existing_alias_id=alias.id if alias else None,
        existing_alias_text=alias.alias_text if alias else None,
        input_term=final.skill_name,
        matched_canonical=canonical,
        matched_via=via,
    )
    detail = SkillDetail(
        aliases_in_db=aliases,
        canonical=canonical,
        dimensions=links,
        input_skill=final.skill_name,
        matched_via=via,
        new_alias_persisted=False,
        new_alias_text=None,
        new_skill_meta=None,
        source_tag="db",
        was_in_llm_skills=True,
        facts=stored_facts(skill),
    )
    return detail, match


# --- skills that the catalog lacks --------------------------------------------------------------------------------

def skill_slug(name: str) -> str:
    """A slug for a new skill: letters and digits, ``+`` and ``#`` spelled out, joined by hyphens."""
    text = name.lower().replace("c++", "cpp").replace("+", " plus ").replace("#", " sharp ")
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-") or "skill"


def _unmatched(final: FinalSkill, step1: Step1, indexes: Indexes) -> SkillDetail:
    unknown = propose(final, step1, indexes)
    meta = NewSkillMeta(
        derived=unknown.derived,
        enrichment=None,
        keep_log=[],
        locked_dimensions=[],
        merge_log=[],
        placed=unknown.placed or None,
        relationships={"duplicate_of": unknown.duplicates} if unknown.duplicates else None,
        skill_id=skill_slug(final.skill_name),
        split_log=[],
        # Without its place in the text there is no evidence to type it by.
        typed=unknown.typed if final.evidence else None,
        warnings=[],
    )
    return SkillDetail(
        aliases_in_db=[],
        canonical=None,
        dimensions=[],
        input_skill=final.skill_name,
        matched_via=None,
        new_alias_persisted=False,
        new_alias_text=None,
        new_skill_meta=meta,
        source_tag="llm",
        was_in_llm_skills=True,
    )
