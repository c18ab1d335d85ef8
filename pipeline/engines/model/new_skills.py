"""The facts that a model gives for skills that the catalog lacks, checked against the rows that it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import (
    EnrichedFact,
    Extraction,
    FinalSkill,
    LibraryMatch,
    NewSkillMeta,
    PlacedDimension,
    Relationships,
    SkillDetail,
    SkillEnrichment,
    TermRelation,
    TypedTerm,
)
from pipeline.engines.answers import NewSkillsAnswer, PlacedSkill
from pipeline.engines.model.grounding import Grounded, one_line
from pipeline.stages.orchestrator import merged_into, relationships, with_logs
from pipeline.stages.unknown import duplicates_of, neighbours
from pipeline.text import JDText

MAX_NEIGHBOURS = 6
"""Catalog skills near a term whose dimensions are offered."""
CONTEXT_CHARACTERS = 160
"""Characters of the text on each side of a term that the model is given."""


@dataclass(frozen=True)
class NewSkillsQuestion:
    """The terms without a catalog skill by name, and the rows among which the model may choose.

    ``dimensions`` and ``near_skills`` give display names by slug, ``found`` the terms as step 1 has them.
    """

    terms: Mapping[str, SkillDetail]
    sentences: Mapping[str, str]
    categories: tuple[str, ...]
    dimensions: Mapping[str, str]
    near_skills: Mapping[str, str]
    found: Mapping[str, FinalSkill]
    indexes: Indexes

    def material(self) -> dict[str, Any]:
        """Return the JSON object that the model is given."""
        return {
            "terms": [{"name": name, "sentence": self.sentences[name]} for name in self.terms],
            "categories": list(self.categories),
            "dimensions": [{"slug": slug, "name": self.dimensions[slug]} for slug in sorted(self.dimensions)],
            "near_skills": [{"slug": slug, "name": self.near_skills[slug]} for slug in sorted(self.near_skills)],
        }


def new_skills_question(
    text: JDText, extraction: Extraction, library_match: LibraryMatch, indexes: Indexes
) -> NewSkillsQuestion:
    """Return the question about all skills of a library match that the catalog lacks; it may have no terms."""
    catalog = indexes.catalog
    terms = {d.input_skill: d for d in library_match.skills_detail if d.canonical is None}
    skills = {s.skill_name: s for s in extraction.skills}
    chosen = extraction.decision.chosen_role
    offered = list(catalog.dimensions_of_role.get(chosen.slug if chosen else "", ()))
    near: dict[str, str] = {}
    for name in terms:
        near_slugs = [slug for slug, _ in neighbours(skills[name], extraction, indexes)[:MAX_NEIGHBOURS]]
        for slug in [*near_slugs, *duplicates_of(name, indexes)]:
            near[slug] = catalog.skill[slug].display_name
            offered += catalog.dimensions_of_skill.get(slug, ())
    return NewSkillsQuestion(
        terms=terms,
        sentences={name: _around(text, skills[name]) for name in terms},
        categories=tuple(sorted(c.name for c in catalog.categories)),
        dimensions={d.slug: d.display_name for d in offered},
        near_skills=near,
        found={name: skills[name] for name in terms},
        indexes=indexes,
    )


def ground_new_skills(
    answer: NewSkillsAnswer, question: NewSkillsQuestion, local: LibraryMatch
) -> Grounded[LibraryMatch]:
    """Return the library match with the answer's facts for the terms that were asked about."""
    changed: dict[str, SkillDetail] = {}
    invented: list[str] = []
    for placed in answer.skills:
        detail = question.terms.get(placed.name)
        if detail is None:
            invented.append(f"term “{placed.name[:80]}” was not asked about")
            continue
        invented += _invented(placed, question)
        changed[placed.name] = _with_facts(detail, placed, question)
    details = [changed.get(d.input_skill, d) for d in local.skills_detail]
    return Grounded(local.model_copy(update={"skills_detail": details}), tuple(invented))


def _invented(placed: PlacedSkill, question: NewSkillsQuestion) -> list[str]:
    """In words, each row of an answer that is not one of those given."""
    checked = [
        *(("dimension", slug, question.dimensions) for slug in placed.dimensions),
        ("skill", placed.duplicate_of, question.near_skills),
        ("category", placed.category, question.categories),
    ]
    return [
        f"{kind} “{value[:80]}” for {placed.name} is not one of those given"
        for kind, value, given in checked
        if value and value not in given
    ]


def _with_facts(detail: SkillDetail, placed: PlacedSkill, question: NewSkillsQuestion) -> SkillDetail:
    """The detail of a term with the facts of the answer that are among those given, in the form that the local engine gives."""
    meta = detail.new_skill_meta
    if meta is None:
        return detail
    facts = {
        "category": placed.category if placed.category in question.categories else meta.derived.category,
        "skill_nature": placed.skill_nature,
        "volatility": placed.volatility,
        "typical_lifespan": placed.typical_lifespan,
    }
    reasons = [one_line(placed.reasoning)]
    # What a curator has fixed stands, whatever a model says.
    links = [
        PlacedDimension(slug=slug, display_name=question.dimensions[slug], score=None, because=reasons)
        for slug in placed.dimensions
        if slug in question.dimensions and not meta.locked_dimensions
    ]
    changed = meta.model_copy(
        update={
            "derived": meta.derived.model_copy(update=facts),
            "enrichment": _enriched(meta, facts, reasons),
            "typed": _typed(meta, placed, reasons),
            "placed": links or meta.placed,
            "relationships": _related(meta, placed, question, reasons),
        }
    )
    logged = with_logs(changed, question.found[detail.input_skill], question.indexes)
    form = detail.input_skill if merged_into(logged) else None
    return detail.model_copy(update={"new_skill_meta": logged, "new_alias_text": form})


def _typed(meta: NewSkillMeta, placed: PlacedSkill, reasons: list[str]) -> TypedTerm:
    local = meta.typed
    return TypedTerm(
        skill_nature=placed.skill_nature,
        confidence=None,
        reasons=reasons,
        section=local.section if local else None,
        nearest=local.nearest if local else [],
    )


def _enriched(meta: NewSkillMeta, facts: Mapping[str, str], reasons: list[str]) -> SkillEnrichment | None:
    """The facts with those that the model gave in their places."""
    if meta.enrichment is None:
        return None
    given = {
        fact: EnrichedFact(fact=fact, value=value, confidence=None, reasons=reasons) for fact, value in facts.items()
    }
    return SkillEnrichment(facts=[given.get(fact.fact, fact) for fact in meta.enrichment.facts])


def _related(
    meta: NewSkillMeta, placed: PlacedSkill, question: NewSkillsQuestion, reasons: list[str]
) -> Relationships | None:
    """The relations, with the skill first of which the model says that the term is another name."""
    slug = placed.duplicate_of
    if slug is None or slug not in question.near_skills:
        return meta.relationships
    others = [r for r in (meta.relationships.found if meta.relationships else []) if r.slug != slug]
    named = TermRelation(
        relation="duplicate_of",
        slug=slug,
        display_name=question.near_skills[slug],
        confidence=None,
        reasons=reasons,
    )
    return relationships([named, *others])


def _around(text: JDText, skill: FinalSkill) -> str:
    """The text around the first mention of a skill, on one line."""
    if not skill.mentions:
        return ""
    start, end = text.view_span(skill.mentions[0].start, skill.mentions[0].end)
    return " ".join(text.view[max(0, start - CONTEXT_CHARACTERS) : end + CONTEXT_CHARACTERS].split())
