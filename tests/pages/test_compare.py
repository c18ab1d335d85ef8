"""Compare: two runs side by side, or one with itself on the catalog with a draft."""

from __future__ import annotations

import json
import re
from uuid import UUID, uuid4

import pytest
from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from db.stores.run_records import RunRecords
from pages.compare.export import json_of, markdown_of
from pages.compare.headline import overall
from pages.compare.judgement import Judgement
from pages.compare.sides import compared
from pipeline.catalog import SkillDimension
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, retire
from pipeline.compare import Difference, RunSide
from pipeline.config import Config
from pipeline.contracts import Decision, Extraction, FinalSkill, RoleScore
from pipeline.subjects import SkillSubject
from tests.conftest import JD
from tests.db.conftest import finished
from tests.pages.conftest import button, field, open_page, text_of
from tests.pages.run.test_page import executing, newest
from tests.pages_of_old import SHIPPED

OTHER = JD.replace("Senior Data Engineer", "Mobile Developer").replace("- PySpark, SQL and Hive\n", "")


@pytest.fixture
def pair(writing: Workbench) -> tuple[str, str]:
    """The ids of two runs of different texts."""
    first = newest(writing)
    return str(first), str(finished(writing, writing.executor.start(OTHER)).id)


def drafted(workbench: Workbench) -> int:
    """A draft that takes PySpark out of its dimensions; its number."""
    catalog = workbench.snapshots.current().catalog
    changes = [
        Change(SkillDimension("pyspark", d.slug), None, "not there") for d in catalog.dimensions_of_skill["pyspark"]
    ]
    return workbench.change_sets.stage_for("Ada", changes)


def test_without_two_runs_the_page_says_where_they_come_from(reading: Workbench) -> None:
    app = open_page("compare")
    assert "Choose two runs, or tick several in the history . On a run’s page, Compare engines" in text_of(app)
    assert len(field(app.selectbox, "Left").options) == 1


def test_a_run_that_is_gone_is_named(reading: Workbench) -> None:
    gone = str(uuid4())
    assert f"The run {gone} is not there; it may have been deleted." in text_of(open_page("compare", a=gone))


def test_a_choice_goes_into_the_address(reading: Workbench) -> None:
    app = open_page("compare")
    run_id = str(newest(reading))
    field(app.selectbox, "Left").set_value(run_id).run()
    assert app.query_params["a"] == run_id


def test_a_run_and_itself_do_not_differ(reading: Workbench) -> None:
    run_id = str(newest(reading))
    app = open_page("compare", a=run_id, b=run_id)
    assert "0 of " in text_of(app) and "Nothing was set differently." in text_of(app)
    assert "Nothing differs." in text_of(app)
    field(app.toggle, "Only differences").set_value(False).run()
    assert "Chosen role Data Engineer Data Engineer" in text_of(app)


def test_what_differs_comes_with_both_values(writing: Workbench, pair: tuple[str, str]) -> None:
    shown = text_of(open_page("compare", a=pair[0], b=pair[1]))
    assert "The two runs are of different texts." in shown
    assert "Why" in shown and "Apache Hive primary –" in shown
    assert "Title Senior Data Engineer Mobile Developer" in shown
    assert "another text" in shown and "Both Data Engineer, 3 skills differ: the runs are of different texts" in shown


def test_a_change_of_the_catalog_between_two_runs_is_the_reason(writing: Workbench) -> None:
    before = newest(writing)
    number = drafted(writing)
    writing.change_sets.commit(number, "Ada")
    after = finished(writing, writing.executor.start(JD, name="after")).id
    shown = text_of(open_page("compare", a=str(before), b=str(after)))
    assert "Revision 1" in shown and "Revision 2" in shown
    assert "Set differently: catalog revision 1 → 2." in shown
    assert f"change set {number}, Ada: removes" in shown


