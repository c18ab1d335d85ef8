"""Runs of which somebody said what is right: what a change of the catalog fixes among them, and what it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.catalog.changes import Change
from pipeline.catalog.folding import fold, fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog
from pipeline.evaluation import count_skills
from pipeline.experiments.results import Gold
from pipeline.held import HeldRun, Result
from pipeline.impact import MIN_CONFIDENCE_CHANGE, ROLE_FAULTS, Verdict, carried, faults

OF_TEXTS = frozenset({"skill_aliases", "skill_dimensions", "skills"})
"""Tables whose changes touch no text but those that hold a form of their skills."""


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

    def may_change(self, changes: Sequence[Change]) -> bool:
        """Whether the run can come to something else by some changes."""
        if self.held.rejection:
            return False
        if any(c.table not in OF_TEXTS for c in changes):
            return True
        if self._owners & {c.key[0] for c in changes}:
            return True
        rows = [row for c in changes if c.table == "skill_aliases" for row in (c.before, c.after) if row is not None]
        return any(f"{lead}{fold_key(row.alias_text)}" in self._folded for row in rows for lead in " /")

    @cached_property
    def _folded(self) -> str:
        return fold(f"{self.held.jd.text.view}\n{self.held.jd.title or ''}").text + " "

    @cached_property
    def _owners(self) -> frozenset[str]:
        """The skills that a form in the text may be of."""
        return self.held.indexes.aliases.owners_in(f"{self.held.jd.text.view}\n{self.held.jd.title or ''}")


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


def effects(runs: Sequence[JudgedRun], changes: Sequence[Change], indexes: Indexes) -> Effects:
    """Return what ``changes``, which lead to the catalog of ``indexes``, do to runs that are held on the catalog before."""
    fixes, breaks, touched = [], [], 0
    for run in runs:
        if not run.may_change(changes):
            continue
        before, after = run.held.result, run.held.on(indexes)
        if not _differ(before, after):
            continue
        touched += 1
        faults = run.faults(after)
        if faults < run.before:
            fixes.append(run.run_id)
        elif faults > run.before:
            breaks.append(run.run_id)
    return Effects(tuple(fixes), tuple(breaks), touched)


def _differ(before: Result, after: Result) -> bool:
    """Whether role, skills or links differ, or the confidence by what a person would see."""
    if before.role_slug != after.role_slug or before.skill_slugs != after.skill_slugs:
        return True
    return abs(before.confidence - after.confidence) >= MIN_CONFIDENCE_CHANGE or before.links != after.links
