"""The signs of a new skill's nature and of its dimensions: its ending, the skills beside it, those like it in meaning.

A dimension has further ones: how near its name and its rationale are to the term, how much of the text's other skills is in
it, whether the role carries it. The conditional logits over them are those of ``UnknownWeights``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log1p
from typing import NamedTuple

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.learned.sign_weights import Numbers
from pipeline.vectors import Vectors

MAX_LIKE = 40
"""Skills like a term that vote; with fewer the votes are right less often, with more no oftener."""
LIKENESS_SCALE = 0.15
"""The difference of two cosines at which one vote weighs e times the other."""
NO_NATURE = "CONCEPT"
"""What a skill without a nature, and a term of which nothing is known, counts as."""

_ENDINGS: tuple[tuple[str, str], ...] = (
    (r"\b(?:sql|db|database|store|warehouse)$|(?:db|sql)$", "DATABASE"),
    (r"\b(?:framework|boot|rails)$|\.js$|js$", "FRAMEWORK"),
    (r"\b(?:library|sdk|toolkit)$|\.py$", "LIBRARY"),
    (r"\b(?:protocol|tcp|udp|http|mqtt)$", "PROTOCOL"),
    (r"\b(?:standard|compliance|iso|rfc)\b", "STANDARD"),
    (r"\b(?:cloud|platform|saas|paas|iaas)$", "PLATFORM"),
    (r"\b(?:agile|scrum|kanban|methodology)\b", "METHODOLOGY"),
    (r"\b(?:pattern|architecture)$", "PATTERN"),
    (r"\b(?:sre|reliability|engineering|testing|operations|management|review|governance|ops)$|ops$", "PRACTICE"),
    (r"\b(?:server|studio|manager|suite|tool|tools|client|agent)$", "TOOL"),
    (r"\b(?:language)$", "LANGUAGE"),
)
"""Pattern of a term and nature; the first pattern that fits counts."""

_NAMED_DATABASE = re.compile(r"[a-z]DB$")
"""The name of a product that says itself what it is, whatever stands beside it."""

Signs = Mapping[str, Mapping[str, float]]
"""By nature or by a dimension's slug, its signs by name."""


class Vote(NamedTuple):
    """A catalog skill that speaks for its nature and its dimensions, and how much."""

    slug: str
    weight: float


@dataclass(frozen=True)
class Evidence:
    """What is known of a new skill: its name, its vector (width,), the skills beside it and those like it, the nearest first."""

    name: str
    vector: Vectors
    beside: Sequence[Vote]
    like: Sequence[Vote]
    choice: DimensionChoice

    @property
    def indexes(self) -> Indexes:
        """The indexes of the catalog that lacks the skill."""
        return self.choice.indexes


def votes_of_like(vector: Vectors, indexes: Indexes, without: str | None = None) -> list[Vote]:
    """Return the skills like a term in meaning, by a vector of the encoder; ``without`` is the slug of one that is hidden."""
    found = indexes.skill_names.nearest(vector, MAX_LIKE, without)
    return [Vote(slug, exp((likeness - 1.0) / LIKENESS_SCALE)) for slug, likeness in found]


def nature_by_ending(name: str) -> str | None:
    """Return the nature of which a name has the ending; null where it has none of these."""
    return next((nature for pattern, nature in _ENDINGS if re.search(pattern, name.lower())), None)


def nature_of(slug: str, indexes: Indexes) -> str:
    """Return the nature of a catalog skill."""
    return indexes.catalog.skill[slug].skill_nature or NO_NATURE


def nature_signs(evidence: Evidence) -> Signs:
    """Return the signs of ``NatureSigns`` of every nature that anything speaks for."""
    ending = nature_by_ending(evidence.name)
    if _NAMED_DATABASE.search(evidence.name):
        return {"DATABASE": {"ending": 1.0, "beside": 0.0, "like": 0.0}}
    beside = shares((nature_of(v.slug, evidence.indexes), v.weight) for v in evidence.beside)
    like = shares((nature_of(v.slug, evidence.indexes), v.weight) for v in evidence.like)
    return {
        nature: {
            "ending": float(nature == ending),
            "beside": beside.get(nature, 0.0),
            "like": like.get(nature, 0.0),
        }
        for nature in sorted({*beside, *like, ending or NO_NATURE})
    }


def place_signs(evidence: Evidence) -> Signs:
    """Return the signs of ``PlaceSigns`` of every dimension of the catalog."""
    choice, meanings = evidence.choice, evidence.indexes.dimension_meanings
    beside, like = _dimension_shares(evidence.beside, choice.indexes), _dimension_shares(evidence.like, choice.indexes)
    names, texts = meanings.names @ evidence.vector, meanings.texts @ evidence.vector
    return {
        slug: {
            "beside": beside.get(slug, 0.0),
            "like": like.get(slug, 0.0),
            "name": float(names[i]),
            "rationale": float(texts[i]),
            "company": log1p(choice.weight_in(slug)),
            "carried": float(choice.carries(choice.indexes.catalog.dimension[slug])),
        }
        for i, slug in enumerate(meanings.slugs)
    }


def probabilities(signs: Signs, weights: Numbers) -> dict[str, float]:
    """Return the probability of each alternative under a conditional logit."""
    by_sign: Mapping[str, float] = weights.model_dump()
    scores = {key: sum(by_sign[name] * value for name, value in of.items()) for key, of in signs.items()}
    highest = max(scores.values(), default=0.0)
    odds = {key: exp(score - highest) for key, score in scores.items()}
    total = sum(odds.values())
    return {key: value / total for key, value in odds.items()}


def _dimension_shares(votes: Iterable[Vote], indexes: Indexes) -> dict[str, float]:
    """The share of votes of each dimension; a skill's vote is divided among its dimensions."""
    links = indexes.catalog.dimensions_of_skill
    return shares((d.slug, v.weight / len(links[v.slug])) for v in votes for d in links.get(v.slug, ()))


def shares(weighed: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the share of each key in the sum of weights."""
    total: dict[str, float] = defaultdict(float)
    for key, weight in weighed:
        total[key] += weight
    whole = sum(total.values())
    return {key: weight / whole for key, weight in total.items()}
