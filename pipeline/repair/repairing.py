"""The smallest changes of a catalog that make a run what it should have been, each replayed on the run and on those that are judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

from pipeline.audit.checks.links import catch_all_dimensions, namesakes_of_links
from pipeline.catalog.changes import Change
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.held import HeldRun, Result
from pipeline.repair.candidates import Candidate, Candidates
from pipeline.repair.doubles import Doubles
from pipeline.repair.judged import Effects, JudgedRun, JudgedRuns, Watch
from pipeline.repair.reasons import why_none
from pipeline.repair.wants import Want, WantDimension, WantRole, check_place, check_want

MAX_REPLAYED = 8
"""Repairs that are replayed on judged runs: those that help, the smallest and likeliest first."""
MAX_PAIRED = 8
"""Candidates of which pairs are made, those that bring a run nearest to what is wanted."""


NONE = Effects()
"""What is known of a repair that no judged run was asked about."""


@dataclass(frozen=True)
class Repair:
    """Changes after which the run is as wanted, with the confidence in its role then, and what they do to judged runs.

    ``size`` is how many decisions they are, ``rank`` that of their kind among those of equal effect.
    """

    changes: tuple[Change, ...]
    confidence_after: float
    size: int
    rank: int
    effects: Effects = NONE

    def wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            "changes": [change.wire() for change in self.changes],
            "confidence_after": self.confidence_after,
            "fixes": list(self.effects.fixes),
            "breaks": list(self.effects.breaks),
            "touched": self.effects.touched,
        }


@dataclass(frozen=True)
class Repairs:
    """The repairs of a run, the best first; ``reason`` says in words why there is none."""

    found: tuple[Repair, ...]
    reason: str = ""

    def wire(self) -> list[dict[str, Any]]:
        """Return the JSON list that ``python -m pipeline repair`` prints."""
        return [repair.wire() for repair in self.found]


def repair(held: HeldRun, want: Want, judged: Sequence[JudgedRun] = ()) -> Repairs:
    """Return the smallest changes that make a run what is wanted, ranked by what they fix less what they break among ``judged`` runs,
    which are held on the same catalog, then by size. Raises ``InputError`` for a want that the catalog does not know.
    """
    return Repairer(IndexEdits(held.indexes)).repair(held, want, judged)


class Repairer:
    """Finds repairs of runs on one catalog."""

    def __init__(self, edits: IndexEdits) -> None:
        self._edits = edits
        self._doubles = Doubles(edits.base)

    def repair(self, held: HeldRun, want: Want, judged: Sequence[JudgedRun] = ()) -> Repairs:
        """Return the repairs of one run, as the function of that name does."""
        return self.ranked(self.find(held, want), JudgedRuns(judged))

    def find(self, held: HeldRun, want: Want) -> Repairs:
        """Return the repairs of one run by what they do to it alone, the smallest and likeliest first. Raises as ``repair`` does."""
        check_want(want, held.indexes.catalog)
        check_place(want, held.jd.text.raw)
        if isinstance(want, WantDimension):
            want = replace(want, others=self._others(want))
        if held.rejection or want.is_met(held.result):
            return Repairs((), why_none(held, want))
        candidates = Candidates(held, self._edits.rows, self._doubles).for_want(want)
        tried = [(candidate, *self._replayed(held, candidate)) for candidate in candidates]
        helping = [(candidate, after) for candidate, after, _ in tried if want.is_met(after)]
        if not helping:
            helping = list(self._pairs(held, want, [(c, after) for c, after, _ in tried]))
        helping.sort(key=lambda pair: _order(pair[0], pair[1]))
        found = (Repair(c.changes, after.confidence, c.size, c.rank) for c, after in helping[:MAX_REPLAYED])
        return Repairs(tuple(found), "" if helping else why_none(held, want))

    def ranked(self, repairs: Repairs, judged: JudgedRuns, watch: Watch | None = None) -> Repairs:
        """Return repairs that were found, ranked by what they do to judged runs; ``watch`` is called with how many were replayed, and of
        how many.
        """
        found = []
        for done, one in enumerate(repairs.found):
            if watch is not None:
                watch(done, len(repairs.found))
            found.append(replace(one, effects=judged.effects(one.changes, self._edits.after(one.changes))))
        found.sort(key=lambda repair: (-repair.effects.gain, repair.size, repair.rank, -repair.confidence_after))
        return Repairs(tuple(found), repairs.reason)

    def _replayed(self, held: HeldRun, candidate: Candidate) -> tuple[Result, Indexes]:
        indexes = self._edits.after(candidate.changes)
        return held.on(indexes), indexes

    def _pairs(
        self, held: HeldRun, want: Want, tried: Sequence[tuple[Candidate, Result]]
    ) -> Iterator[tuple[Candidate, Result]]:
        """Two candidates at once that help together, of those that bring the run nearest to what is wanted."""
        order = sorted(tried, key=lambda pair: (-_nearness(want, pair[1]), pair[0].size, pair[0].rank))[:MAX_PAIRED]
        for (one, _), (other, _) in combinations(order, 2):
            if one.places & other.places:
                continue
            both = one.with_other(other)
            after, _ = self._replayed(held, both)
            if want.is_met(after):
                yield both, after

    def _others(self, want: WantDimension) -> Mapping[str, float]:
        """The other dimensions of a skill that is in the wanted one already, with the probability that it does not belong there."""
        own = [d.slug for d in self._edits.base.catalog.dimensions_of_skill.get(want.skill, ())]
        if want.dimension not in own:
            return {}
        return {d: self._probabilities.get((want.skill, d), 0.0) for d in own if d != want.dimension}

    @cached_property
    def _probabilities(self) -> Mapping[tuple[str, str], float]:
        """Of each link, by the slugs of skill and dimension, how doubtful it is: the probability that it is wrong, and one for each fault.

        A dimension that no role carries, or whose skills have nothing in common, holds none rightly; nor does one whose skill shares but a
        name with the others.
        """
        catalog, links = self._edits.base.catalog, self._doubles.links
        alone = {j for j, slug in enumerate(links.dimensions) if slug not in catalog.roles_of_dimension}
        doubtful = alone | set(catch_all_dimensions(links))
        namesakes = namesakes_of_links(links)
        return {
            (links.skills[i].slug, links.dimensions[j]): float(p) + (j in doubtful) + (row in namesakes)
            for row, ((i, j), p) in enumerate(zip(links.pairs, links.wrong, strict=True))
        }


def _order(candidate: Candidate, after: Result) -> tuple[Any, ...]:
    """Small and likely changes first, then those that the run is surest with, then by what they say."""
    text = json.dumps([change.wire() for change in candidate.changes], sort_keys=True)
    return candidate.size, candidate.rank, -after.confidence, text


def _nearness(want: Want, result: Result) -> float:
    """How near a result is to what is wanted: how far the wanted role is ahead of the best other one, in log odds."""
    if not isinstance(want, WantRole) or result.ranking is None:
        return 0.0
    totals = {role.slug: role.total for role in result.ranking.roles}
    if want.slug is None:
        return -max(totals.values(), default=0.0)
    best = max((total for slug, total in totals.items() if slug != want.slug), default=0.0)
    return totals.get(want.slug, 0.0) - best
