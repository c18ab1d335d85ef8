"""A list of which one row is shown beside it: rows are links by their key, never by their number.

The address names the row that is shown, so that Back steps through what was looked at, a link opens the same row for a
colleague, and the row behind one that goes never takes its place unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from markupsafe import Markup

from pages.components import links, markup
from pages.components.draft import MARK_TONES
from pages.components.links import PagePlace
from pages.components.markup import Column
from pages.components.verbatim import verbatim

MAX_UNSCROLLED = 18
"""Rows up to which a list is as high as they are."""
HEIGHT = 640
MARKS = {"add": "added", "edit": "changed", "remove": "removed"}
"""What the draft does to a row, in one word."""


@dataclass(frozen=True)
class ListRow:
    """A row: the key that the address names, its name, the cells of the further columns, a second line below the name, and
    what the draft does to it (``add``, ``edit``, ``remove`` or nothing).
    """

    key: str
    name: str
    cells: tuple[str, ...] = ()
    below: str = ""
    mark: str = ""


@dataclass(frozen=True)
class RowList:
    """A list on a page: which parameter of the address names its row, its columns (the first is the name's), and a label.

    ``kept`` are the parameters of the address that a row's link keeps, the filters, with their values.
    """

    place: PagePlace
    parameter: str
    columns: tuple[Column, ...]
    label: str
    kept: Mapping[str, str] = field(default_factory=dict)

    def url(self, key: str) -> str:
        """The address that shows a row."""
        kept = {name: value for name, value in self.kept.items() if value}
        return links.page_url(self.place, **{**kept, self.parameter: key})

    def show(self, rows: Sequence[ListRow], selected: str) -> None:
        """Draw the rows, the selected one marked."""
        head = markup.join(
            markup.fill('<th scope="col" class="{}">{}</th>', column.css, column.title) for column in self.columns
        )
        body = markup.join(self._row(row, row.key == selected) for row in rows)
        with st.container(height=HEIGHT if len(rows) > MAX_UNSCROLLED else "content", border=False):
            st.html(
                markup.fill(
                    '<table class="jdw-list" aria-label="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
                    self.label,
                    head,
                    body,
                )
            )

    def step(self, rows: Sequence[ListRow], selected: str, noun: str, found: str = "") -> None:
        """How many were found and the place of the selected row among them, with the buttons (J and K) that go on and back."""
        keys = [row.key for row in rows]
        at = keys.index(selected) if selected in keys else -1
        steps = (("Previous", "K", at - 1, "The one before"), ("Next", "J", at + 1, "The next one"))
        with st.container(horizontal=True, vertical_alignment="center"):
            place = f"{at + 1} of {len(keys)}" if at >= 0 else ""
            st.html(markup.meta(" · ".join(filter(None, [found, place]))))
            for label, key, to, help_text in steps:
                there = 0 <= to < len(keys)
                st.button(
                    verbatim(label),
                    key=f"step-{self.parameter}-{key}",
                    type="tertiary",
                    shortcut=key,
                    help=verbatim(f"{help_text} of the list: {noun}"),
                    disabled=not there,
                    on_click=self._open,
                    args=(keys[to] if there else selected,),
                )

    def _open(self, key: str) -> None:
        st.query_params[self.parameter] = key

    def _row(self, row: ListRow, is_selected: bool) -> Markup:
        below = markup.block(row.below, "jdw-meta") if row.below else Markup()
        current = Markup(' class="now" aria-current="true"') if is_selected else Markup()
        mark = markup.tag(MARKS[row.mark], MARK_TONES[row.mark]) if row.mark else Markup()
        first = markup.fill('<td><a href="{}"><span>{}</span></a>{}{}</td>', self.url(row.key), row.name, mark, below)
        cells = markup.join(
            markup.fill('<td class="{}">{}</td>', column.css, cell)
            for column, cell in zip(self.columns[1:], row.cells, strict=True)
        )
        return markup.fill("<tr{}>{}{}</tr>", current, first, cells)
