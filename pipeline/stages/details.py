"""Step 2: each skill of step 1 in the catalog: its card, its aliases, its dimensions and their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.catalog.aliases import Form, fold_key
from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Dimension, Role, Skill
from pipeline.config import TermLock
from pipeline.contracts import (
    FROM_CATALOG,
    FROM_EXTRACTION,
    AliasMatch,
    AliasRow,
    CanonicalSkill,
    DimensionCard,
    Extraction,
    FinalSkill,
    LibraryMatch,
    RoleCard,
    SkillDetail,
    SkillDimension,
)
from pipeline.stages.orchestrator import merged_into, orchestrate

Locks = Mapping[str, TermLock]
"""By the key of a term, the dimensions that a curator has fixed for it."""

ALIAS_EXISTS = "alias_text already exists for this canonical skill"
"""The wire's reason for proposing no alias of a matched skill."""


def role_card(role: Role, rationale: str | None = None) -> RoleCard:
    """Return the card of a catalog role; ``rationale`` is why it was chosen, null for a role that was not."""
    return RoleCard(
        display_name=role.display_name,
        id=role.id,
        rationale=rationale,
        role_archetype=role.role_archetype,
        slug=role.slug,
        source=FROM_CATALOG,
    )


def chosen_role_card(extraction: Extraction, indexes: Indexes) -> RoleCard | None:
    """Return the card of step 1's role from the catalog, or from step 1 where the catalog lacks it."""
    chosen = extraction.decision.chosen_role
    if chosen is None:
        return None
    role = indexes.catalog.role.get(chosen.slug)
    if role is not None:
        return role_card(role, extraction.decision.reasoning)
    return RoleCard(
        display_name=chosen.display_name,
        id=chosen.role_id,
        rationale=extraction.decision.reasoning,
        role_archetype=None,
        slug=chosen.slug,
        source=FROM_EXTRACTION,
    )


def _dimension_card(dimension: Dimension) -> DimensionCard:
    return DimensionCard(
        difficulty_hint=dimension.difficulty_hint,
        display_name=dimension.display_name,
        id=dimension.id,
        rationale=dimension.rationale,
        slug=dimension.slug,
        source=FROM_CATALOG,
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
    """Return the facts of a skill that its library card shows beside the fields of the old wire format."""
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
        "maturity_band": skill.maturity_band,
        "is_cloud_native": skill.is_cloud_native,
    }


def extract_details(extraction: Extraction, indexes: Indexes, locks: Locks | None = None) -> LibraryMatch:
    """Return step 2: every skill of step 1 in the catalog, with its aliases, its dimensions and their roles.

    ``locks`` are the dimensions that curators have fixed for terms, by the terms' keys.
    """
    details: list[SkillDetail] = []
    matches: list[AliasMatch] = []
    dimensions: list[SkillDimension] = []
    roles: dict[str, RoleCard] = {}
    choice = dimension_choice(extraction, indexes)
    for final in extraction.skills:
        detail, match = _detail(final, extraction, choice, locks or {})
        details.append(detail)
        if match is not None:
            matches.append(match)
        dimensions += detail.dimensions
        for link in detail.dimensions:
            for card in link.roles_from_db:
                roles.setdefault(card.slug, card)
    names = [f.skill_name for f in extraction.skills]
    return LibraryMatch(
        alias_matches=matches,
        candidate_roles=list(roles.values()),
        chosen_role=chosen_role_card(extraction, indexes),
        dimensions=dimensions,
        input_final_skills=names,
        input_llm_skills=names,
        new_aliases_persisted=0,
        run_id=extraction.run_id,
        skills_detail=details,
        unmatched_skills=[d.input_skill for d in details if d.canonical is None],
        warnings=[],
    )


def dimension_choice(extraction: Extraction, indexes: Indexes) -> DimensionChoice:
    """Return what orders the dimensions of a skill in a text, by its role and the company of its skills."""
    role = extraction.decision.chosen_role
    skills = [(_slug(f, _form_of(f, indexes), indexes), f.is_primary) for f in extraction.skills]
    return DimensionChoice.for_skills(indexes, role.slug if role else None, skills)


def _form_of(final: FinalSkill, indexes: Indexes) -> Form | None:
    return _matched_form(final, indexes.aliases.lookup(final.skill_name))


def _slug(final: FinalSkill, form: Form | None, indexes: Indexes) -> str | None:
    """The skill of the catalog; null where it lacks it."""
    return final.slug if final.slug in indexes.catalog.skill else (form.skill_slug if form else None)


def _detail(
    final: FinalSkill, extraction: Extraction, choice: DimensionChoice, locks: Locks
) -> tuple[SkillDetail, AliasMatch | None]:
    """One skill in the catalog; without a match where the catalog lacks it."""
    indexes = choice.indexes
    catalog = indexes.catalog
    form = _form_of(final, indexes)
    slug = _slug(final, form, indexes)
    if slug is None:
        return _unmatched(final, extraction, indexes, locks.get(fold_key(final.skill_name))), None
    skill = catalog.skill[slug]
    canonical = _canonical(skill, indexes)
    via = "alias" if form is None or form.alias is not None else "name"
    alias = form.alias if form else None
    match = AliasMatch(
        alias_persist_skipped_reason=ALIAS_EXISTS if alias else None,
        alias_persisted=False,
        existing_alias_id=alias.id if alias else None,
        existing_alias_text=alias.alias_text if alias else None,
        input_term=final.skill_name,
        matched_canonical=canonical,
        matched_via=via,
    )
    detail = SkillDetail(
        aliases_in_db=_alias_rows(slug, indexes),
        canonical=canonical,
        dimensions=_dimension_links(slug, final.skill_name, choice),
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


def _matched_form(final: FinalSkill, forms: Sequence[Form]) -> Form | None:
    """The form of the skill that step 1 chose; where it chose none, the first one."""
    return next((form for form in forms if not final.slug or form.skill_slug == final.slug), None)


def _dimension_links(slug: str, input_skill: str, choice: DimensionChoice) -> list[SkillDimension]:
    catalog, best = choice.indexes.catalog, choice.best(slug)
    return [
        SkillDimension(
            dimension=_dimension_card(dimension),
            input_skill=input_skill,
            llm_role=None,
            roles_from_db=[role_card(r) for r in catalog.roles_of_dimension.get(dimension.slug, ())],
            best=dimension is best,
        )
        for dimension in catalog.dimensions_of_skill.get(slug, ())
    ]


def _alias_rows(slug: str, indexes: Indexes) -> list[AliasRow]:
    return [
        AliasRow(
            alias_text=a.alias_text,
            alias_type=a.alias_type,
            id=a.id,
            is_primary=a.is_primary,
            match_strategy=a.match_strategy,
        )
        for a in indexes.catalog.aliases_of_skill.get(slug, ())
    ]


def _unmatched(final: FinalSkill, extraction: Extraction, indexes: Indexes, lock: TermLock | None) -> SkillDetail:
    """A skill that the catalog lacks, with what the orchestrator proposes for it."""
    meta = orchestrate(final, extraction, indexes, lock)
    return SkillDetail(
        aliases_in_db=[],
        canonical=None,
        dimensions=[],
        input_skill=final.skill_name,
        matched_via=None,
        new_alias_persisted=False,
        new_alias_text=final.skill_name if merged_into(meta) else None,
        new_skill_meta=meta,
        source_tag="llm",
        was_in_llm_skills=True,
    )
