"""The check of facts about skills."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.subjects import FactSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.value import TECHNOLOGY, Catalog, Skill

MIN_SKILLS = 8
"""Skills of a sub-category in which a nature can be rare."""
RARE_NATURE, USUAL_NATURE = 0.06, 0.6
"""Greatest share of a sub-category's skills with a rare nature, and least share with the usual one."""
SOFT_SKILL_SCORE, NATURE_SCORE, YEAR_SCORE, LICENSE_SCORE = 0.9, 0.8, 0.75, 0.85
MIN_YEAR = 1990
"""The year from which on products are checked: whole families are named after older makers."""
MIN_YEARS_BETWEEN = 15
"""Years between a product and the first of those named after it that are suspicious."""
MAX_NAMESAKES_SHOWN = 4
"""Products named after a skill that a reason lists."""
_FREE_MAKER = re.compile(r"\b(?:foundation|community|gnu|apache|eclipse|cncf|w3c)\b", re.I)


class ContradictingFact(Check):
    """Facts of a skill that contradict each other or those around it: a nature that hardly any skill of its sub-category has,
    a year long before everything that is named after it, a proprietary licence of a maker of free software. The repair sets
    the usual nature, or empties the field.
    """

    kind = "contradicting_fact"
    label = "Contradicting fact"
    subject_type = FactSubject
    fix_page = "skills"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield natures, years and licences that are probably wrong."""
        catalog = context.catalog
        natures: dict[tuple[str | None, str | None], Counter[str]] = defaultdict(Counter)
        for skill in catalog.skills:
            natures[skill.category, skill.sub_category][skill.skill_nature or ""] += 1
        named_after = _named_after(catalog)
        for skill in catalog.skills:
            yield from self._nature(skill, natures[skill.category, skill.sub_category])
            yield from self._year(skill, named_after.get(skill.display_name.lower(), ()))
            yield from self._license(skill)

    def _finding(self, skill: Skill, edited: Skill, field: str, score: float, why: str) -> Finding:
        return Finding(self, FactSubject(skill.slug, field), score, (Reason(why),), (Change(skill, edited, why),))

    def _nature(self, skill: Skill, counts: Counter[str]) -> Iterator[Finding]:
        """A nature that hardly any other skill of the sub-category has; ``counts`` are the natures of all its skills."""
        total, nature = sum(counts.values()), skill.skill_nature or ""
        usual, most = max(counts.items(), key=lambda c: (c[1], c[0]))
        is_rare = counts[nature] <= max(1, RARE_NATURE * total) and most >= USUAL_NATURE * total
        is_soft = "SOFT_SKILL" in (nature, usual)
        if total >= MIN_SKILLS and is_rare and nature != usual and (is_soft or counts[nature] == 1):
            why = (
                f"{skill.display_name} is filed as {nature.lower().replace('_', ' ')}, but {most} of the {total} skills of "
                f"{skill.category}, {skill.sub_category} are {usual.lower().replace('_', ' ')}"
            )
            score = SOFT_SKILL_SCORE if is_soft else NATURE_SCORE
            yield self._finding(skill, replace(skill, skill_nature=usual), "skill_nature", score, why)

    def _year(self, skill: Skill, named_after: Sequence[Skill]) -> Iterator[Finding]:
        """A year long before all things that are named after it."""
        year = skill.year_introduced
        years = [s.year_introduced for s in named_after if s.year_introduced is not None]
        is_product = skill.skill_nature in ("TOOL", "PLATFORM", "FRAMEWORK", "DATABASE")
        if year is None or len(years) < 2 or not is_product:
            return
        if year >= MIN_YEAR and min(years) - year >= MIN_YEARS_BETWEEN:
            listed = ", ".join(f"{s.display_name} {s.year_introduced}" for s in named_after[:MAX_NAMESAKES_SHOWN])
            why = f"{skill.display_name} is told to be of {year}, long before all that is named after it: {listed}"
            yield self._finding(skill, replace(skill, year_introduced=None), "year_introduced", YEAR_SCORE, why)

    def _license(self, skill: Skill) -> Iterator[Finding]:
        """A licence that its maker does not give."""
        if skill.license == "proprietary" and _FREE_MAKER.search(skill.vendor or ""):
            why = f"{skill.display_name} is told to be proprietary, but {skill.vendor} makes free software"
            yield self._finding(skill, replace(skill, license=None), "license", LICENSE_SCORE, why)


def _named_after(catalog: Catalog) -> Mapping[str, Sequence[Skill]]:
    """Skills whose name holds the name of a technology and more, by that name in lower case."""
    names = {s.display_name.lower() for s in catalog.skills if s.skill_nature in TECHNOLOGY}
    named_after: dict[str, list[Skill]] = defaultdict(list)
    for skill in catalog.skills:
        words = skill.display_name.lower().split()
        ends = [(a, b) for a in range(len(words)) for b in range(a + 1, len(words) + 1) if b - a < len(words)]
        for name in {" ".join(words[a:b]) for a, b in ends} & names:
            named_after[name].append(skill)
    return named_after
