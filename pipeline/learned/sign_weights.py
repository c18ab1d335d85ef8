"""The log odds that the signs of a stage add: one field for each sign, so that a file that lacks one is refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Numbers(BaseModel):
    """Fitted numbers: finite, typed, nothing beside what is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class DemandSigns(Numbers):
    """Log odds that each sign of ``stages.demand`` adds to a skill's being demanded."""

    asked: float
    asked_now: float
    skill_behind: float
    neighbours: float
    listed: float
    written_as_name: float
    acronym: float
    bullet_alone: float
    words: float
    people: float
    degree: float
    done: float
    mentions: float
    industry: float
    practice: float
    concept: float
    usual: float
    rare: float
    preferred: float
    requirements: float
    duties: float
    heading: float
    about_company: float
    elsewhere: float
    primary: float
    context: float
    knowledge: float
    untagged: float
    own_name: float
    common: float


class TermSigns(Numbers):
    """Log odds that each sign of ``stages.skills.term_signs`` adds to a term's being a skill that a text asks for."""

    tagged: float
    log_tagged: float
    weakest: float
    begins: float
    technical: float
    neighbours: float
    asked: float
    no_people: float
    listed: float
    capital_inside: float
    lower: float
    alone: float
    requirement: float
    wish: float
    duty: float
    heading: float
    in_brackets: float
    no_name: float
    no_company: float
    no_address: float
    no_study: float
    words: float
    one_word: float
    common: float
    rarest: float
    ordinary: float
    acronym: float
    mixed: float
    capitals: float
    signs: float
    gerund: float
    noun_of_verb: float
    employer: float
    glued: float
    plain: float
    place: float
    adverb: float
    head: float
    of_kinds: float
    length: float
    ends: float
    no_article: float
    no_degree: float
    whole: float
    mentions: float


class OwnerSigns(Numbers):
    """Log odds that each sign of ``audit.owners`` adds to an alias's belonging to another skill."""

    own: float
    own_name: float
    own_mean: float
    own_letters: float
    own_words: float
    initials: float
    shortened: float
    other: float
    other_gap: float
    other_letters: float
    letters_gap: float
    text: float
    text_gap: float
    text_rank: float
    description_words: float
    name_elsewhere: float
    second_canonical: float
    version: float
    forms: float
    size: float


class DemandWeights(Numbers):
    """The logistic model of whether a text demands a skill, and its thresholds (probabilities)."""

    bias: float
    weights: DemandSigns
    usual: dict[str, float]
    """By a skill's slug, the log odds that texts demand it which mention it, less those of all skills: the sign ``usual``."""
    technology_probability: float = Field(ge=0, le=1)
    """For a plain name of a technology, whatever the words around it."""
    min_probability: float = Field(ge=0, le=1)
    """From which on a mentioned skill counts as demanded."""


class NatureSigns(Numbers):
    """Log odds that each sign of ``stages.unknown_signs`` adds to a nature's being that of a new skill."""

    ending: float
    beside: float
    like: float


class PlaceSigns(Numbers):
    """Log odds that each sign of ``stages.unknown_signs`` adds to a dimension's being one of a new skill."""

    beside: float
    like: float
    name: float
    rationale: float
    company: float
    carried: float


class UnknownWeights(Numbers):
    """The conditional logits of the nature and of the dimensions of a skill that the catalog lacks."""

    nature: NatureSigns
    place: PlaceSigns


class FactSigns(Numbers):
    """Log odds that each sign of ``stages.unknown_facts`` adds to a value's being that of a new skill."""

    beside: float
    like: float
    nature: float


class SameSigns(Numbers):
    """Log odds that each sign of ``stages.unknown_relations`` adds to a term's being a name of a skill."""

    letters: float
    joined: float
    stem: float
    initials: float
    tail: float
    meaning: float
    near: float
    numbers: float


class PartSigns(Numbers):
    """Log odds that each sign of ``stages.unknown_relations`` adds to a term's being part of a skill whose form it holds."""

    begins: float
    ends: float
    share: float
    common: float
    meaning: float
    dimension: float


class AlternativeSigns(Numbers):
    """Log odds that each sign of ``stages.unknown_relations`` adds to a skill's being an alternative to a term."""

    nature: float
    dimension: float
    beside: float
    adjacent: float
    meaning: float


class RelationModel(Numbers):
    """A logistic model of one relation: its bias, and log odds by sign."""

    bias: float
    weights: dict[str, float]


class OrchestratorWeights(Numbers):
    """The conditional logits of a new skill's facts, by fact, and the logistic models of its relations."""

    facts: dict[str, FactSigns]
    same: RelationModel
    part: RelationModel
    alternative: RelationModel


class SenseWeights(Numbers):
    """The logistic model of whether a form of the catalog means its skill."""

    bias: float
    weights: dict[str, float]
    """Log odds that each sign of ``stages.skills.sense_signs`` adds."""
    min_probability: float = Field(ge=0, le=1)
    """From which on it does."""


class WishWeights(Numbers):
    """The logistic model of whether a heading opens wishes."""

    bias: float
    weights: dict[str, float]
    """Log odds that the beginning of a word, or of two, adds."""


class Direction(Numbers):
    """A logistic model of the carried encoder's vectors, (width,) weights and the bias, in log odds."""

    weights: tuple[float, ...]
    bias: float


class NatureOfWorkSigns(Numbers):
    """Log odds that each sign of ``stages.enrichment.nature`` adds for a unit of its logarithm."""

    duties: float
    title: float
    role: float
    skills: float


class NatureNumbers(Numbers):
    """The softmax model of single duties, a direction for each label, and the conditional logit of what a text says."""

    directions: dict[str, Direction]
    weights: NatureOfWorkSigns
    min_probability: float = Field(ge=0, le=1)
    """From which on a text without a role has a label."""
