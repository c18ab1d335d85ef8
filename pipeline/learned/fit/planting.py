"""Faults planted in a catalog at random from a seed, on which the audit's models are fitted and measured."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.catalog import Catalog
from pipeline.catalog.value import SkillDimension


def redirect_links(catalog: Catalog, seed: int, share: float = 0.02) -> tuple[Catalog, set[tuple[str, str]]]:
    """Return the catalog with a share of its links redirected to another dimension, and those, as (skill, dimension) slugs."""
    rng = random.Random(seed)
    links = list(catalog.skill_dimensions)
    present = {(x.skill_slug, x.dimension_slug) for x in links}
    redirected = set()
    for place in rng.sample(range(len(links)), int(share * len(links))):
        slug = links[place].skill_slug
        target = rng.choice([d.slug for d in catalog.dimensions if (slug, d.slug) not in present])
        links[place] = SkillDimension(slug, target)
        redirected.add((slug, target))
    return replace(catalog, skill_dimensions=tuple(links)), redirected


def move_aliases(catalog: Catalog, seed: int, share: float = 0.01) -> tuple[Catalog, set[tuple[str, str]]]:
    """Return the catalog with a share of its aliases given to another skill, and those, as (skill's slug, text)."""
    rng = random.Random(seed)
    aliases = list(catalog.skill_aliases)
    present = {(a.skill_slug, a.alias_text) for a in aliases}
    moved: set[tuple[str, str]] = set()
    for place in rng.sample(range(len(aliases)), int(share * len(aliases))):
        alias = aliases[place]
        owner = rng.choice([s.slug for s in catalog.skills if (s.slug, alias.alias_text) not in present])
        aliases[place] = replace(alias, skill_slug=owner)
        moved.add((owner, alias.alias_text))
    return replace(catalog, skill_aliases=tuple(aliases)), moved
