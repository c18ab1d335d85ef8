"""Titles and forms that several entries hold: which of them nothing tells apart, and what settles them."""

from __future__ import annotations

import pytest

from pipeline.catalog import Catalog, Role, RoleAlias, Skill, SkillAlias
from pipeline.catalog.changes import apply
from pipeline.catalog.collisions import NameOwners, collision_key, name_owners, shared_names
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.settlements import ask_for_words, merges, settlements, suggested_words
from tests.pipeline.audit.small import NoEncoder, small

WHY = ChangeReason("seen in a run")
SENSITIVE = "CASE_SENSITIVE"
SKILLS = (
    Skill(1, "kubernetes", "Kubernetes", "Tool", "Orchestration", "TOOL"),
    Skill(2, "tableau", "Tableau", "Tool", "Charts", "TOOL"),
    Skill(3, "kite", "Kite", "Tool", "Charts", "TOOL", is_extractable=False),
)


def with_forms(*aliases: SkillAlias) -> Catalog:
    return small(skills=SKILLS, skill_aliases=aliases)


def with_titles(*aliases: RoleAlias) -> Catalog:
    return small(role_aliases=aliases)


def form(skill: str, text: str, *context: str, case: str = "CASE_INSENSITIVE") -> SkillAlias:
    return SkillAlias(None, skill, text, match_strategy=case, context=context)


def held(catalog: Catalog, kind: str, term: str) -> NameOwners:
    return name_owners(Indexes(catalog, NoEncoder()), kind, collision_key(kind, term))


@pytest.mark.parametrize(
    ("one", "other", "is_contested"),
    [
        (form("kubernetes", "K8"), form("tableau", "k8"), True),
        (form("kubernetes", "K8", "pods"), form("tableau", "K8"), True),
        (form("kubernetes", "K8", "pods"), form("tableau", "K8", "charts"), False),
        (form("kubernetes", "K8", "pods"), form("tableau", "K8", "pods", "charts"), True),
        (form("kubernetes", "K8", case=SENSITIVE), form("tableau", "k8", case=SENSITIVE), False),
        (form("kubernetes", "K8", case=SENSITIVE), form("tableau", "k8"), True),
        # A text writes longer names in capitals too.
        (form("kubernetes", "Kube", case=SENSITIVE), form("tableau", "KUBE", case=SENSITIVE), True),
        (form("kubernetes", "Tableau", "pods"), form("tableau", "Charts"), True),
        # No text is searched for it.
        (form("kubernetes", "K8"), form("kite", "K8"), False),
    ],
)
def test_a_form_of_two_skills_is_contested_unless_words_or_case_tell(
    one: SkillAlias, other: SkillAlias, is_contested: bool
) -> None:
    assert held(with_forms(one, other), "skill_alias", one.alias_text).is_contested == is_contested


def test_a_title_is_contested_where_two_roles_hold_it_as_specific() -> None:
    both = with_titles(RoleAlias("backend", "Data-Wrangler"), RoleAlias("analyst", "data wrangler"))
    found = held(both, "title", "Data Wrangler")
    assert found.contested == found.owners == ("analyst", "backend")
    one = with_titles(RoleAlias("backend", "Data Wrangler"), RoleAlias("analyst", "Data Wrangler", True))
    assert held(one, "title", "Data Wrangler").contested == () and held(one, "title", "Data Wrangler").is_shared
    own_name = with_titles(RoleAlias("backend", "Data Analyst"))
    assert held(own_name, "title", "Data Analyst").is_contested


def test_all_that_is_shared_is_listed_titles_first() -> None:
    catalog = small(
        role_aliases=(RoleAlias("backend", "Data Analyst"),),
        skill_aliases=(form("kubernetes", "K8"), form("tableau", "K8"), form("tableau", "Tab")),
    )
    assert [(n.kind, n.term) for n in shared_names(Indexes(catalog, NoEncoder()))] == [
        ("title", "Data Analyst"),
        ("skill_alias", "K8"),
    ]


