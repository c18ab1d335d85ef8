"""Which cells of a grid were edited."""

import pandas as pd

from pages.components.grid import GridSpec, chosen_rows, edited_cells

SPEC = GridSpec("key", "id", {"Type": ["A", "B"], "Tick": None})


def frame(*rows: tuple[int, str, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "Type", "Tick"])


def test_each_edited_cell_is_told_by_its_rows_key_whatever_the_order() -> None:
    before = frame((1, "A", False), (2, "B", True))
    after = frame((2, "A", True), (1, "A", True))
    assert edited_cells(before, after, SPEC) == [("2", "Type", "A"), ("1", "Tick", True)]


def test_nothing_edited_and_nothing_returned_is_nothing() -> None:
    before = frame((1, "A", False))
    assert edited_cells(before, before.copy(), SPEC) == []
    assert edited_cells(before, None, SPEC) == edited_cells(before, before[:0], SPEC) == []


def test_a_row_that_is_gone_is_left_out() -> None:
    assert edited_cells(frame((1, "A", False)), frame((9, "B", True)), SPEC) == []


def test_a_column_that_cannot_be_edited_is_not_compared() -> None:
    before, after = frame((1, "A", False)), frame((1, "B", False))
    assert edited_cells(before, after, GridSpec("key", "id", {"Tick": None})) == []


def test_the_rows_that_are_chosen_are_those_that_are_still_shown() -> None:
    shown, chosen = frame((1, "A", False), (2, "B", False)), frame((2, "B", False), (9, "A", True))
    assert chosen_rows(shown, chosen, SPEC) == ["2"]
    assert chosen_rows(shown, None, SPEC) == chosen_rows(shown, chosen[:0], SPEC) == []
