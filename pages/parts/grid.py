"""The one grid in which many cells are edited. The server's rows always win; each edited cell is handed over by its row's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from st_aggrid import AgGrid, DataReturnMode, JsCode

from pages.parts import theme

# Cells are shown as text by the grid itself; these two functions are ours and see no text but as a key or a number.
_ROW_ID = "function(params) { return String(params.data['%s']); }"
_SHADE = (
    "function(params) { const fit = params.data['fit ' + params.colDef.field]; const mark = params.data['mark ' + params.colDef.field];"
    " const style = {}; if (fit !== null && fit !== undefined) {"
    " style.backgroundColor = 'rgba(%s,' + Math.max(0, Math.min(0.6, fit * 0.9)).toFixed(2) + ')'; }"
    " if (mark) { style.boxShadow = 'inset 0 0 0 2px ' + (mark === 'remove' ? '%s' : '%s'); } return style; }"
)
ROW, HEAD = 29, 52
FONT = "'Source Sans 3', 'Source Sans Pro', system-ui, sans-serif"
CSS = {".ag-cell, .ag-header-cell-text": {"font-family": f"{FONT} !important"}}


def editable_grid(
    frame: pd.DataFrame, row_id: str, editable: Mapping[str, Sequence[str] | None], key: str, on_edit: Callable[[str, str, Any], None],
    pinned: str = "", hidden: Sequence[str] = (), shaded: Sequence[str] = (), widths: Mapping[str, int] | None = None, most: int = 620,
) -> None:  # fmt: skip
    """Show rows of which some cells can be edited; ``on_edit`` is called with row key, column and new value of each.

    ``row_id`` names the column of the primary key; ``editable`` gives each column's vocabulary, null for free text or a
    check box; a column of ``shaded`` is coloured by the column "fit <its name>", a number in 0..1, and framed where the column
    "mark <its name>" says that a draft adds or removes it.
    """
    columns: list[dict[str, Any]] = []
    palette = theme.palette()
    red, green, blue = (int(palette["dimension"][i : i + 2], 16) for i in (1, 3, 5))
    for name in frame.columns:
        column: dict[str, Any] = {
            "field": name,
            "headerName": name,
            "sortable": True,
            "resizable": True,
            "headerTooltip": name,
            "wrapHeaderText": True,
        }
        column["width"] = (widths or {}).get(name, 130)
        if name in hidden or name.startswith(("fit ", "mark ")):
            column["hide"] = True
        if name == pinned:
            column["pinned"] = "left"
        if name in editable:
            column["editable"] = True
            words = editable[name]
            if words is not None:
                column |= {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": list(words)}}
        if name in shaded:
            column["cellStyle"] = JsCode(_SHADE % (f"{red},{green},{blue}", palette["bad"], palette["good"]))
        columns.append(column)

    def changed(response: Any) -> None:
        returned = response.data
        if returned is None or not len(returned):
            return
        before = frame.set_index(frame[row_id].astype(str))
        for _, row in returned.iterrows():
            at = str(row[row_id])
            for name in editable:
                if at in before.index and row[name] != before.at[at, name]:
                    on_edit(at, name, row[name])

    AgGrid(
        frame,
        gridOptions={
            "columnDefs": columns, "getRowId": JsCode(_ROW_ID % row_id), "rowHeight": ROW, "headerHeight": HEAD,
            "stopEditingWhenCellsLoseFocus": True,
            # Names hold dots (".NET"), which would else be read as paths.
            "suppressFieldDotNotation": True, "tooltipShowDelay": 300, "suppressMovableColumns": True,
        },
        height=min(ROW * len(frame) + HEAD + 22, most),
        data_return_mode=DataReturnMode.AS_INPUT,
        update_on=["cellValueChanged"],
        server_sync_strategy="server_wins",
        callback=changed,
        allow_unsafe_jscode=True,
        show_search=False,
        show_download_button=False,
        theme="streamlit",
        custom_css=CSS,
        key=f"{key}-{st.context.theme.type}",
    )  # fmt: skip
