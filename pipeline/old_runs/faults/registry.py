"""All checks of a run. A new check is added here, and nowhere else."""

from __future__ import annotations

from pipeline.old_runs.faults.check import CheckedRun, Fault, RunCheck
from pipeline.old_runs.faults.decision import (
    GenericTitleDecides,
    KraMatchesEverything,
    RoleByGuess,
    UngroundedNames,
    UnweighedTie,
)
from pipeline.old_runs.faults.library import (
    AliasTypes,
    ContradictingFacts,
    DuplicateRole,
    NarrowRationale,
    UnscopedCluster,
    WrongAlias,
    WrongDimension,
)
from pipeline.old_runs.faults.output import CapturedBlock, DisagreeingFigures, ExtractionMisses, SilentStop

RUN_CHECKS: tuple[RunCheck, ...] = (
    GenericTitleDecides(),
    RoleByGuess(),
    WrongAlias(),
    ExtractionMisses(),
    KraMatchesEverything(),
    UnweighedTie(),
    WrongDimension(),
    UnscopedCluster(),
    CapturedBlock(),
    ContradictingFacts(),
    AliasTypes(),
    DuplicateRole(),
    NarrowRationale(),
    UngroundedNames(),
    DisagreeingFigures(),
    SilentStop(),
)
"""The checks in the order in which pages list them: what changes the result first."""


def faults_of(run: CheckedRun) -> list[Fault]:
    """Return all faults of a run in the order of the checks; those that need our run beside only where it is given."""
    return [fault for check in RUN_CHECKS for fault in check.find(run)]
