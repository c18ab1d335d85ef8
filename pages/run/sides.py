"""What a run's page shows: the run as it was, or replayed today and with the person's draft, and which of the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from markupsafe import Markup

from db.services.results import RunResult
from db.stores.runs import StoredRun
from pages.components.links import EntityKind
from pages.run.entries import Entries
from pipeline.audit import Finding
from pipeline.catalog.changes import Place
from pipeline.contracts import FinalSkill, PersistenceItem
from pipeline.run import Run

Sides = Literal["before", "draft", "both"]
SIDE_LABELS: dict[str, str] = {"before": "Before", "draft": "With my draft", "both": "Both"}

Link = tuple[str, str]
"""The slugs of a skill and of a dimension that it is in."""


@dataclass(frozen=True)
class RunView:
    """A run as its page shows it.

    ``shown`` is what the parts of the page draw, ``before`` what they compare it with, null where one side is shown alone.
    ``suspected`` are the rows of the catalog that Health suspects.
    """

    stored: StoredRun
    shown: RunResult
    before: RunResult | None
    entries: Entries
    suspected: Mapping[Place, Finding]

    @property
    def weights(self) -> Mapping[str, float]:
        """What a unit of each signal's evidence adds to a role."""
        return dict(self.stored.config.get("evidence_weights") or {})

    @cached_property
    def slugs(self) -> Mapping[EntityKind, Mapping[str, str]]:
        """Slugs by name of the skills, dimensions and roles of both sides."""
        skills: dict[str, str] = {}
        dimensions: dict[str, str] = {}
        roles: dict[str, str] = {}
        for result in (self.before, self.shown):
            if result is None:
                continue
            skills |= {skill.skill_name: skill.slug for skill in result.extraction.skills if skill.slug}
            roles |= roles_named(result)
            for detail in result.library_match.skills_detail if result.library_match else ():
                for entry in detail.dimensions:
                    dimensions[entry.dimension.display_name] = entry.dimension.slug
                    roles |= {role.display_name: role.slug for role in entry.roles_from_db}
        return {"skill": skills, "dimension": dimensions, "role": roles}

    def link(self, kind: EntityKind, name: str, *, bold: bool = False) -> Markup:
        """The name of an entry of the run as a link to its card."""
        return self.entries.link(kind, self.slugs[kind].get(name), name, bold=bold)


def result_of_replay(run: Run) -> RunResult:
    """A replay in the form in which a stored run is shown."""
    return RunResult(run.extraction, run.library_match, run.role_output)


def items_of(result: RunResult | None) -> Sequence[PersistenceItem]:
    """The rows of step 3, one for each skill and dimension; none where it was not reached."""
    return result.role_output.persistence.items if result and result.role_output else ()


def skills_by_name(result: RunResult) -> dict[str, FinalSkill]:
    """The skills of a result by the name by which its later steps know them."""
    return {skill.skill_name: skill for skill in result.extraction.skills}


def links_of(result: RunResult) -> dict[Link, PersistenceItem]:
    """The rows of step 3 by skill and dimension."""
    skills = skills_by_name(result)
    return {
        (skill.slug, item.dimension.slug): item
        for item in items_of(result)
        if (skill := skills.get(item.input_skill)) and skill.slug
    }


def roles_named(result: RunResult) -> dict[str, str]:
    """Slugs of the roles that a decision weighs, by name: those that its sentences may name."""
    decision = result.extraction.decision
    names = {role.display_name: role.slug for role in decision.ranking}
    return names | ({decision.chosen_role.display_name: decision.chosen_role.slug} if decision.chosen_role else {})


def chosen_slug(result: RunResult) -> str | None:
    """The slug of the chosen role; null where none was chosen."""
    chosen = result.extraction.decision.chosen_role
    return chosen.slug if chosen else None


def is_changed(before: RunResult, after: RunResult) -> bool:
    """Whether two results differ in role, confidence as it is shown, skills, or links with the side on which they stand."""

    def state(result: RunResult) -> tuple[object, ...]:
        decision = result.extraction.decision
        skills = {(skill.slug, skill.skill_name, skill.is_primary) for skill in result.extraction.skills}
        sides = {link: item.matched_chosen_role for link, item in links_of(result).items()}
        return chosen_slug(result), decision.case, f"{decision.confidence:.2f}", skills, sides

    return state(before) != state(after)
