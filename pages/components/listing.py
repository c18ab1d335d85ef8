"""The text form of a table that Streamlit paints on a canvas: a real table for screen readers, the keyboard and copying, and a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from pages.components import markup
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.spreadsheet import csv_of

MAX_ROWS = 200
"""Rows that are written out; a list that has more says so."""


def as_text(
    frame: pd.DataFrame,
    label: str,
    columns: Sequence[str] = (),
    links: Mapping[str, Callable[[int], str]] | None = None,
) -> None:
    """Offer the table below its canvas, closed until it is asked for, and as a file: the canvas's own would hold formulas, and
    ``client.disableDataExport`` takes it away.

    ``columns`` are those that are written (all without), ``links`` give, by column, the address behind the cell of a row, by
    the row's number.
    """
    names = list(columns or frame.columns)
    rows = [
        [_cell(frame[name].iloc[i], (links or {}).get(name), i) for name in names]
        for i in range(min(len(frame), MAX_ROWS))
    ]
    heads = [Column(name, "n" if pd.api.types.is_numeric_dtype(frame[name]) else "") for name in names]
    more = f" of {len(frame):,}, the first" if len(frame) > MAX_ROWS else ""
    text_at, file_at = st.columns([5, 1], vertical_alignment="top")
    text_at.html(
        markup.fill(
            '<details class="jdw-as-text"><summary>{} as text{}</summary>{}</details>',
            label,
            markup.meta_span(f" · {count_label(len(rows), 'row')}{more}"),
            markup.table(heads, rows),
        )
    )
    file_at.download_button(
        "CSV",
        lambda: csv_of(frame[names]),
        f"{label.lower().replace(' ', '-')}.csv",
        "text/csv",
        on_click="ignore",
        key=f"csv-{label}",
        icon=":material/download:",
        type="tertiary",
    )


def _cell(value: object, link: Callable[[int], str] | None, row: int) -> str:
    """A value in words, empty where there is none; a link where the column has one."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        text = ""
    elif isinstance(value, bool | np.bool_):
        text = "yes" if value else "no"
    elif isinstance(value, float):
        text = f"{value:,.2f}".rstrip("0").rstrip(".")
    elif isinstance(value, pd.Timestamp):
        text = value.strftime("%d %b %Y %H:%M")
    elif isinstance(value, list | tuple):
        text = ", ".join(str(item) for item in value)
    else:
        text = str(value)
    return markup.link(text, link(row)) if link and text else text
