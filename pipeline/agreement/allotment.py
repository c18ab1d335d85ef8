"""Which reviewer is given which run: each run to one, a stated share of them to several, nobody to one twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import InputError


@dataclass(frozen=True)
class Candidate:
    """A run that may be given to reviewers, but for those who have judged it or have it already."""

    run: str
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sharing:
    """Between whom runs are shared out: a share of the runs (``overlap``, 0 to 1) goes to ``judges`` of them, the rest to one each."""

    reviewers: tuple[str, ...]
    overlap: float = 0.0
    judges: int = 2

    def check(self) -> None:
        """Raise ``InputError`` where it cannot be done, saying which number is wrong."""
        if not self.reviewers:
            raise InputError("Nobody is to judge: name at least one reviewer.")
        twice = [name for name, n in Counter(self.reviewers).items() if n > 1]
        if twice:
            raise InputError(f"“{twice[0]}” is named twice among the reviewers.")
        if not 0 <= self.overlap <= 1:
            raise InputError(f"The overlap must be between 0 and 100 %, and is {100 * self.overlap:g} %.")
        if self.overlap and not 2 <= self.judges <= len(self.reviewers):
            several = f"{len(self.reviewers)} reviewer{'s' if len(self.reviewers) > 1 else ''}"
            raise InputError(
                f"{self.judges} are to judge the same run, and there are {several}: "
                "name as many reviewers as that, or set the overlap to 0."
            )

    def shared_of(self, runs: int) -> int:
        """How many of so many runs go to several reviewers; a half is rounded up."""
        return int(runs * self.overlap + 0.5)


@dataclass(frozen=True)
class Allotted:
    """A run with those who are given it."""

    run: str
    reviewers: tuple[str, ...]


def allot(candidates: Sequence[Candidate], sharing: Sharing, seed: int) -> list[Allotted]:
    """Share out runs, in their order; those that everybody has already are left out.

    Which of them go to several is drawn from the seed, so that they stand anywhere in a reviewer's list. Each run goes to those
    with the fewest so far, of these to the ones who share fewest with one another, so that every pair has as many in common.
    Fewer go to several than asked for where too few can be given to so many. Raises ``InputError`` as ``Sharing.check`` does.
    """
    sharing.check()
    free = {c.run: [name for name in sharing.reviewers if name not in c.taken] for c in candidates}
    runs = [run for run, names in free.items() if names]
    can_be_shared = [run for run in runs if len(free[run]) >= sharing.judges]
    wanted = min(sharing.shared_of(len(runs)), len(can_be_shared))
    drawn = np.random.default_rng(seed).permutation(len(can_be_shared))[:wanted]
    shared = {can_be_shared[i] for i in drawn}
    loads: Counter[str] = Counter()
    together: Counter[frozenset[str]] = Counter()
    found = {}
    # Shared ones first: single runs then even out what they leave uneven.
    for run in [*(r for r in runs if r in shared), *(r for r in runs if r not in shared)]:
        found[run] = _chosen(free[run], sharing.judges if run in shared else 1, loads, together)
    return [Allotted(run, found[run]) for run in runs]


def _chosen(free: Sequence[str], n: int, loads: Counter[str], together: Counter[frozenset[str]]) -> tuple[str, ...]:
    """The next ``n`` of those who may be given a run, which is noted with them."""
    chosen: list[str] = []
    for _ in range(n):
        rest = [name for name in free if name not in chosen]
        best = min(rest, key=lambda name: (loads[name], sum(together[frozenset((name, c))] for c in chosen)))
        for other in chosen:
            together[frozenset((best, other))] += 1
        loads[best] += 1
        chosen.append(best)
    return tuple(sorted(chosen))
