"""How good a revision is, as values: what is right of how many, and what became right or wrong on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.stores.measures import GoldResult, Judged, Revision
from pipeline.intervals import TermCounts

Successors = Mapping[tuple[str, str], str]
"""The entry that stands for one that is gone, by table and slug."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int
    total: int


@dataclass(frozen=True)
class Moved:
    """What became right on a revision that was wrong on the one before, and the other way round."""

    fixed: int = 0
    broken: int = 0


@dataclass(frozen=True)
class RevisionQuality:
    """How good a revision is. ``gold`` is empty and ``changed_runs`` null while that is not measured."""

    revision: Revision
    gold: tuple[GoldResult, ...]
    gold_before: tuple[GoldResult, ...]
    """The same on the revision before; empty where that is not known."""
    verdicts: Share
    by_verdicts: Moved
    changed_runs: int | None
    examined_runs: int | None

    @property
    def is_measured(self) -> bool:
        """Whether the gold texts have been replayed on it."""
        return bool(self.gold)

    @property
    def roles(self) -> Share:
        """Gold texts whose role is right."""
        return Share(sum(g.is_right for g in self.gold), len(self.gold))

    @property
    def term_counts(self) -> tuple[TermCounts, ...]:
        """The skills of each gold text in numbers; texts that no role fits are not asked for skills."""
        return tuple(g.counts for g in self.gold if g.n_wanted or g.extra)

    @property
    def roles_moved(self) -> Moved:
        """Gold texts whose role became right or wrong on it."""
        before = {g.item: g.is_right for g in self.gold_before}
        pairs = [(before[g.item], g.is_right) for g in self.gold if g.item in before]
        return Moved(sum(now and not was for was, now in pairs), sum(was and not now for was, now in pairs))

    @property
    def skills_moved(self) -> Moved:
        """Skills of gold texts that became right or wrong on it: missed or too many before and not now, and the other way round."""
        return skills_moved(self.gold_before, self.gold)


def skills_moved(before: Sequence[GoldResult], now: Sequence[GoldResult]) -> Moved:
    """The skills of gold texts that are right now and were wrong before, and the other way round."""
    wrong_before = {g.item: {*g.missed, *g.extra} for g in before}
    pairs = [(wrong_before[g.item], {*g.missed, *g.extra}) for g in now if g.item in wrong_before]
    return Moved(sum(len(was - wrong) for was, wrong in pairs), sum(len(wrong - was) for was, wrong in pairs))


def by_verdicts(judged: Sequence[Judged], successors: Successors) -> tuple[Share, Moved]:
    """How many judged runs get the role that a reviewer wants, and for how many of them that is new or no more."""

    def agrees(wanted: str | None, role: str | None) -> bool:
        return role == wanted or (wanted is not None and role is not None and successors.get(("roles", wanted)) == role)

    right = fixed = broken = 0
    for group in judged:
        now = agrees(group.wanted, group.now)
        right += now * group.count
        if group.has_before:
            before = agrees(group.wanted, group.before)
            fixed += (now and not before) * group.count
            broken += (before and not now) * group.count
    return Share(right, sum(group.count for group in judged)), Moved(fixed, broken)
