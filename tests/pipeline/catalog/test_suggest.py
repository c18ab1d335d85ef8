"""What a curator is offered first."""

import time

import pytest

from pipeline.catalog import Catalog, Skill
from pipeline.catalog.suggest import Finder, likely_dimensions, likely_owners


@pytest.mark.parametrize(
    ("form", "owner"),
    [
        ("CI", "CI/CD"),
        ("K8s", "Kubernetes"),
        ("SRE", "Site Reliability Engineering"),
        ("TF", "TensorFlow"),
        ("Spring", "Spring Framework"),
    ],
)
def test_the_skill_that_a_form_names_is_offered_among_the_first(catalog: Catalog, form: str, owner: str) -> None:
    assert owner in [s.display_name for s in likely_owners(catalog, form)][:2]


def test_the_owner_that_a_form_has_now_is_not_offered(catalog: Catalog) -> None:
    assert "kubernetes" not in [s.slug for s in likely_owners(catalog, "K8s", exclude="kubernetes")]


def test_a_skill_is_offered_the_dimensions_of_its_like(catalog: Catalog) -> None:
    own = {d.slug for d in catalog.dimensions_of_skill["redis"]}
    offered = [d.slug for d in likely_dimensions(catalog, "redis")]
    assert offered and not own & set(offered)


def test_names_that_begin_with_what_was_typed_come_first(catalog: Catalog) -> None:
    finder = Finder.from_rows(
        catalog.skills, {s: [a.alias_text for a in rows] for s, rows in catalog.aliases_of_skill.items()}
    )
    found, count = finder.find("kaf")
    assert found[0] == "kafka" and count >= len(found) > 1
    assert finder.find("k8s")[0][0] == "kubernetes"
    assert finder.find("") == (list(finder.slugs[:200]), len(catalog.skills))
    assert finder.find("no such skill") == ([], 0)


def test_a_search_over_14000_entries_takes_less_than_a_fifth_of_a_second() -> None:
    rows = [
        Skill(i, f"skill-{i}", f"Operate machine number {i} with {'care' if i % 2 else 'speed'}") for i in range(14_000)
    ]
    finder = Finder.from_rows(rows, {r.slug: [f"form {r.id} of it", f"another form of {r.id}"] for r in rows})
    began = time.perf_counter()
    for typed in ("o", "op", "oper", "operate mach", "care 13", "form of"):
        finder.find(typed)
    assert (time.perf_counter() - began) / 6 < 0.2
