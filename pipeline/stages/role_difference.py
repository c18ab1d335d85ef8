"""What tells a proposed role apart from a role of the catalog: the dimensions, skills and KRAs that one has and the other lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.meanings import SOFT_SKILL
from pipeline.catalog.value import slug_order
from pipeline.contracts import NearRole, wire_score
from pipeline.vectors import Vectors

MAX_NEAR = 3
"""Nearest roles that a draft is held against."""
MAX_NAMED = 6
"""Entries of a kind that are named on either side."""
SAME_KRA = 0.62
"""The cosine from which on a duty is covered by a KRA; below, a run captures it as new (``Config.novel_kra_below``)."""


@dataclass(frozen=True)
class RoleDraft:
    """A role that is proposed: slugs of its dimensions and of the skills of its texts, and its duties."""

    dimensions: Sequence[str]
    skills: Sequence[str]
    kras: Sequence[str]


def difference(draft: RoleDraft, slug: str, indexes: Indexes, probability: float | None = None) -> NearRole:
    """Return what tells a draft apart from a role of the catalog; ``probability`` is how probable the run found that role."""
    catalog = indexes.catalog
    carried = {d.slug for d in catalog.dimensions_of_role.get(slug, ())}
    proposed = [d for d in draft.dimensions if d in catalog.dimension]
    reached = [s for s in draft.skills if slug in catalog.roles_of_skill.get(s, ())]
    uncovered, unmet = _kras(draft.kras, slug, indexes)
    return NearRole(
        slug=slug,
        display_name=catalog.role[slug].display_name,
        probability=None if probability is None else wire_score(probability),
        shared_dimensions=_dimensions([d for d in proposed if d in carried], indexes),
        own_dimensions=_dimensions([d for d in proposed if d not in carried], indexes),
        its_dimensions=_dimensions(sorted(carried - set(proposed), key=slug_order), indexes),
        shared_skills=_skills(reached, indexes),
        own_skills=_skills([s for s in draft.skills if s not in reached], indexes),
        its_skills=_skills(_telling_skills(carried, draft.skills, indexes), indexes)[:MAX_NAMED],
        own_kras=uncovered,
        its_kras=unmet[:MAX_NAMED],
    )


def _dimensions(slugs: Sequence[str], indexes: Indexes) -> list[str]:
    return [indexes.catalog.dimension[slug].display_name for slug in slugs]


def _skills(slugs: Sequence[str], indexes: Indexes) -> list[str]:
    return [indexes.catalog.skill[slug].display_name for slug in slugs if slug in indexes.catalog.skill]


def _telling_skills(carried: set[str], met: Sequence[str], indexes: Indexes) -> list[str]:
    """The skills in a role's dimensions (``carried``) that are not met, the middle of the role first."""
    catalog = indexes.catalog
    own = {
        s.slug
        for dimension in carried
        for s in catalog.skills_of_dimension.get(dimension, ())
        if s.skill_nature != SOFT_SKILL and s.slug not in met
    }
    # In most of its dimensions is the middle of a role; of equals, what fewer other roles reach tells more.
    inside = {s: sum(d.slug in carried for d in catalog.dimensions_of_skill[s]) for s in own}
    weight = indexes.skill_weight
    return sorted(own, key=lambda s: (-inside[s], -round(weight.get(s, 0.0), 6), slug_order(s)))


def _kras(duties: Sequence[str], slug: str, indexes: Indexes) -> tuple[list[str], list[str]]:
    """The duties that no KRA of a role covers, and its KRAs that none of the duties meets."""
    rows = indexes.kras.rows_of(slug)
    if rows is None:
        return list(duties), []
    texts = indexes.kras.texts[rows]
    if not duties:
        return [], list(texts)
    cosine: Vectors = indexes.encoder.encode(list(duties)) @ indexes.kras.vectors[rows].T
    uncovered = np.flatnonzero(cosine.max(axis=1) < SAME_KRA)
    unmet = np.flatnonzero(cosine.max(axis=0) < SAME_KRA)
    return [duties[i] for i in uncovered.tolist()], [texts[i] for i in unmet.tolist()]
