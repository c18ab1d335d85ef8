"""The neighbours of a catalog entry: the roles nearest to a role, and the skills and dimensions of a matrix of links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog, Dimension, Skill

ScopeKind = Literal["role", "dimension", "category"]


@dataclass(frozen=True)
class NearRole:
    """A role near another: the cosine of their profiles, and how many dimensions both carry."""

    slug: str
    cosine: float
    shared_dimensions: int


def nearest_roles(indexes: Indexes, slug: str, limit: int = 6) -> list[NearRole]:
    """Return the roles nearest to a role by profile, the nearest first; none for a role without KRAs, which has no profile."""
    matrix = indexes.kras
    if slug not in matrix.roles:
        return []
    cosine = matrix.profiles @ matrix.profiles[matrix.roles.index(slug)]
    carried = {role: {d.slug for d in ds} for role, ds in indexes.catalog.dimensions_of_role.items()}
    own = carried.get(slug, set())
    order = sorted(range(len(matrix.roles)), key=lambda i: (-float(cosine[i]), matrix.roles[i]))
    return [
        NearRole(matrix.roles[i], float(cosine[i]), len(own & carried.get(matrix.roles[i], set())))
        for i in order
        if matrix.roles[i] != slug
    ][:limit]


@dataclass(frozen=True)
class LinkScope:
    """The rows and columns of a matrix of links: skills by name, dimensions with the most of these skills first."""

    skills: tuple[Skill, ...]
    dimensions: tuple[Dimension, ...]


def link_scope(catalog: Catalog, kind: ScopeKind, entry: str, unlinked: Iterable[str] = ()) -> LinkScope:
    """Return the scope of a role, a dimension (``entry`` is its slug) or a category (its name).

    A role: its dimensions by name and all their skills. A dimension or category: its skills, and every dimension that holds
    one of them, to which skills can be moved; a dimension itself comes first. ``unlinked`` are slugs of skills that a draft
    takes out of the role's dimensions, which stay listed.
    """
    if kind == "role":
        dimensions = catalog.dimensions_of_role.get(entry, ())
        skills = {s.slug: s for d in dimensions for s in catalog.skills_of_dimension.get(d.slug, ())}
        skills |= {slug: catalog.skill[slug] for slug in unlinked if slug in catalog.skill}
        return LinkScope(_by_name(skills.values()), dimensions)
    members = catalog.skills_of_dimension.get(entry, ())
    if kind == "category":
        members = tuple(s for s in catalog.skills if s.category == entry)
    counts = Counter(d.slug for skill in members for d in catalog.dimensions_of_skill.get(skill.slug, ()))
    if kind == "dimension" and entry in catalog.dimension:
        counts[entry] = len(catalog.skills) + 1
    ordered = sorted(counts, key=lambda d: (-counts[d], d))
    return LinkScope(_by_name(members), tuple(catalog.dimension[d] for d in ordered))


def _by_name(skills: Iterable[Skill]) -> tuple[Skill, ...]:
    return tuple(sorted(skills, key=lambda s: s.display_name.lower()))
