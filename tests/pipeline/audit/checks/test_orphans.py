"""Dimensions without a role, and roles without a dimension."""

from __future__ import annotations

from pipeline.audit.checks.orphans import OrphanDimension, OrphanRole
from pipeline.audit.subjects import DimensionSubject, RoleSubject
from pipeline.catalog import RoleAlias, RoleKra
from pipeline.catalog.changes import apply
from tests.pipeline.audit.small import GOOD, found, small


def test_a_dimension_that_no_role_carries_goes_with_its_links() -> None:
    catalog = small(role_dimensions=GOOD["role_dimensions"][1:])
    (finding,) = found(OrphanDimension(), catalog)
    assert finding.subject == DimensionSubject("services") and finding.reasons[1].text == "it holds 1 skills"
    mended = apply(catalog, finding.repair)
    assert set(mended.dimension) == {"reports"} and mended.skill_dimensions == GOOD["skill_dimensions"][1:]


def test_a_role_that_carries_no_dimension_goes_with_its_titles_and_kras() -> None:
    titles = RoleAlias("backend", "Server Developer"), RoleAlias("analyst", "Reporter")
    kras = RoleKra("backend", "Build it"), RoleKra("analyst", "Report it")
    catalog = small(role_dimensions=GOOD["role_dimensions"][1:], role_aliases=titles, role_kras=kras)
    (finding,) = found(OrphanRole(), catalog)
    assert finding.subject == RoleSubject("backend")
    mended = apply(catalog, finding.repair)
    assert (set(mended.role), mended.role_aliases, mended.role_kras) == ({"analyst"}, titles[1:], kras[1:])
