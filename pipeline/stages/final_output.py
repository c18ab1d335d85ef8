"""Step 3: the chosen role and its resolution, one row for each skill x dimension, and the artifacts."""

from __future__ import annotations

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import (
    LibraryArtifact,
    Persistence,
    PersistenceItem,
    SkillDimension,
    Step1,
    Step2,
    Step3,
    TaggedSkill,
)
from pipeline.stages.details import chosen_role_card

IN_CATALOG = "Existing dimension (library)"
SAVED = f"{IN_CATALOG} · Role↔dimension saved"
NOT_UNDER_ROLE = f"{IN_CATALOG} · Role↔dimension skipped (dimension not under chosen role)"
NO_ROLE = f"{IN_CATALOG} · Role↔dimension skipped (no role was chosen)"


def final_output(step1: Step1, step2: Step2, indexes: Indexes) -> Step3:
    """What the run comes to. Nothing is written: rows say what stands in the catalog, artifacts what is proposed."""
    chosen = chosen_role_card(step1, indexes)
    new = [d for d in step2.skills_detail if d.canonical is None]
    items = [
        _item(link, detail.canonical.id, chosen.slug if chosen else None, chosen.id if chosen else None)
        for detail in step2.skills_detail
        if detail.canonical is not None
        for link in detail.dimensions
    ]
    artifacts = []
    for detail in new:
        if detail.new_skill_meta is not None:
            derived = detail.new_skill_meta.derived
            facts = (
                f"type={derived.category} subtype={derived.sub_category} "
                f"nature={derived.skill_nature} lifespan={derived.typical_lifespan}"
            )
            artifacts.append(
                LibraryArtifact(kind="canonical_skill_proposed", detail=f"{detail.input_skill} | {facts}", db_id=None)
            )
    decision = step1.stage4_decision
    if decision.is_new_role and decision.new_role_slug:
        detail_text = f"{decision.new_role_display_name} | slug={decision.new_role_slug}"
        artifacts.append(LibraryArtifact(kind="role_proposed", detail=detail_text, db_id=None))
    resolution = "in_db" if chosen and chosen.source == "db" else "not_in_db" if chosen else "none"
    if chosen is None and decision.is_new_role:
        resolution = "proposed"
    return Step3(
        chosen_role=chosen,
        chosen_role_resolution=resolution,
        final_input_skills=[
            TaggedSkill(skill=d.input_skill, tag="new" if d.canonical is None else "in_db") for d in step2.skills_detail
        ],
        library_artifacts=artifacts,
        llm_cost_api1_usd=None,
        llm_cost_api2_usd=None,
        llm_cost_api3_usd=None,
        llm_cost_total_usd=None,
        persistence=Persistence(
            items=items,
            new_skills_created=0,
            role_dimension_saved=0,
            skill_dimension_saved=0,
            skipped=0,
            new_skills_proposed=len(new),
        ),
        planner_output=None,
        run_id=step1.run_id,
    )


def _item(link: SkillDimension, skill_id: int | None, role_slug: str | None, role_id: int | None) -> PersistenceItem:
    under_role = role_slug is not None and any(r.slug == role_slug for r in link.roles_from_db)
    return PersistenceItem(
        chosen_role_id=role_id,
        dimension=link.dimension,
        dimension_id=link.dimension.id,
        input_skill=link.input_skill,
        llm_role=None,
        matched_chosen_role=under_role,
        outcome_line=SAVED if under_role else NOT_UNDER_ROLE if role_slug else NO_ROLE,
        role_dimension_saved=under_role,
        roles_from_db=link.roles_from_db,
        skill_dimension_saved=True,
        skill_id=skill_id,
        skill_tag="in_db",
        skipped_reason=None,
    )
