"""A model's answers held against the text and the catalog: what stands there becomes part of the run, the rest is noted.

Each function takes the local engine's value and gives the one that counts: the model's, as far as it is grounded, or the
local one where the model gave none. Quotes must stand in the text; roles, dimensions, categories and duplicates must be
among those that the model was given. A text that gives the model orders can so at worst spoil the choice between roles
that the text itself speaks for, and there a second judge decides, who never sees the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.contracts import Decision, ParsedJD, SkillDetail, Step1, Step2
from pipeline.engines import answers
from pipeline.engines.openai import MAX_TEXT, Session
from pipeline.stages.decision import judged
from pipeline.stages.parse.facts import experience
from pipeline.stages.parse.header import role_aliases, role_archetype
from pipeline.stages.parse.places import locations
from pipeline.stages.signals import Evidence
from pipeline.stages.skills import FoundSkill, Mention, standing
from pipeline.stages.unknown import company, duplicates_of
from pipeline.text import JDText

CANDIDATE_ROLES = 12
DUTIES_TOLD = 3
UNKNOWN_CONFIDENCE, MODEL_CONFIDENCE = 0.6, 0.85
"""Confidence of a skill that only the model found, outside and inside the catalog."""


def ask_of_text(session: Session, text: JDText) -> None:
    """Begin the judgements that need the text alone, so that they are made side by side."""
    for judgement in ("parse", "skills", "nature_of_work"):
        session.ask(judgement, _material(text))


def _material(text: JDText) -> dict[str, Any]:
    return {"job_description": text.view[:MAX_TEXT]}


def places_of(view: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote stands in a text; case and white space may differ, words are whole."""
    words = quote.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    lead = r"(?<!\w)" if words[0][0].isalnum() else ""
    tail = r"(?!\w)" if words[-1][-1].isalnum() else ""
    return [m.span() for m in re.finditer(f"{lead}{pattern}{tail}", view, re.I)]


def parse(session: Session, text: JDText, given: str | None, local: ParsedJD) -> ParsedJD:
    """The parsed JD with the fields that the model read off the text."""
    answer = session.ask("parse", _material(text)).result()
    if not isinstance(answer, answers.ParseAnswer):
        return local

    def grounded(field: str, value: str | None) -> str | None:
        if value and not places_of(text.view, value):
            session.note("parse", "invented", f"{field} “{value[:120]}” does not stand in the text")
            return None
        return value or None

    changed: dict[str, Any] = {}
    title = grounded("title", answer.title)
    if title and not given:
        changed |= {"role": title, "role_aliases": role_aliases(title), "role_archetype": role_archetype(title)}
    if name := grounded("company", answer.company_name):
        changed["company_name"] = name
    if phrase := grounded("experience", answer.experience):
        changed["experience"] = experience(JDText(phrase)) or local.experience
    named = [p for p in answer.locations if grounded("location", p)]
    if named:
        changed["job_locations"] = [found for p in named for found in locations(JDText(f"Location: {p}"))] or local.job_locations
    certificates = [c for c in answer.certifications if grounded("certification", c)]
    if certificates:
        changed["certifications"] = list(dict.fromkeys(certificates))
    return local.model_copy(update=changed)


def skills(session: Session, text: JDText, local: tuple[FoundSkill, ...], indexes: Indexes) -> tuple[FoundSkill, ...]:
    """The skills that the model named, each at its place in the text and as the catalog knows it; soft skills stay."""
    answer = session.ask("skills", _material(text)).result()
    if not isinstance(answer, answers.SkillsAnswer):
        return local
    known = {s.slug: s for s in local if s.slug}
    hits = indexes.aliases.find(text.view)
    found: dict[str, FoundSkill] = {s.slug or s.name: s for s in local if s.nature == "SOFT_SKILL"}
    for named in answer.skills:
        places = places_of(text.view, named.quote)
        if not places:
            session.note("skills", "invented", f"skill “{named.name[:80]}”: its quote “{named.quote[:80]}” does not stand in the text")
            continue
        slug = _slug_of(named, places, hits, indexes)
        if slug is not None and slug in known:
            skill = known[slug]
            found[slug] = FoundSkill(
                skill.name, slug, skill.nature, named.is_primary, skill.confidence, skill.mentions, skill.rivals
            )
            continue
        mentions = tuple(_mention(text, a, b, named.quote) for a, b in places)
        row = indexes.catalog.skill.get(slug or "")
        name, nature = (row.display_name, row.skill_nature) if row else (named.name.strip()[:80] or named.quote, None)
        confidence = MODEL_CONFIDENCE if row else UNKNOWN_CONFIDENCE
        found.setdefault(slug or name, FoundSkill(name, slug, nature, named.is_primary, confidence, mentions))
    return tuple(sorted(found.values(), key=lambda s: (s.mentions[0].start, s.mentions[0].end, s.name)))


