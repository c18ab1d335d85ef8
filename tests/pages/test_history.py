"""The history: all runs, those that fit the address, and how each stands."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from db.errors import StoreError
from db.services.workbench import Workbench
from db.stores.jobs import PendingRun
from db.stores.run_filters import HistoryFilter
from db.stores.run_records import RunRecords
from pages.history import bulk, listing
from pages.history.importing import REPORTS
from pages.history.listing import status_label
from pipeline.config import Config
from pipeline.stages.decision import CASE_NAMES
from tests.conftest import JD
from tests.pages.conftest import button, field, flashed, html_of, open_page, press_in_dialog, text_of
from tests.pages.run.test_page import executing, forgotten, newest
from tests.pages_of_old import SHIPPED


def row(**more: Any) -> dict[str, Any]:
    """A run as the history lists it."""
    empty = (
        "name",
        "title",
        "given_title",
        "role_name",
        "confidence",
        "needs_review",
        "case",
        "error",
        "duration_ms",
        "reviewer",
        "is_right",
    )
    counts = {"skill_count": 0, "new_skill_count": 0, "revision_id": 1, "labels": []}
    values = {"id": uuid4(), "created_at": datetime.now(UTC), "status": "completed", "engine": "local"}
    return {**dict.fromkeys(empty), **counts, **values, "first_words": "Some words", **more}


def test_without_runs_the_page_says_how_to_begin(without_runs: Workbench) -> None:
    assert "Nothing has run yet. Start with New run" in text_of(open_page("history"))


def test_where_no_run_fits_the_page_says_what_to_take_away(reading: Workbench) -> None:
    assert "No run fits. Take away a filter" in text_of(open_page("history", words="nothinglikeit"))


def rows_of(app: AppTest) -> list[list[str]]:
    """The cells of the list, as a person reads them: a list for each run, the tick left out."""
    (component,) = app.get("bidi_component")
    html = json.loads(component.proto.json)["html"]
    assert "<script" not in html
    found = re.findall(r"<tr>(<td>.*?)</tr>", html, re.S)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)[1:] for row in found]
    return [[unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", c))).strip() for c in row] for row in cells]


def test_a_run_is_a_line_with_what_it_came_to(reading: Workbench) -> None:
    for address in ({}, {"words": "zephyr"}, {"page": "99"}, {"page": "x"}):
        app = open_page("history", **address)
        assert "1 run, newest first." in text_of(app)
        ((when, name, role, _, verdict, case, *counts),) = rows_of(app)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", when)
        assert name.startswith("Senior Data Engineer Data Engineer · ") and role == "Data Engineer"
        assert verdict == "" and case in CASE_NAMES and counts[2] == "Completed" and counts[-2:] == ["local", "1"]


def test_a_line_leads_to_its_run_and_its_role(reading: Workbench) -> None:
    (component,) = open_page("history").get("bidi_component")
    html = json.loads(component.proto.json)["html"]
    assert f'href="run?id={newest(reading)}"' in html and 'href="roles?slug=data-engineer"' in html


def test_a_run_is_running_while_somebody_executes_it_queued_before_and_has_stopped_otherwise(
    writing: Workbench,
) -> None:
    run_id = writing.runs.create(JD + "\n- Dovetail", None, Config())
    with executing(writing, run_id):
        assert [row[8] for row in rows_of(open_page("history"))] == ["Running", "Completed"]
    assert [row[8] for row in rows_of(open_page("history"))] == ["Queued, 0 before it", "Completed"]
    forgotten(writing, JD + "\n- Mortise")
    assert [row[8] for row in rows_of(open_page("history"))] == ["Not begun", "Queued, 0 before it", "Completed"]


def test_a_run_that_failed_says_why_below_its_name(writing: Workbench) -> None:
    run_id = writing.runs.create(JD + "\n- Dovetail", None, Config())
    RunRecords(writing.database.engine).failure(run_id, "The store went away", {})
    failed, completed = rows_of(open_page("history"))
    assert "The store went away" in failed[1] and failed[8] == "Failed"
    assert "The store" not in completed[1] and completed[8] == "Completed"
    frame = listing.columns(writing.history.listed([run_id, newest(writing)]), {})
    assert list(frame["Why it stopped"]) == ["The store went away", ""]


# --- filters ------------------------------------------------------------------------------------------------------

ALIAS = 'wrong_alias {"alias_text": "PySpark", "skill_slug": "pyspark"}'


@pytest.fixture
def judged(writing: Workbench) -> Workbench:
    """Two runs: one judged right by Nora and then wrong by Ada, the other without a verdict and on the model engine."""
    run_id = newest(writing)
    writing.verdicts.give(run_id, "Nora", "data-engineer")
    writing.verdicts.give(run_id, "Ada", None)
    writing.runs.create("Another text, long enough to be kept and found", "Harbour pilot", Config(engine="openai"))
    return writing


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ({"verdict": "none"}, ["Harbour pilot"]),
        ({"verdict": "given"}, ["Senior Data Engineer"]),
        ({"verdict": "wrong"}, ["Senior Data Engineer"]),
        ({"verdict": "right"}, []),
        ({"verdict": "right", "reviewer": "Nora"}, ["Senior Data Engineer"]),
        ({"verdict": "none", "reviewer": "Ada"}, ["Harbour pilot"]),
        ({"engine": "openai"}, ["Harbour pilot"]),
        ({"engine": "local", "revision": "1"}, ["Senior Data Engineer"]),
        ({"finding": ALIAS}, ["Senior Data Engineer"]),
        ({"finding": ALIAS.replace("PySpark", "Spark")}, []),
        ({"finding": 'orphan_role {"role_slug": "data-engineer"}'}, ["Senior Data Engineer"]),
        ({"finding": 'missing_skill {"term": "Zephyrine"}'}, ["Senior Data Engineer"]),
        ({"finding": 'duplicate_skill {"slugs": ["pyspark", "java"]}'}, ["Senior Data Engineer"]),
        ({"finding": "nonsense"}, []),
        ({"changed": "7"}, []),
    ],
)
def test_runs_are_found_by_what_the_address_asks(judged: Workbench, address: dict[str, str], names: list[str]) -> None:
    wanted = HistoryFilter(**{k: int(v) if k in ("revision", "changed") else v for k, v in address.items()})
    found = judged.history.find(wanted)
    assert [listing.name_of(row) for row in found.rows] == names
    assert judged.history.ids(wanted, 10) == [row["id"] for row in found.rows]
    app = open_page("history", **address)
    assert ("No run fits." in text_of(app)) == (not names)
    if names:
        assert [row[1].split(" Data")[0].startswith(names[0][:6]) for row in rows_of(app)] == [True]


def test_who_judges_blind_has_a_list_without_what_the_runs_found(judged: Workbench) -> None:
    app = open_page("history", "Cy")
    assert 'href="history?verdict=none&amp;status=completed&amp;blind=1&amp;reviewer=Cy"' in html_of(app)
    app = open_page("history", "Cy", verdict="none", status="completed", blind="1", reviewer="Cy")
    (component,) = app.get("bidi_component")
    html = json.loads(component.proto.json)["html"]
    assert html.count("judge blind") == 1 and html.count("&amp;blind=1") == 2
    assert "Data Engineer</a>" not in html and "0.9" not in html and "Ada" not in html
    assert "1 run without your verdict" in text_of(app)
    app = open_page("history", "Ada", verdict="none", status="completed", blind="1", reviewer="Ada")
    assert "No run fits" in text_of(app)


def test_the_verdict_stands_beside_the_role(judged: Workbench) -> None:
    assert [row[4] for row in rows_of(open_page("history"))] == ["", "wrong Ada"]
    assert [row[4] for row in rows_of(open_page("history", reviewer="Nora"))] == ["right Nora"]


def test_a_filter_that_is_folded_away_is_named_and_can_be_taken_away(judged: Workbench) -> None:
    app = open_page("history", engine="openai", finding=ALIAS)
    assert {b.label for b in app.button} >= {"model engine", "that a finding touches (wrong alias)"}
    button(app, "that a finding touches (wrong alias)").click().run()
    assert "finding" not in app.query_params
    button(app, "model engine").click().run()
    assert len(rows_of(app)) == 2


# --- several at once ----------------------------------------------------------------------------------------------


def ticked(*ids: UUID, **query: str) -> AppTest:
    """The page with some runs ticked."""
    app = open_page("history", "Ada", **query)
    app.session_state["runs-ticked"] = [str(i) for i in ids]
    return app.run()


def test_two_ticked_runs_lead_to_their_comparison(judged: Workbench) -> None:
    ids = judged.history.ids(HistoryFilter(), 2)
    assert button(ticked(ids[0]), "Compare").disabled
    html = " ".join(e.value for e in ticked(*ids).get("html"))
    assert f'href="compare?a={ids[0]}&amp;b={ids[1]}"' in html
    third = judged.runs.create("A third text that is kept as well", "Stevedore", Config())
    html = " ".join(e.value for e in ticked(*ids, third).get("html"))
    assert f"compare?runs={ids[0]}%2C{ids[1]}%2C{third}" in html


def test_a_label_is_put_on_several_runs_and_finds_them(judged: Workbench) -> None:
    ids = judged.history.ids(HistoryFilter(), 2)
    app = ticked(*ids)
    field(app.text_input, "Label").set_value("demo").run()
    button(app, "Put on").click().run()
    assert "“demo” put on 2 runs." in flashed(app)
    assert all("demo" in row[1] for row in rows_of(app))
    assert len(judged.history.find(HistoryFilter(label="demo")).rows) == 2
    assert judged.history.label(ids[:1], "demo", take_off=True) == 1
    assert judged.history.ids(HistoryFilter(label="demo"), 5) == ids[1:]
    with pytest.raises(StoreError, match="The label is empty"):
        judged.history.label(ids, "  ")


def test_ticked_runs_are_exported_with_what_they_found(judged: Workbench) -> None:
    ids = judged.history.ids(HistoryFilter(), 2)
    table = pd.read_csv(StringIO(bulk.table_of(ids)))
    assert list(table["Job description"]) == ["Harbour pilot", "Senior Data Engineer"]
    assert list(table["Verdict"].fillna("")) == ["", "wrong"]
    lines = [json.loads(line) for line in bulk.jsonl_of(ids).splitlines()]
    assert [line["id"] for line in lines] == [str(i) for i in ids]
    assert lines[1]["extraction"]["final_skills"] and lines[0]["extraction"] is None


def test_ticked_runs_are_deleted_and_the_filters_stay(judged: Workbench) -> None:
    app = ticked(*judged.history.ids(HistoryFilter(), 2), since="2020-01-01")
    button(app, "Delete").click().run()
    press_in_dialog(app, "Delete", "Delete 2 runs")
    assert judged.history.ids(HistoryFilter(), 2) == []
    assert "2 runs deleted" in flashed(app)
    assert app.query_params["since"] in ("2020-01-01", ["2020-01-01"])


RUNNING = PendingRun(is_executing=True, place=0, attempt=1)


def test_a_finished_run_is_never_running() -> None:
    run = row(id=UUID(int=1), status="completed")
    assert status_label(run, {run["id"]: RUNNING}) == "Completed"
    begun = row(id=UUID(int=1), status="extract_from_jd_done")
    assert status_label(begun, {}) == "Stopped after step 1"
    assert status_label(begun, {begun["id"]: RUNNING}) == "Running"


def test_a_run_is_called_by_its_name_its_title_or_its_first_words() -> None:
    rows = [
        row(name="Demo", title="Engineer"),
        row(title="Engineer", given_title="Given"),
        row(given_title="Given"),
        row(),
        row(first_words=""),
    ]
    assert list(listing.columns(rows, {})["Job description"]) == [
        "Demo",
        "Engineer",
        "Given",
        "Some words",
        "Empty text",
    ]


def test_confidence_is_that_of_a_role() -> None:
    confidences = listing.columns([row(confidence=0.3), row(confidence=0.9, role_name="Tester")], {})["Confidence"]
    assert confidences.isna().tolist() == [True, False]


def test_old_runs_are_imported_with_a_report_of_each_file_and_found_by_their_engine(writing: Workbench) -> None:
    reports = writing.old_imports.import_files([(SHIPPED.name, SHIPPED.read_bytes()), ("cake.txt", b"flour")], "Ann")
    app = open_page("history", "Ann", engine="old_system")
    text = text_of(app)
    assert "Only runs 1 run, newest first" in text and "old system" in {b.label for b in app.button}
    app.session_state[REPORTS] = reports
    text = text_of(app.run())
    assert "1 imported, 1 refused · all runs of the old system" in text
    assert "Senior Backend Engineer: imported with all three steps." in text
    assert "cake.txt, line 1: this is neither a page of the old system nor JSON" in text
    button(app, "Put away").click()
    assert "1 imported" not in text_of(app.run())
