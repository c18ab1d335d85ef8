"""Which dimension of a skill suits it best: by the role, by the company of the skills of a text, by what the dimension is about.

A dimension that the role carries comes before any other. Among those, and where the role carries none, a conditional logit
weighs how much of the other skills of the text is in it, how near its name and its rationale are to the skill, and how large
it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log1p

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.meanings import dimension_text
from pipeline.catalog.value import Dimension
from pipeline.learned.fitted import dimension_weights

PRIMARY, SECONDARY = 1.0, 0.5
"""What a skill of the text counts as company."""


@dataclass(frozen=True)
class DimensionChoice:
    """Orders the dimensions of skills for a role (its slug, null for none), by the company of the skills of a text.

    ``weights`` are those of the text's skills by slug. Without any, the role and what the dimensions are about decide.
    """

    indexes: Indexes = field(repr=False)
    role: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def for_skills(
        cls, indexes: Indexes, role: str | None, skills: Iterable[tuple[str | None, bool]]
    ) -> DimensionChoice:
        """The choice for a text with some skills: the slug of each (null for one that the catalog lacks), and whether it is primary."""
        return cls(indexes, role, {slug: PRIMARY if primary else SECONDARY for slug, primary in skills if slug})

    def ordered(self, skill: str) -> tuple[Dimension, ...]:
        """Return the dimensions of a skill, the best one first; ties by display name, then by slug."""
        found = self.indexes.catalog.dimensions_of_skill.get(skill, ())
        if len(found) < 2:
            return tuple(found)
        scores = self._scores(skill, found)
        return tuple(
            sorted(found, key=lambda d: (not self.carries(d), -round(scores[d.slug], 6), d.display_name, d.slug))
        )

    def best(self, skill: str) -> Dimension | None:
        """Return the best dimension of a skill; null for a skill in none."""
        return next(iter(self.ordered(skill)), None)

    def carries(self, dimension: Dimension) -> bool:
        """Return whether the role carries a dimension."""
        return dimension.slug in self._carried

    def weight_in(self, dimension: str) -> float:
        """Return the weight of the text's skills in a dimension (a slug)."""
        return self._beside.get(dimension, 0.0)

    def signs(self, skill: str, dimensions: Iterable[Dimension]) -> dict[str, dict[str, float]]:
        """Return the signs of ``DimensionSigns`` of dimensions of a skill, by slug."""
        catalog, rows = self.indexes.catalog, list(dimensions)
        vectors = self.indexes.encoder.encode(
            [catalog.skill[skill].display_name, *map(dimension_text, rows), *(d.display_name for d in rows)]
        )
        near = vectors[1:] @ vectors[0]
        own = self.weights.get(skill, 0.0)
        return {
            row.slug: {
                "company": log1p(max(self._beside.get(row.slug, 0.0) - own, 0.0)),
                "rationale": float(near[i]),
                "name": float(near[len(rows) + i]),
                "size": log1p(len(catalog.skills_of_dimension.get(row.slug, ()))),
            }
            for i, row in enumerate(rows)
        }

    def _scores(self, skill: str, dimensions: Iterable[Dimension]) -> dict[str, float]:
        weights = dimension_weights().weights.model_dump()
        return {
            slug: sum(weights[name] * value for name, value in signs.items())
            for slug, signs in self.signs(skill, dimensions).items()
        }

    @cached_property
    def _carried(self) -> frozenset[str]:
        return frozenset(d.slug for d in self.indexes.catalog.dimensions_of_role.get(self.role or "", ()))

    @cached_property
    def _beside(self) -> Mapping[str, float]:
        """The weight of the text's skills in each dimension."""
        total: dict[str, float] = {}
        for slug, weight in self.weights.items():
            for dimension in self.indexes.catalog.dimensions_of_skill.get(slug, ()):
                total[dimension.slug] = total.get(dimension.slug, 0.0) + weight
        return total
