"""The picture of the linkage: a row for each skill or each dimension, at heights of its own, so that no name meets another."""

from __future__ import annotations

from pages.components.theme import LIGHT
from pages.run.linkage import GONE, MAX_SKILLS, NO_ROLE, ROW, Group, Row, draw, groups
from pipeline.linkage import Flow


def test_few_skills_have_a_row_each_those_of_a_dimension_beside_each_other() -> None:
    found = groups(
        [
            Flow("Spark", "Big Data", "Data Engineer"),
            Flow("SQL", "Queries", "Data Engineer"),
            Flow("Hive", "Big Data", "Data Engineer"),
        ],
        "Data Engineer",
    )
    rows = (
        Row("Big Data", ("Spark",), "Data Engineer"),
        Row("Big Data", ("Hive",), "Data Engineer"),
        Row("Queries", ("SQL",), "Data Engineer"),
    )
    assert found == [Group("Data Engineer", rows, True)]


def test_many_skills_share_the_row_of_their_dimension() -> None:
    flows = [Flow(f"Skill {n}", f"Dimension {n % 2}", "Tester") for n in range(MAX_SKILLS + 1)]
    (group,) = groups(flows, None)
    assert [len(row.skills) for row in group.rows] == [8, 7] and group.skills == 15


def test_the_chosen_role_comes_first_no_role_late_and_what_is_gone_last() -> None:
    flows = [Flow("Agile", "Catch-all", None), Flow("Go", "Code", "Developer"), Flow("Git", "Tools", "Tester")]
    found = groups(flows, "Tester", [Flow("CI", "Web", None)])
    assert [group.role for group in found] == ["Tester", "Developer", NO_ROLE, GONE]
    assert groups([], None) == []


def test_no_two_names_of_a_column_are_nearer_than_a_row_and_names_that_fit_are_whole() -> None:
    names = [
        "Microservices and Distributed Systems",
        "A name that is far too long for the room that a dimension has here",
    ]
    flows = [Flow(f"Skill {n}", names[n % 2] if n < 4 else f"Dimension {n}", f"Role {n // 3}") for n in range(24)]
    figure = draw(groups(flows, "Role 1"), LIGHT)
    columns: dict[float, list[float]] = {}
    for name in figure.layout.annotations:
        columns.setdefault(name.x, []).append(name.y)
    assert len(columns) == 3
    for heights in columns.values():
        assert min(b - a for a, b in zip(sorted(heights), sorted(heights)[1:], strict=False)) >= ROW
    texts = [name.text for name in figure.layout.annotations]
    assert names[0] in texts and names[1] not in texts and sum(text.endswith("…") for text in texts) == 2


def test_a_name_with_tags_is_shown_as_it_is() -> None:
    figure = draw(groups([Flow("<b>C</b>", "Tools", "Tester")], "Tester"), LIGHT)
    assert "&lt;b&gt;C&lt;/b&gt;" in [name.text for name in figure.layout.annotations]