def _slug_of(named: answers.NamedSkill, places: Sequence[tuple[int, int]], hits: Sequence[Any], indexes: Indexes) -> str | None:
    """The catalog skill that the model means: by its name where that is clear, else by what the index finds at the quote."""
    at_quote = [h.form.skill_slug for h in hits if any(h.start < b and a < h.end for a, b in places)]
    for words in (named.name, named.quote):
        owners = list(dict.fromkeys(f.skill_slug for f in indexes.aliases.lookup(words)))
        if len(owners) == 1:
            return owners[0]
        agreed = [slug for slug in owners if slug in at_quote]
        if agreed:
            return agreed[0]
    whole = [h.form.skill_slug for h in hits if (h.start, h.end) in places]
    return whole[0] if whole else None


def _mention(text: JDText, start: int, end: int, alias: str) -> Mention:
    section, hedged = standing(text, start, text.sentence_at(start))
    return Mention(start, end, text.raw[start:end], alias, section, hedged)


def role(
    session: Session, text: JDText, title: str | None, evidence: Evidence, local: Decision, indexes: Indexes, config: Config
) -> Decision:
    """The role: the local one where the model agrees; where it does not, what a second judge makes of the evidence."""
    catalog = indexes.catalog
    listed = [r.slug for r in local.ranking]
    for group in (evidence.alias_specific, evidence.alias_generic, sorted(evidence.title, key=lambda r: (-evidence.title[r], r))):
        listed += [r for r in group if r not in listed]
    candidates = listed[:CANDIDATE_ROLES]
    material = {
        **_material(text),
        "title": title,
        "roles": [
            {
                "slug": slug,
                "name": catalog.role[slug].display_name,
                "family": catalog.role[slug].domain,
                "duties": list(catalog.kras_of_role.get(slug, ()))[:DUTIES_TOLD],
            }
            for slug in candidates
        ],
        "signals": {slug: _measured(slug, evidence, local) for slug in candidates[:4]},
    }
    answer = session.ask("role", material).result()
    if not isinstance(answer, answers.RoleAnswer):
        return local
    if answer.role_slug is not None and answer.role_slug not in candidates:
        session.note("role", "invented", f"role “{answer.role_slug[:80]}” is not among the candidates")
        return local
    if answer.domain and answer.domain not in {catalog.role[slug].domain for slug in candidates}:
        session.note("role", "invented", f"family “{answer.domain[:80]}” is not among the candidates’ families")
    mine = local.chosen_role.slug if local.chosen_role else None
    if answer.role_slug == mine:
        return local.model_copy(update={"reasoning": f"{local.reasoning} The model agrees: {_sentence(answer.reasoning)}"})
    return _second_judge(session, title, answer, evidence, local, indexes, config)


def _second_judge(
    session: Session,
    title: str | None,
    answer: answers.RoleAnswer,
    evidence: Evidence,
    local: Decision,
    indexes: Indexes,
    config: Config,
) -> Decision:
    mine, theirs = local.chosen_role.slug if local.chosen_role else None, answer.role_slug
    names = [indexes.catalog.role[s].display_name if s else "no role" for s in (mine, theirs)]
    conflict = [*local.conflict, f"the evidence speaks for {names[0]}, the model for {names[1]}"]
    material = {
        # Nothing that a text could have worded: neither its title nor what the first model wrote about it.
        "first": {"role_slug": mine},
        "second": {"role_slug": theirs},
        "evidence": {slug: _measured(slug, evidence, local) for slug in (mine, theirs) if slug},
    }
    verdict = session.ask("second_judge", material).result()
    if not isinstance(verdict, answers.SecondJudgeAnswer):
        return local.model_copy(update={"conflict": conflict})
    if verdict.role_slug not in (mine, theirs):
        session.note("second_judge", "invented", f"role “{str(verdict.role_slug)[:80]}” is neither judge’s choice")
        return local.model_copy(update={"conflict": conflict})
    return judged(verdict.role_slug, _sentence(verdict.reasoning), conflict, title, evidence, indexes, config)


def _measured(slug: str, evidence: Evidence, local: Decision) -> dict[str, Any]:
    """What was measured for a role, for a judge who does not see the text."""
    share = next((r.probability for r in local.ranking if r.slug == slug), 0.0)
    return {
        "joint_share": share,
        "title_likeness": round(evidence.title.get(slug, 0.0), 2),
        "title_alias": slug in evidence.alias_specific,
        "skills": list(evidence.skill_counts.get(slug, ()))[:12],
        "duties": [{"duty": m.kra_text, "similarity": round(m.similarity, 2)} for m in evidence.kra_matches.of(slug)[:3]],
    }


