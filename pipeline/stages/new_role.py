"""A proposed new role with what the text says of it: its titles, its duties, the dimensions of its skills, its family.

A text that states no title of its own is named after what it asks for: its leading technology and the kind of work of the
role that is nearest to it ("FinOps Engineer").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.catalog.best_dimension import DimensionChoice
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.title_keys import title_as_written
from pipeline.catalog.titles import plain_title, title_parts
from pipeline.catalog.value import Catalog, slug_order
from pipeline.contracts import Decision, NewRole, NewRoleDimension, ParsedJD
from pipeline.stages.capture import SAME_FROM
from pipeline.stages.duties import Duty
from pipeline.stages.kra_signs import distinct
from pipeline.stages.ranking import RoleRanking
from pipeline.stages.role_difference import MAX_NEAR, RoleDraft, difference
from pipeline.stages.skills import FoundSkill
from pipeline.stages.trades import is_generic_title

MAX_KRAS, MAX_TITLES, MAX_DIMENSIONS = 12, 8, 12
"""How much of a role is proposed at most."""
PRIMARY, SECONDARY = 2, 1
"""What a skill of the text counts in the order of dimensions."""


def name_of_new_role(ranking: RoleRanking) -> str | None:
    """Return the name under which a role is proposed for a text that no role fits; null where none is well founded.

    A title that the catalog has is no new role, though nothing else in the text is the role's, and a generic one says
    nothing: such a text, and one without a title, is named after its leading technology, if it has one of computing.
    """
    title, signals = ranking.title, ranking.signals
    if signals.alias_specific:
        return None
    if title and not signals.alias_generic and not is_generic_title(title):
        return title_as_written(_telling_part(title)) or None
    if signals.leading_skill is None or not ranking.roles:
        return None
    kind = (plain_title(title).split() if title else ranking.name_of(ranking.roles[0].slug).split())[-1:]
    return " ".join([signals.leading_skill, *(word.capitalize() for word in kind)])


def _telling_part(title: str) -> str:
    """The part of a title that names the work: the first of several words that is not generic; else the whole."""
    parts = [part for part in title_parts(title) if len(plain_title(part).split()) > 1 and not is_generic_title(part)]
    return parts[0] if parts else title


def new_role(
    decision: Decision, parsed: ParsedJD, skills: Sequence[FoundSkill], duties: Sequence[Duty], indexes: Indexes
) -> NewRole | None:
    """Return the role that a decision proposes, with what its text says of it; null where it proposes none.

    ``duties`` are those of the text, in order; of several that say the same the first is taken.
    """
    if not decision.is_new_role or not decision.new_role_display_name:
        return None
    catalog = indexes.catalog
    near = [r for r in decision.ranking if r.slug in catalog.role]
    nearest = near[0].slug if near else None
    dimensions, kras = _dimensions(skills, nearest, indexes), _kras(duties)
    draft = RoleDraft([d.slug for d in dimensions], [s.slug for s in hard_skills(skills)], kras)
    return NewRole(
        display_name=decision.new_role_display_name,
        slug=decision.new_role_slug,
        aliases=_titles(parsed, decision.new_role_display_name),
        kras=kras,
        dimensions=dimensions,
        # The nearest role of a text that shares no skill with the catalog is a guess about nothing.
        role_family=_family(decision, catalog) if dimensions else None,
        role_archetype=parsed.role_archetype,
        nearest_role_slug=nearest,
        nearest_roles=[difference(draft, r.slug, indexes, r.probability) for r in near[:MAX_NEAR]],
        queue_id=None,
        status="pending",
    )


def _titles(parsed: ParsedJD, name: str) -> list[str]:
    """The titles of the text beside the role's name, each wording once: without noise and seniority, and its other titles."""
    written = [title_as_written(title) for title in (parsed.role, *parsed.role_aliases) if title]
    titles: dict[str, str] = {}
    for title in (*written, *(t.strip() for t in parsed.role_aliases)):
        if title and not is_generic_title(title):
            titles.setdefault(title.lower(), title)
    titles.pop(name.lower(), None)
    return list(titles.values())[:MAX_TITLES]


def _kras(duties: Sequence[Duty]) -> list[str]:
    if not duties:
        return []
    kept = distinct(np.stack([duty.vector for duty in duties]), SAME_FROM)
    return [duties[i].sentence.text for i in sorted(kept)][:MAX_KRAS]


class HardSkill(NamedTuple):
    """A catalog skill of a text that is no soft skill."""

    slug: str
    is_primary: bool


def hard_skills(skills: Sequence[FoundSkill]) -> list[HardSkill]:
    """Return the catalog skills of a text, soft ones left out."""
    return [HardSkill(s.slug, s.is_primary) for s in skills if s.slug and s.nature != "SOFT_SKILL"]


def _dimensions(skills: Sequence[FoundSkill], nearest: str | None, indexes: Indexes) -> list[NewRoleDimension]:
    """The dimensions that suit the skills best, each skill in one, that of most skills first."""
    catalog = indexes.catalog
    hard = {s.slug: s.is_primary for s in hard_skills(skills)}
    choice = DimensionChoice.for_skills(indexes, nearest, hard.items())
    named: dict[str, list[str]] = defaultdict(list)
    weight: Counter[str] = Counter()
    for slug, is_primary in hard.items():
        # A dimension that no role carries is in question itself.
        found = next((d for d in choice.ordered(slug) if catalog.roles_of_dimension.get(d.slug)), None)
        if found is not None:
            named[found.slug].append(catalog.skill[slug].display_name)
            weight[found.slug] += PRIMARY if is_primary else SECONDARY
    order = sorted(named, key=lambda d: (-weight[d], slug_order(d)))[:MAX_DIMENSIONS]
    return [
        NewRoleDimension(slug=slug, display_name=catalog.dimension[slug].display_name, skills=sorted(named[slug]))
        for slug in order
    ]


def _family(decision: Decision, catalog: Catalog) -> str | None:
    """The family of the roles that are nearest by all signals together."""
    shares: Counter[str] = Counter()
    for role in decision.ranking:
        if role.slug in catalog.role and (domain := catalog.role[role.slug].domain):
            shares[domain] += role.probability  # type: ignore[assignment]
    return min(shares, key=lambda domain: (-shares[domain], domain)) if shares else None
