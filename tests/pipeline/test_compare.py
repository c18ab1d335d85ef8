"""The diff of two runs: equal runs have none, and what differs comes first with both values."""

from pipeline.catalog import Dimension, RoleDimension, RoleKra, SkillAlias, SkillDimension
from pipeline.catalog.changes import Change, apply
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import ChangeReason, edit, move_link
from pipeline.compare import AREAS, RunSide, causes, compare, setting_differences
from pipeline.run import Run, run
from pipeline.subjects import FieldSubject, LinkSubject, RoleBasis, RoleSubject, SkillSubject, touches
from tests.conftest import JD


def side(result: Run, engine: str = "local", revision: int = 1, **config: object) -> RunSide:
    return RunSide(result.extraction, result.library_match, result.client_output, engine, config, revision, 0.0, 100.0)


def test_a_run_and_itself_do_not_differ(indexes: Indexes) -> None:
    result = run(JD, None, "r", indexes)
    assert not [d for d in compare(side(result), side(result)) if d.differs]
    assert setting_differences(side(result), side(result)) == []


def test_what_differs_is_named_with_both_values_and_comes_first(indexes: Indexes) -> None:
    left = run(JD, None, "r", indexes)
    right = run(
        JD.replace("Senior Data Engineer", "Mobile Developer").replace("- PySpark, SQL and Hive\n", ""),
        None,
        "r",
        indexes,
    )
    rows = compare(side(left), side(right))
    skills = {d.name: (d.left, d.right) for d in rows if d.area == "Skills" and d.differs}
    assert skills["PySpark"] == ("primary", "") and skills["Apache Hive"] == ("primary", "")
    title = next(d for d in rows if (d.area, d.name) == ("Parsed text", "Title"))
    assert (title.left, title.right, title.differs) == ("Senior Data Engineer", "Mobile Developer", True)
    assert any(d.area == "Links" and d.name.startswith("PySpark → ") and d.differs for d in rows)
    order = [(AREAS.index(d.area), not d.differs) for d in rows]
    assert order == sorted(order)


def test_settings_that_differ_are_listed_with_both_values(indexes: Indexes) -> None:
    result = run(JD, None, "r", indexes)
    rows = setting_differences(
        side(result, "local", 1, budget_usd=1), side(result, "openai", 2, budget_usd=1, hide_title=True)
    )
    assert [(d.name, d.left, d.right) for d in rows] == [
        ("Engine", "local", "openai"),
        ("Catalog revision", "1", "2"),
        ("hide title", "", "True"),
    ]


def test_what_differs_is_led_back_to_the_changes_between_the_catalogs(indexes: Indexes) -> None:
    catalog = indexes.catalog
    old = catalog.dimensions_of_skill["kafka"][0]
    moved = move_link(catalog, "kafka", old.slug, "cloud-platforms", ChangeReason())
    other = edit(catalog.skill["kubernetes"], ChangeReason(), vendor="Somebody")
    left, right = (
        side(run(JD, None, "r", on), revision=n)
        for n, on in enumerate((indexes, indexes.for_catalog(apply(catalog, moved))), 1)
    )
    labelled = [*(("change set 7", c) for c in moved), *(("change set 8", c) for c in other)]
    found = causes(compare(left, right), labelled)
    lost = next(row for row in found if row.name == f"Kafka → {old.display_name}")
    assert isinstance(lost.subject, LinkSubject)
    assert (lost.subject.skill.slugs, lost.subject.dimension_slugs) == ({"kafka"}, {old.slug})
    assert {label for label, _ in found[lost]} == {"change set 7"}
    assert {label for row in found if row.area in ("Links", "Skills") for label, _ in found[row]} == {"change set 7"}
    assert causes(compare(left, left), labelled) == {}


def alias_change(slug: str, text: str) -> Change:
    return Change(SkillAlias(None, slug, text), None)


def test_a_skill_is_touched_by_its_own_rows_and_by_the_forms_in_which_it_was_found() -> None:
    skill = SkillSubject("Kafka → Streams", frozenset({"kafka"}), frozenset({"kafka"}))
    assert touches(skill, alias_change("kafka", "never found"))
    assert touches(skill, alias_change("other-skill", "KAFKA"))
    assert touches(skill, Change(SkillDimension("kafka", "d"), None))
    assert not touches(skill, alias_change("other-skill", "other"))
    assert not touches(skill, Change(Dimension(None, "kafka", "Kafka"), None))


def test_a_link_is_touched_by_its_skill_and_by_its_dimension_whatever_their_names_hold() -> None:
    skill = SkillSubject("A → B", frozenset({"a"}), frozenset())
    link = LinkSubject(skill, "C → D", frozenset({"d"}))
    assert link.label == "A → B → C → D"
    assert touches(link, Change(SkillDimension("a", "elsewhere"), None))
    assert touches(link, Change(RoleDimension("role", "d"), None))
    assert not touches(link, Change(RoleDimension("role", "b"), None))


def test_a_role_is_touched_by_the_chosen_roles_by_any_skill_and_by_forms_of_skills_that_differ() -> None:
    differing = SkillSubject("Go", frozenset({"go"}), frozenset({"golang"}))
    role = RoleSubject("Confidence", RoleBasis(frozenset({"sre"}), frozenset({"go", "sql"}), (differing,)))
    assert touches(role, Change(RoleKra("sre", "Keeps it up"), None))
    assert touches(role, Change(SkillDimension("sql", "d"), None))
    assert touches(role, alias_change("other-skill", "golang"))
    assert not touches(role, alias_change("other-skill", "structured query language"))
    assert not touches(FieldSubject("Title"), Change(RoleKra("sre", "Keeps it up"), None))
