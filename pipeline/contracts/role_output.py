"""Step 3: the chosen role and its resolution, one row for each skill x dimension, and what is proposed."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pipeline.contracts.base import Wire
from pipeline.contracts.library_match import DimensionCard, RoleCard


class TaggedSkill(Wire):
    """A skill with whether the catalog has it (``in_db``) or not (``new``)."""

    skill: str
    tag: str


class PersistenceItem(Wire):
    """One skill x dimension. The two ``saved`` flags are true where the catalog has the link."""

    chosen_role_id: int | None
    dimension: DimensionCard
    dimension_id: int | None
    input_skill: str
    llm_role: str | None
    matched_chosen_role: bool
    outcome_line: str
    role_dimension_saved: bool
    roles_from_db: list[RoleCard]
    skill_dimension_saved: bool
    skill_id: int | None
    skill_tag: str
    skipped_reason: str | None


class Persistence(Wire):
    """The rows, and counters of what this run adds: it adds nothing by itself, it proposes."""

    items: list[PersistenceItem]
    new_skills_created: int
    role_dimension_saved: int
    skill_dimension_saved: int
    skipped: int
    new_skills_proposed: int = 0


class LibraryArtifact(Wire):
    """Something that the run proposes for the library; ``db_id`` is null until a store has filled it."""

    kind: str
    detail: str
    db_id: int | None


class RoleOutput(Wire):
    """The answer of step 3, ``POST /skills/final-role-output``."""

    chosen_role: RoleCard | None
    chosen_role_resolution: str
    final_input_skills: list[TaggedSkill]
    library_artifacts: list[LibraryArtifact] = Field(default_factory=list)
    llm_cost_api1_usd: float | None
    llm_cost_api2_usd: float | None
    llm_cost_api3_usd: float | None
    llm_cost_total_usd: float | None
    persistence: Persistence
    planner_output: Any
    run_id: str
