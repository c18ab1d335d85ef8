"""Step 3: the chosen role and its resolution, one row for each skill x dimension, and what is proposed."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.contracts.base import ReadingWarning, Wire
from pipeline.contracts.library_match import DimensionCard, RoleCard
from pipeline.contracts.planning import PlannerOutput
from pipeline.contracts.vocabularies import ArtifactKind, Resolution, SkillTag


class TaggedSkill(Wire):
    """A skill with whether the catalog has it (``in_db``) or not (``new``)."""

    text_field: ClassVar = "skill"
    needed: ClassVar = frozenset({"skill"})
    skill: str
    """The skill as step 1 names it."""
    tag: SkillTag
    """Whether the catalog has it."""


class PersistenceItem(Wire):
    """One skill x dimension. The two ``saved`` flags are true where the catalog has the link."""

    needed: ClassVar = frozenset({"dimension"})
    chosen_role_id: int | None
    """The chosen role's number."""
    dimension: DimensionCard
    """The dimension."""
    dimension_id: int | None
    """Its number."""
    input_skill: str
    """The skill as step 1 names it."""
    llm_role: str | None
    """Of the old system: a role that a model named."""
    matched_chosen_role: bool
    """Whether the chosen role carries the dimension."""
    outcome_line: str
    """What that comes to, in words."""
    role_dimension_saved: bool
    """Whether the catalog links role and dimension."""
    roles_from_db: list[RoleCard]
    """Roles that carry the dimension."""
    skill_dimension_saved: bool
    """Whether the catalog links skill and dimension."""
    skill_id: int | None
    """The skill's number."""
    skill_tag: SkillTag
    """Whether the catalog has the skill."""
    skipped_reason: str | None
    """Why the row was left out; null where it was not."""
    best: bool = False
    """Added key: whether the dimension suits the skill best of its dimensions, in this text and for the chosen role."""


class Persistence(Wire):
    """The rows, and counters of what this run adds: it adds nothing by itself, it proposes."""

    items: list[PersistenceItem]
    """The rows."""
    new_skills_created: int
    """Skills that were stored: none, they are proposed."""
    role_dimension_saved: int
    """Links of the role that this run adds."""
    skill_dimension_saved: int
    """Links of skills that this run adds."""
    skipped: int
    """Rows that were left out."""
    new_skills_proposed: int = 0
    """Added key: skills that are proposed."""


class LibraryArtifact(Wire):
    """Something that the run proposes for the library; ``db_id`` is null until a store has filled it."""

    kind: ArtifactKind
    """What kind of thing it is."""
    detail: str
    """Its name and facts in a line."""
    db_id: int | None
    """Its number; null until a store has one."""


class RoleOutput(Wire):
    """The answer of step 3, ``POST /skills/final-role-output``."""

    needed: ClassVar = frozenset({"persistence"})
    chosen_role: RoleCard | None
    """The chosen role; null where none fits."""
    chosen_role_resolution: Resolution
    """How the role relates to the catalog."""
    final_input_skills: list[TaggedSkill]
    """The skills with whether the catalog has them."""
    library_artifacts: list[LibraryArtifact] = Field(default_factory=list)
    """Added key: what the run proposes for the library."""
    llm_cost_api1_usd: float | None
    """US dollars that models cost in step 1; null where none was asked."""
    llm_cost_api2_usd: float | None
    """The same for step 2."""
    llm_cost_api3_usd: float | None
    """The same for step 3."""
    llm_cost_total_usd: float | None
    """Their sum."""
    persistence: Persistence
    """The rows of skills and dimensions."""
    planner_output: PlannerOutput | None
    """What was planned for each skill and for a role that the catalog lacks, and why something was skipped; null in documents of
    the old system.
    """
    run_id: str
    """The id of the run."""
    warnings: list[ReadingWarning] = Field(default_factory=list)
    """Added key: what was not understood of the documents that were sent; empty where all was."""
