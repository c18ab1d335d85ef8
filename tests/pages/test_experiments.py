"""Experiments: none yet, one that waits, runs and is done, two compared, one text; and the form that starts one."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest

from db.services.chunk_worker import ChunkWorker
from db.services.experiments import Way
from db.services.jd_files import JDFile, read_jd_bytes
from db.services.workbench import Workbench
from db.stores.experiments import Experiment
from db.stores.run_filters import HistoryFilter
from pipeline.config import Config
from tests.conftest import JD
from tests.pages.conftest import button, field, flashed, html_of, open_page, press_in_dialog, text_of

SEND = "Send to reviewers …"
ROWS = [
    {"id": "freight", "title": "Senior Data Engineer", "text": JD, "source": "board", "role": "data-engineer"},
    {
        "id": "dock",
        "title": "<b>Data</b> Engineer",
        "text": JD.replace("Kafka", "Pulsar"),
        "source": "mail",
        "role": "data-engineer",
    },
    {"id": "nought", "text": "Nothing to see here.", "source": "mail", "role": "NONE"},
]


def jds(rows: list[dict[str, str]] = ROWS) -> JDFile:
    return read_jd_bytes("jds.jsonl", "\n".join(map(json.dumps, rows)).encode())


def done(bench: Workbench, name: str, config: Config | None = None) -> Experiment:
    """An experiment that has come to its end."""
    found = bench.experiments.start(name, "Ada", jds(), Way(config=config or Config()))
    worker = ChunkWorker(bench.database.engine, bench.encoder, bench.models, bench.snapshots)
    worker.work(found.id, 0, nullcontext)
    return bench.experiments.load(found.id)


@pytest.fixture
def pair(without_runs: Workbench) -> tuple[str, str]:
    """Two experiments on the same texts, of which the second never finds a role."""
    bench = without_runs
    return str(done(bench, "as usual").id), str(done(bench, "strict", Config(min_field=1.0)).id)


def test_without_experiments_the_page_says_how_one_begins(without_runs: Workbench) -> None:
    app = open_page("experiments")
    assert "No experiment yet. Start one above" in text_of(app)
    assert field(app.selectbox, "Job descriptions").options == ["gold texts that ship (24)", "a file of yours"]


def test_one_is_started_in_the_name_of_who_is_there_and_waits_for_a_worker(without_runs: Workbench) -> None:
    app = open_page("experiments", "Ada")
    field(app.checkbox, "Hide the title").check()
    button(app, "Start").click().run()
    (found,) = without_runs.experiments.all()
    assert (found.name, found.author, found.size, found.run_config().hide_title) == ("Experiment", "Ada", 24, True)
    assert flashed(app) == "“Experiment” has begun: 24 job descriptions."
    said = text_of(open_page("experiments"))
    assert "0 of 24" in said and "No worker has been heard of" in said
    assert field(open_page("experiments").text_input, "Name").value == "Experiment 2"


def test_settings_that_cannot_be_used_are_named_and_nothing_is_started(without_runs: Workbench) -> None:
    app = open_page("experiments", "Ada")
    field(app.text_input, "Settings other than usual").set_value('{"min_feld": 1}')
    button(app, "Start").click().run()
    assert "min_feld: Extra inputs are not permitted" in text_of(app)
    field(app.text_input, "Settings other than usual").set_value("")
    field(app.selectbox, "Job descriptions").set_value("a file of yours")
    button(app, "Start").click().run()
    assert "There is no file yet." in text_of(app)
    assert without_runs.experiments.all() == []


def test_one_that_runs_is_paused_resumed_and_cancelled(without_runs: Workbench) -> None:
    found = without_runs.experiments.start("slow", "Ada", jds(), Way())
    app = open_page("experiments", "Bo", id=str(found.id))
    assert "Nothing is done yet" in text_of(app)
    for label, status in (("Pause", "paused"), ("Resume", "running"), ("Cancel", "cancelled")):
        button(app, label).click().run()
        assert without_runs.experiments.load(found.id).status == status
    assert flashed(app) == "“slow” is cancelled; what is done stays."


def test_what_one_came_to_is_shown_with_its_interval_and_what_is_wrong(without_runs: Workbench) -> None:
    found = done(without_runs, "strict", Config(min_field=1.0))
    app = open_page("experiments", id=str(found.id))
    said = text_of(app)
    assert "Roles right 33.3% 6.1% to 79.2% 1 of 3" in said
    assert "2 wrong roles" in said and "min_field 1.0" in said and "3 of jds.jsonl, 3 with gold" in said
    assert "&lt;b&gt;Data&lt;/b&gt; Engineer" in html_of(app)


def test_two_are_compared_with_what_was_broken_first(pair: tuple[str, str]) -> None:
    app = open_page("experiments", a=pair[0], b=pair[1])
    said = text_of(app)
    assert "No sure difference: 2 fewer roles right of 3 (0 fixed, 2 broken, p = 0.50)" in said
    assert "Roles right 100.0 % 33.3 % −66.7" in said
    assert "2 broken the surest of A first" in said
    assert "min field 0.5 1.0" in said and "the same texts" in said
    assert "0 wrong → 2" in said
    app = open_page("experiments", a=pair[1], b=pair[0])
    assert "2 more roles right of 3 (2 fixed, 0 broken" in text_of(app)


def test_slices_are_a_choice_and_a_cell_of_the_confusion_opens_its_texts(pair: tuple[str, str]) -> None:
    app = open_page("experiments", a=pair[0], b=pair[1])
    assert "Corrected for 2 looks (Holm), no slice is surely better or worse." in text_of(app)
    field(app.segmented_control, "Slice by").set_value("source").run()
    assert "mail 2 100% 50% 1 0" in text_of(app)
    opened = text_of(open_page("experiments", a=pair[0], b=pair[1], gold="Data & Analytics", said="no role"))
    assert "2 JDs: Data & Analytics taken for no role" in opened
    of_slice = text_of(open_page("experiments", a=pair[0], b=pair[1], by="source", value="board"))
    assert "1 JDs: source board" in of_slice and "1 broken" in of_slice
    assert "Nothing." in text_of(open_page("experiments", a=pair[0], b=pair[1], by="source", value="nowhere"))


def test_what_made_the_difference_is_waited_for_and_then_named_beside_each_text(
    pair: tuple[str, str], without_runs: Workbench
) -> None:
    waiting = text_of(open_page("experiments", a=pair[0], b=pair[1]))
    assert "being replayed with one change at a time: waiting for a worker" in waiting
    bench = without_runs
    ChunkWorker(bench.database.engine, bench.encoder, bench.models, bench.snapshots).find_causes(
        int(pair[0]), int(pair[1]), nullcontext
    )
    app = open_page("experiments", a=pair[0], b=pair[1])
    said = text_of(app)
    assert "Setting min field: 0.5 → 1.0 2 0" in said
    assert "Look at the 2 broken first: 2 come from “ Setting min field: 0.5 → 1.0 ”." in said
    assert "no role setting" in said
    picked = text_of(open_page("experiments", a=pair[0], b=pair[1], cause="0"))
    assert "2 JDs: because of Setting min field: 0.5 → 1.0" in picked
    assert "Nothing." in text_of(open_page("experiments", a=pair[0], b=pair[1], cause="7"))


def test_several_stand_beside_one_baseline_and_are_corrected_together(
    pair: tuple[str, str], without_runs: Workbench
) -> None:
    third = done(without_runs, "third", Config(listed_roles=4))
    app = open_page("experiments", a=pair[0], b=pair[1], more=str(third.id))
    said = text_of(app)
    assert "p-values are corrected for 2 experiments beside one baseline (Holm)" in said
    assert "third revision 1, local engine, title shown 3 100.0 % (0.000) 0 0 p = 1.00" in said
    assert f"b={third.id}&amp;more={pair[1]}" in html_of(app)
    twice = text_of(open_page("experiments", a=pair[0], b=pair[1], more=pair[0]))
    assert "is named twice" in twice


def test_what_was_broken_becomes_runs_under_a_label_once(pair: tuple[str, str], without_runs: Workbench) -> None:
    for _ in range(2):
        app = open_page("experiments", "Ada", a=pair[0], b=pair[1])
        button(app, "Open 2 as runs").click().run()
        runs = without_runs.history.of_ids(without_runs.history.ids(HistoryFilter(label="broken in strict"), 10))
        assert sorted(run.given_title or "" for run in runs) == ["<b>Data</b> Engineer", "Senior Data Engineer"]


def test_what_was_broken_goes_to_reviewers_as_one_assignment_that_is_linked(
    pair: tuple[str, str], without_runs: Workbench
) -> None:
    app = open_page("experiments", "Ada", a=pair[0], b=pair[1])
    button(app, SEND).click().run()
    assert "2 job descriptions, broken in strict" in text_of(app)
    press_in_dialog(app, SEND, "Send them")
    assert "Nobody is to judge: name at least one reviewer." in text_of(app)
    assert without_runs.history.ids(HistoryFilter(label="broken in strict"), 10) == []
    button(app, SEND).click()
    field(app.multiselect, "Reviewers").set_value(["Ada", "Bo"]).run()
    button(app, SEND).click()
    field(app.number_input, "Judged by several, %").set_value(100)
    press_in_dialog(app, SEND, "Send them")
    assert flashed(app) == "2 runs given out, 2 of them to 2 each."
    (made,) = without_runs.assignments.all()
    assert (made.name, made.runs, made.shared, made.is_blind) == ("broken in strict", 2, 2, True)
    assert made.narrowed == HistoryFilter(label="broken in strict")
    again = open_page("experiments", "Ada", a=pair[0], b=pair[1])
    assert "With reviewers: broken in strict (2 runs, 0 verdicts)" in text_of(again)
    assert f"verdicts?view=assignments&amp;id={made.id}" in html_of(again)


def test_one_text_shows_what_both_made_of_it_and_can_be_run(pair: tuple[str, str], without_runs: Workbench) -> None:
    app = open_page("experiments", a=pair[0], b=pair[1], jd="dock")
    said = text_of(app)
    assert "as usual Data Engineer right" in said and "strict no role wrong" in said
    assert "Right: Data Engineer" in said and "source mail" in said and "Pulsar" in said
    assert "<b>Data</b>" not in html_of(app)
    assert "has not done a job description “none”" in text_of(open_page("experiments", a=pair[0], b=pair[1], jd="none"))


def test_one_that_is_not_there_is_named(without_runs: Workbench) -> None:
    assert "There is no experiment “77”" in text_of(open_page("experiments", id="77"))


def test_a_gold_set_that_another_page_asks_for_is_chosen(without_runs: Workbench) -> None:
    app = open_page("experiments", "Ada", gold="samples@1")
    assert field(app.selectbox, "Job descriptions").value == "samples@1"
    button(app, "Start").click().run()
    (found,) = without_runs.experiments.all()
    assert (found.set_name, found.gold_version, found.size) == ("gold:samples@1", 1, 24)
