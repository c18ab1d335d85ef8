"""The page of collisions: its list, a card with what runs took, what settles one, and what is fine as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from markupsafe import escape

from db.services.workbench import Workbench
from db.stores.collisions import CollisionFilter
from pipeline.catalog import RoleAlias, SkillAlias
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.refs import CollisionRef
from tests.conftest import JD
from tests.db.conftest import finished
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of

TITLE = "Loader <i>of</i> Tables"
"""Held by two roles; what a person has typed is never HTML."""
CI = "skill_alias ci"


@pytest.fixture
def colliding(writing: Workbench) -> Iterator[Workbench]:
    """A workbench with a run that met a title of two roles and a form of two skills."""
    why = ChangeReason("a fault for the test")
    rows = [
        RoleAlias("data-engineer", TITLE),
        RoleAlias("etl-developer", TITLE),
        SkillAlias(None, "codeigniter", "CI"),
    ]
    writing.change_sets.commit(writing.change_sets.stage_for("Root", [why.change(None, r) for r in rows]), "Root")
    finished(writing, writing.executor.start(JD, TITLE))
    yield writing


def draft_changes(workbench: Workbench) -> list[tuple[str, str, tuple[str, ...]]]:
    number = workbench.change_sets.draft_of("Ada")
    assert number is not None
    return [(c.kind, c.table, c.key) for c in workbench.change_sets.load_changes(number)]


def test_nothing_has_collided_yet(without_runs: Workbench) -> None:
    assert "Nothing collides. Where a run meets a title of several roles" in text_of(open_page("collisions"))


def test_the_list_has_what_is_open_with_its_parties_and_the_card_what_runs_took(colliding: Workbench) -> None:
    app = open_page("collisions")
    text = text_of(app)
    assert "2 collisions that runs met" in text
    assert "form of CI/CD and CodeIgniter" in text and "title of Data Engineer and ETL Developer" in text
    assert str(escape(TITLE)) in html_of(app) and "<i>of</i>" not in html_of(app)
    text = text_of(open_page("collisions", collision=CI))
    assert "open Nothing tells CI/CD and CodeIgniter apart." in text
    assert "What runs took, the newest revision first" in text and "Docker/ CI /K8s" in text
    revision = colliding.snapshots.revision()
    assert f"took CI/CD · revision {revision}" in text


def test_an_entry_of_the_log_leads_to_its_collision_and_a_gone_one_says_so(colliding: Workbench) -> None:
    number = next(n for n in range(1, 30) if colliding.collisions.logged(n) == ("skill_alias", "ci"))
    assert "Nothing tells CI/CD and CodeIgniter apart." in text_of(open_page("collisions", log=str(number)))
    assert "The log has no entry 99999" in text_of(open_page("collisions", log="99999"))
    assert "No run has met a collision of “no such”" in text_of(open_page("collisions", collision="title no such"))


def test_filters_narrow_the_list_and_stand_in_the_address(colliding: Workbench) -> None:
    titles = text_of(open_page("collisions", kind="title"))
    assert "1 collision that runs met" in titles and "form of CI/CD" not in titles
    assert "1 collision that runs met" in text_of(open_page("collisions", words="ci"))
    assert "1 collision that runs met" in text_of(open_page("collisions", party="codeigniter"))
    nothing = text_of(open_page("collisions", party="codeigniter", kind="signals"))
    assert "Nothing fits here. Take a filter away" in nothing
    app = open_page("collisions", collision=CI)
    field(app.selectbox, "Party").set_value("etl-developer").run()
    assert "etl-developer" in app.query_params["party"] and "collision" not in app.query_params
    assert "1 collision that runs met" in text_of(app)


def test_one_click_stages_the_repair_with_the_collision_as_its_source_and_the_draft_settles_it(
    colliding: Workbench,
) -> None:
    app = open_page("collisions", "Ada", collision=CI)
    button(app, "A form of CI/CD alone").click().run()
    assert flashed(app).startswith("“CI”: a form of CI/CD alone. It is in your draft")
    assert ("remove", "skill_aliases", ("codeigniter", "CI")) in draft_changes(colliding)
    number = colliding.change_sets.draft_of("Ada")
    (first, *_) = colliding.change_sets.load_changes(number)
    assert first.source == CollisionRef("skill_alias", "ci")
    assert first.reason == "several entries hold “CI”: 1 run took CI/CD"
    text = text_of(app)
    assert "settled by your draft , which shows what it does to past runs: CI/CD alone holds it." in text
    assert "1 collision that runs met" in text and "with your draft" in text
    assert "your draft settles it" in text_of(open_page("collisions", "Ada", state="settled"))
    assert "Nothing tells CI/CD and CodeIgniter apart." in text_of(open_page("collisions", "Bea", collision=CI))


def test_the_likeliest_owner_by_the_texts_comes_first_though_runs_took_another(colliding: Workbench) -> None:
    (row,) = [a for a in colliding.snapshots.current().catalog.aliases_of_skill["ci-cd"] if a.alias_text == "CI"]
    edited = ChangeReason("asks for more").change(row, replace(row, context=("no such words",)))
    colliding.change_sets.commit(colliding.change_sets.stage_for("Root", [edited]), "Root")
    for _ in range(2):
        finished(colliding, colliding.executor.start(JD.replace("Terraform", "Terraform, Jenkins")))
    app = open_page("collisions", collision=CI)
    assert "took CodeIgniter" in text_of(app)
    ways = [b.label for b in app.button if b.label.startswith("A form of")]
    assert ways == ["A form of CI/CD alone", "A form of CodeIgniter alone"]


def test_a_conflict_of_signals_leads_to_the_title_that_names_a_role(colliding: Workbench) -> None:
    text = JD.replace("Senior Data Engineer", "Penetration Tester")
    run_id = finished(colliding, colliding.executor.start(text)).id
    (found,) = colliding.collisions.find(CollisionFilter("signals", "")).rows
    app = open_page("collisions", "Ada", collision=found.name)
    assert "The signals of these texts speak for different roles." in text_of(app)
    assert f"run?id={run_id}" in html_of(app) or "took" in text_of(app)
    labels = [b.label for b in app.button]
    assert "Generic: it decides for none" in labels


def test_a_title_is_made_generic_with_the_reason_that_was_given(colliding: Workbench) -> None:
    app = open_page("collisions", "Ada", kind="title")
    field(app.text_input, "Why").input("It says nothing of the work").run()
    button(app, "Generic: it decides for none").click().run()
    number = colliding.change_sets.draft_of("Ada")
    changes = colliding.change_sets.load_changes(number)
    assert {c.after.is_generic for c in changes} == {True} and len(changes) == 2
    assert {c.reason for c in changes} == {"It says nothing of the work"}
    colliding.change_sets.commit(number, "Ada")
    text = text_of(open_page("collisions", state="settled"))
    assert "it is a generic title, which decides for none." in text


def test_words_beside_it_are_suggested_and_asked_for(colliding: Workbench) -> None:
    app = open_page("collisions", "Ada", collision=CI)
    assert "codeigniter" in field(app.text_input, "CodeIgniter").value.split(", ")
    field(app.text_input, "CI/CD").input("jenkins, pipeline").run()
    field(app.text_input, "CodeIgniter").input("php").run()
    button(app, "Ask for these words").click().run()
    number = colliding.change_sets.draft_of("Ada")
    after = {c.after.skill_slug: c.after.context for c in colliding.change_sets.load_changes(number)}
    assert after == {"ci-cd": ("jenkins", "pipeline"), "codeigniter": ("php",)}
    assert "told apart by the words beside it or by its case." in text_of(app)


def test_parties_that_are_one_thing_are_merged(colliding: Workbench) -> None:
    (found,) = colliding.collisions.find(CollisionFilter("title", "")).rows
    app = open_page("collisions", "Ada", collision=found.name)
    field(app.selectbox, "Merge").set_value(("etl-developer", "data-engineer")).run()
    button(app, "Stage the merge").click().run()
    assert ("remove", "roles", ("etl-developer",)) in draft_changes(colliding)
    assert "Data Engineer alone holds it." in text_of(app)


def test_what_is_fine_leaves_the_list_with_its_reason_until_its_parties_change(colliding: Workbench) -> None:
    app = open_page("collisions", "Ada", collision=CI)
    field(app.text_input, "Why it is fine").input("Our clients mean both").run()
    button(app, "Leave it as it is").click().run()
    assert flashed(app) == "“CI” is left as it is."
    text = text_of(open_page("collisions", state="fine"))
    assert "1 collision that runs met" in text
    assert "fine as it is left by Ada just now: Our clients mean both" in text
    change = ChangeReason("one more").change(None, SkillAlias(None, "circleci", "CI"))
    colliding.change_sets.commit(colliding.change_sets.stage_for("Bea", [change]), "Bea")
    text = text_of(open_page("collisions", collision=CI))
    assert "CI/CD, CodeIgniter (Our clients mean both); they are others now." in text
    assert "2 collisions that runs met" in text


def test_a_decision_is_taken_back(colliding: Workbench) -> None:
    colliding.collisions.leave_as_it_is("skill_alias", "ci", ["ci-cd", "codeigniter"], "Bea", "so be it")
    app = open_page("collisions", "Ada", collision=CI)
    button(app, "Open it again").click().run()
    assert colliding.collisions.decisions() == [] and flashed(app) == "It is open again."
