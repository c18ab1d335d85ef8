"""The one grid in which many cells are edited. The server's rows always win; each edited cell is handed over by its row's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st
from st_aggrid import AgGrid, DataReturnMode, JsCode

from pages.components import theme
from pages.components.live_impact import last_edit
from pages.components.plots import channels

# Cells are shown as text by the grid itself; these two functions are ours and see no text but as a key or a number.
_ROW_ID = "function(params) { return String(params.data['%s']); }"
_SHADE = (
    "function(params) { const fit = params.data['fit ' + params.colDef.field]; const mark = params.data['mark ' + params.colDef.field];"
    " const style = {}; if (fit !== null && fit !== undefined) {"
    " style.backgroundColor = 'rgba(%s,' + Math.max(0, Math.min(0.6, fit * 0.9)).toFixed(2) + ')'; }"
    " if (mark) { style.boxShadow = 'inset 0 0 0 2px ' + (mark === 'remove' ? '%s' : '%s'); } return style; }"
)
# A check box with what is known of the link beside it, which is set as text. Space ticks the cell that has the focus, and the
# arrows go from cell to cell, as everywhere in the grid.
_TICK = """class Tick {
  init(params) {
    this.box = document.createElement('input');
    this.box.type = 'checkbox';
    this.box.tabIndex = -1;
    this.note = document.createElement('span');
    this.note.style.cssText = 'margin-left:7px;font-size:11px;opacity:.75;font-variant-numeric:tabular-nums';
    this.warning = document.createElement('b');
    this.warning.style.cssText = 'margin-left:5px;color:%s';
    this.gui = document.createElement('span');
    this.gui.append(this.box, this.note, this.warning);
    this.box.addEventListener('change', () => this.params.node.setDataValue(this.params.colDef.field, this.box.checked));
    params.eGridCell.addEventListener('keydown', (event) => {
      if (event.key !== ' ' || this.box.disabled) return;
      event.preventDefault();
      event.stopPropagation();
      this.box.click();
    });
    this.refresh(params);
  }
  getGui() { return this.gui; }
  refresh(params) {
    this.params = params;
    const name = params.colDef.headerName.replace(/ · [\\d.]+$/, ''), warned = params.data['warn ' + params.colDef.field];
    this.box.checked = Boolean(params.value);
    this.box.disabled = !params.colDef.editable;
    this.box.setAttribute('aria-label', params.data['%s'] + ' in ' + name + (warned ? '. ' + warned : ''));
    this.note.textContent = params.data['note ' + params.colDef.field] || '';
    this.warning.textContent = warned ? '?' : '';
    return true;
  }
}"""
_TIP = "function(params) { return params.data['warn ' + params.colDef.field] || params.data['note ' + params.colDef.field] || ''; }"
ROW_HEIGHT, HEAD_HEIGHT = 29, 66
COLUMN_WIDTH = 130
FONT = "'Source Sans', system-ui, sans-serif"
CSS = {".ag-cell, .ag-header-cell-text": {"font-family": f"{FONT} !important"}}
FIT, MARK, NOTE, WARN = "fit ", "mark ", "note ", "warn "
"""What the names of the columns begin with that colour another one, or say something beside its box; never shown themselves."""

OnEdit = Callable[[str, str, Any], None]
"""Called with the row's key, the column and the new value of an edited cell."""


@dataclass(frozen=True)
class GridSpec:
    """How a grid shows its rows.

    ``row_id`` is the column of the primary key; ``editable`` gives the vocabulary of each column that can be edited, null
    for free text or a check box; a column of ``shaded`` is coloured by the column "fit <its name>", a number in 0..1, and
    framed where the column "mark <its name>" says that a draft adds or removes it. ``headers`` are the titles of columns whose
    names are not for reading (slugs). Beside the box of a shaded column stand the words of "note <its name>", and a mark where
    "warn <its name>" says something. With ``selectable`` rows can be chosen. Widths and heights are in pixels.
    """

    key: str
    row_id: str
    editable: Mapping[str, Sequence[str] | None]
    pinned: str = ""
    hidden: Sequence[str] = ()
    shaded: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, int] = field(default_factory=dict)
    max_height: int = 620
    selectable: bool = False


