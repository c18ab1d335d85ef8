"""What runs say of a catalog: skills that none of them meets, terms that many of them miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.audit.finding import Finding
from pipeline.catalog import Catalog
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes

ENOUGH_RUNS = 200
"""Before so many runs nobody can say that a skill is never met."""
MET_NEARBY = 0.15
"""The share of runs that must meet a dimension's skills before it is strange that one of them is never met."""
NEVER_TOLD = 20
"""How many of the never met are told; a catalog is broader than any year's texts."""
OFTEN = 3
"""Runs that must have proposed a term."""
ALONE_RUNS = 4
"""Runs that must have matched a form before what stands beside it says anything."""
ALONE = 0.1
"""The share of them, at most, that may hold another skill of its skill's dimensions."""
COMPANY = 0.45
"""The share of runs in which a form that means its skill has such company: seen in runs of the clean catalog."""


@dataclass(frozen=True)
class Usage:
    """How many runs there are, and how many of them matched or chose what; forms by (skill slug, text).

    ``in_company`` counts the runs of a form in which another skill of its skill's dimensions was matched too.
    """

    runs: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[tuple[str, str], int] = field(default_factory=dict)
    in_company: Mapping[tuple[str, str], int] = field(default_factory=dict)
    dimensions: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)
    terms: Mapping[str, int] = field(default_factory=dict)

    def touched(self, finding: Finding) -> int:
        """How many runs a finding has touched."""
        subject = finding.subject
        if "alias_text" in subject and "skill_slug" in subject:
            return self.forms.get((subject["skill_slug"], subject["alias_text"]), 0)
        if "skill_slug" in subject:
            return self.skills.get(subject["skill_slug"], 0)
        if "dimension_slug" in subject:
            return self.dimensions.get(subject["dimension_slug"], 0)
        if "role_slug" in subject:
            return self.roles.get(subject["role_slug"], 0)
        if "term" in subject:
            return self.terms.get(subject["term"], 0)
        counts = {"duplicate_skill": self.skills, "duplicate_dimension": self.dimensions, "duplicate_role": self.roles}.get(finding.kind, {})
        return sum(counts.get(slug, 0) for slug in subject.get("slugs", ()))


def findings(indexes: Indexes, usage: Usage) -> Iterator[Finding]:
    """Forms that runs matched where nothing speaks for their skill, terms that runs often propose, and skills that none
    meets though those beside them are met often."""
    catalog = indexes.catalog
    yield from _out_of_place(catalog, usage)
    known = indexes.aliases.forms()
    for term, runs in sorted(usage.terms.items()):
        if runs >= OFTEN and fold_key(term) not in known:
            why = f"{runs} runs proposed “{term}”, which the catalog has no form of; the review queue holds their sentences"
            yield Finding("missing_skill", {"term": term}, runs / (runs + OFTEN), (why,))
    if usage.runs < ENOUGH_RUNS:
        return
    strange = []
    for skill in catalog.skills:
        if usage.skills.get(skill.slug) or not skill.is_extractable:
            continue
        share = max((usage.dimensions.get(d.slug, 0) for d in catalog.dimensions_of_skill.get(skill.slug, ())), default=0) / usage.runs
        # A skill with many forms had many chances.
        chances = share * len(catalog.aliases_of_skill.get(skill.slug, ()))
        if share >= MET_NEARBY:
            strange.append((chances, share, skill))
    for _, share, skill in sorted(strange, key=lambda s: (-s[0], s[2].slug))[:NEVER_TOLD]:
        why = f"none of {usage.runs:,} runs met {skill.display_name}, though {share:.0%} of them met skills of its dimensions"
        yield Finding("never_matched", {"skill_slug": skill.slug}, min(0.5, share), (why,))


def _out_of_place(catalog: Catalog, usage: Usage) -> Iterator[Finding]:
    """Forms that share no word with their skill, and that runs matched in texts of something else."""
    for alias in catalog.skill_aliases:
        place = alias.skill_slug, alias.alias_text
        runs, company = usage.forms.get(place, 0), usage.in_company.get(place, 0)
        skill = catalog.skill[alias.skill_slug]
        own = set(fold_key(skill.display_name).split())
        # "SQL skills" means SQL wherever it stands.
        if runs < ALONE_RUNS or company > ALONE * runs or own & set(fold_key(alias.alias_text).split()):
            continue
        held = f"only {company} of them hold" if company else "none of them holds"
        why = f"{runs:,} runs matched “{alias.alias_text}” as {skill.display_name}, and {held} another skill of its dimensions"
        subject = {"skill_slug": alias.skill_slug, "alias_text": alias.alias_text}
        repair = (Change("skill_aliases", alias, None, why),)
        yield Finding("wrong_alias", subject, 1 - (1 - COMPANY) ** runs, (why,), repair)
