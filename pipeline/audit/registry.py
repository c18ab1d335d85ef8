"""All checks of the audit. A new check is added here, and nowhere else."""

from __future__ import annotations

from pipeline.audit.check import Check
from pipeline.audit.checks.aliases import AliasType, AmbiguousAlias, DuplicateAlias
from pipeline.audit.checks.baselines import ContradictedBaseline, MissingBaseline
from pipeline.audit.checks.duplicates import DuplicateDimension, DuplicateRole, DuplicateSkill
from pipeline.audit.checks.facts import ContradictingFact
from pipeline.audit.checks.kras import GenericKra, SharedKra
from pipeline.audit.checks.links import CatchAllDimension, WrongDimension
from pipeline.audit.checks.orphans import OrphanDimension, OrphanRole
from pipeline.audit.checks.owners import WrongAlias
from pipeline.audit.checks.rationales import NarrowRationale
from pipeline.audit.checks.titles import GenericTitle
from pipeline.audit.checks.usage import MissingSkill, NeverMatched

CHECKS: tuple[Check, ...] = (
    WrongDimension(),
    CatchAllDimension(),
    WrongAlias(),
    AmbiguousAlias(),
    AliasType(),
    DuplicateAlias(),
    DuplicateSkill(),
    DuplicateDimension(),
    DuplicateRole(),
    GenericTitle(),
    GenericKra(),
    SharedKra(),
    NarrowRationale(),
    ContradictingFact(),
    OrphanDimension(),
    OrphanRole(),
    MissingBaseline(),
    ContradictedBaseline(),
    NeverMatched(),
    MissingSkill(),
)
"""The checks in the order in which pages list them."""
_BY_KIND = {check.kind: check for check in CHECKS}


def check_of_kind(kind: str) -> Check | None:
    """Return the check of a kind; null for a kind without a check."""
    return _BY_KIND.get(kind)