def test_a_draft_is_compared_with_todays_catalog_and_can_be_left(writing: Workbench) -> None:
    number = drafted(writing)
    app = open_page("compare", a=str(newest(writing)), draft=str(number))
    shown = text_of(app)
    assert f"The text on today’s catalog, and with draft {number}" in shown
    assert f"With draft {number}" in shown and f"draft {number}: removes" in shown
    button(app, "Compare with a run instead").click().run()
    assert "draft" not in app.query_params
    assert "Choose two runs, or" in text_of(app)


def test_a_side_that_is_executed_is_watched(writing: Workbench) -> None:
    run_id = writing.runs.create(OTHER, "Harbour engineer", Config(engine="openai"))
    with executing(writing, run_id):
        shown = text_of(open_page("compare", a=str(newest(writing)), b=str(run_id)))
    assert "Harbour engineer · Model engine is running." in shown and "Progress" in shown


def test_a_run_without_a_result_cannot_be_compared(writing: Workbench) -> None:
    run_id: UUID = writing.runs.create(OTHER, "Harbour engineer", Config())
    RunRecords(writing.database.engine).failure(run_id, "the store went away", {})
    app = open_page("compare", a=str(newest(writing)), b=str(run_id))
    assert "“Harbour engineer” has no result to compare: the store went away." in text_of(app)


# --- the sentence and who says what is right ----------------------------------------------------------------------


def changed_pair(workbench: Workbench) -> tuple[UUID, UUID, int]:
    """A run before and after a change set that takes the role away; its number."""
    before = newest(workbench)
    catalog = workbench.snapshots.current().catalog
    number = workbench.change_sets.stage_for("Ada", retire(catalog, "roles", "data-engineer", ChangeReason("a test")))
    workbench.change_sets.commit(number, "Ada")
    return before, finished(workbench, workbench.executor.start(JD, name="after")).id, number


def html_of(app: AppTest) -> str:
    return " ".join(element.value for element in app.get("html"))


def test_a_difference_is_one_sentence_with_its_cause(writing: Workbench) -> None:
    before = newest(writing)
    number = drafted(writing)
    writing.change_sets.commit(number, "Ada")
    after = finished(writing, writing.executor.start(JD, name="after")).id
    shown = text_of(open_page("compare", a=str(before), b=str(after)))
    assert re.search(rf"Role the same, \d+ (skill|link)s? differs?, because of change set {number}", shown)
    assert "No reviewer has judged either run, so nothing here is called better or worse." in shown
    assert text_of(open_page("compare", a=str(before), b=str(before))).startswith(" Compare Nothing differs")


def test_better_and_worse_are_said_by_a_verdict_alone(writing: Workbench) -> None:
    before, after, _ = changed_pair(writing)
    page = {"a": str(before), "b": str(after)}
    assert "jdw-headline jdw-" not in html_of(open_page("compare", **page))
    writing.verdicts.give(before, "Nora", "data-engineer")
    app = open_page("compare", **page)
    assert 'class="jdw-headline jdw-bad"' in html_of(app)
    assert "Data Engineer became" in text_of(app) or "No role instead of Data Engineer" in text_of(app)
    assert "1 worse, by the reviewer’s verdict" in text_of(app)
    swapped = open_page("compare", a=str(after), b=str(before))
    assert 'class="jdw-headline jdw-good"' in html_of(swapped) and "1 better, by the reviewer’s verdict" in text_of(
        swapped
    )
    assert f'href="compare?a={after}&amp;b={before}"' in html_of(app)


def side(role: str | None, *skills: FinalSkill) -> RunSide:
    """A side of a comparison that has come to a role and some skills."""
    decision = Decision.model_construct(
        chosen_role=RoleScore.model_construct(slug=role, display_name=role) if role else None
    )
    extraction = Extraction.model_construct(decision=decision, skills=list(skills))
    return RunSide(extraction, None, None, "local", {}, 1, 0.0, None)


def skill_row(slug: str, left: str, right: str) -> Difference:
    return Difference("Skills", SkillSubject(slug, frozenset([slug]), frozenset()), left, right, left != right)


