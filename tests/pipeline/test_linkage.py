"""Where the skills of a run lead: to the chosen role where they can, and the doubtful in sight."""

from pipeline.linkage import Flow, flows, split_orphans
from tests.wire_values import detail, extraction, library_match, persistence_item, skill


def test_a_skill_flows_to_the_chosen_role_over_whichever_dimension_leads_there() -> None:
    match = library_match(
        detail("Docker", ("Containers", ["Platform Engineer"]), ("Delivery", ["Backend Developer"])),
        chosen="Backend Developer",
    )
    assert flows(extraction([skill("Docker")]), match) == [Flow("Docker", "Delivery", "Backend Developer")]


def test_of_several_dimensions_of_the_chosen_role_the_best_one_counts() -> None:
    match = library_match(detail("Bash", ("ETL Tools", ["Chosen"]), ("Shells", ["Chosen"])), chosen="Chosen")
    assert [f.dimension for f in flows(extraction([skill("Bash")]), match)] == ["ETL Tools"]
    (found,) = match.skills_detail
    best = [link.model_copy(update={"best": link.dimension.display_name == "Shells"}) for link in found.dimensions]
    marked = match.model_copy(update={"skills_detail": [found.model_copy(update={"dimensions": best})]})
    assert [f.dimension for f in flows(extraction([skill("Bash")]), marked)] == ["Shells"]


def test_without_the_chosen_role_a_dimension_that_no_role_carries_is_shown_first() -> None:
    match = library_match(
        detail("Docker", ("Containers", ["Platform Engineer", "Backend Developer"]), ("Catch-all", [])),
        chosen="Data Engineer",
    )
    assert flows(extraction([skill("Docker")]), match) == [Flow("Docker", "Catch-all", None)]


def test_without_a_chosen_role_a_skill_flows_to_the_first_role_of_its_first_dimension() -> None:
    match = library_match(detail("Docker", ("Containers", ["Platform Engineer", "Tester"]), ("Delivery", ["Tester"])))
    assert flows(extraction([skill("Docker")]), match) == [Flow("Docker", "Containers", "Platform Engineer")]


def test_flows_to_the_chosen_role_come_first_then_those_to_none_and_primary_skills_first_in_each() -> None:
    skills = [skill("A", primary=False), skill("B"), skill("C"), skill("D"), skill("E", primary=False)]
    match = library_match(
        detail("A", ("One", ["Chosen"])),
        detail("B", ("Two", ["Other"])),
        detail("C", ("One", ["Chosen"])),
        detail("D", ("Three", [])),
        detail("E", ("Three", [])),
        chosen="Chosen",
    )
    assert [(f.skill, f.role) for f in flows(extraction(skills), match)] == [
        ("C", "Chosen"),
        ("A", "Chosen"),
        ("D", None),
        ("E", None),
        ("B", "Other"),
    ]


def test_a_skill_in_no_dimension_and_one_that_the_catalog_lacks_have_no_flow() -> None:
    match = library_match(detail("Docker"), detail("Zephyrine", known=False))
    assert flows(extraction([skill("Docker"), skill("Zephyrine", known=False)]), match) == []


def test_rows_of_dimensions_without_role_are_set_apart_and_those_of_the_chosen_role_come_before_others() -> None:
    orphan = persistence_item("A", "Catch-all", [])
    other = persistence_item("B", "Two", ["Other"])
    of_chosen = persistence_item("C", "One", ["Chosen"], of_chosen=True)
    assert split_orphans([other, of_chosen, orphan]) == ([orphan], [of_chosen, other])
