"""Runs of which somebody said what is right: what a change of the catalog fixes among them, and what it breaks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog
from pipeline.evaluation import count_skills
from pipeline.experiments.results import Gold
from pipeline.held import HeldRun, Result
from pipeline.impact import ROLE_FAULTS, Verdict, carried, faults
from pipeline.movable import HeldTogether

MIN_SCREENED = 40
"""Runs from which on those that a change surely leaves as they are are looked for; fewer are replayed all."""


class JudgedRun:
    """A run that is held, with what is right. ``gold`` is that of its text, ``verdict`` what a reviewer said of it."""

    def __init__(self, run_id: str, held: HeldRun, *, gold: Gold | None = None, verdict: Verdict | None = None) -> None:
        self.run_id = run_id
        self.held = held
        self._gold = gold
        self._verdict = verdict

    @property
    def is_gold(self) -> bool:
        """Whether it is a text with gold, and no run that was judged."""
        return self._gold is not None

    @property
    def roles(self) -> tuple[str | None, ...]:
        """The roles that are right, the best first (null for none); empty where nobody has said so."""
        if self._verdict is not None:
            return (self._verdict.role_slug,) if self._verdict.has_role else ()
        return self._gold.roles if self._gold is not None else ()

    @cached_property
    def before(self) -> int:
        """The faults of the run as it is."""
        return self.faults(self.held.result)

    def faults(self, result: Result) -> int:
        """Return how many points of what is right a result contradicts; a wrong role counts as ``ROLE_FAULTS`` skills."""
        if self._verdict is not None:
            return faults(self._verdict, result.role_slug, result.skill_slugs, result.links)
        return 0 if self._gold is None else self._gold_faults(self._gold, result)

    def _gold_faults(self, gold: Gold, result: Result) -> int:
        of_role = ROLE_FAULTS * (result.role_slug not in gold.roles)
        hard = [s for s in result.skills if s.nature != "SOFT_SKILL"]
        if gold.slugs is not None:
            return of_role + len(gold.slugs ^ {s.slug for s in hard})
        if gold.surfaces is None:
            return of_role
        places = [[(m.raw_start, m.raw_end) for m in s.mentions] for s in hard]
        counts = count_skills(self.held.jd.text.raw, gold.surfaces, places)
        return of_role + counts.predicted - counts.right + counts.wanted - counts.found

    def carried(self, before: Catalog, after: Catalog) -> JudgedRun:
        """The run with what is right as it reads on a catalog after a change: an entry that was merged is the one that it was merged into
        (``impact.carried``).
        """
        verdict = carried(self._verdict, before, after) if self._verdict else None
        gold = self._gold
        if gold is not None:
            roles = (carried(Verdict(role), before, after).role_slug for role in gold.roles)
            gold = replace(gold, roles=tuple(dict.fromkeys(roles)))
        return JudgedRun(self.run_id, self.held, gold=gold, verdict=verdict)


@dataclass(frozen=True)
class Effects:
    """What a change does to judged runs, by their ids: ``fixes`` and ``breaks``; ``touched`` is how many come to something else."""

    fixes: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    touched: int = 0

    @property
    def gain(self) -> int:
        """How many more it fixes than it breaks."""
        return len(self.fixes) - len(self.breaks)


Watch = Callable[[int, int], None]
"""Is called with how many changes have been replayed, and of how many."""


class JudgedRuns:
    """Runs that are held on one catalog and judged, asked what many changes do to them."""

    def __init__(self, runs: Sequence[JudgedRun], together: HeldTogether | None = None) -> None:
        """Take the runs, and where they are among others that are held together, those."""
        self.runs = runs
        self._together = together or HeldTogether([run.held for run in runs])

    def without(self, run_ids: Collection[str]) -> JudgedRuns:
        """Return the others; what is known of all is not made again."""
        return JudgedRuns([run for run in self.runs if run.run_id not in run_ids], self._together)

    def effects(self, changes: Sequence[Change], indexes: Indexes) -> Effects:
        """Return what ``changes``, which lead to the catalog of ``indexes``, do to the runs.

        What is right is read on the new catalog: where entries are merged, a run that has the one that stays is as right as before.
        """
        fixes, breaks, touched = [], [], 0
        renames = any(change.successor for change in changes)
        for run, after in self._after(changes, indexes):
            if not run.held.result.differs(after):
                continue
            touched += 1
            later = run.carried(run.held.indexes.catalog, indexes.catalog) if renames else run
            faults = later.faults(after)
            if faults < run.before:
                fixes.append(run.run_id)
            elif faults > run.before:
                breaks.append(run.run_id)
        return Effects(tuple(fixes), tuple(breaks), touched)

    def _after(self, changes: Sequence[Change], indexes: Indexes) -> Iterator[tuple[JudgedRun, Result]]:
        """What the runs come to that may come to something else."""
        affected = [run for run in self.runs if run.held.may_change(changes)]
        if len(affected) < MIN_SCREENED:
            yield from ((run, run.held.on(indexes)) for run in affected)
            return
        together, after = self._together, self._together.on(changes, indexes)
        for run in affected:
            if not together.stays(run.held, together.base, after):
                yield run, run.held.on(indexes)
            elif (skills := together.skills_in(run.held, after)) is not None:
                yield run, run.held.with_role(tuple(skills), indexes)
