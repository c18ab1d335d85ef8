"""The diff of two runs: equal runs have none, and what differs comes first with both values."""

from pipeline.catalog.changes import apply
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.operations import Why, edit, move_link
from pipeline.compare import AREAS, RunSide, causes, compare, settings
from pipeline.run import Run, run
from tests.conftest import JD


def side(result: Run, engine: str = "local", revision: int = 1, **config: object) -> RunSide:
    return RunSide(result.api1, result.api2, result.enrichment, engine, config, revision, 0.0, 100.0)


def test_a_run_and_itself_do_not_differ(indexes: Indexes) -> None:
    result = run(JD, None, "r", indexes)
    assert not [d for d in compare(side(result), side(result)) if d.differs]
    assert settings(side(result), side(result)) == []


def test_what_differs_is_named_with_both_values_and_comes_first(indexes: Indexes) -> None:
    left = run(JD, None, "r", indexes)
    right = run(JD.replace("Senior Data Engineer", "Mobile Developer").replace("- PySpark, SQL and Hive\n", ""), None, "r", indexes)
    rows = compare(side(left), side(right))
    skills = {d.name: (d.left, d.right) for d in rows if d.area == "Skills" and d.differs}
    assert skills["PySpark"] == ("primary", "") and skills["Apache Hive"] == ("primary", "")
    title = next(d for d in rows if (d.area, d.name) == ("Parsed text", "Title"))
    assert (title.left, title.right, title.differs) == ("Senior Data Engineer", "Mobile Developer", True)
    assert any(d.area == "Links" and d.name.startswith("PySpark → ") and d.differs for d in rows)
    order = [(AREAS.index(d.area), not d.differs) for d in rows]
    assert order == sorted(order)


def test_settings_that_differ_are_told(indexes: Indexes) -> None:
    result = run(JD, None, "r", indexes)
    told = settings(side(result, "local", 1, budget_usd=1), side(result, "openai", 2, budget_usd=1, hide_title=True))
    assert [(d.name, d.left, d.right) for d in told] == [
        ("Engine", "local", "openai"), ("Catalog revision", "1", "2"), ("hide title", "", "True"),
    ]  # fmt: skip


def test_what_differs_is_led_back_to_the_changes_between_the_catalogs(indexes: Indexes) -> None:
    catalog = indexes.catalog
    old = catalog.dimensions_of_skill["kafka"][0]
    moved = move_link(catalog, "kafka", old.slug, "cloud-platforms", Why())
    other = edit("skills", catalog.skill["kubernetes"], Why(), vendor="Somebody")
    left, right = (side(run(JD, None, "r", on), revision=n) for n, on in enumerate((indexes, indexes.of(apply(catalog, moved))), 1))
    why = causes(left, right, compare(left, right), [*(("change set 7", c) for c in moved), *(("change set 8", c) for c in other)])
    assert {label for label, _ in why["Links", f"Kafka → {old.display_name}"]} == {"change set 7"}
    assert all(label == "change set 7" for (area, _), rows in why.items() if area in ("Links", "Skills") for label, _ in rows)
    assert causes(left, left, compare(left, left), [("change set 7", c) for c in moved]) == {}
