"""Step 3: the chosen role and its resolution, one row for each skill x dimension, and the artifacts."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import (
    Decision,
    Extraction,
    LibraryArtifact,
    LibraryMatch,
    Persistence,
    PersistenceItem,
    RoleCard,
    RoleOutput,
    SkillDetail,
    SkillDimension,
    TaggedSkill,
)
from pipeline.stages.details import chosen_role_card
from pipeline.stages.planner import planner_output

IN_CATALOG = "Existing dimension (library)"
SAVED = f"{IN_CATALOG} · Role↔dimension saved"
NOT_UNDER_ROLE = f"{IN_CATALOG} · Role↔dimension skipped (dimension not under chosen role)"
NO_ROLE = f"{IN_CATALOG} · Role↔dimension skipped (no role was chosen)"


def final_output(extraction: Extraction, library_match: LibraryMatch, indexes: Indexes) -> RoleOutput:
    """Return step 3. Nothing is stored: rows are the links of the catalog, artifacts what the run proposes."""
    chosen = chosen_role_card(extraction, indexes)
    details = library_match.skills_detail
    return RoleOutput(
        chosen_role=chosen,
        chosen_role_resolution=_resolution(chosen, extraction.decision),
        final_input_skills=[
            TaggedSkill(skill=d.input_skill, tag="new" if d.canonical is None else "in_db") for d in details
        ],
        library_artifacts=_artifacts(details, extraction.decision),
        llm_cost_api1_usd=None,
        llm_cost_api2_usd=None,
        llm_cost_api3_usd=None,
        llm_cost_total_usd=None,
        persistence=Persistence(
            items=[
                _item(link, detail.canonical.id, chosen)
                for detail in details
                if detail.canonical is not None
                for link in detail.dimensions
            ],
            new_skills_created=0,
            role_dimension_saved=0,
            skill_dimension_saved=0,
            skipped=0,
            new_skills_proposed=sum(d.canonical is None for d in details),
        ),
        planner_output=planner_output(extraction, library_match),
        run_id=extraction.run_id,
        warnings=[],
    )


def _resolution(chosen: RoleCard | None, decision: Decision) -> str:
    """How the role of step 1 relates to the catalog."""
    if chosen is None:
        return "proposed" if decision.is_new_role else "none"
    return "in_db" if chosen.source == "db" else "not_in_db"


def _artifacts(details: Sequence[SkillDetail], decision: Decision) -> list[LibraryArtifact]:
    """The proposals of the run: the skills that the catalog lacks, and a new role."""
    artifacts = []
    for detail in details:
        if detail.canonical is None and detail.new_skill_meta is not None:
            derived = detail.new_skill_meta.derived
            facts = (
                f"type={derived.category} subtype={derived.sub_category} "
                f"nature={derived.skill_nature} lifespan={derived.typical_lifespan}"
            )
            artifacts.append(
                LibraryArtifact(kind="canonical_skill_proposed", detail=f"{detail.input_skill} | {facts}", db_id=None)
            )
    if decision.is_new_role and decision.new_role_slug:
        role = f"{decision.new_role_display_name} | slug={decision.new_role_slug}"
        artifacts.append(LibraryArtifact(kind="role_proposed", detail=role, db_id=None))
    return artifacts


def _item(link: SkillDimension, skill_id: int | None, chosen: RoleCard | None) -> PersistenceItem:
    """The row of one skill in one dimension."""
    under_role = chosen is not None and any(r.slug == chosen.slug for r in link.roles_from_db)
    return PersistenceItem(
        chosen_role_id=chosen.id if chosen else None,
        dimension=link.dimension,
        dimension_id=link.dimension.id,
        input_skill=link.input_skill,
        llm_role=None,
        matched_chosen_role=under_role,
        outcome_line=SAVED if under_role else NOT_UNDER_ROLE if chosen else NO_ROLE,
        role_dimension_saved=under_role,
        roles_from_db=link.roles_from_db,
        skill_dimension_saved=True,
        skill_id=skill_id,
        skill_tag="in_db",
        skipped_reason=None,
        best=link.best,
    )
