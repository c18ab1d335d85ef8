"""The skills of a JD by the dimensions of its role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.contracts import FinalSkill, SkillGroup
from pipeline.stages.enrichment.matched import MatchedSkill

UNALIGNED = "Cross-cutting / unaligned"
"""The group of the skills that stand in no dimension of the role, those that the catalog lacks among them."""
SOFT_SKILL = "SOFT_SKILL"


def skill_cluster(
    skills: Sequence[FinalSkill], matched: Sequence[MatchedSkill], choice: DimensionChoice
) -> list[SkillGroup]:
    """Return the skills grouped by the best of their dimensions that the role carries, the largest group first.

    Skills without such a dimension form the last group. Soft skills are left out.
    """
    known = {m.name: m.skill for m in matched}
    groups: dict[str, list[str]] = defaultdict(list)
    for final in skills:
        skill = known.get(final.skill_name)
        if skill is None and (final.slug is not None or final.skill_nature == SOFT_SKILL):
            continue
        best = choice.best(skill.slug) if skill else None
        groups[best.display_name if best and choice.carries(best) else UNALIGNED].append(final.skill_name)
    ordered = sorted(groups.items(), key=lambda g: (g[0] == UNALIGNED, -len(g[1]), g[0]))
    return [SkillGroup(dimension=dimension, skills=names) for dimension, names in ordered]
