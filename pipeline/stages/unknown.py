"""Proposed facts of a skill that the catalog lacks: its nature, its dimensions, the catalog skills that it may duplicate.

They are derived from the term itself ("…DB", "… framework") and from its neighbours: catalog skills near it in the text,
weighted by distance. A run stores nothing; each proposal has its reasons.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import DerivedFacts, Extraction, FinalSkill, wire_score

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
MAX_VOTERS, MAX_LISTED, MAX_SUPPORTERS = 6, 4, 5
"""Neighbours that vote for the nature, that its reason lists, and that are named as support for a dimension."""

_NATURES: tuple[tuple[str, str, str], ...] = (
    (r"\b(?:sql|db|database|store|warehouse)$|(?:db|sql)$", "Database", "DATABASE"),
    (r"\b(?:framework|boot|rails)$|\.js$|js$", "Framework", "FRAMEWORK"),
    (r"\b(?:library|sdk|toolkit)$|\.py$", "Library", "LIBRARY"),
    (r"\b(?:protocol|tcp|udp|http|mqtt)$", "Protocol", "PROTOCOL"),
    (r"\b(?:standard|compliance|iso|rfc)\b", "Standard", "STANDARD"),
    (r"\b(?:cloud|platform|saas|paas|iaas)$", "Cloud Platforms", "PLATFORM"),
    (r"\b(?:agile|scrum|kanban|methodology)\b", "Methodology", "METHODOLOGY"),
    (r"\b(?:pattern|architecture)$", "Architecture", "PATTERN"),
    (
        r"\b(?:sre|reliability|engineering|testing|operations|management|review|governance|ops)$|ops$",
        "Practice",
        "PRACTICE",
    ),
    (r"\b(?:server|studio|manager|suite|tool|tools|client|agent)$", "Tool", "TOOL"),
    (r"\b(?:language)$", "Language", "LANGUAGE"),
)
"""Pattern of a term, category and nature; the first pattern that fits counts."""
_LASTING = frozenset({"CONCEPT", "PATTERN", "PRACTICE", "METHODOLOGY"})
"""Natures that have no versions and do not go out of use."""
_STABLE = frozenset({"CONCEPT", "PATTERN", "STANDARD", "PROTOCOL"})


class Neighbour(NamedTuple):
    """A catalog skill near a term, with a weight in 0..1 that falls with the distance."""

    slug: str
    weight: float


@dataclass(frozen=True)
class ProposedDimension:
    """A dimension proposed for a term: its share (0..1) of the neighbours' weight, and the names of those in it."""

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
    """How much (0..1) speaks for its nature: all where its name says so, else its share of the neighbours' votes."""

    def typed_wire(self) -> dict[str, Any]:
        """Return the object ``typed``: the nature with its reasons."""
        return {
            "skill_nature": self.derived.skill_nature,
            "reasons": list(self.reasons),
            "section": self.section,
        }


def neighbours(final: FinalSkill, extraction: Extraction, indexes: Indexes) -> list[Neighbour]:
    """Return the catalog skills within ``MAX_DISTANCE`` of a term, the nearest first; soft skills are left out."""
    distances: dict[str, int] = {}
    for other in extraction.skills:
        if other.slug is None or other.slug not in indexes.catalog.skill or other.skill_nature == "SOFT_SKILL":
            continue
        for a, b in product(final.mentions, other.mentions):
            distance = max(b.start - a.end, a.start - b.end, 0)
            if distance <= MAX_DISTANCE:
                distances[other.slug] = min(distances.get(other.slug, MAX_DISTANCE), distance)
    weighed = [Neighbour(slug, 1.0 / (1.0 + d / HALF_WEIGHT_DISTANCE)) for slug, d in distances.items()]
    return sorted(weighed, key=lambda n: (-n.weight, n.slug))


def duplicates_of(name: str, indexes: Indexes) -> list[str]:
    """Return the slugs of catalog skills of which a term may be another form, by similarity of letters."""
    key = fold_key(name)
    if len(key) < MIN_KEY:
        return []
    forms = indexes.aliases.forms()
    similar = process.extract(key, list(forms), scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS, limit=MAX_FORMS)
    return list(dict.fromkeys(owner.skill_slug for form, _, _ in similar for owner in forms[form]))[:MAX_DUPLICATES]


def propose(final: FinalSkill, extraction: Extraction, indexes: Indexes) -> ProposedSkill:
    """Return the facts proposed for a term that the catalog lacks."""
    near = neighbours(final, extraction, indexes)
    category, nature, reason, share = _nature(final.skill_name, near, indexes)
    return ProposedSkill(
        derived=DerivedFacts(
            category=category,
            skill_nature=nature,
            sub_category="general",
            typical_lifespan="EVERGREEN" if nature in _LASTING else "MULTI_YEAR",
            version_strategy="NOT_APPLICABLE" if nature in _LASTING else "UNVERSIONED",
            volatility="STABLE" if nature in _STABLE else "MEDIUM",
        ),
        reasons=(reason,),
        section=final.mentions[0].section if final.mentions else None,
        dimensions=_dimensions(near, indexes),
        duplicates=tuple(duplicates_of(final.skill_name, indexes)),
        nature_share=share,
    )


def _nature(name: str, near: Sequence[Neighbour], indexes: Indexes) -> tuple[str, str, str, float]:
    """Category, nature, reason and how much speaks for it: by the words of the name, else by the weighted majority of the neighbours."""
    skills = indexes.catalog.skill
    for pattern, category, nature in _NATURES:
        if re.search(pattern, name.lower()):
            return category, nature, f"its name ends like a {nature.lower().replace('_', ' ')}", 1.0
    if not near:
        return "Concepts", "CONCEPT", "nothing in its name or around it tells more", 0.0
    votes: dict[str, float] = defaultdict(float)
    for slug, weight in near[:MAX_VOTERS]:
        votes[skills[slug].skill_nature or "CONCEPT"] += weight
    nature = min(votes, key=lambda n: (-votes[n], n))
    like = next(skills[n.slug] for n in near if (skills[n.slug].skill_nature or "CONCEPT") == nature)
    listed = ", ".join(skills[n.slug].display_name for n in near[:MAX_LISTED])
    return like.category or "Concepts", nature, f"it stands beside {listed}", votes[nature] / sum(votes.values())


def _dimensions(near: Sequence[Neighbour], indexes: Indexes) -> tuple[ProposedDimension, ...]:
    """The dimensions of the neighbours, by weight; a neighbour's weight is divided among its dimensions."""
    catalog = indexes.catalog
    shares: dict[str, float] = defaultdict(float)
    because: dict[str, list[str]] = defaultdict(list)
    for slug, weight in near:
        links = catalog.dimensions_of_skill.get(slug, ())
        for dimension in links:
            shares[dimension.slug] += weight / len(links)
            because[dimension.slug].append(catalog.skill[slug].display_name)
    total = sum(shares.values())
    return tuple(
        ProposedDimension(
            slug, catalog.dimension[slug].display_name, shares[slug] / total, tuple(because[slug][:MAX_SUPPORTERS])
        )
        for slug in sorted(shares, key=lambda d: (-shares[d], d))[:MAX_DIMENSIONS]
    )
