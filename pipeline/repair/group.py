"""From a group of wrong runs, the one change that puts most of them right: the failures of an experiment often have one cause."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.catalog.changes import Change
from pipeline.catalog.index_edits import IndexEdits
from pipeline.held import HeldRun
from pipeline.repair.candidates import Candidate, Candidates
from pipeline.repair.doubles import Doubles
from pipeline.repair.judged import Effects, JudgedRuns, Watch
from pipeline.repair.wants import Want, WantDimension, check_place, check_want

MAX_ASKED = 40
"""Runs of a group whose candidates are collected."""
MAX_TRIED = 24
"""Candidates that are replayed on the whole group: those that most of its runs have."""
MAX_GIVEN = 5
"""Repairs that are given."""


@dataclass(frozen=True)
class WrongRun:
    """A run by its id, with what it should have been."""

    run_id: str
    held: HeldRun
    want: Want


@dataclass(frozen=True)
class GroupRepair:
    """Changes with the ids of the runs of the group that they put right, and what they do to judged runs beside."""

    changes: tuple[Change, ...]
    puts_right: tuple[str, ...]
    effects: Effects


def repair_group(
    wrong: Sequence[WrongRun], judged: JudgedRuns | None = None, watch: Watch | None = None
) -> tuple[GroupRepair, ...]:
    """Return the changes that put most of a group of runs right, the best first; none where none helps any.

    All runs are held on one catalog. The changes are ranked by the runs that they put right and fix less those that they break, then by
    size. Raises ``InputError`` for a want that the catalog does not know.
    """
    if not wrong:
        return ()
    edits = IndexEdits(wrong[0].held.indexes)
    for run in wrong:
        check_want(run.want, edits.base.catalog)
        check_place(run.want, run.held.jd.text.raw)
    wrong = [replace(run, want=_with_others(run.want, edits)) for run in wrong]
    runs, shared, found = judged or JudgedRuns(()), _shared(wrong, edits), []
    for done, candidate in enumerate(shared):
        if watch is not None:
            watch(done, len(shared))
        if (repair := _tried(candidate, wrong, runs, edits)).puts_right:
            found.append((candidate, repair))
    found.sort(key=lambda x: (-len(x[1].puts_right) - x[1].effects.gain, x[0].size, x[0].rank, _text(x[1].changes)))
    return tuple(repair for _, repair in found[:MAX_GIVEN])


def _shared(wrong: Sequence[WrongRun], edits: IndexEdits) -> list[Candidate]:
    """The candidates of the group's runs, those that most of them have first, then the small and likely ones."""
    counts: Counter[str] = Counter()
    known: dict[str, Candidate] = {}
    doubles = Doubles(edits.base)
    for run in wrong[:MAX_ASKED]:
        if run.held.rejection or run.want.is_met(run.held.result):
            continue
        for candidate in Candidates(run.held, edits.rows, doubles).for_want(run.want):
            key = _text(candidate.changes)
            counts[key] += 1
            known.setdefault(key, candidate)
    order = sorted(known, key=lambda key: (-counts[key], known[key].size, known[key].rank, key))
    return [known[key] for key in order[:MAX_TRIED]]


def _with_others(want: Want, edits: IndexEdits) -> Want:
    """A want with the other dimensions of a skill that is in the wanted one already, all alike in doubt."""
    if not isinstance(want, WantDimension):
        return want
    own = [d.slug for d in edits.base.catalog.dimensions_of_skill.get(want.skill, ())]
    return replace(want, others={d: 0.0 for d in own if d != want.dimension} if want.dimension in own else {})


def _tried(candidate: Candidate, wrong: Sequence[WrongRun], judged: JudgedRuns, edits: IndexEdits) -> GroupRepair:
    indexes = edits.after(candidate.changes)
    puts_right = tuple(
        run.run_id for run in wrong if not run.want.is_met(run.held.result) and run.want.is_met(run.held.on(indexes))
    )
    done = judged.effects(candidate.changes, indexes) if puts_right else Effects()
    return GroupRepair(candidate.changes, puts_right, done)


def _text(changes: Sequence[Change]) -> str:
    """What changes say of rows, in the form of the wire, without their reasons."""
    return json.dumps([{**change.wire(), "reason": ""} for change in changes], sort_keys=True)
