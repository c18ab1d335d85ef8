"""Trends: nothing yet; lines of experiments and of revisions, each point leading to what measured it; a gold set measured anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.services.workbench import Workbench
from db.stores.measures import GoldResult, MeasureStore, RunResult
from db.stores.trends import TrendStore
from pages.trends import charts
from pages.trends.points import Drawn
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.trends import TrendLine, TrendPanel, TrendPoint
from tests.conftest import JD
from tests.db.conftest import finished
from tests.db.stored_results import stored
from tests.pages.conftest import button, field, flashed, html_of, open_page, text_of
from tests.pages.run.test_page import newest

RIGHT, WRONG = ("data-engineer", 0.9, True), ("qa-engineer", 0.6, False)


def commit(bench: Workbench, note: str) -> int:
    """A small change, committed; the revision."""
    row = bench.snapshots.current().catalog.role["product-manager"]
    change_sets = bench.change_sets
    return change_sets.commit(
        change_sets.open_draft("Bea", note, edit(row, ChangeReason("a test"), domain=note)), "Bea"
    )


@pytest.fixture
def measured(writing: Workbench) -> Workbench:
    """Three revisions, gold on the first and the last, a title hidden on the last too."""
    for revision in (2, 3):
        assert commit(writing, f"Step <b>{revision}</b>") == revision
    stored(writing, "first", [RIGHT] * 6 + [WRONG] * 4, 1, "gold<i>.jsonl")
    stored(writing, "last", [RIGHT] * 9 + [WRONG], 3, "gold<i>.jsonl")
    return writing


def test_each_measure_without_anything_says_what_there_must_be(without_runs: Workbench) -> None:
    assert "No gold has been run on a revision yet." in text_of(open_page("trends"))
    assert "The audit has not looked at a revision yet" in text_of(open_page("trends", measure="Findings"))
    assert "No run has a verdict yet." in text_of(open_page("trends", measure="Agreement"))


def test_experiments_on_gold_are_a_line_whose_points_open_them(measured: Workbench) -> None:
    first, last = (measured.experiments.load(name) for name in ("first", "last"))
    app = open_page("trends")
    shown, html = text_of(app), html_of(app)
    assert "60.0 % 31.3 to 83.2 of 10" in shown and "90.0 % 59.6 to 98.2 of 10" in shown
    assert f"experiments?id={first.id}" in html and f"experiments?id={last.id}" in html
    assert "<b>3</b>" not in html and "Step &lt;b&gt;3&lt;/b&gt;" in html and "gold&lt;i&gt;.jsonl" in html
    skills = text_of(open_page("trends", measure="Skills"))
    assert "0.667 0.667 to 0.667 of 10" in skills
    coverage = text_of(open_page("trends", measure="Coverage"))
    assert "With a role, of the job descriptions" in coverage and "50.0 % 29.9 to 70.1 of 20" in coverage
    assert "0.5000 $ of 10" in text_of(open_page("trends", measure="Cost"))
    assert "0.025 s of 10" in text_of(open_page("trends", measure="Time"))


def test_what_a_revision_was_measured_by_itself_leads_to_the_revision(measured: Workbench) -> None:
    bench = measured
    gold = [GoldResult(f"{n}", "qa-engineer", n > 0, 4, ("sql",) if n else ()) for n in range(4)]
    MeasureStore(bench.database.engine).keep(2, "a yardstick", gold, None)
    app = open_page("trends")
    (change_set,) = [r.change_set for r in bench.trends.revisions() if r.id == 2]
    assert "75.0 % 30.1 to 95.4 of 4" in text_of(app) and f"revisions?set={change_set}" in html_of(app)


def test_findings_of_a_revision_are_drawn_by_kind(writing: Workbench) -> None:
    TrendStore(writing.database.engine).keep_findings(1, {"wrong_alias": 3, "orphan": 4})
    shown = text_of(open_page("trends", measure="Findings"))
    assert "all kinds" in shown and "Open findings of Health" in shown and " 7 " in shown


def test_proposals_are_those_that_were_open_when_a_revision_was_made(writing: Workbench) -> None:
    before = writing.trends.revisions()
    (opened, _) = writing.trends.panels("proposals", before)
    n_open = len(writing.trends._store.proposals()[0])
    assert [p.value for p in opened.lines[0].points] == [0], "the run came after the first revision"
    commit(writing, "Later")
    opened, ages = writing.trends.panels("proposals", writing.trends.revisions())
    assert [p.value for p in opened.lines[0].points] == [0, n_open] and n_open >= writing.proposals.count_pending() > 0
    assert 0 <= ages.lines[0].points[-1].value < 1


def test_agreement_is_that_with_the_system_and_of_reviewers_with_each_other(writing: Workbench) -> None:
    first = newest(writing)
    other = finished(writing, writing.executor.start(JD.replace("Kafka", "Pulsar"))).id
    for run_id, roles in ((first, ("data-engineer", "data-engineer")), (other, ("qa", "data-engineer"))):
        for reviewer, role in zip(("Ada", "Bo"), roles, strict=True):
            writing.verdicts.give(run_id, reviewer, role)
    store = MeasureStore(writing.database.engine)
    store.keep(1, "a yardstick", [GoldResult("1", None, True, 0)], None)
    store.keep_runs(1, [RunResult(other, "qa")])
    system, among = writing.trends.panels("agreement", writing.trends.revisions())
    assert [(p.value, p.total) for p in system.lines[0].points] == [(0.0, 1)], "Bo was the last to say"
    (point,) = among.lines[0].points
    assert (point.value, point.total) == (0.0, 2) and point.interval is not None
    assert "Cohen’s kappa of reviewers" in text_of(open_page("trends", measure="Agreement"))


def test_a_gold_set_is_measured_on_the_revisions_that_lack_it(writing: Workbench) -> None:
    commit(writing, "Later")
    app = open_page("trends", "Ada")
    name = field(app.selectbox, "Gold set").value
    button(app, "Measure it on 2 revisions").click().run()
    assert flashed(app) == "2 experiments begun; each point appears when it is done."
    found = writing.experiments.all()
    assert sorted(e.name for e in found) == [f"{name} at revision 1", f"{name} at revision 2"]
    assert {e.revision_id for e in found} == {1, 2} and {e.author for e in found} == {"Ada"}
    assert "2 experiments not finished yet." in text_of(app)
    assert button(app, "Every revision has it").disabled


def test_a_point_opens_its_experiment_and_lines_are_named_apart() -> None:
    points = tuple(TrendPoint(r, r / 10, None, None, f"attached:{r}" if r > 1 else None) for r in (1, 2, 3))
    panel = TrendPanel("Right", "share", (TrendLine("a <b>", points), TrendLine("b", points)))
    figure = charts._figure(panel)
    drawn = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [row[0] for row in drawn[0].customdata] == ["1", "2 attached:2", "3 attached:3"]
    assert [a.text for a in figure.layout.annotations] == ["a &lt;b&gt;", "b"]
    assert figure.layout.annotations[1].y > figure.layout.annotations[0].y
    assert charts._alt(panel) == "Right, by revision up to 3: a <b> 30.0 %, b 30.0 %"
    assert Drawn.of([panel, TrendPanel("Empty", "count", ())], []).panels == (panel,)


def test_five_hundred_revisions_are_drawn_within_a_second(writing: Workbench) -> None:
    with writing.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO catalog_revision (author, note) SELECT 'Bea', 'Step ' || n FROM generate_series(1, 499) n"
        )
    began = datetime.now(UTC)
    for measure in ("roles", "proposals", "coverage"):
        writing.trends.panels(measure, writing.trends.revisions())  # type: ignore[arg-type]
    assert (datetime.now(UTC) - began).total_seconds() < 3
