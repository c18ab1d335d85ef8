"""What the orchestrator planned: for each skill that the catalog lacks, and for a role that it lacks."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.contracts.base import Wire
from pipeline.contracts.vocabularies import PlanKind, PlanStep


class PlannedStep(Wire):
    """One step of the orchestrator for a term: whether it was taken, and what it came to or why it was not."""

    needed: ClassVar = frozenset({"step"})
    step: PlanStep
    """Which step it is."""
    done: bool
    """Whether it was taken and came to something."""
    note: str
    """What it came to, or why it was skipped, in words."""


class PlannedSkill(Wire):
    """The plan for one skill that the catalog lacks."""

    text_field: ClassVar = "skill_name"
    needed: ClassVar = frozenset({"skill_name"})
    skill_name: str
    """The skill as step 1 names it."""
    plan: PlanKind
    """What is planned."""
    target: str | None
    """The key of the catalog skill whose form it becomes; null for other plans."""
    dimensions: list[str]
    """Keys of the dimensions in which it is placed."""
    confidence: float | None
    """How probable the plan is right; null where nothing measures it."""
    steps: list[PlannedStep]
    """The steps in order."""
    skipped_reason: str | None
    """Why nothing is planned; null where something is."""


class PlannedBaseline(Wire):
    """The baseline that a new role would have, from the client output of its JD."""

    nature_of_work: str
    """The kind of work."""
    nature_summary: str | None
    """What is done, in a sentence."""
    tech_stack_maturity: str
    """How mature the stack is."""
    maturity_reasoning: str
    """Why."""
    ai_index: float
    """How much the work depends on AI, 0 to 5."""
    ai_indicators: list[str]
    """The indicators that hold."""


class PlannedRole(Wire):
    """The plan for a role that the catalog lacks; its titles, KRAs and dimensions are those of step 1 (`new_role_attached`)."""

    text_field: ClassVar = "slug"
    display_name: str
    """Its name."""
    slug: str | None
    """Its key."""
    baseline: PlannedBaseline | None
    """Its baseline; null until the client output is there."""


class PlannerOutput(Wire):
    """What was planned for what the catalog lacks."""

    skills: list[PlannedSkill] = Field(default_factory=list)
    """One for each skill that the catalog lacks."""
    role: PlannedRole | None = None
    """The new role; null where none is proposed."""
