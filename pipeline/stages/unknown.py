"""Proposed facts of a skill that the catalog lacks: its nature, its dimensions, the catalog skills that it may duplicate.

They are derived from the term itself ("…DB", "… framework"), from catalog skills near it in the text, weighted by distance,
and from those near it in meaning (``unknown_signs``). A run stores nothing; each proposal has its reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.meanings import Like
from pipeline.contracts import DerivedFacts, Extraction, FinalSkill, wire_score
from pipeline.learned.fitted import unknown_weights
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
MIN_LIKENESS = 88.0
"""Similarity of letters (0..100) from which on a term may be another form of a catalog skill."""
MIN_KEY = 4
"""Letters of a term that is compared by letters."""
MAX_FORMS, MAX_DUPLICATES = 5, 3
"""Similar forms that are looked up, and skills that are named as possible duplicates."""
MAX_DIMENSIONS = 2
"""How many dimensions are proposed at most."""
MIN_SCORE = 0.01
"""The probability from which on a dimension is proposed, a few times that of a dimension by chance."""
MAX_LISTED, MAX_SUPPORTERS = 4, 5
"""Skills that a reason lists, and that are named as support for a dimension."""
MAX_NEAREST = 5
"""Catalog skills that are named as nearest in meaning."""
MIN_MEANING = 0.9
"""The cosine from which on a term may mean a catalog skill. Of 45 pairs that were read, those above it were names of one skill or
nearly one, of those in 0.78..0.9 four in ten.
"""

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

    def wire(self) -> dict[str, Any]:
        """Return the entry of ``placed``."""
        return {
            "slug": self.slug,
            "display_name": self.display_name,
            "score": wire_score(self.score),
            "because": list(self.because),
        }


@dataclass(frozen=True)
class ProposedSkill:
    """The facts proposed for one term."""

    derived: DerivedFacts
    reasons: tuple[str, ...]
    """Why the term has its nature, in words."""
    section: str | None
    """The kind of section of the first mention."""
    dimensions: tuple[ProposedDimension, ...]
    duplicates: tuple[str, ...]
    """Slugs of the catalog skills of which it may be another form, the likeliest first."""
    nature_share: float = 0.0
    """The probability of its nature."""
    nearest: tuple[tuple[str, str, float], ...] = ()
    """Slug and display name of the catalog skills nearest in meaning, and the cosine of each."""

    def typed_wire(self) -> dict[str, Any]:
        """Return the object ``typed``: the nature with its reasons."""
        return {
            "skill_nature": self.derived.skill_nature,
            "reasons": list(self.reasons),
            "section": self.section,
            "nearest": [
                {"slug": slug, "display_name": name, "score": wire_score(score)} for slug, name, score in self.nearest
            ],
        }


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


def duplicates_of(name: str, indexes: Indexes, nearest: Sequence[Like] | None = None) -> list[str]:
    """Return the slugs of catalog skills of which a term may be another form, by similarity of letters, then of meaning.

    ``nearest`` is the value of ``nearest_of`` where the caller has it.
    """
    key = fold_key(name)
    if len(key) < MIN_KEY:
        return []
    forms = indexes.aliases.forms()
    similar = process.extract(key, list(forms), scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS, limit=MAX_FORMS)
    by_letters = [owner.skill_slug for form, _, _ in similar for owner in forms[form]]
    skills = indexes.catalog.skill
    by_meaning = [
        like.slug
        for like in (nearest_of(name, indexes) if nearest is None else nearest)
        # Standards and versions differ by their numbers alone, which the encoder hardly sees.
        if like.likeness >= MIN_MEANING and _digits(name) == _digits(skills[like.slug].display_name)
    ]
    return list(dict.fromkeys([*by_letters, *by_meaning]))[:MAX_DUPLICATES]


def nearest_of(name: str, indexes: Indexes) -> list[Like]:
    """Return the catalog skills nearest to a term in meaning, as names of skills are compared."""
    placed = indexes.nearness.terms(indexes.encoder.encode([name]))[0]
    return indexes.skill_names.nearest_compared(placed, MAX_NEAREST)


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


def propose(final: FinalSkill, extraction: Extraction, indexes: Indexes) -> ProposedSkill:
    """Return the facts proposed for a term that the catalog lacks."""
    evidence, skills = evidence_of(final, extraction, indexes), indexes.catalog.skill
    natures = probabilities(nature_signs(evidence), unknown_weights().nature)
    nature = _likeliest(natures)[0]
    nearest = nearest_of(final.skill_name, indexes)
    return ProposedSkill(
        derived=DerivedFacts(
            category=indexes.category_of_nature.get(nature, nature.replace("_", " ").capitalize()),
            skill_nature=nature,
            sub_category="general",
            typical_lifespan="EVERGREEN" if nature in _LASTING else "MULTI_YEAR",
            version_strategy="NOT_APPLICABLE" if nature in _LASTING else "UNVERSIONED",
            volatility="STABLE" if nature in _STABLE else "MEDIUM",
        ),
        reasons=_reasons(nature, evidence),
        section=final.mentions[0].section if final.mentions else None,
        dimensions=_dimensions(evidence),
        duplicates=tuple(duplicates_of(final.skill_name, indexes, nearest)),
        nature_share=natures[nature],
        nearest=tuple((slug, skills[slug].display_name, score) for slug, score in nearest),
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


def _dimensions(evidence: Evidence) -> tuple[ProposedDimension, ...]:
    """The likeliest dimensions, each with the skills in it that are beside the term or like it."""
    catalog = evidence.indexes.catalog
    scores = probabilities(place_signs(evidence), unknown_weights().place)
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


def _digits(name: str) -> list[str]:
    return [c for c in name if c.isdecimal()]