def details(session: Session, step1: Step1, local: Step2, indexes: Indexes, text: str) -> Step2:
    """The library match with the model's facts and places for the skills that the catalog lacks."""
    catalog = indexes.catalog
    unknown = {d.input_skill: d for d in local.skills_detail if d.canonical is None}
    if not unknown:
        return local
    finals = {f.skill_name: f for f in step1.final_skills}
    chosen = step1.stage4_decision.chosen_role
    offered = {d.slug: d for d in catalog.dimensions_of_role.get(chosen.slug if chosen else "", ())}
    near: dict[str, str] = {}
    for name in unknown:
        for slug in [s for s, _ in company(finals[name], step1, indexes)[:6]] + duplicates_of(name, indexes):
            near[slug] = catalog.skill[slug].display_name
            offered |= {d.slug: d for d in catalog.dimensions_of_skill.get(slug, ())}
    categories = sorted(c.name for c in catalog.categories)
    material = {
        "terms": [{"name": name, "sentence": _around(text, finals[name])} for name in unknown],
        "categories": categories,
        "dimensions": [{"slug": slug, "name": offered[slug].display_name} for slug in sorted(offered)],
        "near_skills": [{"slug": slug, "name": near[slug]} for slug in sorted(near)],
    }
    answer = session.ask("new_skills", material).result()
    if not isinstance(answer, answers.NewSkillsAnswer):
        return local
    changed: dict[str, SkillDetail] = {}
    for placed in answer.skills:
        detail = unknown.get(placed.name)
        if detail is None:
            session.note("new_skills", "invented", f"term “{placed.name[:80]}” was not asked about")
            continue
        changed[placed.name] = _placed(session, placed, detail, {s: offered[s].display_name for s in offered}, near, categories)
    return local.model_copy(update={"skills_detail": [changed.get(d.input_skill, d) for d in local.skills_detail]})


def _placed(
    session: Session,
    placed: answers.PlacedSkill,
    detail: SkillDetail,
    dimensions: Mapping[str, str],
    near: Mapping[str, str],
    categories: Sequence[str],
) -> SkillDetail:
    meta = detail.new_skill_meta
    assert meta is not None
    for kind, value, known in (
        *(("dimension", d, dimensions) for d in placed.dimensions),
        ("skill", placed.duplicate_of, near),
        ("category", placed.category, categories),
    ):
        if value and value not in known:
            session.note("new_skills", "invented", f"{kind} “{value[:80]}” for {placed.name} is not one of those given")
    category = placed.category if placed.category in categories else meta.derived.category
    facts = {
        "category": category,
        "skill_nature": placed.skill_nature,
        "volatility": placed.volatility,
        "typical_lifespan": placed.typical_lifespan,
    }
    reasons = [_sentence(placed.reasoning)]
    links = [
        {"slug": d, "display_name": dimensions[d], "score": None, "because": reasons} for d in placed.dimensions if d in dimensions
    ]
    duplicate = [placed.duplicate_of] if placed.duplicate_of in near else []
    return detail.model_copy(
        update={
            "new_skill_meta": meta.model_copy(
                update={
                    "derived": meta.derived.model_copy(update=facts),
                    "typed": {"skill_nature": placed.skill_nature, "reasons": reasons},
                    "placed": links or meta.placed,
                    "relationships": {"duplicate_of": duplicate} if duplicate else meta.relationships,
                }
            )
        }
    )


def client_output(session: Session, text: JDText, step1: Step1, local: dict[str, Any], indexes: Indexes) -> dict[str, Any]:
    """The client output with the model's nature of work and maturity of the stack."""
    known = [indexes.catalog.skill[s.slug] for s in step1.final_skills if s.slug and s.slug in indexes.catalog.skill]
    stack = [{"name": s.display_name, "since": s.year_introduced} for s in known if s.skill_nature != "SOFT_SKILL"]
    asked = session.ask("tech_stack_maturity", {"skills": stack}) if stack else None
    nature = session.ask("nature_of_work", _material(text)).result()
    out = {**local, "sources": dict(local["sources"])}
    if isinstance(nature, answers.NatureAnswer):
        if places_of(text.view, nature.quote):
            out["nature_of_work"] = {"label": nature.label, "summary": nature.summary, "quote": nature.quote}
            out["sources"]["nature_of_work"] = "model"
        else:
            session.note("nature_of_work", "invented", f"the quote “{nature.quote[:120]}” does not stand in the text")
    maturity = asked.result() if asked else None
    if isinstance(maturity, answers.MaturityAnswer):
        hit = any(c.judgement == "tech_stack_maturity" and c.cache_hit for c in session.calls)
        out["tech_stack_maturity"] = {"label": maturity.label, "reasoning": maturity.reasoning, "cache_hit": hit}
        out["sources"]["tech_stack_maturity"] = "model"
    return out


def _around(text: str, final: Any) -> str:
    if not final.evidence:
        return ""
    at = final.evidence[0]
    return " ".join(text[max(0, at.start - 160) : at.end + 160].split())


def _sentence(words: str) -> str:
    """A model's words as one line of bounded length."""
    return " ".join(words.split())[:400]
