"""The client output: skill cluster, nature of work, AI index, tech stack maturity, skills, KRA description.

It is computed from step 1 alone. A part that the text says too little of is that of the chosen role's baseline in the catalog,
and ``sources`` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Role, Skill
from pipeline.contracts import ClientOutput, Extraction, NatureLabel, NatureOfWork, SkillGroup
from pipeline.stages.details import dimension_choice
from pipeline.stages.enrichment.ai_index import ai_index
from pipeline.stages.enrichment.baseline import Judgements, fill_from_baseline, lacking_parts
from pipeline.stages.enrichment.maturity import tech_stack_maturity

MAX_QUOTE = 200
"""Characters of a quote from the text."""
UNALIGNED = "Cross-cutting / unaligned"

_WORK_OF_FAMILY: dict[str, NatureLabel] = {
    "Software Engineering": "API and service implementation",
    "Data & Analytics": "Data pipeline and platform engineering",
    "AI & Machine Learning": "Machine learning and AI engineering",
    "Cloud & Infrastructure": "Infrastructure and platform operation",
    "Security": "Security engineering and defence",
    "Quality Engineering": "Testing and quality assurance",
    "Mobile": "Mobile application implementation",
    "Enterprise Applications": "Enterprise application configuration",
    "Product & Delivery": "Product and requirements management",
    "Design": "Interface and experience design",
    "Architecture & Leadership": "Architecture and technical direction",
    "Embedded & Hardware": "Embedded and device implementation",
    "Support & Operations": "User support and service desk",
}
"""The label of the nature of work, by the role's family."""


class MatchedSkill(NamedTuple):
    """A skill of the JD by its name there, with its catalog skill."""

    name: str
    skill: Skill


def enrich(extraction: Extraction, indexes: Indexes) -> dict[str, Any]:
    """Return the client output of step 1 as a JSON object."""
    return client_output(extraction, indexes).wire()


def client_output(extraction: Extraction, indexes: Indexes) -> ClientOutput:
    """Return the client output of step 1."""
    catalog = indexes.catalog
    chosen = extraction.decision.chosen_role
    role = catalog.role.get(chosen.slug) if chosen else None
    matched = matched_skills(extraction, indexes)
    duties = "\n".join(block.text for block in extraction.parsed.roles_and_responsibilities)
    lacking = lacking_parts(len(matched), bool(duties.strip()))
    baseline = catalog.baseline_of_role.get(role.slug) if role else None
    said = Judgements(
        _nature_of_work(extraction, role),
        tech_stack_maturity([m.skill for m in matched]),
        ai_index(extraction, duties, indexes),
    )
    judged = fill_from_baseline(said, lacking, baseline)
    return ClientOutput(
        sparse_jd=bool(lacking),
        role_baseline_loaded=baseline is not None,
        sources=judged.sources,
        nature_of_work=judged.nature_of_work,
        tech_stack_maturity=judged.tech_stack_maturity,
        ai_index=judged.ai_index,
        skills=[s.skill_name for s in extraction.skills],
        skill_cluster=skill_cluster(matched, dimension_choice(extraction, indexes)),
        kra_description=" ".join(duties.split()),
    )


def matched_skills(extraction: Extraction, indexes: Indexes) -> list[MatchedSkill]:
    """Return the skills of step 1 that the catalog has, by slug or else by name; soft skills are left out."""
    skills = indexes.catalog.skill
    matched = []
    for final in extraction.skills:
        forms = indexes.aliases.lookup(final.skill_name)
        slug = final.slug or (forms[0].skill_slug if forms else None)
        if slug is not None and slug in skills and skills[slug].skill_nature != "SOFT_SKILL":
            matched.append(MatchedSkill(final.skill_name, skills[slug]))
    return matched


def skill_cluster(matched: Sequence[MatchedSkill], choice: DimensionChoice) -> list[SkillGroup]:
    """Return the skills grouped by the best of their dimensions that the role carries, the largest group first.

    Skills without such a dimension form the last group.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for name, skill in matched:
        best = choice.best(skill.slug)
        groups[best.display_name if best and choice.carries(best) else UNALIGNED].append(name)
    ordered = sorted(groups.items(), key=lambda g: (g[0] == UNALIGNED, -len(g[1]), g[0]))
    return [SkillGroup(dimension=dimension, skills=names) for dimension, names in ordered]


def _nature_of_work(extraction: Extraction, role: Role | None) -> NatureOfWork:
    """Label by the role's family; summary and quote are the duties that are nearest to the role's KRAs."""
    chosen = extraction.decision.chosen_role
    matches = next(
        (r.kra_matches or [] for r in extraction.signals.kra_match_roles if chosen and r.slug == chosen.slug), []
    )
    sentences = list(dict.fromkeys(m.sentence for m in matches))
    first_block = next((block.text for block in extraction.parsed.roles_and_responsibilities), "")
    quote = sentences[0] if sentences else (first_block.split("\n")[0][:MAX_QUOTE] or None)
    summary = " ".join(s if s.endswith((".", "!", "?")) else s + "." for s in sentences)
    return NatureOfWork(
        label=_WORK_OF_FAMILY.get((role.domain if role else None) or "", "Unclassified work"),
        summary=summary or (role.role_archetype if role else None) or quote,
        quote=quote,
    )
