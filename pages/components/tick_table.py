"""A table of links whose rows can be ticked: what is ticked is known by the rows' keys, never by their numbers.

It is HTML of ours (``markup`` has escaped it), so that it is read out, fits a phone and needs no canvas. A click on a row opens
its first link.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.markup import Column


@cache
def _component() -> Callable[..., Any]:
    """The part of the page that the browser keeps: made once a process, as it is the same for all."""
    return st.components.v2.component(
        "jdw_tick_table",
        html='<div class="jdw-ticks"></div>',
        js=Path(__file__).with_suffix(".js").read_text("utf-8"),
        isolate_styles=False,
    )


@dataclass(frozen=True)
class TickRow:
    """A row: its key, what it is called for its tick, and its cells; the first cell with a link is where a click leads."""

    key: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TickTable:
    """A table by its name (``runs``), under which the session keeps what is ticked, also when other rows are shown."""

    name: str
    label: str
    columns: tuple[Column, ...]

    @property
    def _ticked(self) -> str:
        return f"{self.name}-ticked"

    @property
    def _round(self) -> str:
        return f"{self.name}-round"

    def ticked(self) -> list[str]:
        """The keys that are ticked, in the order in which that was done."""
        return list(st.session_state.get(self._ticked, ()))

    def untick(self, keys: Collection[str] | None = None) -> None:
        """Take the ticks of some keys away, or all of them."""
        st.session_state[self._ticked] = [] if keys is None else [k for k in self.ticked() if k not in keys]
        # The browser keeps its own ticks within a round, so that quick ones are not undone by a drawing on the way.
        st.session_state[self._round] = int(st.session_state.get(self._round, 0)) + 1

    def show(self, rows: Sequence[TickRow]) -> None:
        """Draw the rows; a tick draws the page anew."""
        head = markup.join(
            markup.fill('<th scope="col" class="{}">{}</th>', column.css, column.title) for column in self.columns
        )
        every = Markup('<th scope="col"><label><input type="checkbox" aria-label="All rows of this page"></label></th>')
        html = markup.fill(
            '<table class="jdw-list" aria-label="{}"><thead><tr>{}{}</tr></thead><tbody>{}</tbody></table>',
            self.label,
            every,
            head,
            markup.join(map(self._row, rows)),
        )
        data = {"html": str(html), "ticked": self.ticked(), "round": int(st.session_state.get(self._round, 0))}
        _component()(key=self.name, data=data, default={"ticked": self.ticked()}, on_ticked_change=self._keep)

    def _keep(self) -> None:
        st.session_state[self._ticked] = list(st.session_state[self.name]["ticked"])

    def _row(self, row: TickRow) -> Markup:
        box = markup.fill(
            '<td><label><input type="checkbox" value="{}" aria-label="Tick {}"></label></td>', row.key, row.name
        )
        cells = markup.join(
            markup.fill('<td class="{}">{}</td>', column.css, cell)
            for column, cell in zip(self.columns, row.cells, strict=True)
        )
        return markup.fill("<tr>{}{}</tr>", box, cells)
