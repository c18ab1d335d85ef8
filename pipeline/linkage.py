"""The linkage of a run: its skills, their dimensions, and the roles that carry these."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.contracts import Extraction, LibraryMatch, PersistenceItem, SkillDetail


@dataclass(frozen=True)
class Flow:
    """One skill, the dimension under which it counts, and a role that carries the dimension, all by display name.

    The role is null where no role carries the dimension.
    """

    skill: str
    dimension: str
    role: str | None


@dataclass(frozen=True)
class _Ranked:
    """A flow and how far its role is from the chosen one: 0 the chosen role, 1 no role, 2 another role."""

    distance: int
    flow: Flow
    is_best: bool
    """Whether its dimension suits the skill best."""


def flows(extraction: Extraction, library_match: LibraryMatch) -> list[Flow]:
    """One flow for each matched skill that is in a dimension.

    A skill flows to the chosen role where that carries one of its dimensions, else through a dimension that no role
    carries, else to the first role of a dimension. Of several such dimensions the one that suits it best counts, or the
    first in a document that does not say which that is. Flows to the chosen role come first, then those to no
    role; within each, primary skills come first.
    """
    primary = {skill.skill_name for skill in extraction.skills if skill.is_primary}
    ranked = [r for detail in library_match.skills_detail if (r := _best(detail, library_match))]
    ranked.sort(key=lambda r: (r.distance, r.flow.skill not in primary))
    return [r.flow for r in ranked]


def _best(detail: SkillDetail, library_match: LibraryMatch) -> _Ranked | None:
    """The flow of a skill whose role is nearest to the chosen one; null for a skill in no dimension."""
    chosen = library_match.chosen_role
    candidates: list[_Ranked] = []
    for entry in detail.dimensions:
        roles = entry.roles_from_db
        flow = Flow(detail.input_skill, entry.dimension.display_name, roles[0].display_name if roles else None)
        if chosen and any(role.slug == chosen.slug for role in roles):
            candidates.append(_Ranked(0, replace(flow, role=chosen.display_name), entry.best))
        else:
            candidates.append(_Ranked(2 if roles else 1, flow, entry.best))
    return min(candidates, key=lambda r: (r.distance, not r.is_best), default=None)


def split_orphans(items: list[PersistenceItem]) -> tuple[list[PersistenceItem], list[PersistenceItem]]:
    """The rows of step 3 whose dimension no role carries, and the other rows: those of the chosen role first."""
    orphans = [item for item in items if not item.roles_from_db]
    carried = [item for item in items if item.roles_from_db]
    return orphans, sorted(carried, key=lambda item: not item.matched_chosen_role)
