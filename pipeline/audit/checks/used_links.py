"""Links of which the texts of past runs say that the skill's company is never that of the dimension."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import exp, factorial

from pipeline.audit.check import AuditContext, Reason
from pipeline.audit.usage import UsedText
from pipeline.catalog.value import Catalog

MIN_TEXTS = 12
"""Texts that must have a skill before its company in them counts."""
MAX_SHARE, MIN_OTHER_SHARE = 0.03, 0.4
"""Of those texts, the greatest share that shares a dimension which is suspicious, and the least that shares another of the skill's."""
USUAL_LIFT = 3.0
"""How much oftener than by chance the texts with a skill share a dimension of its, at the least."""
MIN_SCORE, MAX_SCORE = 0.5, 0.9


@dataclass
class LinkUse:
    """In how many texts a skill stands, and in how many of them another skill or the role has the dimension, by its slug."""

    texts: int = 0
    shared: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class LinkUses:
    """The use of each skill's links by its slug, and the number of texts with each dimension by its slug."""

    of_skill: Mapping[str, LinkUse]
    with_dimension: Mapping[str, int]


@dataclass(frozen=True)
class UnsharedLink:
    """A link that nothing in the texts with its skill shares."""

    skill_slug: str
    dimension_slug: str
    score: float
    reason: Reason


def link_uses(catalog: Catalog, texts: tuple[UsedText, ...]) -> LinkUses:
    """Return the use of the links of a catalog's skills in texts."""
    uses: dict[str, LinkUse] = defaultdict(LinkUse)
    with_dimension = Counter[str]()
    dimensions = {slug: [d.slug for d in of_skill] for slug, of_skill in catalog.dimensions_of_skill.items()}
    carried = {slug: {d.slug for d in of_role} for slug, of_role in catalog.dimensions_of_role.items()}
    for text in texts:
        members: Counter[str] = Counter(d for s in text.skills for d in dimensions.get(s, ()))
        of_role = carried.get(text.role_slug or "", set())
        with_dimension.update({*members} | of_role)
        for skill in text.skills:
            uses[skill].texts += 1
            uses[skill].shared.update(d for d in dimensions.get(skill, ()) if members[d] > 1 or d in of_role)
    return LinkUses(uses, with_dimension)


def unshared_links(context: AuditContext) -> Iterator[UnsharedLink]:
    """Yield the links whose dimension hardly any text with the skill shares, while another of the skill's is shared."""
    catalog, texts = context.catalog, context.usage.texts
    uses = link_uses(catalog, texts)
    for link in catalog.skill_dimensions:
        link_use = uses.of_skill.get(link.skill_slug)
        if link_use is None or link_use.texts < MIN_TEXTS:
            continue
        others = [d for d in catalog.dimensions_of_skill[link.skill_slug] if d.slug != link.dimension_slug]
        best = max(others, key=lambda d: (link_use.shared[d.slug], d.slug), default=None)
        shared = link_use.shared[link.dimension_slug]
        if (
            best is None
            or shared > MAX_SHARE * link_use.texts
            or link_use.shared[best.slug] < MIN_OTHER_SHARE * link_use.texts
        ):
            continue
        elsewhere = uses.with_dimension[link.dimension_slug] - link_use.texts
        by_chance = link_use.texts * elsewhere / max(len(texts) - link_use.texts, 1)
        name = catalog.skill[link.skill_slug].display_name
        here = catalog.dimension[link.dimension_slug].display_name
        why = (
            f"of {{runs}} runs with {name}, {shared or 'none'} had another skill or a role of {here}, "
            f"and {link_use.shared[best.slug]} had one of {best.display_name}"
        )
        score = MIN_SCORE + (MAX_SCORE - MIN_SCORE) * (1 - _at_most(shared, USUAL_LIFT * by_chance))
        yield UnsharedLink(link.skill_slug, link.dimension_slug, score, Reason(why, link_use.texts))


def _at_most(count: int, expected: float) -> float:
    """The probability of at most a number of rare events of which some are expected (Poisson)."""
    return sum(exp(-expected) * expected**k / factorial(k) for k in range(count + 1))
