"""The client output: skill cluster, nature of work, AI index, tech stack maturity, evidence, KRA description.

It is computed from what is there, from step 1 alone if need be. What the text is too sparse to tell is read off the
chosen role in the catalog, and ``sources`` says so.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Step1, wire_score

SPARSE_SKILLS = 3
"""With fewer matched skills the JD counts as sparse."""
UNALIGNED = "Cross-cutting / unaligned"
AI_INDEX_VERSION = "v2.1"

_ASSISTANTS = re.compile(r"\b(?:github copilot|copilot|chatgpt|claude|gemini|cursor|ai assistants?|ai tools?)\b", re.I)
_FRAMEWORKS = re.compile(
    r"\b(?:tensorflow|pytorch|keras|scikit-learn|hugging ?face|langchain|llamaindex|mlflow|kubeflow|sagemaker|vertex ai|"
    r"spark ml(?:lib)?|xgboost|openai api|vector (?:database|store)s?)\b",
    re.I,
)
_CONCEPTS = re.compile(
    r"\b(?:machine learning|deep learning|llms?|large language models?|generative ai|genai|neural networks?|nlp|"
    r"natural language processing|computer vision|reinforcement learning|transformers?|rag|fine-tuning|prompt engineering|"
    r"artificial intelligence)\b",
    re.I,
)
_AI_TITLE = re.compile(r"\b(?:ai|ml|machine learning|nlp|computer vision|data scientist|genai|mlops|deep learning)\b", re.I)
_AI_TEAM = re.compile(r"\b(?:ai|ml|machine learning|data science) (?:team|group|lab|organi[sz]ation|platform team)\b", re.I)
_AI_PRODUCT = re.compile(
    r"\b(?:ai[- ](?:powered|driven|based|first|native) (?:products?|platform|solutions?|features?)|"
    r"build(?:ing)? (?:ai|ml) (?:products?|models?|systems?))\b",
    re.I,
)
_CLOUD_NATIVE = frozenset(
    "kubernetes docker microservices terraform kafka serverless opentelemetry prometheus ci-cd event-driven-architecture helm "
    "istio argo-cd aws-lambda graphql grpc".split()
)

# Family of the role -> what its work is called.
_NATURE_OF_FAMILY = {
    "Software Engineering": "Application and service implementation",
    "Data & Analytics": "Data engineering and analysis",
    "AI & Machine Learning": "Model development and operation",
    "Cloud & Infrastructure": "Infrastructure and platform operation",
    "Security": "Security engineering and monitoring",
    "Quality Engineering": "Test design and automation",
    "Mobile": "Mobile application development",
    "Enterprise Applications": "Enterprise application configuration and development",
    "Product & Delivery": "Product and delivery management",
    "Design": "Interface and experience design",
    "Architecture & Leadership": "Architecture and technical leadership",
    "Embedded & Hardware": "Device and firmware development",
    "Support & Operations": "User and application support",
}


def enrich(step1: Step1, indexes: Indexes) -> dict[str, Any]:
    """The client output as a JSON object (see DESIGN for its keys)."""
    catalog = indexes.catalog
    chosen = step1.stage4_decision.chosen_role
    role = catalog.role.get(chosen.slug) if chosen else None
    matched = []
    for skill in step1.final_skills:
        forms = indexes.aliases.lookup(skill.skill_name)
        slug = skill.slug or (forms[0].skill_slug if forms else None)
        if slug is not None and slug in catalog.skill and catalog.skill[slug].skill_nature != "SOFT_SKILL":
            matched.append((skill, slug))
    sparse = len(matched) < SPARSE_SKILLS
    own = {d.slug: d.display_name for d in catalog.dimensions_of_role.get(role.slug, ())} if role else {}
    groups: dict[str, list[str]] = {}
    for skill, slug in matched:
        scoped = [d.display_name for d in catalog.dimensions_of_skill.get(slug, ()) if d.slug in own]
        groups.setdefault(scoped[0] if scoped else UNALIGNED, []).append(skill.skill_name)
    cluster = [
        {"dimension": name, "skills": names}
        for name, names in sorted(groups.items(), key=lambda g: (g[0] == UNALIGNED, -len(g[1]), g[0]))
    ]
    text = "\n".join(b.text for b in step1.nano_parsed.roles_and_responsibilities)
    maturity, maturity_source = _maturity([slug for _, slug in matched], role.slug if role else None, indexes)
    ai_source = "role_baseline" if sparse and role else "jd"
    return {
        "sparse_jd": sparse,
        "role_baseline_loaded": role is not None,
        "sources": {"nature_of_work": "jd" if text else "role_baseline", "ai_index": ai_source, "tech_stack_maturity": maturity_source},
        "nature_of_work": _nature(step1, role.domain if role else None, role.role_archetype if role else None),
        "tech_stack_maturity": maturity,
        "ai_index": _ai_index(step1, text, indexes, role.slug if ai_source == "role_baseline" and role else None),
        "evidence": [s.skill_name for s in step1.final_skills],
        "skill_cluster": cluster,
        "kra_description": " ".join(text.split()),
    }


def _nature(step1: Step1, family: str | None, archetype: str | None) -> dict[str, Any]:
    """Label by the role's family; summary and quote are the duties that are nearest to the role's KRAs."""
    chosen = step1.stage4_decision.chosen_role
    matches = next(
        (r.kra_matches or [] for r in step1.stage3_signals.kra_match_roles if chosen and r.slug == chosen.slug), []
    )
    sentences = list(dict.fromkeys(m.sentence for m in matches))
    first_block = next((b.text for b in step1.nano_parsed.roles_and_responsibilities), "")
    quote = sentences[0] if sentences else (first_block.split("\n")[0][:200] or None)
    summary = " ".join(s if s.endswith((".", "!", "?")) else s + "." for s in sentences) or archetype or quote
    return {"label": _NATURE_OF_FAMILY.get(family or "", "Unclassified work"), "summary": summary, "quote": quote}


def _maturity(slugs: list[str], role: str | None, indexes: Indexes) -> tuple[dict[str, Any], str]:
    """Rule: cloud-native skills make a modern stack, mostly old ones a legacy stack, anything else is mainstream."""
    catalog = indexes.catalog
    source = "jd"
    if len(slugs) < SPARSE_SKILLS and role:
        source = "role_baseline"
        dimensions = {d.slug for d in catalog.dimensions_of_role.get(role, ())}
        slugs = [s for s in catalog.skill if any(d.slug in dimensions for d in catalog.dimensions_of_skill.get(s, ()))]
    native = [catalog.skill[s].display_name for s in slugs if s in _CLOUD_NATIVE]
    years = [y for s in slugs if (y := catalog.skill[s].year_introduced)]
    old = [catalog.skill[s].display_name for s in slugs if (catalog.skill[s].year_introduced or 9999) < 1998]
    if not slugs:
        label, reasoning = "Unknown", "No skill of the catalog was found, so that nothing can be said of the stack."
    elif len(native) >= 4:
        label = "Modern Cloud Native"
        reasoning = f"{len(native)} of {len(slugs)} skills are cloud-native: {', '.join(native[:6])}."
    elif years and len(old) > 0.6 * len(years) and not native:
        label, reasoning = "Established", f"{len(old)} of {len(years)} dated skills are from before 1998: {', '.join(old[:6])}."
    else:
        median = sorted(years)[len(years) // 2] if years else None
        label = "Mainstream Modern"
        reasoning = f"{len(slugs)} skills, {len(native)} of them cloud-native" + (f", median year {median}." if median else ".")
    return {"label": label, "reasoning": reasoning, "cache_hit": False}, source


def _ai_index(step1: Step1, text: str, indexes: Indexes, baseline_role: str | None) -> dict[str, Any]:
    """Index in 0..5: one point each for title and team, half to one for skills, plus the weighted vocabulary."""
    title = step1.jd_role.display_name or ""
    whole = text or ""
    if baseline_role:
        whole += "\n" + "\n".join(indexes.catalog.kras_of_role.get(baseline_role, ()))
    vocabulary = {
        "assistants": _distinct(_ASSISTANTS, whole),
        "frameworks": _distinct(_FRAMEWORKS, whole),
        "concepts": _distinct(_CONCEPTS, whole),
    }
    ai_slugs = {
        s.slug
        for d in indexes.catalog.dimensions
        if re.search(r"\b(?:machine learning|deep learning|ai|ml|nlp|llm|generative|vision)\b", d.display_name, re.I)
        for s in indexes.catalog.skills_of_dimension.get(d.slug, ())
        if re.search(r"learning|neural|model|llm|nlp|vision|torch|tensor|keras|ai\b", s.display_name, re.I)
    }
    primary = any(s.slug in ai_slugs and s.is_primary for s in step1.final_skills)
    secondary = any(s.slug in ai_slugs and not s.is_primary for s in step1.final_skills)
    indicators = {
        "title_match": bool(_AI_TITLE.search(title)),
        "has_ai_skill": primary or secondary,
        "ai_skill_primary": primary,
        "ai_skill_secondary": secondary,
        "on_ai_team": bool(_AI_TEAM.search(whole)),
        "builds_ai_products": bool(_AI_PRODUCT.search(whole)),
    }
    words = len(vocabulary["assistants"]) + 2 * len(vocabulary["frameworks"]) + 3 * len(vocabulary["concepts"])
    value = (
        1.5 * indicators["title_match"]
        + 1.0 * primary
        + 0.5 * secondary
        + 0.5 * indicators["on_ai_team"]
        + 0.5 * indicators["builds_ai_products"]
        + min(words / 10.0, 1.5)
    )
    return {"value": wire_score(min(value, 5.0)), "version": AI_INDEX_VERSION, "indicators": indicators, "vocabulary": vocabulary}


def _distinct(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(m.group().lower() for m in pattern.finditer(text)))