def editable_grid(frame: pd.DataFrame, spec: GridSpec, on_edit: OnEdit) -> list[str]:
    """Show rows of which some cells can be edited; ``on_edit`` is called for each edited cell before the page is drawn anew.

    Returns the keys of the rows that are chosen, those alone that are shown.
    """
    # What the last cell did stands where it was edited.
    last_edit()

    def changed(response: Any) -> None:
        for edit in edited_cells(frame, response.data, spec):
            on_edit(*edit)

    response = AgGrid(
        frame,
        gridOptions={
            "columnDefs": [_column(name, spec) for name in frame.columns],
            "getRowId": JsCode(_ROW_ID % spec.row_id),
            "rowHeight": ROW_HEIGHT,
            "headerHeight": HEAD_HEIGHT,
            "stopEditingWhenCellsLoseFocus": True,
            # Names hold dots (".NET"), which would else be read as paths.
            "suppressFieldDotNotation": True,
            "tooltipShowDelay": 300,
            "suppressMovableColumns": True,
            **({"rowSelection": "multiple", "suppressRowClickSelection": True} if spec.selectable else {}),
        },
        height=min(ROW_HEIGHT * len(frame) + HEAD_HEIGHT + 22, spec.max_height),
        data_return_mode=DataReturnMode.AS_INPUT,
        update_on=["cellValueChanged", *(["selectionChanged"] if spec.selectable else [])],
        server_sync_strategy="server_wins",
        callback=changed,
        allow_unsafe_jscode=True,
        show_search=False,
        show_download_button=False,
        theme="streamlit",
        custom_css=CSS,
        key=f"{spec.key}-{st.context.theme.type}",
    )
    return chosen_rows(frame, response.selected_rows, spec) if spec.selectable else []


def chosen_rows(frame: pd.DataFrame, chosen: pd.DataFrame | None, spec: GridSpec) -> list[str]:
    """The keys of the rows that are chosen and that the grid still shows."""
    if chosen is None or not len(chosen):
        return []
    shown = set(frame[spec.row_id].astype(str))
    return [key for key in chosen[spec.row_id].astype(str) if key in shown]


def edited_cells(before: pd.DataFrame, after: pd.DataFrame | None, spec: GridSpec) -> list[tuple[str, str, Any]]:
    """The cells that differ, as (row key, column, new value); rows that are not there any more are left out."""
    if after is None or not len(after):
        return []
    by_key = before.set_index(before[spec.row_id].astype(str))
    return [
        (str(row[spec.row_id]), name, row[name])
        for _, row in after.iterrows()
        for name in spec.editable
        if str(row[spec.row_id]) in by_key.index and row[name] != by_key.at[str(row[spec.row_id]), name]
    ]


def _column(name: str, spec: GridSpec) -> dict[str, Any]:
    """The grid's own description of a column."""
    header = spec.headers.get(name, name)
    column: dict[str, Any] = {
        "field": name,
        "headerName": header,
        "sortable": True,
        "resizable": True,
        "headerTooltip": header,
        "wrapHeaderText": True,
        "width": spec.widths.get(name, COLUMN_WIDTH),
    }
    if name in spec.hidden or name.startswith((FIT, MARK, NOTE, WARN)):
        column["hide"] = True
    if name == spec.pinned:
        column["pinned"] = "left"
        if spec.selectable:
            column |= {"checkboxSelection": True, "headerCheckboxSelection": True}
    if name in spec.editable:
        column["editable"] = True
        vocabulary = spec.editable[name]
        if vocabulary is not None:
            column |= {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": list(vocabulary)}}
    if name in spec.shaded:
        palette = theme.palette()
        shade = ",".join(map(str, channels(palette["dimension"])))
        column["cellRenderer"] = JsCode(_TICK % (palette["doubt"], spec.pinned))
        column["tooltipValueGetter"] = JsCode(_TIP)
        column["cellStyle"] = JsCode(_SHADE % (shade, palette["bad"], palette["good"]))
    return column
