"""Skills, dimensions and roles that are in the catalog twice."""

from __future__ import annotations

from dataclasses import replace

from pipeline.audit.checks.duplicates import DuplicateDimension, DuplicateRole, DuplicateSkill
from pipeline.audit.subjects import PairSubject
from pipeline.catalog import Dimension, Role, RoleAlias, RoleDimension, Skill, SkillDimension
from pipeline.catalog.changes import apply
from tests.pipeline.audit.small import GOOD, found, small

DOCKER = Skill(7, "docker", "Docker", "Tool", "Containers", vendor="Docker Inc", year_introduced=2013)
PLATFORM = replace(DOCKER, id=8, slug="docker-platform", display_name="Docker Platform")


def test_a_skill_under_another_name_goes_and_leads_to_the_other() -> None:
    links = SkillDimension("docker", "services"), SkillDimension("docker-platform", "services")
    catalog = small(skills=(DOCKER, PLATFORM), skill_dimensions=links)
    (finding,) = found(DuplicateSkill(), catalog)
    assert finding.subject == PairSubject("skills", ("docker", "docker-platform"))
    assert finding.repair[-1].before == PLATFORM and finding.repair[-1].successor == "docker"
    assert set(apply(catalog, finding.repair).skill) == {"docker"}


def test_what_another_maker_dimension_or_word_tells_apart_is_no_duplicate() -> None:
    links = SkillDimension("docker", "services"), SkillDimension("docker-platform", "services")
    other_maker = replace(PLATFORM, vendor="Somebody else")
    assert found(DuplicateSkill(), small(skills=(DOCKER, other_maker), skill_dimensions=links)) == []
    elsewhere = links[0], SkillDimension("docker-platform", "reports")
    assert found(DuplicateSkill(), small(skills=(DOCKER, PLATFORM), skill_dimensions=elsewhere)) == []
    compose = replace(PLATFORM, display_name="Docker Compose")
    assert found(DuplicateSkill(), small(skills=(DOCKER, compose), skill_dimensions=links)) == []
    # The same description does in place of the same maker.
    described = replace(other_maker, maturity_reasoning="It runs"), replace(DOCKER, maturity_reasoning="It runs")
    assert len(found(DuplicateSkill(), small(skills=described, skill_dimensions=links))) == 1


def test_dimensions_of_nearly_one_name_and_the_same_skills_are_duplicates() -> None:
    dimensions = (*GOOD["dimensions"], Dimension(3, "report-tools", "Reports Tools"))
    links = (*GOOD["skill_dimensions"], SkillDimension("tableau", "report-tools"))
    (finding,) = found(DuplicateDimension(), small(dimensions=dimensions, skill_dimensions=links))
    assert finding.subject == PairSubject("dimensions", ("report-tools", "reports"))
    # Of two that are as large the later goes.
    assert finding.repair[-1].before == dimensions[2] and finding.repair[-1].successor == "reports"
    assert found(DuplicateDimension(), small(dimensions=dimensions)) == []
    other = (*GOOD["dimensions"], Dimension(3, "report-tools", "Reports Archive"))
    assert found(DuplicateDimension(), small(dimensions=other, skill_dimensions=links)) == []


def test_roles_of_one_name_are_duplicates_and_the_one_with_fewer_titles_goes() -> None:
    roles = (*GOOD["roles"], Role(15, "backend-15", "Back-end developer"))
    titles = (RoleAlias("backend-15", "Server Developer"),)
    (finding,) = found(DuplicateRole(), small(roles=roles, role_aliases=titles))
    assert finding.subject == PairSubject("roles", ("backend", "backend-15"))
    assert finding.repair[-1].before == roles[0] and finding.repair[-1].successor == "backend-15"
    assert "have the same name; 0% of their dimensions" in finding.reasons[0].text


def test_roles_that_carry_the_same_dimensions_are_duplicates_if_these_are_several() -> None:
    every = tuple(RoleDimension(r, d) for r in ("backend", "analyst") for d in ("services", "reports"))
    (finding,) = found(DuplicateRole(), small(role_dimensions=every))
    assert "carry the same dimensions; 100% of their dimensions are in both" in finding.reasons[0].text
    assert found(DuplicateRole(), small(role_dimensions=every[::2])) == []
    assert found(DuplicateRole(), small(role_dimensions=every[:3])) == []
