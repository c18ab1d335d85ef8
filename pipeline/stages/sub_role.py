"""The more specific role below the chosen one, where the text speaks for that too: a Java backend below a backend.

It must name what the specific role's titles add to the general one's, in its title or by a skill that it demands. Of several that do,
the one named in the title leads, then the one that more of the demanded skills reach which the general role does not. A text whose
title names two, or in which two are level, is about neither alone.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.role_levels import RoleBelow, all_words
from pipeline.contracts import Decision
from pipeline.stages.ranking import RoleRanking


class _Support(NamedTuple):
    """What speaks for a specific role, compared in this order."""

    in_title: bool
    own_skills: int
    named_skills: int


def with_sub_role(decision: Decision, ranking: RoleRanking, indexes: Indexes) -> Decision:
    """Return a decision with the more specific role below its role; as it is where none is, or where none leads."""
    chosen = decision.chosen_role
    below = indexes.roles_below.get(chosen.slug, ()) if chosen else ()
    supported = {b.slug: support for b in below if chosen and (support := _support(b, chosen.slug, ranking))}
    order = sorted(supported, key=lambda slug: supported[slug], reverse=True)
    if not order or sum(support.in_title for support in supported.values()) > 1:
        return decision
    if len(order) > 1 and supported[order[0]] == supported[order[1]]:
        return decision
    return decision.model_copy(update={"sub_role": order[0]})


def _support(below: RoleBelow, chosen: str, ranking: RoleRanking) -> _Support | None:
    """What speaks for a specific role; null where nothing names what is specific about it."""
    reached = set(ranking.signals.skill_counts.get(below.slug, ()))
    named = [name for name in reached if _is_named(all_words(name), below)]
    in_title = bool(ranking.title) and bool(below.words & all_words(ranking.title or ""))
    if not named and not in_title:
        return None
    return _Support(in_title, len(reached - set(ranking.signals.skill_counts.get(chosen, ()))), len(named))


def _is_named(words: frozenset[str], below: RoleBelow) -> bool:
    """Whether a skill's name is made of what is specific about a role, and of words of the general one."""
    own = words - below.general
    return bool(own) and own <= below.words
