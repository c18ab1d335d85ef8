"""What the catalog that ships must have beyond what the reader asks: no orphan, the known roles, the old pages' facts."""

import csv
from collections import Counter

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.aliases import fold_key
from tests.conftest import shared
from tests.pages_of_old import PAGES, documents


def test_every_skill_has_a_dimension_and_every_dimension_a_role(catalog: Catalog) -> None:
    assert [s.slug for s in catalog.skills if not catalog.dimensions_of_skill.get(s.slug)] == []
    assert [d.slug for d in catalog.dimensions if not catalog.roles_of_dimension.get(d.slug)] == []
    assert [r.slug for r in catalog.roles if not catalog.dimensions_of_role.get(r.slug)] == []


def test_there_are_skills_enough_for_real_texts(catalog: Catalog) -> None:
    assert len(catalog.skills) >= 400
    assert len(catalog.skill_aliases) >= 3000


def test_names_stand_once(catalog: Catalog) -> None:
    for rows in (catalog.roles, catalog.dimensions, catalog.skills):
        names = Counter(r.display_name.lower() for r in rows)  # type: ignore[attr-defined]
        assert [n for n, c in names.items() if c > 1] == []


def test_an_alias_belongs_to_one_skill_unless_context_decides(catalog: Catalog) -> None:
    owners: dict[str, set[str]] = {}
    for alias in catalog.skill_aliases:
        if not alias.context and alias.match_strategy == "CASE_INSENSITIVE":
            owners.setdefault(fold_key(alias.alias_text), set()).add(alias.skill_slug)
    assert {a: o for a, o in owners.items() if len(o) > 1} == {}


def test_no_two_aliases_of_a_skill_differ_only_by_case(catalog: Catalog) -> None:
    seen = Counter((a.skill_slug, a.alias_text.lower()) for a in catalog.skill_aliases)
    assert [k for k, n in seen.items() if n > 1] == []


def test_a_title_alias_belongs_to_one_role(catalog: Catalog) -> None:
    seen = Counter(a.alias_text.lower() for a in catalog.role_aliases)
    assert [k for k, n in seen.items() if n > 1] == []


def test_every_role_has_its_text_titles_and_duties(catalog: Catalog) -> None:
    for role in catalog.roles:
        assert role.domain and role.role_archetype
        assert len(catalog.aliases_of_role[role.slug]) >= 4, role.slug
        assert len(catalog.kras_of_role[role.slug]) >= 3, role.slug


def test_the_roles_that_must_be_there_are_there_with_ids_and_slugs(catalog: Catalog) -> None:
    with shared("roles.csv").open(encoding="utf-8", newline="") as file:
        wanted = {(int(r["id"]), r["slug"], r["display_name"], r["domain"]) for r in csv.DictReader(file)}
    assert wanted <= {(r.id, r.slug, r.display_name, r.domain) for r in catalog.roles}


FAULTS = {"d_init_01", "fullstack-developer"}


@pytest.mark.parametrize("page", PAGES[:3])
def test_what_the_old_pages_state_as_facts_stands_with_its_ids(page: str, catalog: Catalog) -> None:
    step2 = documents(shared(f"seeds/{page}.txt"))[2]
    for detail in step2["skills_detail"]:
        canonical = detail["canonical"]
        if canonical is None:
            continue
        skill = catalog.skill[canonical["slug"]]
        assert (skill.id, skill.display_name, skill.skill_nature) == (
            canonical["id"], canonical["display_name"], canonical["skill_nature"],
        )  # fmt: skip
        linked = {d.slug for d in catalog.dimensions_of_skill[skill.slug]}
        for link in detail["dimensions"]:
            stated = link["dimension"]
            if stated["slug"] in FAULTS:
                continue
            assert stated["slug"] in linked
            dimension = catalog.dimension[stated["slug"]]
            assert (dimension.id, dimension.display_name) == (stated["id"], stated["display_name"])
            roles = {r.slug for r in catalog.roles_of_dimension[stated["slug"]]}
            assert {r["slug"] for r in link["roles_from_db"]} - FAULTS <= roles


def test_the_old_faults_are_not_in_it(catalog: Catalog) -> None:
    assert not FAULTS & {*catalog.dimension, *catalog.role}
    aliases = {(a.skill_slug, a.alias_text): a for a in catalog.skill_aliases}
    assert ("codeigniter", "CI") not in aliases
    assert aliases["kubernetes", "k8s"].alias_type == "ABBREVIATION"
    assert "PHP" not in (catalog.dimension["performance-and-scalability-tuning"].rationale or "")
    assert "full stack" not in (catalog.dimension["api-design-and-contracts"].rationale or "")
