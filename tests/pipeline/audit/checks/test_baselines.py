"""Roles without a baseline, and baselines that the role's skills or the baseline itself contradict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.audit.checks.baselines import MIN_SKILLS, ContradictedBaseline, MissingBaseline
from pipeline.audit.checks.orphans import OrphanRole
from pipeline.audit.subjects import BaselineSubject, RoleSubject
from pipeline.audit.usage import Usage
from pipeline.catalog import Catalog, RoleBaseline, RoleDimension, Skill, SkillDimension
from pipeline.catalog.changes import apply
from tests.pipeline.audit.small import GOOD, found, small

BASELINE = RoleBaseline(
    "backend", "API and service implementation", "Builds services.", "Mainstream Modern", "Kubernetes is usual.", 0.0
)


def stack(band: str, others: str = "MAINSTREAM", native: int = 0, **cells: object) -> Catalog:
    """A catalog in which the backend role reaches many skills of a band and two of another."""
    bands = [band] * MIN_SKILLS + [others] * 2
    skills = tuple(
        Skill(i, f"s{i:02}", f"Skill {i:02}", skill_nature="TOOL", maturity_band=b, is_cloud_native=i <= native)
        for i, b in enumerate(bands, 1)
    )
    return small(
        skills=skills,
        skill_dimensions=tuple(SkillDimension(s.slug, "services") for s in skills),
        role_baselines=(replace(BASELINE, **cells),),  # type: ignore[arg-type]
    )


def test_a_role_without_a_baseline_is_named_where_others_have_one() -> None:
    (finding,) = found(MissingBaseline(), small(role_baselines=(BASELINE,)))
    assert finding.subject == RoleSubject("analyst") and finding.repair == ()
    assert finding.reasons[0].text.startswith(
        "Data Analyst has no baseline, so that a job description which says little"
    )
    assert found(MissingBaseline(), small()) == [], "a catalog may do without baselines"


def test_a_role_without_dimensions_is_reported_for_that_alone() -> None:
    assert OrphanRole.kind in MissingBaseline.yields_to


@pytest.mark.parametrize(
    ("label", "band", "suggested"),
    [
        ("Modern Cloud Native", "LEGACY", "Legacy"),
        ("Legacy", "MODERN", "Mainstream Modern"),
        ("Established", "CUTTING_EDGE", "Cutting Edge"),
        ("Cutting Edge", "ESTABLISHED", "Established"),
    ],
)
def test_a_label_that_is_far_from_the_role_s_skills_is_found_with_the_one_that_fits(
    label: str, band: str, suggested: str
) -> None:
    catalog = stack(band, tech_stack_maturity=label)
    (finding,) = found(ContradictedBaseline(), catalog)
    assert finding.subject == BaselineSubject("backend", "tech_stack_maturity")
    words = band.lower().replace("_", " ")
    assert finding.reasons[0].text == (
        f"the stack of Backend Developer is called {label}, but of the 10 skills that it reaches, 8 are {words} "
        "and 2 are mainstream"
    )
    mended = apply(catalog, finding.repair).baseline_of_role["backend"]
    assert mended.tech_stack_maturity == suggested
    assert mended.maturity_reasoning == (
        f"More skills of the role are {words} than of any other maturity, Skill 01, Skill 02 and Skill 03 among them."
    )
    assert found(ContradictedBaseline(), apply(catalog, finding.repair)) == []


@pytest.mark.parametrize(
    ("label", "band", "others"),
    [
        ("Mainstream Modern", "MODERN", "LEGACY"),
        ("Mainstream", "MAINSTREAM", "MODERN"),
        ("Established", "ESTABLISHED", "MODERN"),
        ("Legacy", "LEGACY", "ESTABLISHED"),
    ],
)
def test_a_label_that_is_near_the_role_s_skills_is_left_alone(label: str, band: str, others: str) -> None:
    assert found(ContradictedBaseline(), stack(band, others, tech_stack_maturity=label)) == []


def test_a_stack_is_not_called_cloud_native_without_skills_made_for_the_cloud() -> None:
    catalog = stack("MODERN", tech_stack_maturity="Modern Cloud Native")
    (finding,) = found(ContradictedBaseline(), catalog)
    assert finding.reasons[0].text.endswith("but only 0 of the 10 skills that it reaches are made for the cloud")
    assert apply(catalog, finding.repair).role_baselines[0].tech_stack_maturity == "Mainstream Modern"
    assert found(ContradictedBaseline(), stack("MODERN", native=2, tech_stack_maturity="Modern Cloud Native")) == []


def test_few_skills_of_known_maturity_contradict_nothing() -> None:
    catalog = stack("LEGACY", tech_stack_maturity="Cutting Edge")
    fewer = replace(catalog, skill_dimensions=catalog.skill_dimensions[: MIN_SKILLS - 1])
    assert found(ContradictedBaseline(), fewer) == []
    alone = replace(catalog, role_dimensions=(RoleDimension("backend", "reports"),))
    assert found(ContradictedBaseline(), alone) == []


def test_the_skills_that_runs_met_oftenest_are_named() -> None:
    catalog = stack("LEGACY", tech_stack_maturity="Cutting Edge")
    (finding,) = found(ContradictedBaseline(), catalog, Usage(runs=9, skills={"s07": 5, "s05": 9}))
    assert "Skill 05, Skill 07 and Skill 01 among them" in finding.repair[0].after.maturity_reasoning  # type: ignore[union-attr]


def test_an_ai_index_without_signs_of_ai_is_found_and_set_to_zero() -> None:
    catalog = small(role_baselines=(replace(BASELINE, ai_index=1.5),))
    (finding,) = found(ContradictedBaseline(), catalog)
    assert finding.subject == BaselineSubject("backend", "ai_index")
    assert finding.reasons[0].text == "Backend Developer has an AI index of 1.5, but no sign of AI"
    assert apply(catalog, finding.repair).role_baselines == (BASELINE,)
    assert finding.label(catalog) == "Backend Developer · AI index"


def test_signs_of_ai_without_an_index_are_for_a_person_to_settle() -> None:
    signs = ("has_ai_skill", "ai_skill_secondary")
    (finding,) = found(ContradictedBaseline(), small(role_baselines=(replace(BASELINE, ai_indicators=signs),)))
    assert (
        finding.repair == () and "(has ai skill, ai skill secondary), but an AI index of 0" in finding.reasons[0].text
    )
    assert (
        found(ContradictedBaseline(), small(role_baselines=(replace(BASELINE, ai_index=2, ai_indicators=signs),))) == []
    )


def test_the_baselines_of_the_small_catalog_are_kept_by_the_repair_of_an_orphan() -> None:
    other = replace(BASELINE, role_slug="analyst")
    catalog = small(role_dimensions=GOOD["role_dimensions"][1:], role_baselines=(BASELINE, other))
    (finding,) = found(OrphanRole(), catalog)
    assert apply(catalog, finding.repair).role_baselines == (other,)
