"""Faults planted at random, for measuring the audit."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.catalog import Catalog
from pipeline.catalog.value import SkillDimension


def redirected(catalog: Catalog, seed: int, share: float = 0.02) -> tuple[Catalog, set[tuple[str, str]]]:
    """The catalog with a share of its skill-dimension links led to another dimension, and those that were, as (skill,
    dimension)."""
    rng = random.Random(seed)
    links = list(catalog.skill_dimensions)
    there = {(x.skill_slug, x.dimension_slug) for x in links}
    moved = set()
    for place in rng.sample(range(len(links)), int(share * len(links))):
        slug = links[place].skill_slug
        target = rng.choice([d.slug for d in catalog.dimensions if (slug, d.slug) not in there])
        links[place] = SkillDimension(slug, target)
        moved.add((slug, target))
    return replace(catalog, skill_dimensions=tuple(links)), moved


def moved(catalog: Catalog, seed: int, share: float = 0.01) -> tuple[Catalog, set[tuple[str, str]]]:
    """The catalog with a share of its aliases given to another skill, and those that were, as (skill, text)."""
    rng = random.Random(seed)
    aliases = list(catalog.skill_aliases)
    there = {(a.skill_slug, a.alias_text) for a in aliases}
    led: set[tuple[str, str]] = set()
    for place in rng.sample(range(len(aliases)), int(share * len(aliases))):
        alias = aliases[place]
        owner = rng.choice([s.slug for s in catalog.skills if (s.slug, alias.alias_text) not in there])
        aliases[place] = replace(alias, skill_slug=owner)
        led.add((owner, alias.alias_text))
    return replace(catalog, skill_aliases=tuple(aliases)), led
