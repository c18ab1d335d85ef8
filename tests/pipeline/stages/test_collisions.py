"""What a run says of titles and forms that several entries of the catalog hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.catalog import Catalog, RoleAlias, SkillAlias
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import AliasCollision, Decision
from pipeline.run import run
from tests.conftest import JD

OTHER_TRADE = """Loader of Tables

Every morning we bake bread for the whole town.

Requirements:
- Knead the dough and mind the oven through the night
- Sell rolls and pastry to customers at the counter
- Clean the bakery every day behind the shift
"""


@pytest.fixture(scope="module")
def faulty(catalog: Catalog, indexes: Indexes) -> Indexes:
    """The catalog that ships, with a title of two roles and a form of two skills."""
    titles = (RoleAlias("data-engineer", "Loader of Tables"), RoleAlias("etl-developer", "Loader of Tables"))
    forms = (SkillAlias(None, "codeigniter", "CI"),)
    changed = replace(
        catalog, role_aliases=(*catalog.role_aliases, *titles), skill_aliases=(*catalog.skill_aliases, *forms)
    )
    return indexes.for_catalog(changed)


def decided(text: str, indexes: Indexes, title: str | None = None) -> Decision:
    return run(text, title, "r", indexes).extraction.decision


def met(decision: Decision) -> dict[str, AliasCollision]:
    assert len({c.term for c in decision.alias_collisions}) == len(decision.alias_collisions)
    return {c.term: c for c in decision.alias_collisions}


def test_nothing_collides_where_every_form_has_one_owner(indexes: Indexes) -> None:
    decision = decided(JD, indexes)
    assert decision.alias_collisions == [] and not decision.alias_collision_detected


def test_a_form_of_two_skills_is_told_with_all_of_them_and_every_place(faulty: Indexes) -> None:
    text = JD.replace("Python, Zephyrine", "CI servers, Python, Zephyrine")
    decision = decided(text, faulty)
    ci = met(decision)["CI"]
    assert (ci.kind, ci.parties, ci.chosen, ci.told_apart) == ("skill_alias", ["ci-cd", "codeigniter"], "ci-cd", False)
    assert [m.start for m in ci.mentions] == [text.index("CI/K8s"), text.index("CI servers")]
    assert decision.alias_collision_detected


def test_a_title_of_two_roles_is_told_first_with_its_place_in_the_text(faulty: Indexes) -> None:
    decision = decided(JD.replace("Senior Data Engineer", "Senior Loader of Tables"), faulty)
    first = decision.alias_collisions[0]
    assert decision.chosen_role is not None
    assert (first.kind, first.parties) == ("title", ["data-engineer", "etl-developer"])
    assert first.chosen == decision.chosen_role.slug and not first.told_apart
    assert (first.mentions[0].start, first.mentions[0].text) == (0, "Senior Loader of Tables")
    beside = decided(JD.replace("Senior Data Engineer\n\n", ""), faulty, "Loader of Tables")
    assert beside.alias_collisions[0].mentions == []


def test_a_title_of_two_roles_collides_in_a_text_of_no_role_too(faulty: Indexes) -> None:
    decision = decided(OTHER_TRADE, faulty)
    assert decision.case == "D" and decision.alias_collision_detected
    assert met(decision)["Loader of Tables"].chosen is None


def test_a_title_that_is_specific_to_one_role_alone_is_told_apart(catalog: Catalog, indexes: Indexes) -> None:
    titles = (RoleAlias("data-engineer", "Loader of Tables"), RoleAlias("etl-developer", "Loader of Tables", True))
    changed = indexes.for_catalog(replace(catalog, role_aliases=(*catalog.role_aliases, *titles)))
    decision = decided(JD.replace("Senior Data Engineer", "Loader of Tables"), changed)
    assert met(decision)["Loader of Tables"].told_apart and not decision.alias_collision_detected


def test_a_form_that_nothing_near_decides_is_told_with_none_taken(indexes: Indexes) -> None:
    decision = decided(JD.replace("PySpark, SQL", "RTK, PySpark, SQL"), indexes)
    rtk = met(decision)["RTK"]
    assert (rtk.chosen, rtk.parties, rtk.told_apart) == (None, ["gnss", "redux-toolkit"], True)
    assert not decision.alias_collision_detected


def test_a_rejected_text_collides_with_nothing(faulty: Indexes) -> None:
    decision = decided("Loader of Tables, CI", faulty)
    assert decision.case == "rejected" and decision.alias_collisions == []
