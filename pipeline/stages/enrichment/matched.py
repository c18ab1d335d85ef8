"""The skills of a job description with their catalog skills."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.catalog.best_dimension import PRIMARY, SECONDARY
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Skill
from pipeline.contracts import Extraction, FinalSkill


class MatchedSkill(NamedTuple):
    """A skill of the JD with its catalog skill."""

    final: FinalSkill
    skill: Skill

    @property
    def name(self) -> str:
        """Its name in the JD."""
        return self.final.skill_name

    @property
    def weight(self) -> float:
        """What it counts: a primary skill more than a secondary one."""
        return PRIMARY if self.final.is_primary else SECONDARY


def skills_in_order(extraction: Extraction) -> list[FinalSkill]:
    """Return the skills of step 1 in the order in which the text first names them; those of unknown place last, as they came."""
    return sorted(extraction.skills, key=lambda s: min((m.start for m in s.mentions), default=_BEHIND))


_BEHIND = 1 << 62
"""The place of a skill that has none."""


def matched_skills(extraction: Extraction, indexes: Indexes) -> list[MatchedSkill]:
    """Return the skills of step 1 that the catalog has, by slug or else by name, in the text's order; soft skills are left out."""
    skills = indexes.catalog.skill
    matched = []
    for final in skills_in_order(extraction):
        slug = final.slug if final.slug in skills else None
        if slug is None and final.slug is None:
            forms = indexes.aliases.lookup(final.skill_name)
            slug = forms[0].skill_slug if forms else None
        if slug is not None and slug in skills and skills[slug].skill_nature != "SOFT_SKILL":
            matched.append(MatchedSkill(final, skills[slug]))
    return matched
