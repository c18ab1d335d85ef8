"""The client output: a description of the job as a whole, each part with its source."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.contracts.base import TextSpan, Wire
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
    """What is done, in one or two whole sentences."""
    quote: str | None
    """A whole sentence of the text that shows it."""
    source: TextSpan | None = None
    """Added key: where in the text the quote stands; null where step 1 alone was there."""


class TechStackMaturity(Wire):
    """How mature the stack is."""

    label: MaturityLabel
    """The maturity."""
    reasoning: str
    """Why."""
    cache_hit: bool
    """Whether the judgement of the same set of skills was kept from an earlier run."""
    deciding_skills: list[str] = Field(default_factory=list)
    """Added key: names of the skills that decided, those of most weight first."""


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
    """The skills of AI that the text names, each once, in the order of the text."""

    assistants: list[str]
    """Assistants (Copilot)."""
    frameworks: list[str]
    """Frameworks (PyTorch)."""
    concepts: list[str]
    """Models and concepts (machine learning)."""


class AiVocabularyWeights(Wire):
    """What each skill of the vocabulary counts."""

    assistants: int
    """Of an assistant."""
    frameworks: int
    """Of a framework, library, tool or service."""
    concepts: int
    """Of a model or concept."""


class AiEvidence(Wire):
    """What shows that an indicator holds: a sentence, the title, or a skill."""

    text_field: ClassVar = "text"
    text: str
    """The words."""
    skill: str | None = None
    """Slug of the skill; null for a sentence or the title."""
    source: TextSpan | None = None
    """Where in the text they stand; null where that is not known."""


class AiSign(Wire):
    """An indicator of work with AI with what speaks for it."""

    text_field: ClassVar = "indicator"
    needed: ClassVar = frozenset({"indicator", "holds"})
    indicator: str
    """Its name, a key of ``indicators``."""
    holds: bool
    """Whether it holds."""
    weight: float
    """The points that it gives where it holds."""
    evidence: list[AiEvidence] = Field(default_factory=list)
    """What shows it; empty where it does not hold, and where it is the role's baseline that says so."""


class AiIndex(Wire):
    """How much the work depends on AI."""

    value: float
    """0 (no use) to 5 (fully)."""
    version: str
    """The version of the rule that computes it."""
    indicators: AiIndicators
    """What speaks for it."""
    vocabulary: AiVocabulary
    """The skills that do."""
    signs: list[AiSign] = Field(default_factory=list)
    """Added key: each indicator with its weight and its evidence."""
    vocabulary_weights: AiVocabularyWeights | None = None
    """Added key: what each skill of the vocabulary counts; null in old documents."""
    vocabulary_points: float | None = None
    """Added key: the points that the vocabulary gives; null in old documents."""


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
    """Names of all skills of the JD, in the order in which it names them."""
    skill_cluster: list[SkillGroup]
    """The skills by the role's dimensions; those of none of them are a group of their own, the last."""
    kra_description: str
    """The duties alone, one a line."""