CONTESTED = {
    "form": (with_forms(form("kubernetes", "K8"), form("tableau", "K8")), "skill_alias", "K8"),
    "form with words": (with_forms(form("kubernetes", "K8", "pods"), form("tableau", "K8")), "skill_alias", "K8"),
    "form by case": (with_forms(form("kubernetes", "K8", case=SENSITIVE), form("tableau", "k8")), "skill_alias", "K8"),
    "name of one": (with_forms(form("kubernetes", "Tableau")), "skill_alias", "Tableau"),
    "title": (with_titles(RoleAlias("backend", "Wrangler"), RoleAlias("analyst", "Wrangler")), "title", "Wrangler"),
    "title that is a name": (with_titles(RoleAlias("backend", "Data Analyst")), "title", "Data Analyst"),
}


@pytest.mark.parametrize("name", CONTESTED)
def test_every_way_to_settle_a_collision_settles_it(name: str) -> None:
    catalog, kind, term = CONTESTED[name]
    before = held(catalog, kind, term)
    assert before.is_contested
    ways = settlements(catalog, before, WHY)
    assert ways and len({way.label for way in ways}) == len(ways)
    for way in ways:
        assert {c.reason for c in way.changes} == {"seen in a run"}
        assert not held(apply(catalog, way.changes), kind, term).is_contested, way.label
    for merged, kept in (before.owners, before.owners[::-1]):
        changed = apply(catalog, merges(catalog, before, merged, kept, WHY))
        assert not held(changed, kind, term).is_contested


def test_the_ways_of_the_owner_that_runs_took_come_first() -> None:
    catalog, kind, term = CONTESTED["form"]
    labels = [way.label for way in settlements(catalog, held(catalog, kind, term), WHY, ["tableau"])]
    assert labels == ["A form of Tableau alone", "A form of Kubernetes alone"]
    catalog, kind, term = CONTESTED["form by case"]
    assert "Told apart by case: K8, k8" in [way.label for way in settlements(catalog, held(catalog, kind, term), WHY)]


def test_a_name_is_never_taken_from_the_skill_that_is_called_so() -> None:
    catalog, kind, term = CONTESTED["name of one"]
    assert [way.label for way in settlements(catalog, held(catalog, kind, term), WHY)] == ["A form of Tableau alone"]


def test_a_form_of_one_skill_alone_asks_for_no_words_any_more() -> None:
    catalog, kind, term = CONTESTED["form with words"]
    way = next(w for w in settlements(catalog, held(catalog, kind, term), WHY) if "Kubernetes" in w.label)
    assert apply(catalog, way.changes).aliases_of_skill["kubernetes"][0].context == ()


def test_a_title_of_one_role_loses_its_word_where_signals_conflict_with_it() -> None:
    catalog = with_titles(RoleAlias("backend", "Wrangler"))
    labels = [way.label for way in settlements(catalog, held(catalog, "title", "Wrangler"), WHY)]
    assert labels == ["No title of Backend Developer", "Generic: it decides for none"]
    assert settlements(catalog, held(catalog, "title", "Nobody"), WHY) == []


def test_words_are_suggested_that_the_other_owner_has_not() -> None:
    catalog, kind, term = CONTESTED["form"]
    found = held(catalog, kind, term)
    words = {slug: suggested_words(catalog, found, slug) for slug in found.owners}
    assert words == {"kubernetes": ("kubernetes",), "tableau": ("tableau",)}
    changed = apply(catalog, ask_for_words(catalog, found, words, WHY))
    assert not held(changed, kind, term).is_contested


def test_a_skill_asks_for_words_beside_its_own_name() -> None:
    catalog, kind, term = CONTESTED["name of one"]
    found = held(catalog, kind, term)
    words = {"kubernetes": ["pods"], "tableau": ["charts"]}
    changed = apply(catalog, ask_for_words(catalog, found, words, WHY))
    assert not held(changed, kind, term).is_contested and held(changed, kind, term).is_shared
    assert changed.aliases_of_skill["tableau"][0].context == ("charts",)


def test_roles_of_one_title_are_told_by_their_order() -> None:
    catalog = small(roles=(Role(1, "b-role", "Wrangler"), Role(2, "a-role", "wrangler")), role_dimensions=())
    assert held(catalog, "title", "Wrangler").contested == ("a-role", "b-role")
