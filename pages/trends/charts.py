"""The lines of a measure over the revisions, each with its interval as a ribbon; a click on a point opens what measured it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.components import markup, plots, theme
from pages.trends.points import FORMATS, Drawn, interval_text, short, value_text
from pipeline.trends import TrendLine, TrendPanel, TrendPoint, Unit

COLOURS = ("accent", "dimension", "alias", "kra", "skill", "mute")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid")
"""Lines are told apart by both, so that nobody needs to see colours."""
MAX_LINES = len(COLOURS)
TICKS = 12
PLOT = plots.PlotSize(height=270, left=46, right=150, top=10, bottom=38, font_size=12)
NAME_SHARE = 0.075
"""The share of the height by which two names at the right stand apart."""


def show(drawn: Drawn) -> None:
    """Draw each panel."""
    for number, panel in enumerate(drawn.panels):
        st.html(markup.heading(panel.title))
        chosen = plots.show_points(_figure(panel), f"trend-{number}", _alt(panel), PLOT)
        if chosen:
            revision, _, experiment = chosen.partition(" ")
            drawn.open(int(revision), experiment or None)
        more = len(panel.lines) - MAX_LINES
        if more > 0:
            st.html(markup.meta(f"{more} more lines stand in the table alone: those with the fewest revisions."))


def _figure(panel: TrendPanel) -> go.Figure:
    figure = go.Figure()
    lines = panel.lines[:MAX_LINES]
    for line, colour in zip(lines, COLOURS, strict=False):
        _ribbon(figure, line, panel.unit, theme.palette()[colour])
    for line, colour, dash in zip(lines, COLOURS, DASHES, strict=False):
        _draw(figure, line, panel.unit, {"color": theme.palette()[colour], "dash": dash})
    _axes(figure, panel, lines)
    _names(figure, panel, lines)
    return figure


def _ribbon(figure: go.Figure, line: TrendLine, unit: Unit, colour: str) -> None:
    """The intervals of a line, from point to point."""
    factor = FORMATS[unit][0]
    bounded = [(p.revision, p.interval) for p in line.points if p.interval is not None]
    for bound, fill in (("low", None), ("high", "tonexty")):
        figure.add_scatter(
            x=[revision for revision, _ in bounded],
            y=[factor * getattr(interval, bound) for _, interval in bounded],
            mode="lines",
            fill=fill,
            hoverinfo="skip",
            line={"width": 0},
            fillcolor=plots.faint(colour, 0.12),
            showlegend=False,
        )


def _draw(figure: go.Figure, line: TrendLine, unit: Unit, look: dict[str, str]) -> None:
    factor = FORMATS[unit][0]
    figure.add_scatter(
        x=[p.revision for p in line.points],
        y=[factor * p.value for p in line.points],
        mode="lines+markers",
        line={**look, "width": 1.8},
        marker={"size": 7 if len(line.points) < 60 else 4, "color": look["color"]},
        customdata=[[_target(p), _point_text(p, unit)] for p in line.points],
        error_y=_whiskers(line, factor),
        hovertemplate=f"{plots.verbatim(short(line.name))}<br>%{{customdata[1]}}<extra></extra>",
        showlegend=False,
    )


def _whiskers(line: TrendLine, factor: float) -> dict[str, Any] | None:
    """The interval of a line that is one point, which no ribbon shows."""
    within = line.points[0].interval
    if len(line.points) > 1 or within is None:
        return None
    value = line.points[0].value
    above, below = factor * (within.high - value), factor * (value - within.low)
    return {"type": "data", "array": [above], "arrayminus": [below], "thickness": 1.2, "width": 4}


def _target(point: TrendPoint) -> str:
    return f"{point.revision} {point.experiment}" if point.experiment is not None else str(point.revision)


def _point_text(point: TrendPoint, unit: Unit) -> str:
    interval = interval_text(point, unit)
    within = f" (95 %: {interval})" if interval else ""
    of = f", of {point.total:,}" if point.total is not None else ""
    return f"revision {point.revision}: {value_text(point.value, unit)}{within}{of}"


def _axes(figure: go.Figure, panel: TrendPanel, lines: Sequence[TrendLine]) -> None:
    palette = theme.palette()
    numbers = sorted({p.revision for line in lines for p in line.points})
    every = max(1, -(-len(numbers) // TICKS))
    figure.update_xaxes(
        range=[numbers[0] - 0.5, numbers[-1] + 0.5],
        tickvals=numbers[::-1][::every],
        showgrid=False,
        zeroline=False,
        color=palette["mute"],
        fixedrange=True,
        title={"text": "revision", "font": {"size": 11}, "standoff": 6},
    )
    figure.update_yaxes(
        gridcolor=palette["line"],
        zeroline=False,
        color=palette["mute"],
        fixedrange=True,
        nticks=5,
        ticksuffix=FORMATS[panel.unit][2],
        rangemode="tozero" if panel.unit in ("count", "days", "seconds", "usd") else "normal",
    )


def _names(figure: go.Figure, panel: TrendPanel, lines: Sequence[TrendLine]) -> None:
    """The name of each line at the right, apart from each other."""
    factor, palette = FORMATS[panel.unit][0], theme.palette()
    drawn = [
        factor * bound
        for line in lines
        for p in line.points
        for bound in ((p.interval.low, p.interval.high) if p.interval else (p.value,))
    ]
    apart = NAME_SHARE * ((max(drawn) - min(drawn)) or 1.0)
    ends = sorted(
        (factor * line.points[-1].value, i, line, colour)
        for i, (line, colour) in enumerate(zip(lines, COLOURS, strict=False))
    )
    last = None
    for value, _, line, colour in ends:
        last = value if last is None else max(value, last + apart)
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=8,
            y=last,
            text=plots.verbatim(plots.short(line.name, 22)),
            showarrow=False,
            font={"color": palette[colour], "size": 12},
            align="left",
        )


def _alt(panel: TrendPanel) -> str:
    ends = [f"{line.name} {value_text(line.points[-1].value, panel.unit)}" for line in panel.lines[:MAX_LINES]]
    last = max(line.points[-1].revision for line in panel.lines)
    return f"{panel.title}, by revision up to {last}: {', '.join(ends)}"
