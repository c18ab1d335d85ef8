"""What reviewers say of a parsed text: kept by field and person, taken back, gone with its run, and written as gold labels."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from db.models import PARSE_FIELDS
from db.server import Database
from db.services.parse_gold import anchors, export_gold, label_values, read_passages
from db.services.results import result_of
from db.services.workbench import Workbench
from db.stores.runs import StoredRun
from pipeline.contracts import (
    Ctc,
    Education,
    Experience,
    IndustryDomain,
    JDDomain,
    JobLocation,
    ResponsibilityBlock,
    SourceMarker,
)
from pipeline.text import JDText
from tests.conftest import JD, SETTINGS, shared
from tests.db.conftest import finished
from tests.wire_values import parsed


@pytest.fixture
def bench(ready: Database) -> Iterator[Workbench]:
    workbench = Workbench(ready, SETTINGS)
    yield workbench
    workbench.close()


@pytest.fixture
def run(bench: Workbench) -> StoredRun:
    return finished(bench, bench.executor.start(JD))


def said(bench: Workbench, run: StoredRun) -> list[tuple[str, str, Any]]:
    return [(verdict.field, verdict.author, verdict.value) for verdict in bench.parse_verdicts.of_run(run.id)]


# --- in the store -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "Staff Engineer", {"min": 3, "max": None}, [["Pune", "Poona"]], 2, []])
def test_a_value_is_kept_as_it_was_said_and_a_later_one_takes_its_place(
    bench: Workbench, run: StoredRun, value: Any
) -> None:
    bench.parse_verdicts.give(run.id, "title", "Ann", "first")
    bench.parse_verdicts.give(run.id, "title", "Ann", value)
    assert said(bench, run) == [("title", "Ann", value)]


def test_each_person_has_a_word_of_their_own_and_can_take_it_back(bench: Workbench, run: StoredRun) -> None:
    bench.parse_verdicts.give(run.id, "title", "Ann", "One")
    bench.parse_verdicts.give(run.id, "title", "Bob", "Two")
    bench.parse_verdicts.give(run.id, "company", "Ann", None)
    bench.parse_verdicts.withdraw(run.id, "title", "Bob")
    assert sorted(said(bench, run)) == [("company", "Ann", None), ("title", "Ann", "One")]


def test_a_field_that_nobody_knows_is_refused(bench: Workbench, run: StoredRun) -> None:
    with pytest.raises(IntegrityError):
        bench.parse_verdicts.give(run.id, "mood", "Ann", "good")


def test_a_deleted_run_takes_them_with_it_says_so_before_and_brings_them_back(bench: Workbench, run: StoredRun) -> None:
    bench.parse_verdicts.give(run.id, "title", "Ann", "Staff Engineer")
    (cited,) = [c for c in bench.deletions.citations([run.id]) if c.label == "What Ann says that the text gives"]
    assert cited.quote == 'title: "Staff Engineer"'
    bench.deletions.delete([run.id], "ann")
    assert bench.parse_verdicts.judged() == []
    bench.deletions.put_back([run.id])
    assert said(bench, run) == [("title", "Ann", "Staff Engineer")]


# --- as labels ----------------------------------------------------------------------------------------------------


def test_a_parsed_text_has_its_values_in_the_form_of_the_labels() -> None:
    read = parsed(
        role="Welder",
        company_name="Iron & Co",
        experience=Experience(min=2, max=None, raw="2+ years"),
        education=[
            Education(level="Master's", qualification="MSC", raw="x", requirement="required"),
            Education(level="Bachelor's", qualification="BSC", raw="x", requirement="required"),
            Education(level="Doctorate", qualification="PHD", raw="x", requirement="preferred"),
        ],
        job_locations=[
            JobLocation(aliases=["Poona"], city="Pune", state=None, country="India", work_mode="hybrid"),
            JobLocation(aliases=[], city=None, state=None, country="Kenya", work_mode=None),
            JobLocation(aliases=[], city=None, state=None, country=None, work_mode="hybrid"),
        ],
        ctc=Ctc(raw="x", min=10, max=None, currency="EUR", period="hourly"),
        certifications=["CKA"],
        urls=["https://a.example"],
        domain=JDDomain(primary=IndustryDomain(aliases=[], domain="Steel"), secondary=None),
    )
    values = label_values(read, JDText(""))
    assert tuple(values) == PARSE_FIELDS
    assert values == {
        "title": "Welder",
        "company": "Iron & Co",
        "experience": {"min": 2, "max": None},
        "education_required": "bachelor",
        "education_preferred": "phd",
        "locations": [["Pune", "Poona"], ["Kenya"]],
        "work_mode": "hybrid",
        "ctc": {"currency": "EUR", "min": 10, "max": None, "period": "hourly"},
        "certifications": ["CKA"],
        "urls": 1,
        "responsibilities": None,
        "industry": "Steel",
        "jd_type": "pass",
    }


def test_a_text_that_says_nothing_has_no_values() -> None:
    values = label_values(parsed(), JDText(""))
    assert {field for field, value in values.items() if value} == {"jd_type"}


def test_duties_and_demands_of_the_blocks_that_were_read_are_told_apart() -> None:
    text = (
        "Welder\n\nResponsibilities\n- Weld the hulls of <b>ships</b>\n- Paint them all in grey\n\n"
        "Requirements\n- Two years at a yard\n- A steady hand\n\nBenefits\n- Free lunch on Fridays\n"
    )
    blocks = [
        ResponsibilityBlock(
            bullet_count=2,
            heading=heading,
            heading_was_present=True,
            source_marker=SourceMarker(first_5_words="", last_5_words=""),
            text=lines,
            word_count=9,
        )
        for heading, lines in (
            ("Responsibilities", "Weld the hulls of ships\nPaint them all in grey"),
            ("Requirements", "Two years at a yard\nA steady hand"),
        )
    ]
    passages = read_passages(parsed(roles_and_responsibilities=blocks), JDText(text))
    assert passages == {
        "responsibilities": [["Weld the hulls of <b>ships</b>", "Paint them all in grey"]],
        "responsibilities_optional": [],
        "demands": [["Two years at a yard", "yard\n- A steady hand"]],
    }


def test_a_passage_is_named_by_words_that_tell_it_from_the_rest() -> None:
    text = "You will do this and that today. You will do this and more. The end is near, my friend. The end."
    start = text.index("You will do this and more")
    first, last = anchors(text, start, len(text))
    assert (text.index(first), text.index(last, start) + len(last)) == (start, len(text))
    assert first == "You will do this and more."
    assert anchors(text, 4, 8) == ["will", "will"]


def exported(bench: Workbench, folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    export_gold(bench.parse_verdicts.judged(), folder)
    gold, texts = (folder / name for name in ("parse_gold.jsonl", "jds.jsonl"))
    return tuple([json.loads(line) for line in file.read_text("utf-8").splitlines()] for file in (gold, texts))  # type: ignore[return-value]


def test_only_judged_texts_are_exported_with_what_was_said_and_else_what_was_read(
    bench: Workbench, run: StoredRun, tmp_path: Path
) -> None:
    finished(bench, bench.executor.start(JD + "\nAnother text."))
    bench.parse_verdicts.give(run.id, "title", "Ann", "Wrong")
    bench.parse_verdicts.give(run.id, "title", "Bob", "Rail Engineer")
    bench.parse_verdicts.give(run.id, "experience", "Bob", {"min": 1, "max": 2})
    bench.parse_verdicts.give(run.id, "ctc", "Ann", None)
    (gold,), (text,) = exported(bench, tmp_path)
    assert text == {"id": str(run.id), "text": run.jd_text}
    assert gold["sha256"] == sha256(run.jd_text.encode()).hexdigest()
    assert (gold["title"], gold["experience_min"], gold["experience_max"], gold["ctc"]) == ("Rail Engineer", 1, 2, None)
    result = result_of(run)
    assert result is not None and gold["company"] == result.extraction.parsed.company_name
    assert gold["also"] == {} and gold["responsibilities"]


def test_the_labels_are_what_the_measure_of_the_reader_takes(bench: Workbench, run: StoredRun, tmp_path: Path) -> None:
    measure = shared("data/score_parse.py")
    bench.parse_verdicts.give(run.id, "jd_type", "Ann", "pass")
    exported(bench, tmp_path)
    read = dict(run.extraction or {})["nano_parsed"]
    (tmp_path / "read.jsonl").write_text(json.dumps({"id": str(run.id), "nano_parsed": read}))
    files = [str(tmp_path / name) for name in ("read.jsonl", "parse_gold.jsonl", "jds.jsonl")]
    scored = subprocess.run([sys.executable, str(measure), *files], capture_output=True, text=True, timeout=60)
    assert scored.returncode == 0, scored.stderr
    assert "macro 1.000" in scored.stdout, scored.stdout
