"""Many runs that are held on one catalog, asked what changes make of them without a replay of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.held import MIN_CONFIDENCE_CHANGE, HeldRun
from pipeline.movable.evidence import MovedEvidence
from pipeline.movable.screen import Outcomes, Screen
from pipeline.stages.skills import FoundSkill, extract_skills

CONFIDENCE_MARGIN = 5e-4
"""What rounding and the order of sums may make of a difference of confidences, ten times over."""
OF_SKILLS = frozenset({"skill_aliases", "skills"})
"""Tables whose changes may give the texts that hold a form of their skills other skills, and touch no other text."""
OF_EVIDENCE = frozenset({"role_aliases", "role_kras", "role_dimensions", "skill_dimensions", "dimensions"})
"""Tables whose changes are reckoned for all runs at once."""


@dataclass(frozen=True)
class State:
    """What the runs come to on one catalog; ``skills`` are those that runs have there, by their places, where they may be others."""

    outcomes: Outcomes
    skills: Mapping[int, Sequence[FoundSkill]]


class HeldTogether:
    """Runs that are held on one catalog, each by its place among them."""

    def __init__(self, runs: Sequence[HeldRun]) -> None:
        self._runs = [run for run in runs if not run.rejection]

    @cached_property
    def _evidence(self) -> MovedEvidence | None:
        return MovedEvidence(Screen(self._runs)) if self._runs else None

    @cached_property
    def _place(self) -> Mapping[int, int]:
        """The places of runs among those whose evidence is known, by ``id()``."""
        return {id(run): i for i, run in enumerate(self._evidence.screen.runs)} if self._evidence else {}

    @property
    def base(self) -> State | None:
        """What the runs come to on their own catalog; null where there are none."""
        return State(self._evidence.screen.outcomes, {}) if self._evidence else None

    def on(self, changes: Sequence[Change], indexes: Indexes) -> State | None:
        """Return what the runs come to on the catalog of ``indexes``, to which ``changes`` lead from their own."""
        if self._evidence is None:
            return None
        runs = self._evidence.screen.runs
        settled = np.full(len(runs), all(map(_is_reckoned, changes)), bool)
        of_texts = [c for c in changes if c.table in OF_SKILLS]
        for i, run in enumerate(runs):
            settled[i] &= not (of_texts and run.may_change(of_texts))
        skills = {i: found for i, run in enumerate(runs) if settled[i] and (found := _skills(run, changes, indexes))}
        return State(self._evidence.outcomes(changes, indexes, skills, settled), skills)

    def stays(self, run: HeldRun, before: State | None, after: State | None) -> bool:
        """Whether a run surely has the same role and the same confidence, but for what nobody sees, in two states."""
        place = self._place.get(id(run))
        if place is None or before is None or after is None:
            return False
        was, now = before.outcomes, after.outcomes
        return bool(
            was.settled[place]
            and now.settled[place]
            and was.chosen[place] == now.chosen[place]
            and abs(was.confidence[place] - now.confidence[place]) < MIN_CONFIDENCE_CHANGE - CONFIDENCE_MARGIN
        )

    def skills_in(self, run: HeldRun, state: State | None) -> Sequence[FoundSkill] | None:
        """Return the skills of a run in a state; null where they are those of its own catalog."""
        place = self._place.get(id(run))
        return None if state is None or place is None else state.skills.get(place)


def _is_reckoned(change: Change) -> bool:
    """Whether what a change makes of the evidence is reckoned: of a role, where it stays in its family under another name."""
    if change.table != "roles":
        return change.table in OF_EVIDENCE or change.table in OF_SKILLS
    was, now = change.before, change.after
    return was is not None and now is not None and was.domain == now.domain


def _skills(run: HeldRun, changes: Sequence[Change], indexes: Indexes) -> Sequence[FoundSkill] | None:
    """The skills of a run on the catalog of ``indexes`` after some changes; null where their weights and places stay as they are."""
    # A form may be meant where a neighbour shares a dimension, so that a link matters to whatever texts may hold its skill.
    moved = {c.key[0] for c in changes if c.table == "skill_dimensions"}
    carried = {c.key[1] for c in changes if c.table == "role_dimensions"}
    if run.owners.isdisjoint(moved) and not (carried and _reaches(run, carried, indexes)):
        return None
    return extract_skills(run.jd, indexes, run.memo)


def _reaches(run: HeldRun, dimensions: AbstractSet[str], indexes: Indexes) -> bool:
    """Whether a skill that the text mentions is in one of some dimensions, before or after."""
    return any(
        d.slug in dimensions
        for skill in run.mentioned
        for catalog in (run.indexes.catalog, indexes.catalog)
        for d in catalog.dimensions_of_skill.get(skill.slug or "", ())
    )
