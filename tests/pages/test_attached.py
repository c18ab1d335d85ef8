"""Attached experiments: attached by the form, listed, one of them in its states, one result, two side by side."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.services.workbench import Workbench
from db.stores.attached import Attached, Source
from tests.db.batch_results import BROKEN, write_jds, write_results
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of

JDS = [
    {
        "id": "1",
        "title": "<b>Data</b> Engineer",
        "text": "Python and <i>Airflow</i>",
        "source": "board",
        "role": "data-engineer",
    },
    {"id": "2", "title": "Go Developer", "text": "Go", "source": "mail", "role": "go-backend-developer"},
    {"id": "3", "title": "Porter", "text": "Carry.", "source": "mail", "role": "NONE"},
    {"id": "4", "title": "QA Lead", "text": None, "source": "mail", "role": None},
]
FIRST = {"1": ("data-engineer", 0.9, ["python"]), "2": ("data-engineer", 0.7, ["go"]), "3": (None, 0.2, [])}
SECOND = {**FIRST, "1": ("qa-engineer", 0.6, ["python"]), "2": ("go-backend-developer", 0.8, ["go"])}


@pytest.fixture
def bench(without_runs: Workbench) -> Iterator[Workbench]:
    yield without_runs
    for found in without_runs.attached.all():
        without_runs.attached.remove(found.id)


@pytest.fixture
def attached(bench: Workbench, tmp_path: Path) -> tuple[Attached, Attached]:
    """Two ways of one set, the second of which fixes one role and breaks another."""
    jds = str(write_jds(tmp_path / "jds" / "a.parquet", JDS))
    return tuple(  # type: ignore[return-value]
        bench.attached.attach(name, "Ada", Source(str(write_results(tmp_path / name, said, broken=["4"])), jds))
        for name, said in (("first", FIRST), ("second", SECOND))
    )


def test_the_form_attaches_or_says_what_is_wrong(bench: Workbench, tmp_path: Path) -> None:
    app = open_page("experiments", "Ada")
    assert "Attached" not in [h for h in html_of(app).split(">") if h == "Attached"]
    field(app.text_input, "Results").input(str(tmp_path / "none"))
    field(app.text_input, "Attached as").input("march")
    button(app, "Attach").click().run()
    assert any("is not there. Give the folder" in error.value for error in app.error)
    field(app.text_input, "Results").input(str(write_results(tmp_path / "out", FIRST)))
    button(app, "Attach").click().run()
    (found,) = bench.attached.all()
    assert (found.name, found.author, found.contents.size, found.contents.marked) == ("march", "Ada", 3, 0)
    assert flashed(app) == "“march” is attached: 3 results."
    said = text_of(open_page("experiments"))
    assert "3 results, no gold" in said and "as it was read" in said


def test_one_shows_its_figures_slices_and_results(attached: tuple[Attached, Attached]) -> None:
    first, _ = attached
    app = open_page("experiments", attached=str(first.id))
    said = text_of(app)
    assert "4 results, 3 with gold, 1 broken" in said and "66.7%" in said and "2 of 3" in said
    assert "1 result, page 1 of 1" in said and "Go Developer" in said and "Porter" not in said
    field(app.segmented_control, "Results").set_value("all").run()
    html = html_of(app)
    assert "4 results, page 1 of 1" in text_of(app) and BROKEN in html
    assert "&lt;b&gt;Data&lt;/b&gt; Engineer" in html and "<b>Data</b>" not in html
    field(app.selectbox, "Slice by").set_value("source").run()
    assert f"attached={first.id}&amp;by=source&amp;value=mail" in html_of(app)
    part = open_page("experiments", attached=str(first.id), by="source", value="board")
    assert "0 results, page 1 of 1 · source board" in text_of(part)


def test_one_result_has_its_skills_and_its_text(attached: tuple[Attached, Attached]) -> None:
    app = open_page("experiments", attached=str(attached[0].id), jd="1")
    assert "Python and &lt;i&gt;Airflow&lt;/i&gt;" in html_of(app) and "Data Engineer" in text_of(app)
    gone = open_page("experiments", attached=str(attached[0].id), jd="none")
    assert any("has no job description “none”" in warning.value for warning in gone.warning)


def test_files_that_are_gone_are_said_to_be_and_what_was_read_is_shown(attached: tuple[Attached, Attached]) -> None:
    first, second = attached
    shutil.rmtree(first.source.results)
    app = open_page("experiments", "Ada", attached=str(first.id))
    assert any("is not there any more" in warning.value for warning in app.warning)
    assert "66.7%" in text_of(app) and "Read anew" not in [b.label for b in app.button]
    write_results(Path(second.source.results), {**SECOND, "5": ("qa-engineer", 0.5, [])}, broken=["4"])
    app = open_page("experiments", "Ada", attached=str(second.id))
    assert any("are others than those that were read" in warning.value for warning in app.warning)
    button(app, "Read anew").click().run()
    assert flashed(app) == "“second” is read anew: 5 results."


def test_two_stand_side_by_side(attached: tuple[Attached, Attached]) -> None:
    a, b = (f"attached:{found.id}" for found in attached)
    app = open_page("experiments", a=a, b=b)
    said = text_of(app)
    assert "No sure difference" in said and "1 fixed, 1 broken" in said
    assert "3 job descriptions with gold in both" in said
    assert "What came out differently" in said and "<b>Data</b> Engineer" not in html_of(app)
    part = open_page("experiments", a=a, b=b, by="source", value="mail")
    said = text_of(part)
    assert "Source: mail" in said and "1 fixed" in said and "1 broken" not in said.split("Source: mail")[1]


def test_its_revision_is_named_and_it_stands_in_trends_and_thresholds(attached: tuple[Attached, Attached]) -> None:
    first, _ = attached
    app = open_page("experiments", attached=str(first.id))
    assert "With its revision it stands in Trends" in text_of(
        app
    ) and f"thresholds?experiment=attached%3A{first.id}" in html_of(app)
    field(app.selectbox, "Ran on").set_value(1).run()
    assert "It stands in Trends at its revision." in text_of(app)
    trends = open_page("trends")
    assert f"experiments?attached={first.id}" in html_of(trends) and "66.7 % 20.8 to 93.9 of 3" in text_of(trends)
    thresholds = open_page("thresholds", experiment=f"attached:{first.id}", at="0.8")
    assert "100.0 % of those taken right 1 of 1 on gold" in text_of(thresholds)
    assert "did not write how sure its answers of none are" in text_of(thresholds)
    assert f"experiment=attached%3A{first.id}" in html_of(thresholds)


def test_gold_that_has_gone_is_said_to_be(bench: Workbench, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "text": "x", "role": "qa-engineer"}')
    results = str(write_results(tmp_path / "first", FIRST))
    found = bench.attached.attach("first", "Ada", Source(results, None, str(gold)))
    gold.unlink()
    assert "what was read of it is kept, and is taken" in text_of(open_page("experiments", attached=str(found.id)))
    with bench.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM attached_gold")
    (warning,) = open_page("experiments", attached=str(found.id)).warning
    assert "no copy of it was kept: it cannot be read anew until it is back" in warning.value


def test_one_that_is_not_there_is_said_not_to_be(bench: Workbench) -> None:
    app = open_page("experiments", attached="77")
    assert any("There is no attached experiment 77" in warning.value for warning in app.warning)
