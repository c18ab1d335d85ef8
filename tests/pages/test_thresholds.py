"""Thresholds: none without gold; curves, a wanted precision, what it changes, and the change that is staged."""

from __future__ import annotations

from db.services.workbench import Workbench
from pipeline.catalog import Setting
from pipeline.catalog.changes import Change
from tests.db.stored_results import stored
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of
from tests.pages.run.test_page import newest

ANSWERS = [
    *[("data-engineer", 0.55, n % 2 == 0) for n in range(20)],
    *[("data-engineer", 0.75, n > 0) for n in range(20)],
    *[("qa-engineer", 0.95, True)] * 50,
    *[(None, 0.85, True)] * 10,
]
"""At 0.55 ten of twenty are right, at 0.75 nineteen, above all."""


def test_without_gold_the_page_says_what_is_needed_and_runs_what_ships(without_runs: Workbench) -> None:
    app = open_page("thresholds", "Ada")
    assert "no experiment has any yet" in text_of(app)
    button(app, "Run the gold texts that ship").click().run()
    (found,) = without_runs.experiments.all()
    assert (found.name, found.size, found.gold) == ("Gold that ships", 24, 24)
    assert "An experiment with gold runs" in text_of(app)


def test_a_wanted_precision_says_from_where_on_and_what_that_leaves(writing: Workbench) -> None:
    found = stored(writing, "gold <b>one</b>", ANSWERS)
    shown = text_of(open_page("thresholds", wanted="98"))
    assert "At least 98 % right: from 0.7 on, 80 % taken, 20 of 100 to review." in shown
    assert "Precision at 0.7 98.8 % of those taken right 79 of 80 on gold, 95 %: 93.3 to 99.8" in shown
    assert "80.0 % taken without a reviewer 80 of 100 on gold, 95 %: 71.1 to 86.7" in shown
    assert "of 1 run of the last 30 days" in shown and "no run with a verdict is taken" in shown
    assert "100 answers with gold are too few to be sure of it at any threshold." in shown
    shown = text_of(open_page("thresholds", wanted="90", experiment=str(found.id)))
    assert "At least 90 % right: from 0.7 on, 80 % taken, 20 of 100 to review. The whole interval is above it" in shown
    shown = text_of(open_page("thresholds", wanted="88"))
    assert "from 0.5 on, 100 % taken, 0 of 100 to review. To be sure of it (the whole interval): from 0.7 on" in shown


def test_the_threshold_of_the_catalog_is_marked_and_what_another_changes_is_listed(writing: Workbench) -> None:
    stored(writing, "gold", ANSWERS)
    present = Change(None, Setting("role_without_reviewer_from", "0.6"), "as agreed")
    writing.change_sets.commit(writing.change_sets.open_draft("Bea", "0.6", [present]), "Bea")
    run_id = newest(writing)
    writing.verdicts.give(run_id, "Nora", "qa-engineer")
    app = open_page("thresholds", at="1")
    shown = text_of(app)
    assert "0.6 present" in shown and "1 looked at" in shown
    assert "Beside the present threshold of 0.6, 1 run of 1 would need a reviewer as well." in shown
    assert f"run?id={run_id}" in html_of(app)
    assert "check: of judged runs 0 of 1 are right" in text_of(open_page("thresholds"))


def test_what_is_chosen_is_staged_as_a_change_with_its_reason_and_taken_away_again(writing: Workbench) -> None:
    stored(writing, "gold", ANSWERS)
    app = open_page("thresholds", "Ada", at="0.73")
    field(app.text_input, "Why").set_value("gold of May")
    button(app, "Stage 0.73").click().run()
    assert "Answers are to be taken without a reviewer from 0.73 on." in flashed(app)
    number = writing.change_sets.draft_of("Ada")
    assert number is not None
    assert writing.change_sets.load_changes(number) == (
        Change(None, Setting("role_without_reviewer_from", "0.73"), "gold of May"),
    )
    button(app, "Stage 0.73").click().run()
    assert "has this threshold already" in text_of(app)
    writing.change_sets.commit(number, "Ada")
    app = open_page("thresholds", "Ada")
    assert "Precision at 0.73" in text_of(app), "without an address the present one is looked at"
    button(app, "Take it away").click().run()
    assert "No run is to need a reviewer any more." in flashed(app)