@pytest.mark.parametrize(
    ("slug", "left", "right", "word"),
    [
        ("java", "", "primary", "better"),
        ("java", "primary", "", "worse"),
        ("cobol", "", "primary", "worse"),
        ("cobol", "primary", "", "better"),
        ("java", "primary", "secondary", "other"),
    ],
)
def test_a_skill_is_better_where_the_gold_asks_for_it(slug: str, left: str, right: str, word: str) -> None:
    gold = Judgement(frozenset(["data-engineer"]), frozenset(), frozenset(["java"]), "by the gold of this text")
    assert gold.of_row(skill_row(slug, left, right), side(None), side(None)) == word


def test_a_verdict_knows_only_the_skills_that_it_names() -> None:
    verdict = Judgement(frozenset([None]), frozenset(["cobol"]), None, "by the reviewer’s verdict")
    rows = [skill_row("cobol", "", "primary"), skill_row("java", "", "primary")]
    assert [verdict.of_row(row, side(None), side(None)) for row in rows] == ["worse", "other"]
    assert verdict.of_role(side("a"), side(None)) == "better" and verdict.of_role(side("a"), side("b")) == "other"


def test_both_better_and_worse_is_neither() -> None:
    assert [overall(words) for words in ([], ["better"], ["worse", "worse"], ["better", "worse"])] == [
        "other",
        "better",
        "worse",
        "other",
    ]


def test_a_comparison_is_exported_for_reading_and_for_programs(writing: Workbench, pair: tuple[str, str]) -> None:
    left, right = (writing.runs.load(UUID(i)) for i in pair)
    comparison = compared(left, right, None)
    document = json.loads(json_of(comparison))
    assert [document[s]["run"] for s in ("left", "right")] == list(pair)
    assert "the runs are of different texts" in document["summary"]
    assert {"area": "Skills", "name": "Apache Hive", "left": "primary", "right": ""} in document["differences"]
    text = markdown_of(comparison)
    assert text.startswith("# Senior Data Engineer\n") and "| Apache Hive | primary | – |" in text


# --- more than two ------------------------------------------------------------------------------------------------


def test_several_runs_stand_in_columns_with_the_skills_that_differ(writing: Workbench, pair: tuple[str, str]) -> None:
    third = str(finished(writing, writing.executor.start(JD, name="Once more")).id)
    app = open_page("compare", runs=",".join([*pair, third]))
    shown = text_of(app)
    assert re.search(r"3 runs: (2 roles|the same role), \d+ skills? differs?", shown)
    assert "Senior Data Engineer Mobile Developer Once more" in shown
    assert "Apache Hive primary – primary" in shown and "Python primary" not in shown
    assert f'href="run?id={third}"' in html_of(app) and 'href="skills?slug=hive"' in html_of(app).replace(
        "apache-hive", "hive"
    )


def test_of_several_runs_those_that_are_gone_are_named(writing: Workbench) -> None:
    gone, there = str(uuid4()), str(newest(writing))
    shown = text_of(open_page("compare", runs=f"{there},{gone},nonsense"))
    assert f"The run {gone} is not there" in shown and "The run nonsense is not there" in shown
    assert "There are fewer than two runs to compare." in shown


def test_a_run_of_the_old_system_stands_beside_ours_with_a_reason_for_each_difference(writing: Workbench) -> None:
    (report,) = writing.old_imports.import_files([(SHIPPED.name, SHIPPED.read_bytes())], "Ann")
    assert report.run_id is not None
    ours = finished(writing, writing.executor.run_again(report.run_id)).id
    text = text_of(open_page("compare", "Ann", a=str(report.run_id), b=str(ours)))
    assert re.search(
        r"Role the same, \d+ skills differ, because of wrong alias, extraction misses and \d+ more faults", text
    )
    assert "“CI” was resolved to CodeIgniter by a form filed as version; in our catalog it is a form of CI/CD" in text
    assert "the old run did not take it from the text, which says “Cloud computing”" in text
    assert "Set differently: engine Old system → Local engine." in text and "Old system Revision 1 Why" in text
    exported = json.loads(json_of(compared(writing.runs.load(report.run_id), writing.runs.load(ours), None)))
    assert "wrong_alias" in {fault["kind"] for fault in exported["faults"]}
