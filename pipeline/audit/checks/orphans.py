"""Checks for dimensions and roles without links."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.check import AuditContext, Check, Finding, Reason
from pipeline.audit.subjects import DimensionSubject, RoleSubject
from pipeline.catalog.changes import Change

SCORE = 0.96


class OrphanDimension(Check):
    """Dimensions that no role carries, so that their skills reach no role through them. The repair removes the dimension with
    its links; another way is to let a role carry it.
    """

    kind = "orphan_dimension"
    label = "Dimension without role"
    subject_type = DimensionSubject
    fix_page = "dimensions"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield dimensions without a role."""
        catalog = context.catalog
        for dimension in catalog.dimensions:
            if not catalog.roles_of_dimension.get(dimension.slug):
                why = f"no role carries {dimension.display_name}, so that its skills reach none through it"
                links = [x for x in catalog.skill_dimensions if x.dimension_slug == dimension.slug]
                changes = (*(Change(x, None, why) for x in links), Change(dimension, None, why))
                reasons = (Reason(why), Reason(f"it holds {len(links)} skills"))
                yield Finding(self, DimensionSubject(dimension.slug), SCORE, reasons, changes)


class OrphanRole(Check):
    """Roles that carry no dimension, so that no skill reaches them. The repair removes the role with its titles and KRAs;
    another way is to give it dimensions.
    """

    kind = "orphan_role"
    label = "Role without dimension"
    subject_type = RoleSubject
    fix_page = "roles"

    def find(self, context: AuditContext) -> Iterator[Finding]:
        """Yield roles without a dimension."""
        catalog = context.catalog
        for role in catalog.roles:
            if not catalog.dimensions_of_role.get(role.slug):
                why = f"{role.display_name} carries no dimension, so that no skill reaches it"
                rows = (
                    *catalog.aliases_of_role.get(role.slug, ()),
                    *(x for x in catalog.role_kras if x.role_slug == role.slug),
                    *(x for x in catalog.role_baselines if x.role_slug == role.slug),
                    role,
                )
                changes = tuple(Change(row, None, why) for row in rows)
                yield Finding(self, RoleSubject(role.slug), SCORE, (Reason(why),), changes)
