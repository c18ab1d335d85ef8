"""Rationales that fit one role only."""

from __future__ import annotations

import pytest

from pipeline.audit.checks.rationales import NarrowRationale
from pipeline.audit.subjects import DimensionSubject
from pipeline.catalog import Catalog, Dimension, RoleDimension, Skill, SkillDimension
from tests.pipeline.audit.small import GOOD, found, small


def carried_by_both(rationale: str) -> Catalog:
    """A dimension of two roles, and PHP, which one of them has."""
    return small(
        dimensions=(*GOOD["dimensions"], Dimension(3, "tuning", "Tuning", rationale)),
        role_dimensions=(
            *GOOD["role_dimensions"],
            RoleDimension("backend", "tuning"),
            RoleDimension("analyst", "tuning"),
        ),
        skills=(*GOOD["skills"], Skill(3, "php", "PHP", skill_nature="LANGUAGE")),
        skill_dimensions=(*GOOD["skill_dimensions"], SkillDimension("php", "services")),
    )


@pytest.mark.parametrize(
    "rationale, why",
    [
        ("Backend developers keep it fast.", "speaks of Backend Developer alone, but 2 roles carry Tuning"),
        ("Services in PHP are slow.", "speaks of PHP, which 1 of the 2 roles of Tuning have"),
        ("It keeps things fast.", None),
        ("Developers keep it fast.", None),
        ("Kubernetes keeps it fast.", None),
    ],
)
def test_a_rationale_that_speaks_of_one_role_or_language_is_narrow(rationale: str, why: str | None) -> None:
    findings = found(NarrowRationale(), carried_by_both(rationale))
    assert [(f.subject, f.reasons[0].text) for f in findings] == (
        [(DimensionSubject("tuning"), f"“{rationale}” {why}")] if why else []
    )
    assert all(f.repair == () for f in findings)


def test_a_dimension_of_one_role_may_speak_of_it() -> None:
    dimensions = (Dimension(1, "services", "Services", "What backend developers do."), GOOD["dimensions"][1])
    assert found(NarrowRationale(), small(dimensions=dimensions)) == []


def test_a_dimension_may_speak_of_a_language_that_it_holds() -> None:
    catalog = carried_by_both("Services in PHP are slow.")
    linked = small(**{**vars(catalog), "skill_dimensions": (SkillDimension("php", "tuning"),)})
    assert found(NarrowRationale(), linked) == []
