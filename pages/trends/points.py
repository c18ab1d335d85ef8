"""Points of trends as a person reads them: figures in their unit, where each leads, and all of them as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.services.attached import SIGN
from db.stores.measures import Revision
from pages.components import links, markup
from pages.components.labels import count_label
from pages.components.markup import Column
from pipeline.trends import TrendLine, TrendPanel, TrendPoint, Unit

FORMATS: dict[Unit, tuple[float, int, str]] = {
    "share": (100.0, 1, " %"),
    "f1": (1.0, 3, ""),
    "count": (1.0, 0, ""),
    "days": (1.0, 1, " days"),
    "kappa": (1.0, 2, ""),
    "seconds": (1.0, 3, " s"),
    "usd": (1.0, 4, " $"),
}
"""By what a value is multiplied, its decimals, and what stands behind it."""
MAX_ROWS = 50
MAX_NAME = 34


@dataclass(frozen=True)
class Drawn:
    """Panels that have points, and the revisions by number."""

    panels: tuple[TrendPanel, ...]
    revisions: dict[int, Revision]

    @classmethod
    def of(cls, panels: Sequence[TrendPanel], revisions: Sequence[Revision]) -> Drawn:
        """The panels that have any line."""
        return cls(tuple(p for p in panels if p.lines), {r.id: r for r in revisions})

    def address(self, point: TrendPoint) -> str:
        """Where a point leads: to the experiment that measured it, else to its revision."""
        if point.experiment is not None:
            return links.page_url(links.EXPERIMENTS, **_query_of(point.experiment))
        return self.revision_url(point.revision)

    def open(self, revision: int, experiment: str | None) -> None:
        """Show what a point leads to instead of this page."""
        if experiment is not None:
            links.open_page(links.EXPERIMENTS, **_query_of(experiment))
        found = self.revisions.get(revision)
        links.open_page(links.REVISIONS, **({"set": str(found.change_set)} if found and found.change_set else {}))

    def revision_url(self, number: int) -> str:
        """The address of a revision; of one that came whole, that of all of them."""
        found = self.revisions.get(number)
        if found is None or found.change_set is None:
            return links.page_url(links.REVISIONS)
        return links.page_url(links.REVISIONS, set=str(found.change_set))


def _query_of(experiment: str) -> dict[str, str]:
    """The parameters of an experiment's page, of what refers to it."""
    if experiment.startswith(SIGN):
        return {"attached": experiment.removeprefix(SIGN)}
    return {"id": experiment}


def value_text(value: float, unit: Unit) -> str:
    """A figure in its unit."""
    factor, decimals, behind = FORMATS[unit]
    return f"{factor * value:,.{decimals}f}{behind}"


def interval_text(point: TrendPoint, unit: Unit) -> str:
    """The interval of a figure; empty where it has none."""
    if point.interval is None:
        return ""
    factor, decimals, _ = FORMATS[unit]
    return f"{factor * point.interval.low:.{decimals}f} to {factor * point.interval.high:.{decimals}f}"


def short(name: str) -> str:
    """A line's name, not too long for a head or a label."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1].rstrip() + "…"


def table(drawn: Drawn) -> None:
    """A row for each revision that has a point, the newest first."""
    lines = [(panel.unit, line) for panel in drawn.panels for line in panel.lines]
    by_revision = [({p.revision: p for p in line.points}, unit) for unit, line in lines]
    numbers = sorted({r for found, _ in by_revision for r in found}, reverse=True)
    heads: list[str | Column] = ["Revision", *(Column(_head(drawn, line), "n") for _, line in lines)]
    rows = [
        [_revision(drawn, number), *(_cell(drawn, found.get(number), unit) for found, unit in by_revision)]
        for number in (numbers if st.session_state.get("all-revisions") else numbers[:MAX_ROWS])
    ]
    st.html(markup.heading("By revision") + markup.table(heads, rows))
    if len(numbers) > MAX_ROWS:
        st.toggle(f"All {count_label(len(numbers), 'revision')}", key="all-revisions")


def _head(drawn: Drawn, line: TrendLine) -> str:
    """The name of a line; where two panels have one of it, with the panel's title."""
    same = [p for p in drawn.panels if any(x.name == line.name for x in p.lines)]
    if len(same) < 2:
        return short(line.name)
    panel = next(p for p in same if any(x is line for x in p.lines))
    return f"{short(line.name)}: {panel.title.split(',')[0].lower()}"


def _revision(drawn: Drawn, number: int) -> Markup:
    found = drawn.revisions[number]
    title = markup.fill('<span class="jdw-wide">{}</span>', found.title)
    more = markup.fill('<div class="jdw-meta jdw-wide">{}</div>', f"{found.author} · {found.created_at:%d %b %Y}")
    return markup.link(markup.fill("{} {}", str(number), title), drawn.revision_url(number)) + more


def _cell(drawn: Drawn, point: TrendPoint | None, unit: Unit) -> Markup | str:
    if point is None:
        return "–"
    of = f"of {point.total:,}" if point.total is not None else ""
    more = " ".join(filter(None, [interval_text(point, unit), of]))
    return markup.link(value_text(point.value, unit), drawn.address(point)) + (markup.meta(more) if more else Markup())
