"""Links that do not fit, dimensions that hold everything, and namesakes."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.audit.checks.links import CatchAllDimension, WrongDimension, namesakes_of_links
from pipeline.audit.links import SIGNS
from pipeline.audit.subjects import DimensionSubject, LinkSubject
from pipeline.catalog import Skill, SkillDimension
from tests.pipeline.audit.small import GOOD, found_with_links, scored_links, small

NAMESAKE = {
    "category": np.log(0.01),
    "category_of_members": np.log(0.02),
    "roles_beside": 0.1,
    "near_gap": 0.1,
    "shared_words": 0.1,
    "shared_words_gap": 0.5,
}


def test_a_link_that_is_probably_wrong_is_dropped_and_led_to_the_nearest_dimension() -> None:
    catalog = small()
    links = scored_links(catalog, {("tableau", "reports"): 0.6, ("kubernetes", "services"): 0.29}, near=0.25)
    links.fit[1] = (0.5, 0.9)
    (finding,) = found_with_links(WrongDimension(), catalog, links)
    assert finding.subject == LinkSubject("tableau", "reports") and finding.score == 0.6
    assert [r.text for r in finding.reasons] == [
        "Reports holds nothing else; nearness to its members 0.25",
        "it has no other dimension",
        "nearest is Services (0.50)",
    ]
    assert [(c.before, c.after) for c in finding.repair] == [
        (SkillDimension("tableau", "reports"), None),
        (None, SkillDimension("tableau", "services")),
    ]


def test_a_skill_with_other_dimensions_is_only_taken_out() -> None:
    catalog = small(skill_dimensions=(*GOOD["skill_dimensions"], SkillDimension("tableau", "services")))
    (finding,) = found_with_links(WrongDimension(), catalog, scored_links(catalog, {("tableau", "services"): 0.8}))
    assert [r.text for r in finding.reasons] == [
        "Services holds Kubernetes; nearness to its members 0.00",
        "its other dimensions are Reports",
    ]
    assert [c.before for c in finding.repair] == [SkillDimension("tableau", "services")]


@pytest.mark.parametrize("rank, members, is_catch_all", [(60, 3, True), (59, 3, False), (60, 2, False)])
def test_a_dimension_whose_members_fit_many_others_better_is_a_catch_all(
    rank: int, members: int, is_catch_all: bool
) -> None:
    skills = tuple(Skill(i, f"s{i}", f"Skill {i}") for i in range(members))
    links = tuple(SkillDimension(s.slug, "services") for s in skills)
    catalog = small(skills=skills, skill_dimensions=links, role_dimensions=())
    scored = scored_links(catalog, {("s1", "services"): 0.9}, either_rank=np.log1p(rank + 1e-9))
    found = found_with_links(CatchAllDimension(), catalog, scored)
    assert bool(found) == is_catch_all
    wrong = {f.subject: f.score for f in found_with_links(WrongDimension(), catalog, scored)}
    if is_catch_all:
        (finding,) = found
        assert finding.subject == DimensionSubject("services")
        assert finding.reasons[0].text.endswith("3 members: Skill 1, Skill 2, Skill 0")
        # No role carries it, so that it goes with its links.
        assert [c.before for c in finding.repair] == [*links, catalog.dimension["services"]]
        assert wrong == {LinkSubject(s.slug, "services"): 0.9 if s.slug == "s1" else 0.75 for s in skills}
    else:
        assert wrong == {LinkSubject("s1", "services"): 0.9}


def test_a_namesake_of_another_maker_is_found_by_the_name_that_it_shares() -> None:
    skills = (
        Skill(1, "puppet", "Puppet", skill_nature="TOOL", vendor="Perforce"),
        Skill(2, "puppeteer", "Puppeteer", skill_nature="LIBRARY", vendor="Google"),
        Skill(3, "ansible", "Ansible", skill_nature="TOOL"),
    )
    catalog = small(skills=skills, skill_dimensions=tuple(SkillDimension(s.slug, "services") for s in skills))
    links = scored_links(catalog, {}, **NAMESAKE)
    assert {row: s.slug for row, s in namesakes_of_links(links).items()} == {0: "puppeteer", 1: "puppet"}
    found = found_with_links(WrongDimension(), catalog, links)
    assert [(f.subject.wire()["skill_slug"], f.score) for f in found] == [("puppet", 0.6), ("puppeteer", 0.6)]
    assert "shares a name with Puppeteer" in found[0].reasons[2].text


@pytest.mark.parametrize(
    "sign, value", [("category", 0.0), ("roles_beside", 0.3), ("near_gap", 0.0), ("shared_words", 9.0)]
)
def test_a_link_that_more_than_a_name_speaks_for_is_no_namesake(sign: str, value: float) -> None:
    skills = (
        Skill(1, "puppet", "Puppet", skill_nature="TOOL"),
        Skill(2, "puppeteer", "Puppeteer", skill_nature="TOOL"),
    )
    catalog = small(skills=skills, skill_dimensions=tuple(SkillDimension(s.slug, "services") for s in skills))
    assert namesakes_of_links(scored_links(catalog, {}, **{**NAMESAKE, sign: value})) == {}
    assert set(NAMESAKE) <= set(SIGNS)
