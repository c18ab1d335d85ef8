"""The indexes of a catalog that the stages use, each built on first use.

``Indexes`` pairs a catalog with an encoder: the alias automaton needs the catalog alone, the KRA and title matrices
also the vectors of its texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from math import log
from typing import ClassVar

from pipeline.catalog.ai_skills import ai_forms
from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.form_shapes import FormShapes
from pipeline.catalog.kras import KraMatrix, kra_matrix
from pipeline.catalog.meanings import DimensionMeanings, SkillNames, dimension_meanings, skill_names
from pipeline.catalog.role_levels import RoleBelow, roles_below
from pipeline.catalog.titles import TitleHit, TitleMatrix, Titles, title_forms, title_matrix, titles_of
from pipeline.catalog.value import Catalog
from pipeline.learned.nearness import Nearness, nearness_of
from pipeline.vectors import Encoder

SKILL_FACTS = ("category", "sub_category", "volatility", "typical_lifespan", "version_strategy")
"""The columns of a skill that are proposed for one that the catalog lacks, beside its nature."""


def _equal(table: object, other: object) -> bool:
    """Whether two tables are equal; the rows are compared only where they are not one object."""
    return table is other or table == other


def shares_by_nature(catalog: Catalog, fact: str) -> Mapping[str, Mapping[str, float]]:
    """Return the share of each value of a column among the skills of each nature that have one."""
    counts: dict[str, Counter[str]] = {}
    for skill in catalog.skills:
        value = getattr(skill, fact)
        if value and skill.skill_nature:
            counts.setdefault(skill.skill_nature, Counter())[value] += 1
    return {nature: {value: n / of.total() for value, n in sorted(of.items())} for nature, of in counts.items()}


class Indexes:
    """A catalog with its indexes."""

    DEPENDS_ON: ClassVar = {
        "aliases": ("skills", "skill_aliases", "skill_dimensions"),
        "skill_weight": ("roles", "skill_dimensions", "role_dimensions"),
        "category_of_nature": ("skills",),
        "ai_forms": ("skills", "skill_aliases", "skill_dimensions", "role_dimensions", "roles"),
        "facts_of_nature": ("skills",),
        "form_shapes": ("skills", "skill_aliases", "skill_dimensions"),
        "titles": ("roles", "role_aliases"),
        "roles_below": ("roles", "role_aliases"),
        "title_matrix": ("roles", "role_aliases"),
        "skill_names": ("skills",),
        "dimension_meanings": ("dimensions",),
        "kras": ("roles", "role_kras", "role_dimensions", "dimensions"),
    }
    """The tables from which each index is built."""

    def __init__(self, catalog: Catalog, encoder: Encoder, nearness: Nearness | None = None) -> None:
        """Pair a catalog with an encoder; ``nearness`` is that of its short texts, the current one when null."""
        self.catalog = catalog
        self.encoder = encoder
        self._nearness = nearness

    def for_catalog(self, catalog: Catalog) -> Indexes:
        """Return the indexes of another catalog; those built from equal tables are shared."""
        other = Indexes(catalog, self.encoder, self._nearness)
        built = {name: tables for name, tables in self.DEPENDS_ON.items() if name in self.__dict__}
        equal = {t: _equal(getattr(self.catalog, t), getattr(catalog, t)) for t in {*chain(*built.values())}}
        for name, tables in built.items():
            if all(equal[t] for t in tables):
                other.__dict__[name] = self.__dict__[name]
        return other

    def with_encoder(self, encoder: Encoder) -> Indexes:
        """Return the same indexes, all of them built, with an encoder of the same model for the texts that are run on them."""
        self.warm()
        other = self.for_catalog(self.catalog)
        other.encoder = encoder
        return other

    @cached_property
    def nearness(self) -> Nearness:
        """How titles and terms are compared."""
        return self._nearness or nearness_of(self.encoder)

    @cached_property
    def aliases(self) -> AliasIndex:
        """The index of the skills' surface forms."""
        return AliasIndex(self.catalog)

    @cached_property
    def skill_weight(self) -> Mapping[str, float]:
        """Weight of each skill in 0..1: one minus the share (log scale) of roles that have it."""
        n = max(len(self.catalog.roles), 2)
        return {
            skill: (log((n + 1) / len(roles)) / log(n + 1)) if roles else 0.0
            for skill, roles in self.catalog.roles_of_skill.items()
        }

    @cached_property
    def ai_forms(self) -> re.Pattern[str] | None:
        """The pattern of the forms of the catalog's fields of AI; null where it has none."""
        return ai_forms(self.catalog)

    @cached_property
    def titles(self) -> Titles:
        """Roles by folded title."""
        return titles_of(self.catalog)

    @cached_property
    def roles_below(self) -> Mapping[str, tuple[RoleBelow, ...]]:
        """The more specific roles below each role."""
        return roles_below(self.catalog)

    def find_titles(self, title: str) -> tuple[TitleHit, ...]:
        """Return the roles that own a title: those of its most specific form that any role owns."""
        for form in title_forms(title):
            if form in self.titles:
                return self.titles[form]
        return ()

    @cached_property
    def title_matrix(self) -> TitleMatrix:
        """The vectors and grams of the specific titles."""
        return title_matrix(self.titles, self.encoder, self.nearness)

    @cached_property
    def kras(self) -> KraMatrix:
        """The vectors of the KRAs, and the profiles of the roles."""
        return kra_matrix(self.catalog, self.encoder)

    @cached_property
    def category_of_nature(self) -> Mapping[str, str]:
        """The category that most skills of each nature have, ties by name."""
        counts = Counter((s.skill_nature, s.category) for s in self.catalog.skills if s.skill_nature and s.category)
        ranked = sorted(counts, key=lambda pair: (-counts[pair], pair[1] or ""), reverse=True)
        # Of several entries for a nature the last one stays: that of most skills.
        return {nature: category for nature, category in ranked if nature and category}

    @cached_property
    def facts_of_nature(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """Of each fact of ``SKILL_FACTS`` and each nature, the share of its skills that have each value."""
        return {fact: shares_by_nature(self.catalog, fact) for fact in SKILL_FACTS}

    @cached_property
    def form_shapes(self) -> FormShapes:
        """The skills' forms by what a new term may share with them."""
        return FormShapes(self.catalog, self.aliases)

    @cached_property
    def skill_names(self) -> SkillNames:
        """The vectors of the skills' names."""
        return skill_names(self.catalog, self.encoder, self.nearness)

    @cached_property
    def dimension_meanings(self) -> DimensionMeanings:
        """The vectors of what the dimensions are about."""
        return dimension_meanings(self.catalog, self.encoder)

    def warm(self) -> None:
        """Build all indexes, so that the first run does not wait."""
        _ = self.aliases, self.skill_weight, self.ai_forms, self.titles, self.title_matrix, self.kras
        _ = (
            self.roles_below,
            self.skill_names,
            self.dimension_meanings,
            self.facts_of_nature,
            self.form_shapes.like("warm"),
        )
