"""The marks of a parse against gold, and their figures; the same as those of the scorer beside the evaluation data."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts import Ctc, Education, Experience, JobLocation, ParsedJD, ResponsibilityBlock, SourceMarker
from pipeline.parse_evaluation import FIELDS, MarkedParse, ParseScore, mark_parse, table, wrong_values
from pipeline.stages.parse import parse_jd
from pipeline.text import JDText
from tests.conftest import shared
from tests.pipeline.parse_evaluation.gold import NURSE, gold_row


def block(text: str) -> ResponsibilityBlock:
    marker = SourceMarker(first_5_words="", last_5_words="")
    return ResponsibilityBlock(
        bullet_count=0,
        heading="Duties",
        heading_was_present=True,
        source_marker=marker,
        text=text,
        word_count=len(text.split()),
    )


def parsed(**changed: Any) -> ParsedJD:
    """The parse that finds nothing, with the given fields."""
    empty = dict.fromkeys(("about_company", "company_name", "ctc", "domain", "experience", "role", "role_archetype"))
    lists = {
        key: []
        for key in (
            "certifications",
            "education",
            "job_locations",
            "role_aliases",
            "roles_and_responsibilities",
            "urls",
        )
    }
    return ParsedJD.model_validate({"JD_type": "pass"} | empty | lists | changed)


def degree(level: str, requirement: str) -> Education:
    return Education(level=level, qualification="", raw="", requirement=requirement)


def place(city: str | None, country: str | None, mode: str | None = None) -> JobLocation:
    return JobLocation(aliases=[], city=city, country=country, state=None, work_mode=mode)


def letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def marks(**changed: Any) -> dict[str, float]:
    marked = mark_parse("nurse", NURSE, gold_row(), parsed(**changed))
    return {field: mark.value for field, mark in marked.marks.items()}


def test_an_empty_parse_is_right_where_the_text_says_nothing() -> None:
    right = {field for field, value in marks().items() if value == 1}
    assert right == {"education_preferred", "work_mode", "ctc", "urls", "jd_type"}


@pytest.mark.parametrize(
    ("field", "found", "value"),
    [
        ("title", {"role": "night-nurse"}, 1),
        ("title", {"role": "Nurse (nights)"}, 1),
        ("title", {"role": "Nurse"}, 0),
        ("company", {"company_name": "The Harbour Clinic Ltd"}, 1),
        ("experience", {"experience": Experience(min=2, max=None, raw=None)}, 1),
        ("experience", {"experience": Experience(min=2, max=3, raw=None)}, 0),
        ("education_required", {"education": [degree("Master's", "required"), degree("Bachelor's", "required")]}, 1),
        ("education_required", {"education": [degree("Bachelor's", "preferred")]}, 0),
        ("education_preferred", {"education": [degree("Doctorate", "preferred")]}, 0),
        ("locations", {"job_locations": [place("Cork", "Ireland")]}, 1),
        ("locations", {"job_locations": [place("Cork", None), place(None, "Ireland")]}, 1),
        ("locations", {"job_locations": [place("Cork", None), place("Galway", None)]}, pytest.approx(2 / 3)),
        ("work_mode", {"job_locations": [place("Cork", None, "remote")]}, 0),
        ("ctc", {"ctc": Ctc(raw="", min=1, max=1, currency="EUR", period="annual")}, 1),
        ("ctc", {"ctc": Ctc(raw="", min=1, max=1, currency="EUR", period="monthly")}, 0),
        ("ctc", {"ctc": Ctc(raw="good pay", min=None, max=None, currency=None, period=None)}, 1),
        ("certifications", {"certifications": ["NCLEX-RN", "BLS"]}, pytest.approx(2 / 3)),
        ("urls", {"urls": ["https://a.example"]}, 0),
        ("jd_type", {"JD_type": "not_a_jd"}, 0),
    ],
)
def test_a_field_is_marked_by_its_own_rule(field: str, found: dict[str, Any], value: float) -> None:
    assert marks(**found)[field] == value


def test_duties_are_marked_by_their_letters_and_demands_count_for_nothing() -> None:
    duties = "- Watch over twelve patients through the night.\n- Hand over to the day team in writing."
    demands = "- Bachelor's degree in nursing\n- NCLEX-RN\n- 2 years on a ward"
    both = mark_parse("nurse", NURSE, gold_row(), parsed(roles_and_responsibilities=[block(duties), block(demands)]))
    assert (both.duties.precision, both.duties.recall, both.marks["responsibilities"].value) == (1, 1, 1)
    assert both.duties.strict_precision == pytest.approx(letters(duties) / letters(duties + demands))
    half = mark_parse(
        "nurse", NURSE, gold_row(), parsed(roles_and_responsibilities=[block("Hand over to the day team in writing.")])
    )
    assert half.marks["responsibilities"].value == pytest.approx(2 / 3)


def test_without_duties_the_noise_is_wrong() -> None:
    gold = gold_row() | {"responsibilities": None}
    marked = mark_parse("nurse", NURSE, gold, parsed(roles_and_responsibilities=[block("Harbour Clinic, Cork")]))
    assert (marked.marks["responsibilities"].is_present, marked.marks["responsibilities"].value) == (False, 0)


def test_the_figures_are_means_of_those_with_and_without_a_value() -> None:
    right = mark_parse("right", NURSE, gold_row(), parsed(certifications=["NCLEX-RN"]))
    wrong = mark_parse("wrong", NURSE, gold_row(), parsed())
    filled = mark_parse("filled", NURSE, gold_row() | {"certifications": []}, parsed(certifications=["BLS"]))
    summary = ParseScore([right, wrong, filled, wrong]).summary([[0, 0, 0, 0], [1, 1, 1, 1]])
    row = next(f for f in summary.fields if f.field == "certifications")
    assert (row.n_present, row.right, row.n_absent, row.wrongly_filled) == (3, pytest.approx(1 / 3), 1, 1)
    assert row.score == pytest.approx(1 / 6)
    assert summary.interval is not None and summary.interval[0] <= summary.interval[1]
    lines = list(table(summary))
    assert lines[0].split() == ["field", "present", "right", "absent", "wrongly", "filled", "score"]
    assert "certifications             3  0.333        1           1.000   0.167" in lines
    assert [line.split()[:3] for line in wrong_values([filled]) if "certifications" in line] == [
        ["filled", "certifications", "0.00"]
    ]


def test_no_texts_have_no_figures() -> None:
    summary = ParseScore().summary()
    assert (summary.macro, summary.interval) == (None, None)
    assert list(table(summary))[-1] == "macro – of 0 JDs"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "_2"])
def test_the_figures_are_those_of_the_scorer_beside_the_data(name: str) -> None:
    scorer_file, gold_file = shared("data/score_parse.py"), shared(f"data/parse_dev{name}.jsonl")
    texts = {row["id"]: row["text"] for row in json_lines(shared(f"data/jds_dev{name}.jsonl"))}
    scorer = load(scorer_file)
    score, expected = ParseScore(), []
    for gold in json_lines(gold_file):
        parse = parse_jd(JDText(texts[gold["id"]]), None)
        score.parses.append(mark_parse(gold["id"], texts[gold["id"]], gold, parse))
        expected.append(scorer.judge(texts[gold["id"]], gold, parse.model_dump(mode="json")))
    summary = score.summary()
    assert [by_field(parse) for parse in score.parses] == [{f: row[f][:2] for f in FIELDS} for row in expected]
    assert summary.macro == pytest.approx(scorer.macro(expected), abs=1e-12)
    for row in summary.fields:
        n, right, absent, filled, value = scorer.figures(expected, row.field)
        assert (row.n_present, row.n_absent) == (n, absent)
        assert (row.right, row.wrongly_filled, row.score) == (right, filled, pytest.approx(value, abs=1e-12))


def by_field(parse: MarkedParse) -> dict[str, tuple[bool, float]]:
    return {field: (parse.marks[field].is_present, parse.marks[field].value) for field in FIELDS}


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def load(path: Path) -> Any:
    """The scorer as a module."""
    spec = importlib.util.spec_from_file_location("score_parse", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
