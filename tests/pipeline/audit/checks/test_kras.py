"""KRAs that match everything, and KRAs that stand in two roles."""

from __future__ import annotations

from pipeline.audit.checks.kras import GenericKra, SharedKra
from pipeline.audit.subjects import KraSubject
from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, RoleKra
from tests.pipeline.audit.small import WordEncoder, found, small

FIELDS = ("alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "theta")


def of_fields(*more: RoleKra) -> Catalog:
    """Roles of eight fields with a KRA of their field each but the first, and more KRAs."""
    return small(
        roles=tuple(Role(i, f, f.capitalize()) for i, f in enumerate(FIELDS)),
        dimensions=tuple(Dimension(i, f, f"{f} matters") for i, f in enumerate(FIELDS)),
        role_dimensions=tuple(RoleDimension(f, f) for f in FIELDS),
        role_kras=(*(RoleKra(f, f"Handle {f} matters well") for f in FIELDS[1:]), *more),
        skill_dimensions=(),
    )


def test_a_kra_to_which_all_others_are_nearer_is_generic_unless_it_names_a_skill() -> None:
    kras = [RoleKra("alpha", f"alpha {n} alpha {n}") for n in range(12)]
    generic = RoleKra("alpha", "matters well Handle")
    findings = found(GenericKra(), of_fields(*kras, generic), encoder=WordEncoder())
    assert [f.subject for f in findings] == [KraSubject("alpha", generic.kra_text)]
    assert findings[0].repair[0].before == generic and "other roles are nearer" in findings[0].reasons[0].text
    named = RoleKra("alpha", "matters well Handle Kubernetes")
    assert found(GenericKra(), of_fields(*kras, named), encoder=WordEncoder()) == []


def test_a_kra_of_two_roles_stays_with_the_nearer() -> None:
    text = "Handle Beta matters well"
    (finding,) = found(SharedKra(), of_fields(RoleKra("alpha", text)), encoder=WordEncoder())
    assert finding.subject == KraSubject("alpha", text)
    assert finding.reasons[0].text == f"“{text}” stands in Alpha and in Beta, to which it is nearer"
    assert [c.before for c in finding.repair] == [RoleKra("alpha", text)]


def test_roles_of_the_same_dimensions_may_share_a_kra() -> None:
    kras = (RoleKra("backend", "Build it"), RoleKra("analyst", "build  it"))
    links = (RoleDimension("backend", "services"), RoleDimension("analyst", "services"))
    assert found(SharedKra(), small(role_kras=kras, role_dimensions=links), encoder=WordEncoder()) == []
    assert len(found(SharedKra(), small(role_kras=kras), encoder=WordEncoder())) == 1
