"""Tables to be opened in a spreadsheet: whatever a text holds, no cell is a formula there."""

from __future__ import annotations

import re

import pandas as pd

FORMULA = re.compile("""(^|[;\t\r\n])([\\s"'`]*)(?=[=+\\-@＝＋－＠\t\r])""")
"""The place in a text from which a spreadsheet would read a formula: its beginning, and what follows a character at which some
of them begin a cell, behind white space and quotation marks.
"""


def csv_of(frame: pd.DataFrame) -> str:
    """The table as CSV with a header. What would be a formula has an apostrophe before it, which a spreadsheet takes for text."""
    safe = frame.rename(columns=without_formula).map(
        lambda cell: without_formula(cell) if isinstance(cell, str) else cell
    )
    return str(safe.to_csv(index=False))


def without_formula(text: str) -> str:
    """The text, an apostrophe where it would be a formula."""
    return FORMULA.sub(r"\1'\2", text)
