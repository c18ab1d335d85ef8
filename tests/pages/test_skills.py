"""The page of skills: search, card, and what can be done with a skill."""

import re

from db.services.workbench import Workbench
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.catalog.refs import RunRef
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of


def test_a_card_shows_facts_forms_dimensions_and_the_runs_that_matched_it(reading: Workbench) -> None:
    text = text_of(open_page("skills", slug="kafka"))
    assert "Kafka" in text
    assert "kafka · id" in text
    assert "Messaging and Event Streaming" in text
    assert "Build batch and streaming pipelines with Spark and Kafka" in text


def test_the_list_shows_what_fits_the_words_as_links_that_keep_them(reading: Workbench) -> None:
    app = open_page("skills")
    app.text_input(key="words").input("k8s").run()
    assert '<a href="skills?words=k8s&amp;slug=kubernetes"><span>Kubernetes</span></a>' in html_of(app)
    app.text_input(key="words").input("zzzzqqq").run()
    assert "Nothing fits." in text_of(app)
    assert "jdw-list" not in html_of(app)


def test_the_next_and_the_one_before_are_shown_by_their_keys(reading: Workbench) -> None:
    app = open_page("skills", words="kafka", slug="kafka")
    assert "1 of" in text_of(app)
    assert button(app, "Previous").disabled
    button(app, "Next").click().run()
    second = app.query_params["slug"]
    assert second != "kafka"
    assert "2 of" in text_of(app)
    button(app, "Previous").click().run()
    assert app.query_params["slug"] == "kafka"


def test_retiring_the_last_of_the_list_leaves_the_list_and_says_so(writing: Workbench) -> None:
    last = "powershell"
    app = open_page("skills", "Ada", words=last)
    names = re.findall(r'<a href="skills\?words=powershell&amp;slug=([\w-]+)"', html_of(app))
    app.query_params["slug"] = names[-1]
    app.run()
    app.segmented_control[0].set_value("Merge or retire").run()
    button(app, "Stage: retire it").click().run()
    text = text_of(app)
    assert f"“{names[-1]}” is removed in your draft." in text
    assert names[-1] not in re.findall(r'slug=([\w-]+)"', html_of(app))


def test_after_a_merge_the_survivor_is_shown(writing: Workbench) -> None:
    app = open_page("skills", "Ada", slug="powershell")
    app.segmented_control[0].set_value("Merge or retire").run()
    app.selectbox(key="merge-powershell").set_value("bash").run()
    button(app, "Stage the merge").click().run()
    text = text_of(app)
    assert "“powershell” was merged into “bash” in your draft: Bash is shown." in text
    assert "bash · id" in text


def test_wrong_slugs_and_ids_say_so(reading: Workbench) -> None:
    assert "“no-such” is not in the catalog." in text_of(open_page("skills", slug="no-such"))
    assert "No skill has, or had, the id 99999999." in text_of(open_page("skills", id="99999999"))
    assert "No skill has, or had, the id x." in text_of(open_page("skills", id="x"))


def test_an_edited_cell_is_staged_with_its_reason_and_marked(writing: Workbench) -> None:
    app = open_page("skills", "Ada", slug="redis")
    app.segmented_control[0].set_value("Edit").run()
    field(app.text_input, "Vendor").input("Somebody <b>Else</b>")
    field(app.text_input, "Why").input("They were bought")
    button(app, "Stage").click().run()
    assert flashed(app).startswith("“Redis” is changed. It is in your draft ")
    text = text_of(open_page("skills", "Ada", slug="redis"))
    assert "changed in my draft" in text
    assert "Somebody <b>Else</b>" in text


def test_a_card_tells_who_changed_it_when_why_and_in_which_set(writing: Workbench) -> None:
    assert "Nobody has changed it since the catalog came." in text_of(open_page("skills", slug="redis"))
    redis = writing.snapshots.current().catalog.skill["redis"]
    run = writing.history.recent()[0].id
    changes = edit(redis, ChangeReason("They were bought", RunRef(run)), vendor="Somebody Else")
    number = writing.change_sets.stage_for("Bea", changes)
    writing.change_sets.commit(number, "Cleo")
    app = open_page("skills", slug="redis")
    text = text_of(app)
    assert "History · 1 decision" in text
    assert "Bea, committed by Cleo" in text
    assert "They were bought" in text
    assert "Somebody Else" in text
    assert f"set={number}" in html_of(app)
    assert f'href="run?id={run}"' in html_of(app)
    assert "History ·" not in text_of(open_page("skills", slug="kafka"))
