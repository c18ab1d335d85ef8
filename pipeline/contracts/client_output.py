"""The client output: a description of the job as a whole, each part with its source."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.contracts.base import Wire

Source = Literal["jd", "role_baseline", "model"]
MaturityLabel = Literal["Modern Cloud Native", "Mainstream Modern", "Established", "Unknown"]


class Sources(Wire):
    """The source of each part: the text, the chosen role in the catalog, or a model."""

    nature_of_work: Source
    ai_index: Source
    tech_stack_maturity: Source


class NatureOfWork(Wire):
    """The kind of work, with a quote from the text that shows it."""

    label: str
    summary: str | None
    quote: str | None


class TechStackMaturity(Wire):
    """The maturity of the stack; ``cache_hit`` is true where a model's stored answer was used."""

    label: MaturityLabel
    reasoning: str
    cache_hit: bool


class AiIndicators(Wire):
    """The indicators of work with AI."""

    title_match: bool
    has_ai_skill: bool
    ai_skill_primary: bool
    ai_skill_secondary: bool
    on_ai_team: bool
    builds_ai_products: bool


class AiVocabulary(Wire):
    """The words of AI in the text, each once, in order of first appearance."""

    assistants: list[str]
    frameworks: list[str]
    concepts: list[str]


class AiIndex(Wire):
    """How much the work depends on AI: 0 (no use) to 5 (fully)."""

    value: float
    version: str
    indicators: AiIndicators
    vocabulary: AiVocabulary


class SkillGroup(Wire):
    """The JD's skills of one dimension of the chosen role."""

    dimension: str
    skills: list[str]


class ClientOutput(Wire):
    """The client output (wire key ``enrichment``)."""

    sparse_jd: bool
    role_baseline_loaded: bool
    sources: Sources
    nature_of_work: NatureOfWork
    tech_stack_maturity: TechStackMaturity
    ai_index: AiIndex
    skills: list[str] = Field(alias="evidence")
    """Names of all skills of the JD."""
    skill_cluster: list[SkillGroup]
    kra_description: str
