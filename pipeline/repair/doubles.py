"""What the catalog has twice, and the dimensions that hold anything: faults that are repaired by a merge, or by a retirement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pipeline.audit.check import AuditContext
from pipeline.audit.checks.duplicates import DuplicateDimension, DuplicateRole, DuplicateSkill
from pipeline.audit.checks.links import catch_all_dimensions
from pipeline.audit.links import Links
from pipeline.audit.subjects import PairSubject
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason, merge, retire

MIN_COMMON = 0.6
"""Share of the dimensions of either of two roles that both carry, from which on one may be the other under another name."""


class Doubles:
    """The doubles of one catalog, looked for when they are first asked for."""

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._catalog = indexes.catalog
        self._context = AuditContext(indexes)

    @property
    def links(self) -> Links:
        """All links of skills and dimensions with their signs."""
        return self._context.links

    @cached_property
    def _pairs(self) -> Mapping[str, frozenset[frozenset[str]]]:
        """The pairs of slugs that are doubles by the audit's checks, by table."""
        checks = DuplicateRole(), DuplicateDimension(), DuplicateSkill()
        found: dict[str, frozenset[frozenset[str]]] = {}
        for check in checks:
            subjects = (finding.subject for finding in check.find(self._context))
            found[check.table] = frozenset(frozenset(s.slugs) for s in subjects if isinstance(s, PairSubject))
        return found

    @cached_property
    def _catch_all(self) -> frozenset[str]:
        return frozenset(self.links.dimensions[j] for j in catch_all_dimensions(self.links))

    def are_double(self, table: str, one: str, other: str) -> bool:
        """Whether two roles, dimensions or skills are one under two names."""
        return frozenset((one, other)) in self._pairs[table]

    def are_alike(self, role: str, other: str) -> bool:
        """Whether two roles carry mostly the same dimensions."""
        first, second = ({d.slug for d in self._catalog.dimensions_of_role.get(r, ())} for r in (role, other))
        return len(first & second) > 1 and len(first & second) >= MIN_COMMON * len(first | second)

    def merged(self, table: str, gone: str, kept: str) -> tuple[Change, ...]:
        """Return the changes that merge one into another."""
        name = getattr(self._catalog, {"roles": "role", "dimensions": "dimension", "skills": "skill"}[table])
        why = f"{name[gone].display_name} and {name[kept].display_name} are one under two names"
        return merge(self._catalog, table, gone, kept, ChangeReason(why))

    def retired(self, dimension: str) -> tuple[Change, ...]:
        """Return the changes that retire a dimension that holds anything; none for another."""
        if dimension not in self._catch_all:
            return ()
        why = ChangeReason("its skills have nothing in common")
        return retire(self._catalog, "dimensions", dimension, why)
