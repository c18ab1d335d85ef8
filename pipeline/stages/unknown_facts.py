"""The facts of a skill that the catalog lacks, beside its nature: each by those of the skills beside it, those like it, and those
of its probable natures.

A value's probability is a conditional logit over these signs (``FactSigns``), fitted on catalog skills that are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalog.indexes import SKILL_FACTS, Indexes
from pipeline.learned.fitted import orchestrator_weights
from pipeline.stages.unknown_signs import Evidence, Signs, Vote, probabilities, shares

MAX_LISTED = 3
"""Skills that a reason names."""
MIN_SUB_CATEGORY = 0.3
"""The probability from which on a sub-category is proposed."""
GENERAL = "general"
"""The sub-category of a skill that belongs to none."""
FACT_LABELS: Mapping[str, str] = {
    "category": "category",
    "sub_category": "sub-category",
    "volatility": "volatility",
    "typical_lifespan": "lifespan",
    "version_strategy": "versions",
}


@dataclass(frozen=True)
class FoundFact:
    """A value proposed for a fact, its probability, and why."""

    fact: str
    value: str
    confidence: float
    reasons: tuple[str, ...]


def fact_signs(fact: str, evidence: Evidence, natures: Mapping[str, float]) -> Signs:
    """Return the signs of ``FactSigns`` of every value that anything speaks for; ``natures`` are probabilities."""
    indexes = evidence.indexes
    beside, like = (_shares_of(fact, votes, indexes) for votes in (evidence.beside, evidence.like))
    by_nature: dict[str, float] = {}
    for nature, probability in natures.items():
        for value, share in indexes.facts_of_nature[fact].get(nature, {}).items():
            by_nature[value] = by_nature.get(value, 0.0) + probability * share
    return {
        value: {
            "beside": beside.get(value, 0.0),
            "like": like.get(value, 0.0),
            "nature": by_nature.get(value, 0.0),
        }
        for value in sorted({*beside, *like, *by_nature})
    }


def facts_of(evidence: Evidence, natures: Mapping[str, float]) -> dict[str, FoundFact]:
    """Return the likeliest value of each fact of which anything is known; the sub-category is one of the category."""
    found: dict[str, FoundFact] = {}
    for fact in SKILL_FACTS:
        signs = fact_signs(fact, evidence, natures)
        scores = probabilities(signs, orchestrator_weights().facts[fact]) if signs else {}
        if fact == "sub_category" and "category" in found:
            scores = _within(found["category"].value, scores, evidence.indexes)
        if scores:
            value = min(scores, key=lambda v: (-round(scores[v], 6), v))
            found[fact] = FoundFact(fact, value, scores[value], _reasons(fact, value, evidence, natures))
    sub = found.get("sub_category")
    if sub is None or sub.confidence < MIN_SUB_CATEGORY:
        found["sub_category"] = FoundFact("sub_category", GENERAL, 1.0 - (sub.confidence if sub else 0.0), (_NO_SUB,))
    return found


_NO_SUB = "no sub-category of its category is probable enough"


def _within(category: str, scores: Mapping[str, float], indexes: Indexes) -> dict[str, float]:
    """The sub-categories of a category alone, with the probabilities that they had among all."""
    own = {s.name for s in indexes.catalog.sub_categories if s.category == category}
    return {value: score for value, score in scores.items() if value in own}


def _shares_of(fact: str, votes: Sequence[Vote], indexes: Indexes) -> dict[str, float]:
    skill = indexes.catalog.skill
    values = ((getattr(skill[v.slug], fact), v.weight) for v in votes)
    return shares((value, weight) for value, weight in values if value)


def _reasons(fact: str, value: str, evidence: Evidence, natures: Mapping[str, float]) -> tuple[str, ...]:
    """Why a fact has its value, in words: the skills that have it too, and its share among those of the nature."""
    indexes = evidence.indexes
    reasons = []
    for words, votes in (("beside", evidence.beside), ("near in meaning", evidence.like)):
        named = [
            indexes.catalog.skill[v.slug].display_name
            for v in votes
            if getattr(indexes.catalog.skill[v.slug], fact) == value
        ]
        if named:
            reasons.append(f"as have {', '.join(named[:MAX_LISTED])} ({words})")
    nature = min(natures, key=lambda n: (-round(natures[n], 6), n)) if natures else ""
    share = indexes.facts_of_nature[fact].get(nature, {}).get(value, 0.0)
    if share:
        reasons.append(f"{share:.0%} of the catalog’s skills of nature {nature.lower().replace('_', ' ')} have it")
    return tuple(reasons) or ("nothing around it tells more",)
