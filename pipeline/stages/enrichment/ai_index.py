"""The AI index: how much a job depends on AI, from 0 (no use) to 5 (fully), with its indicators."""

from __future__ import annotations

import re

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog
from pipeline.contracts import AiIndex, AiIndicators, AiVocabulary, Extraction, wire_score

VERSION = "v2.1"
MAX_INDEX = 5.0
TITLE_POINTS, PRIMARY_POINTS, SECONDARY_POINTS, TEAM_POINTS, PRODUCT_POINTS = 1.5, 1.0, 0.5, 0.5, 0.5
"""Points of each indicator."""
ASSISTANT_WEIGHT, FRAMEWORK_WEIGHT, CONCEPT_WEIGHT = 1, 2, 3
"""Weights of each word of the three vocabularies."""
WORDS_PER_POINT, MAX_WORD_POINTS = 10.0, 1.5
"""Weighted words for one point, and the points that the vocabulary gives at most."""

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
_TITLE = re.compile(
    r"\b(?:ai|ml|machine learning|nlp|computer vision|data scientist|genai|mlops|deep learning)\b", re.I
)
_TEAM = re.compile(
    r"\b(?:ai|ml|machine learning|data science) (?:team|group|lab|organi[sz]ation|platform team)\b", re.I
)
_PRODUCT = re.compile(
    r"\b(?:ai[- ](?:powered|driven|based|first|native) (?:products?|platform|solutions?|features?)|"
    r"build(?:ing)? (?:ai|ml) (?:products?|models?|systems?))\b",
    re.I,
)
_DIMENSION = re.compile(r"\b(?:machine learning|deep learning|ai|ml|nlp|llm|generative|vision)\b", re.I)
_SKILL = re.compile(r"learning|neural|model|llm|nlp|vision|torch|tensor|keras|ai\b", re.I)


def ai_index(extraction: Extraction, text: str, indexes: Indexes) -> AiIndex:
    """Return the AI index of a JD.

    ``text`` is that of its duties and demands. Title, team, products and skills give fixed points, the weighted vocabulary up to
    ``MAX_WORD_POINTS``.
    """
    vocabulary = AiVocabulary(
        assistants=_distinct(_ASSISTANTS, text),
        frameworks=_distinct(_FRAMEWORKS, text),
        concepts=_distinct(_CONCEPTS, text),
    )
    indicators = _indicators(extraction, text, ai_skills(indexes.catalog))
    value = _indicator_points(indicators) + _word_points(vocabulary)
    return AiIndex(
        value=wire_score(min(value, MAX_INDEX)), version=VERSION, indicators=indicators, vocabulary=vocabulary
    )


def ai_skills(catalog: Catalog) -> frozenset[str]:
    """Return the slugs of the skills whose name, and the name of one of their dimensions, is about AI."""
    return frozenset(
        skill.slug
        for dimension in catalog.dimensions
        if _DIMENSION.search(dimension.display_name)
        for skill in catalog.skills_of_dimension.get(dimension.slug, ())
        if _SKILL.search(skill.display_name)
    )


def _indicators(extraction: Extraction, text: str, slugs: frozenset[str]) -> AiIndicators:
    primary = any(s.slug in slugs and s.is_primary for s in extraction.skills)
    secondary = any(s.slug in slugs and not s.is_primary for s in extraction.skills)
    return AiIndicators(
        title_match=bool(_TITLE.search(extraction.jd_role.display_name or "")),
        has_ai_skill=primary or secondary,
        ai_skill_primary=primary,
        ai_skill_secondary=secondary,
        on_ai_team=bool(_TEAM.search(text)),
        builds_ai_products=bool(_PRODUCT.search(text)),
    )


def _indicator_points(indicators: AiIndicators) -> float:
    return (
        TITLE_POINTS * indicators.title_match
        + PRIMARY_POINTS * indicators.ai_skill_primary
        + SECONDARY_POINTS * indicators.ai_skill_secondary
        + TEAM_POINTS * indicators.on_ai_team
        + PRODUCT_POINTS * indicators.builds_ai_products
    )


def _word_points(vocabulary: AiVocabulary) -> float:
    weighted = (
        ASSISTANT_WEIGHT * len(vocabulary.assistants)
        + FRAMEWORK_WEIGHT * len(vocabulary.frameworks)
        + CONCEPT_WEIGHT * len(vocabulary.concepts)
    )
    return min(weighted / WORDS_PER_POINT, MAX_WORD_POINTS)


def _distinct(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(m.group().lower() for m in pattern.finditer(text)))
