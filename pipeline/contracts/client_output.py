"""The client output: a description of the job as a whole, each part with its source."""

from __future__ import annotations

from pydantic import Field

from pipeline.contracts.base import Wire
from pipeline.contracts.vocabularies import MaturityLabel, NatureLabel, Source


class Sources(Wire):
    """The source of each part."""

    nature_of_work: Source
    """That of the nature of work."""
    ai_index: Source
    """That of the AI index."""
    tech_stack_maturity: Source
    """That of the maturity of the stack."""


class NatureOfWork(Wire):
    """The kind of work, with a quote from the text that shows it."""

    label: NatureLabel
    """The kind of work in a few words."""
    summary: str | None
    """What is done, in a sentence."""
    quote: str | None
    """Words of the text that show it."""


class TechStackMaturity(Wire):
    """How mature the stack is."""

    label: MaturityLabel
    """The maturity."""
    reasoning: str
    """Why."""
    cache_hit: bool
    """Whether a model's stored answer was used."""


class AiIndicators(Wire):
    """The indicators of work with AI."""

    title_match: bool
    """The title names AI."""
    has_ai_skill: bool
    """A skill of AI is asked for."""
    ai_skill_primary: bool
    """One of them is primary."""
    ai_skill_secondary: bool
    """One of them is secondary."""
    on_ai_team: bool
    """The work is in a team for AI."""
    builds_ai_products: bool
    """The work makes products with AI."""


class AiVocabulary(Wire):
    """The words of AI in the text, each once, in order of first appearance."""

    assistants: list[str]
    """Assistants (Copilot)."""
    frameworks: list[str]
    """Frameworks (PyTorch)."""
    concepts: list[str]
    """Concepts (machine learning)."""


class AiIndex(Wire):
    """How much the work depends on AI."""

    value: float
    """0 (no use) to 5 (fully)."""
    version: str
    """The version of the rule that computes it."""
    indicators: AiIndicators
    """What speaks for it."""
    vocabulary: AiVocabulary
    """The words that do."""


class SkillGroup(Wire):
    """The JD's skills of one dimension of the chosen role."""

    dimension: str
    """Display name of the dimension, or of a group of cross-cutting skills."""
    skills: list[str]
    """Names of the skills."""


class ClientOutput(Wire):
    """The client output (wire key ``enrichment``)."""

    sparse_jd: bool
    """Whether the text says too little of a part: no duties, or too few skills of the catalog."""
    role_baseline_loaded: bool
    """Whether the catalog has a baseline of the chosen role, from which such a part is taken."""
    sources: Sources
    """Where each part comes from."""
    nature_of_work: NatureOfWork
    """The kind of work."""
    tech_stack_maturity: TechStackMaturity
    """How mature the stack is."""
    ai_index: AiIndex
    """How much the work depends on AI."""
    skills: list[str] = Field(alias="evidence")
    """Names of all skills of the JD."""
    skill_cluster: list[SkillGroup]
    """The skills by dimension."""
    kra_description: str
    """The duties in a few sentences."""
