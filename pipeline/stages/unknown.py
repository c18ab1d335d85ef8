"""What is proposed for a skill that the catalog lacks: its nature, its dimensions, its relations to catalog skills, its facts.

They are derived from the term itself ("…DB", "… framework"), from catalog skills near it in the text, weighted by distance,
and from those near it in meaning (``unknown_signs``). A run stores nothing; each proposal has its reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.config import TermLock
from pipeline.contracts import DerivedFacts, Extraction, FinalSkill, NearSkill, PlacedDimension, TypedTerm, wire_score
from pipeline.learned.fitted import unknown_weights
from pipeline.stages.unknown_facts import GENERAL, FoundFact, facts_of
from pipeline.stages.unknown_relations import (
    MAX_OF_A_KIND,
    MIN_CONFIDENCE,
    FoundRelation,
    Term,
    names_of,
    relations_of,
)
from pipeline.stages.unknown_signs import (
    Evidence,
    Vote,
    nature_by_ending,
    nature_of,
    nature_signs,
    place_signs,
    probabilities,
    votes_of_like,
)

MAX_DISTANCE = 120
"""Code points between a term and a catalog skill that is its neighbour."""
HALF_WEIGHT_DISTANCE = 20.0
"""The distance (code points) at which a neighbour counts half."""
MAX_DIMENSIONS = 2
"""How many dimensions are proposed at most."""
MIN_SCORE = 0.01
"""The probability from which on a dimension is proposed, a few times that of a dimension by chance."""
MAX_LISTED, MAX_SUPPORTERS = 4, 5
"""Skills that a reason lists, and that are named as support for a dimension."""
MAX_NEAREST = 5
"""Catalog skills that are named as nearest in meaning."""

_LASTING = frozenset({"CONCEPT", "PATTERN", "PRACTICE", "METHODOLOGY"})
"""Natures that have no versions and do not go out of use."""
_STABLE = frozenset({"CONCEPT", "PATTERN", "STANDARD", "PROTOCOL"})


@dataclass(frozen=True)
class ProposedDimension:
    """A dimension proposed for a term: its probability, and the names of the skills in it that speak for it."""

    slug: str
    display_name: str
    score: float
    because: tuple[str, ...]

    def wire(self) -> PlacedDimension:
        """Return the entry of ``placed``."""
        return PlacedDimension(
            slug=self.slug, display_name=self.display_name, score=wire_score(self.score), because=list(self.because)
        )


@dataclass(frozen=True)
class ProposedSkill:
    """The facts proposed for one term."""

    derived: DerivedFacts
    reasons: tuple[str, ...]
    """Why the term has its nature, in words."""
    section: str | None
    """The kind of section of the first mention."""
    dimensions: tuple[ProposedDimension, ...]
    nature_share: float = 0.0
    """The probability of its nature."""
    nearest: tuple[tuple[str, str, float], ...] = ()
    """Slug and display name of the catalog skills nearest in meaning, and the cosine of each."""
    relations: tuple[FoundRelation, ...] = ()
    """How it relates to skills of the catalog."""
    facts: Mapping[str, FoundFact] = field(default_factory=dict)
    """Its facts by column, each with its probability and its reasons."""
    by_evidence: tuple[ProposedDimension, ...] = ()
    """The dimensions that its text speaks for, also where others were fixed for it."""
    is_locked: bool = False
    """Whether ``dimensions`` are those that a curator fixed."""
    ignored: tuple[str, ...] = ()
    """Slugs of dimensions that were fixed for it and that the catalog no longer has."""

    @property
    def duplicates(self) -> tuple[str, ...]:
        """Slugs of the catalog skills of which it may be a name or a form, the likeliest first."""
        return tuple(r.slug for r in self.relations if r.relation in ("duplicate_of", "form_of"))

    def typed_wire(self) -> TypedTerm:
        """Return the object ``typed``: the nature with its reasons."""
        return TypedTerm(
            skill_nature=self.derived.skill_nature,
            confidence=wire_score(self.nature_share),
            reasons=list(self.reasons),
            section=self.section,
            nearest=[NearSkill(slug=s, display_name=n, score=wire_score(score)) for s, n, score in self.nearest],
        )


def neighbours(final: FinalSkill, extraction: Extraction, indexes: Indexes) -> list[Vote]:
    """Return the catalog skills within ``MAX_DISTANCE`` of a term, the nearest first; soft skills are left out."""
    distances: dict[str, int] = {}
    for other in extraction.skills:
        if other.slug is None or other.slug not in indexes.catalog.skill or other.skill_nature == "SOFT_SKILL":
            continue
        for a, b in product(final.mentions, other.mentions):
            distance = max(b.start - a.end, a.start - b.end, 0)
            if distance <= MAX_DISTANCE:
                distances[other.slug] = min(distances.get(other.slug, MAX_DISTANCE), distance)
    weighed = [Vote(slug, 1.0 / (1.0 + d / HALF_WEIGHT_DISTANCE)) for slug, d in distances.items()]
    return sorted(weighed, key=lambda n: (-n.weight, n.slug))


def duplicates_of(name: str, indexes: Indexes) -> list[str]:
    """Return the slugs of catalog skills of which a term by itself may be a name or a form, the likeliest first."""
    alone = Evidence(name, indexes.encoder.encode([name])[0], (), (), DimensionChoice.for_skills(indexes, None, ()))
    found = [r for r in names_of(_term(alone, {}, {})) if r.confidence >= MIN_CONFIDENCE]
    return [r.slug for r in sorted(found, key=lambda r: (-round(r.confidence, 6), r.slug))][:MAX_OF_A_KIND]


def _term(evidence: Evidence, natures: Mapping[str, float], places: Mapping[str, float]) -> Term:
    """A term with its vector among names of skills, and the catalog skills nearest to it there."""
    indexes = evidence.indexes
    compared = indexes.nearness.terms(indexes.encoder.encode([evidence.name]))[0]
    nearest = indexes.skill_names.nearest_compared(compared, MAX_NEAREST)
    return Term(evidence, natures, places, compared, nearest)


def evidence_of(final: FinalSkill, extraction: Extraction, indexes: Indexes, without: str | None = None) -> Evidence:
    """Return what a text and the catalog say of a term; ``without`` is the slug of a skill that counts as not in the catalog."""
    role = extraction.decision.chosen_role
    company = ((s.slug, s.is_primary) for s in extraction.skills)
    vector = indexes.encoder.encode([final.skill_name])[0]
    return Evidence(
        final.skill_name,
        np.asarray(vector, np.float32),
        neighbours(final, extraction, indexes),
        votes_of_like(vector, indexes, without) if final.mentions else [],
        DimensionChoice.for_skills(indexes, role.slug if role else None, company),
    )


def propose(final: FinalSkill, extraction: Extraction, indexes: Indexes, lock: TermLock | None = None) -> ProposedSkill:
    """Return what is proposed for a term that the catalog lacks; ``lock`` are the dimensions that a curator has fixed for it."""
    evidence, skills = evidence_of(final, extraction, indexes), indexes.catalog.skill
    natures = probabilities(nature_signs(evidence), unknown_weights().nature)
    places = probabilities(place_signs(evidence), unknown_weights().place)
    nature = _likeliest(natures)[0]
    facts = facts_of(evidence, natures)
    term = _term(evidence, natures, places)
    locked, by_evidence = _locked(lock, indexes), _dimensions(evidence, places)
    return ProposedSkill(
        derived=_derived(nature, facts, indexes),
        reasons=_reasons(nature, evidence),
        section=final.mentions[0].section if final.mentions else None,
        dimensions=locked or by_evidence,
        nature_share=natures[nature],
        nearest=tuple((slug, skills[slug].display_name, score) for slug, score in term.nearest),
        relations=tuple(relations_of(term)),
        facts=facts,
        by_evidence=by_evidence,
        is_locked=bool(locked),
        ignored=tuple(slug for slug in lock.dimensions if slug not in indexes.catalog.dimension) if lock else (),
    )


def _derived(nature: str, facts: Mapping[str, FoundFact], indexes: Indexes) -> DerivedFacts:
    """The facts in the shape of the old system; where nothing speaks for one, what its nature has as a rule."""

    def value(fact: str, otherwise: str) -> str:
        return facts[fact].value if fact in facts else otherwise

    return DerivedFacts(
        category=value("category", indexes.category_of_nature.get(nature, nature.replace("_", " ").capitalize())),
        skill_nature=nature,
        sub_category=value("sub_category", GENERAL),
        typical_lifespan=value("typical_lifespan", "EVERGREEN" if nature in _LASTING else "MULTI_YEAR"),
        version_strategy=value("version_strategy", "NOT_APPLICABLE" if nature in _LASTING else "UNVERSIONED"),
        volatility=value("volatility", "STABLE" if nature in _STABLE else "MEDIUM"),
    )


def _locked(lock: TermLock | None, indexes: Indexes) -> tuple[ProposedDimension, ...]:
    """The dimensions that a curator has fixed for a term, those that the catalog has."""
    dimension = indexes.catalog.dimension
    return tuple(
        ProposedDimension(slug, dimension[slug].display_name, 1.0, (f"fixed by {lock.author}",))
        for slug in (lock.dimensions if lock else ())
        if lock and slug in dimension
    )


def _reasons(nature: str, evidence: Evidence) -> tuple[str, ...]:
    """Why a term has its nature, in words."""
    reasons = []
    if nature_by_ending(evidence.name) == nature:
        reasons.append(f"its name ends like a {nature.lower().replace('_', ' ')}")
    for words, votes in (("it stands beside", evidence.beside), ("it is near in meaning to", evidence.like)):
        of_nature = [v.slug for v in votes if nature_of(v.slug, evidence.indexes) == nature][:MAX_LISTED]
        if of_nature:
            reasons.append(f"{words} {', '.join(_names(of_nature, evidence.indexes))}")
    return tuple(reasons) or ("nothing in its name or around it tells more",)


def _dimensions(evidence: Evidence, scores: Mapping[str, float]) -> tuple[ProposedDimension, ...]:
    """The likeliest dimensions, each with the skills in it that are beside the term or like it."""
    catalog = evidence.indexes.catalog
    voters = dict.fromkeys(v.slug for v in (*evidence.beside, *evidence.like))
    proposed = []
    for slug in _likeliest(scores)[:MAX_DIMENSIONS]:
        members = {s.slug for s in catalog.skills_of_dimension.get(slug, ())}
        because = _names([v for v in voters if v in members][:MAX_SUPPORTERS], evidence.indexes)
        if scores[slug] >= MIN_SCORE:
            name = catalog.dimension[slug].display_name
            proposed.append(ProposedDimension(slug, name, scores[slug], tuple(because or [f"the name {name}"])))
    return tuple(proposed)


def _likeliest(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda key: (-round(scores[key], 6), key))


def _names(slugs: Sequence[str], indexes: Indexes) -> list[str]:
    return [indexes.catalog.skill[slug].display_name for slug in slugs]
