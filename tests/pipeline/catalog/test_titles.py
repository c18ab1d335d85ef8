"""Titles are compared in one form: spellings joined, noise and seniority left out step by step."""

import pytest

from pipeline.catalog import Catalog, Role, RoleAlias
from pipeline.catalog.titles import bare_title, fold_title, title_forms, titles_of


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ("Full-Stack  Engr.", "fullstack engineer"),
        ("Front End / Back-end Dev", "frontend backend developer"),
        ("R&D Mgr", "r and d manager"),
        ("Sys Admin (Linux)", "systems administrator linux"),
        ("C++/C# Programmer", "c++ c# developer"),
        ("DevOps", "devops"),
        ("Softwareentwicklerin", "software developer"),
        ("Ingénieur DevOps", "engineer devops"),
        ("SAP-Berater", "sap consultant"),
    ],
)
def test_a_title_is_folded(title: str, folded: str) -> None:
    assert fold_title(title) == folded


def test_the_forms_of_a_title_go_from_the_whole_to_its_parts() -> None:
    assert title_forms("Senior Data Engineer (m/f/d) - Remote") == (
        "senior data engineer m f d remote",
        "data engineer m f d remote",
        "senior data engineer",
        "data engineer",
    )
    assert bare_title("Senior Data Engineer") == "data engineer" and bare_title("") == ""


def test_specific_owners_of_a_title_come_before_generic_ones() -> None:
    catalog = Catalog(
        roles=(Role(1, "a", "Backend Developer"), Role(2, "b", "Web Dev")),
        role_aliases=(RoleAlias("a", "Web Developer", is_generic=True), RoleAlias("a", "Back-End Developer")),
    )
    owners = {title: [(h.role.slug, h.is_generic) for h in hits] for title, hits in titles_of(catalog).items()}
    assert owners == {"web developer": [("b", False), ("a", True)], "backend developer": [("a", False)]}


def test_the_order_of_a_catalogs_rows_makes_no_difference() -> None:
    aliases = (RoleAlias("a", "Web Dev"), RoleAlias("a", "Web Developer"), RoleAlias("a", "Web Programmer"))
    roles = (Role(1, "a", "Web-Developer"),)
    made = [titles_of(Catalog(roles=roles, role_aliases=rows)) for rows in (aliases, aliases[::-1])]
    assert made[0] == made[1]
    assert [hit.alias_text for hit in made[0]["web developer"]] == ["Web Dev"]
