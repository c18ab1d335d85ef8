"""Small catalogs for the checks, and encoders that need no model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.audit import AuditContext, Check, Finding, Usage
from pipeline.audit.links import SIGNS, Links
from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillDimension
from pipeline.catalog.indexes import Indexes
from pipeline.vectors import TaggedTexts, Vectors, unit, untagged


class NoEncoder:
    """For checks that look at rows alone."""

    name = "none"

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"{len(texts)} texts were to be embedded")

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        raise AssertionError(f"{len(texts)} texts were to be embedded")


class WordEncoder:
    """Texts are near as far as they share words: each word has a direction of its own."""

    name = "words"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [sum((_direction(w) for w in text.lower().split()), np.zeros(64, np.float32)) for text in texts]
        return unit(np.asarray(rows, np.float32).reshape(len(texts), 64))

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        return untagged(self.encode(texts))


def _direction(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(64).astype(np.float32)


GOOD: Mapping[str, Any] = {
    "roles": (Role(1, "backend", "Backend Developer", "Software"), Role(2, "analyst", "Data Analyst", "Data")),
    "dimensions": (Dimension(1, "services", "Services"), Dimension(2, "reports", "Reports")),
    "skills": (
        Skill(1, "kubernetes", "Kubernetes", "Tool", "Orchestration", "TOOL"),
        Skill(2, "tableau", "Tableau", "Tool", "Charts", "TOOL"),
    ),
    "skill_dimensions": (SkillDimension("kubernetes", "services"), SkillDimension("tableau", "reports")),
    "role_dimensions": (RoleDimension("backend", "services"), RoleDimension("analyst", "reports")),
}
"""Tables of a catalog without a fault."""


def small(**tables: Any) -> Catalog:
    """The catalog without a fault, with other rows in some tables."""
    return Catalog(**{**GOOD, **tables})


def found(check: Check, catalog: Catalog, usage: Usage | None = None, encoder: Any = None) -> list[Finding]:
    """What a check finds; without an encoder it must embed nothing."""
    return list(check.find(AuditContext(Indexes(catalog, encoder or NoEncoder()), usage or Usage())))


def found_with_links(check: Check, catalog: Catalog, links: Links) -> list[Finding]:
    """What a check finds where the links are scored already."""
    context = AuditContext(Indexes(catalog, NoEncoder()))
    context.__dict__["links"] = links
    return list(check.find(context))


def scored_links(catalog: Catalog, wrong: Mapping[tuple[str, str], float], **signs: float) -> Links:
    """Links with given probabilities, 0 for the rest, and the same signs for all."""
    skills, dimensions = catalog.skills, tuple(d.slug for d in catalog.dimensions)
    row = {s.slug: i for i, s in enumerate(skills)}
    pairs = tuple((row[x.skill_slug], dimensions.index(x.dimension_slug)) for x in catalog.skill_dimensions)
    probabilities = [wrong.get((x.skill_slug, x.dimension_slug), 0.0) for x in catalog.skill_dimensions]
    table = np.tile([signs.get(name, 0.0) for name in SIGNS], (len(pairs), 1))
    fit = np.zeros((len(skills), len(dimensions)), np.float32)
    return Links(pairs, table, np.array(probabilities), fit, skills, dimensions)
