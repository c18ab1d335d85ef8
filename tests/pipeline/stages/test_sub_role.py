"""The more specific role below a general one: found from the catalog's titles, named where the text speaks for it."""

from __future__ import annotations

import pytest

from pipeline.catalog import Catalog, Role, RoleAlias
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.role_levels import roles_below
from pipeline.run import run


def jd(title: str, *demands: str) -> str:
    listed = "\n".join(f"- {demand}" for demand in demands)
    return f"{title}\n\nResponsibilities:\n- Build services and keep them up\n- Review the code of others\n\nRequirements:\n{listed}\n"


def sub_role(text: str, indexes: Indexes) -> tuple[str | None, str | None]:
    decision = run(text, None, "r", indexes).extraction.decision
    return (decision.chosen_role.slug if decision.chosen_role else None), decision.sub_role


def test_a_role_whose_names_extend_those_of_another_of_its_family_is_below_it() -> None:
    catalog = Catalog(
        roles=(
            Role(None, "gardener", "Park Gardener", "Parks"),
            Role(None, "rose-gardener", "Rose Park Gardener", "Parks"),
            Role(None, "palm-keeper", "Palm House Keeper", "Parks"),
            Role(None, "sea-gardener", "Sea Park Gardener", "Harbours"),
        ),
        role_aliases=(
            RoleAlias("palm-keeper", "Tropical Park Gardener"),
            RoleAlias("palm-keeper", "Park Gardener (Palms)"),
            RoleAlias("palm-keeper", "Palm Park Gardener"),
            RoleAlias("gardener", "Gardener", is_generic=True),
            RoleAlias("gardener", "Park Gardener"),
        ),
    )
    below = {slug: {b.slug: sorted(b.words) for b in found} for slug, found in roles_below(catalog).items()}
    assert below == {
        "gardener": {"palm-keeper": ["house", "keeper", "palm", "tropical"], "rose-gardener": ["rose"]},
    }


@pytest.mark.parametrize(
    ("title", "demands", "expected"),
    [
        ("Back End Software Developer", ("Java, SQL and Linux", "REST, Docker and Redis"), "java-backend-developer"),
        ("Backend Developer", ("Python, Django and FastAPI", "PostgreSQL and Redis"), "python-backend-developer"),
        ("Backend Developer", ("SQL, Redis and REST", "Docker and Kubernetes"), None),
    ],
)
def test_what_a_text_demands_names_the_specific_role(
    title: str, demands: tuple[str, ...], expected: str | None, indexes: Indexes
) -> None:
    assert sub_role(jd(title, *demands), indexes) == ("backend-engineer", expected)


def test_a_title_that_names_two_special_roles_is_about_neither_alone(indexes: Indexes) -> None:
    _, found = sub_role(jd("Backend Developer (Java / Kotlin)", "Java, Spring Boot and Kotlin", "SQL"), indexes)
    assert found is None


def test_a_text_without_a_role_has_no_special_one(indexes: Indexes) -> None:
    assert sub_role(jd("Pastry Chef", "Bake bread and cakes", "A trade diploma"), indexes) == (None, None)
