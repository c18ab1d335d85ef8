"""What is proposed for a skill that the catalog lacks, in the order in which it is found: typed, placed, related, described."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.contracts.base import NAME_AND_KEY, Wire
from pipeline.contracts.vocabularies import Lifespan, RelationKind, SkillNature, VersionStrategy, Volatility


class DerivedFacts(Wire):
    """Facts proposed for a skill that the catalog lacks."""

    category: str
    """The category."""
    skill_nature: SkillNature
    """What kind of skill it seems to be."""
    sub_category: str
    """The sub-category; `general` where none is probable."""
    typical_lifespan: Lifespan
    """How long it stays of use."""
    version_strategy: VersionStrategy
    """How its versions would be kept."""
    volatility: Volatility
    """How fast it changes."""


class NearSkill(Wire):
    """A skill of the catalog near to a term in meaning."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    slug: str
    """Its key."""
    display_name: str
    """Its name."""
    score: float | None = None
    """The cosine of both names as names of skills are compared."""


class TypedTerm(Wire):
    """What kind of skill a term is."""

    needed: ClassVar = frozenset({"skill_nature"})
    skill_nature: SkillNature
    """The nature that is proposed."""
    confidence: float | None = None
    """The probability that it is right; null where a model said so."""
    reasons: list[str] = Field(default_factory=list)
    """Why, each in words."""
    section: str | None = None
    """The kind of the passage in which the term stands first."""
    nearest: list[NearSkill] = Field(default_factory=list)
    """The skills of the catalog nearest to it in meaning."""


class PlacedDimension(Wire):
    """A dimension that is proposed for a term."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    slug: str
    """Its key."""
    display_name: str
    """Its name."""
    score: float | None = None
    """The probability that it is right; 1 where a person fixed it, null where a model said so."""
    because: list[str] = Field(default_factory=list)
    """What speaks for it: names of skills, or words."""


class LockedDimension(Wire):
    """A dimension that a curator has fixed for a term: the term is placed there and nowhere else."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    slug: str
    """Its key."""
    display_name: str
    """Its name."""
    by: str = ""
    """Who fixed it."""
    reason: str = ""
    """Why, in that person's words."""


class TermRelation(Wire):
    """How a term relates to a skill of the catalog."""

    needed: ClassVar = frozenset({"relation", "slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    relation: RelationKind
    """Which relation it is."""
    slug: str
    """The key of the skill."""
    display_name: str
    """Its name."""
    confidence: float | None = None
    """The probability that it holds; null where a model said so."""
    reasons: list[str] = Field(default_factory=list)
    """Why, each in words."""


class Relationships(Wire):
    """The skills of the catalog that a term relates to: their keys by relation, and each relation with its reasons."""

    duplicate_of: list[str] = Field(default_factory=list)
    """Skills of which it may be another name."""
    form_of: list[str] = Field(default_factory=list)
    """Skills of which it may be a version, an edition or an inflection."""
    part_of: list[str] = Field(default_factory=list)
    """Skills of which it may be a part or a special case."""
    alternative_to: list[str] = Field(default_factory=list)
    """Skills in whose place it may be used."""
    found: list[TermRelation] = Field(default_factory=list)
    """All of these with their reasons, the surest of each relation first."""


class EnrichedFact(Wire):
    """A fact that is proposed for a term."""

    text_field: ClassVar = "fact"
    needed: ClassVar = frozenset({"fact", "value"})
    fact: str
    """The column of the catalog."""
    value: str
    """What is proposed for it."""
    confidence: float | None = None
    """The probability that it is right; null where a model said so."""
    reasons: list[str] = Field(default_factory=list)
    """Why, each in words."""


class SkillEnrichment(Wire):
    """The facts that are proposed for a term, each with its confidence and its reasons."""

    facts: list[EnrichedFact] = Field(default_factory=list)
    """One for each column."""


class LogEntry(Wire):
    """One thing that was kept, merged or split, and why."""

    text_field: ClassVar = "what"
    what: str
    """The term, the wording or the dimension that it is about."""
    into: list[str] = Field(default_factory=list)
    """What it was merged into or split into: names of terms, keys of skills; empty where it was kept."""
    confidence: float | None = None
    """How probable that is right; null where nothing measures it."""
    reason: str = ""
    """Why, in words."""


class NewSkillMeta(Wire):
    """What is proposed for a skill that the catalog lacks: typed, placed, its relations and its facts, and what became of what."""

    derived: DerivedFacts
    """The proposed facts in the shape of the old system."""
    enrichment: SkillEnrichment | None
    """The same facts with confidences and reasons; null where the planner skipped the term (`planner_output`)."""
    keep_log: list[LogEntry]
    """What was kept as it is, and why nothing else was made of it."""
    locked_dimensions: list[LockedDimension]
    """Dimensions that a curator has fixed for the term; `placed` then has these and no others."""
    merge_log: list[LogEntry]
    """Wordings that were taken together, and skills of the catalog that the term is proposed to join as a form."""
    placed: list[PlacedDimension] | None
    """Proposed dimensions, with what supports each; null where there is no evidence."""
    relationships: Relationships | None
    """Its relations to skills of the catalog; null where none was found."""
    skill_id: str
    """Its name as a key."""
    split_log: list[LogEntry]
    """Terms that name several things, and what they come apart into."""
    typed: TypedTerm | None
    """The proposed nature with its reasons; null where the text has no mention of the term."""
    warnings: list[str]
    """What is doubtful about it, in words."""
