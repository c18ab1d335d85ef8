"""Runs of the old system in the store: imported once, never changed, counted nowhere, deleted and put back as others are."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.__main__ import main
from db.errors import StoreError
from db.server import Database
from db.services.old_runs import FileReport
from db.services.workbench import Workbench
from db.stores.past_runs import PastRunStore
from db.stores.run_filters import HistoryFilter
from db.upkeep.doctor import examine_store
from tests.conftest import SETTINGS
from tests.db.conftest import finished
from tests.pages_of_old import SHIPPED
from tests.pipeline.old_runs.pages import RUN_ID, TEXT, page, step_1, step_2, step_3

WHOLE = ("page.txt", page().encode())
ID = UUID(RUN_ID)


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    bench = Workbench(ready, SETTINGS)
    yield bench
    bench.close()


def imported(bench: Workbench, *files: tuple[str, bytes], author: str = "Ann") -> list[FileReport]:
    return bench.old_imports.import_files(files, author)


def outcomes(reports: list[FileReport]) -> list[tuple[str, str]]:
    return [(report.file, report.outcome) for report in reports]


def test_a_page_becomes_a_run_with_its_text_its_steps_and_who_imported_it(bench: Workbench) -> None:
    (report,) = imported(bench, WHOLE)
    assert (report.outcome, report.run_id) == ("imported", ID)
    assert report.sentence == "Harbour Software Engineer: imported with all three steps."
    run = bench.runs.load(ID)
    assert (run.engine, run.status, run.title, run.jd_text) == (
        "old_system",
        "completed",
        "Harbour Software Engineer",
        TEXT,
    )
    assert run.created_at == datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
    assert (run.role_slug, run.case, run.confidence, run.cost_usd) == ("backend-engineer", "A", 1.0, 0.0045)
    assert run.library_match is not None and run.role_output is not None and run.client_output is not None
    source = bench.old_runs.load(ID)
    assert source is not None and (source.imported_by, source.text_source) == ("Ann", "page")
    assert source.files == [{"name": "page.txt", "text": page()}] and source.given["1"] == step_1()
    assert source.figures.step_costs_usd == {1: 0.0042, 2: 0.0003, 3: 0.0}


def test_the_same_file_makes_no_second_run_and_says_so(bench: Workbench) -> None:
    imported(bench, WHOLE)
    (report,) = imported(bench, ("again.txt", page().replace("\n", "\r\n").encode()), author="Bob")
    assert (report.outcome, report.sentence) == (
        "there",
        "Harbour Software Engineer: already there, nothing was added.",
    )
    assert bench.history.find(HistoryFilter(engine="old_system")).total == 1
    source = bench.old_runs.load(ID)
    assert source is not None and source.imported_by == "Ann"
    assert outcomes(imported(bench, ("one.json", json.dumps(step_1()).encode()))) == [("one.json", "there")]


def test_another_content_of_a_run_that_is_there_is_refused_with_what_to_do(bench: Workbench) -> None:
    imported(bench, ("stopped.txt", page({1: step_1()}).encode()))
    (report,) = imported(bench, WHOLE)
    assert report.outcome == "refused"
    assert "it is there already with another content (API 2, API 3)" in report.sentence
    assert "delete the stored one in the history, then import the file again" in report.sentence
    assert bench.runs.load(ID).status == "extract_from_jd_done"


def test_many_files_at_once_have_a_report_each(bench: Workbench) -> None:
    other = json.dumps({"api1": step_1() | {"run_id": "another"}, "api2": {}}).encode()
    files = [
        ("cake.txt", b"flour and apples"),
        ("two.json", json.dumps(step_2()).encode()),
        ("page.bin", b"\xff\x00\x01"),
        ("one.json", json.dumps(step_1()).encode()),
        ("three.json", json.dumps(step_3()).encode()),
        ("other.json", other),
        ("one.json", other),
    ]
    reports = imported(bench, *files)
    assert outcomes(reports) == [
        ("cake.txt", "refused"),
        ("two.json", "imported"),
        ("page.bin", "refused"),
        ("one.json", "imported"),
        ("three.json", "imported"),
        ("other.json", "imported"),
        ("one.json (2)", "imported"),
    ]
    assert {report.run_id for report in reports if report.outcome == "imported"} == {ID, reports[5].run_id}
    assert "its text is not in the file: what API 1 quotes of it stands in its place" in reports[5].sentence
    assert bench.history.find(HistoryFilter(engine="old_system")).total == 2


def test_what_a_store_cannot_hold_is_replaced_and_kept(bench: Workbench) -> None:
    one = step_1() | {"note": "a\0b\ud800"}
    one["nano_parsed"]["company_name"] = "Quay\0Sons"
    (report,) = imported(bench, ("odd.json", json.dumps(one).encode()))
    assert report.outcome == "imported"
    assert outcomes(imported(bench, ("odd.json", json.dumps(one).encode()))) == [("odd.json", "there")]
    assert bench.runs.load(ID).extraction["nano_parsed"]["company_name"] == "Quay\ufffdSons"  # type: ignore[index]


# --- nobody changes it ---------------------------------------------------------------------------------------------


def test_nobody_names_resumes_or_changes_it(bench: Workbench) -> None:
    imported(bench, ("stopped.txt", page({1: step_1()}).encode()))
    before = bench.runs.load(ID)
    with pytest.raises(StoreError, match="a run of the old system, which stays as it is"):
        bench.runs.rename(ID, "mine")
    bench.executor.resume(ID)
    assert ID not in bench.executor.pending() and before.is_finished
    with (
        pytest.raises(DBAPIError, match="is one of the old system and stays as it is"),
        bench.database.engine.begin() as c,
    ):
        c.execute(text("UPDATE run SET role_slug = 'data-engineer' WHERE id = :id"), {"id": ID})
    assert bench.runs.load(ID) == before


def test_a_person_puts_labels_and_verdicts_beside_it(bench: Workbench) -> None:
    imported(bench, WHOLE)
    assert bench.history.label([ID], "demo") == 1
    assert [row["labels"] for row in bench.history.listed([ID])] == [["demo"]]
    assert bench.history.label([ID], "demo", take_off=True) == 1


def test_its_text_runs_here_as_a_run_of_ours(bench: Workbench) -> None:
    imported(bench, WHOLE)
    ours = finished(bench, bench.executor.run_again(ID))
    assert (ours.engine, ours.jd_text, ours.name) == ("local", TEXT, None) and ours.extraction is not None
    assert [run.id for run in bench.history.of_same_text(TEXT, ours=True)] == [ours.id]
    assert {run.engine for run in bench.history.of_same_text(TEXT)} == {"local", "old_system"}


def test_it_is_counted_nowhere(bench: Workbench) -> None:
    imported(bench, WHOLE)
    assert bench.usage.load().runs == 0 and bench.usage.differences() == []
    bench.usage.recount()
    assert bench.usage.load().roles == {}
    assert (bench.attention.unjudged_runs(), bench.history.revisions()) == (0, [])
    assert PastRunStore(bench.database.engine).count() == 0


def test_the_doctor_finds_it_well(bench: Workbench) -> None:
    imported(bench, WHOLE, (SHIPPED.name, SHIPPED.read_bytes()))
    assert [problem for section in examine_store(bench.database) for problem in section.problems] == []


# --- deletion ------------------------------------------------------------------------------------------------------


def test_it_is_deleted_and_put_back_whole(bench: Workbench) -> None:
    imported(bench, WHOLE)
    before, source = bench.runs.load(ID), bench.old_runs.load(ID)
    bench.deletions.delete([ID], "Ann")
    assert bench.old_runs.load(ID) is None
    bench.deletions.put_back([ID])
    assert (bench.runs.load(ID), bench.old_runs.load(ID)) == (before, source)


def test_an_import_of_a_deleted_run_puts_it_back_while_that_can_be_done(bench: Workbench) -> None:
    imported(bench, WHOLE)
    bench.history.label([ID], "demo")
    bench.deletions.delete([ID], "Ann")
    (report,) = imported(bench, WHOLE)
    assert report.outcome == "there" and report.sentence.endswith(
        "nothing was added (it was deleted, and is put back)."
    )
    assert bench.history.listed([ID])[0]["labels"] == ["demo"]
    bench.deletions.delete([ID], "Ann")
    bench.deletions.purge(timedelta(0))
    assert outcomes(imported(bench, WHOLE)) == [("page.txt", "imported")]
    assert bench.deletions.find(ID) is None and bench.history.listed([ID])[0]["labels"] == []


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_reports_on_each_file(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cake = tmp_path / "whole.txt", tmp_path / "cake.txt"
    whole.write_text(page(), encoding="utf-8")
    cake.write_text("flour", encoding="utf-8")
    monkeypatch.setattr("db.__main__.open_database", lambda *_: Kept(bench.database))

    def call(*files: Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["db", "--author", "Ann", "import-runs", *map(str, files)])
        code = main()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    code, out, err = call(whole, cake, tmp_path / "gone.txt")
    assert (code, out) == (2, "whole.txt: Harbour Software Engineer: imported with all three steps.\n")
    assert "gone.txt: It cannot be read: No such file or directory." in err
    assert "cake.txt, line 1: this is neither a page of the old system nor JSON" in err
    assert "1 imported, 2 refused. The refused ones can be imported again once that is put right." in err
    assert call(whole) == (
        0,
        "whole.txt: Harbour Software Engineer: already there, nothing was added.\n1 already there\n",
        "",
    )


class Kept:
    """A database that a command uses and does not close."""

    def __init__(self, database: Database) -> None:
        self.engine, self.label = database.engine, database.label

    def close(self) -> None:
        """Stay open."""
