"""What the skills and dimensions of a catalog are about: the vectors of their names, against which new terms are held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from pipeline.catalog.value import Catalog, Dimension, slug_order
from pipeline.learned.nearness import Nearness
from pipeline.vectors import Encoder, Vectors

SOFT_SKILL = "SOFT_SKILL"
"""The nature of skills that no term is held against."""
DIGITS = 6
"""Digits of a likeness that count: the order must not hang on how a product is summed."""


class Like(NamedTuple):
    """A catalog skill like a term in meaning; the likeness is a cosine."""

    slug: str
    likeness: float


@dataclass(frozen=True)
class SkillNames:
    """The names of all skills but soft ones as unit vectors: as encoded, and as names of skills are compared."""

    slugs: tuple[str, ...]
    encoded: Vectors
    compared: Vectors

    def nearest(self, vector: Vectors, limit: int, without: str | None = None) -> list[Like]:
        """Return the skills nearest to a vector (width,) of the encoder, the nearest first."""
        return self._first(self.encoded, vector, limit, without)

    def nearest_compared(self, vector: Vectors, limit: int) -> list[Like]:
        """Return the skills nearest to a vector (width,) of ``Nearness.terms``, the nearest first."""
        return self._first(self.compared, vector, limit, None)

    def likeness_compared(self, vector: Vectors, slugs: Sequence[str]) -> dict[str, float]:
        """Return the likeness of skills to a vector (width,) of ``Nearness.terms``, by slug; soft skills are left out."""
        rows = [(slug, self.place[slug]) for slug in slugs if slug in self.place]
        cosines = np.einsum("ij,j->i", self.compared[[at for _, at in rows]], vector)
        return {slug: round(float(c), DIGITS) for (slug, _), c in zip(rows, cosines, strict=True)}

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The row of each skill."""
        return {slug: i for i, slug in enumerate(self.slugs)}

    def _first(self, names: Vectors, vector: Vectors, limit: int, without: str | None) -> list[Like]:
        # One thread does it at once; several wait for each other where other work goes on.
        cosines = np.einsum("ij,j->i", names, vector)
        rounded = np.round(cosines.astype(np.float64), DIGITS)
        order = np.argsort(-rounded, kind="stable")[: limit + 1].tolist()
        return [Like(self.slugs[i], float(rounded[i])) for i in order if self.slugs[i] != without][:limit]


def skill_names(catalog: Catalog, encoder: Encoder, nearness: Nearness) -> SkillNames:
    """Return the names of a catalog's skills."""
    skills = sorted((s for s in catalog.skills if s.skill_nature != SOFT_SKILL), key=lambda s: slug_order(s.slug))
    encoded = encoder.encode([s.display_name for s in skills])
    return SkillNames(tuple(s.slug for s in skills), encoded, nearness.terms(encoded))


@dataclass(frozen=True)
class DimensionMeanings:
    """The names of all dimensions, and these with their rationales, as unit vectors (n, width)."""

    slugs: tuple[str, ...]
    names: Vectors
    texts: Vectors


def dimension_meanings(catalog: Catalog, encoder: Encoder) -> DimensionMeanings:
    """Return what a catalog's dimensions are about."""
    rows = sorted(catalog.dimensions, key=lambda d: slug_order(d.slug))
    names = encoder.encode([d.display_name for d in rows])
    return DimensionMeanings(tuple(d.slug for d in rows), names, encoder.encode([dimension_text(d) for d in rows]))


def dimension_text(dimension: Dimension) -> str:
    """Return a dimension's name and rationale as a text to encode."""
    return f"{dimension.display_name}. {dimension.rationale or ''}"
