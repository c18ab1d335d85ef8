"""Precision, coverage and workload at each threshold on gold, each with its interval as a ribbon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from db.services.thresholds import ThresholdStudy
from pages.components import markup, plots, theme
from pages.thresholds.answers import percent, threshold_text
from pages.thresholds.choice import Choice
from pipeline.intervals import Interval
from pipeline.thresholds import ThresholdPoint, thinned

MAX_POINTS = 200
PLOT = plots.PlotSize(height=300, left=40, right=96, top=18, bottom=38, font_size=12)
MIN_APART = 5.0
"""Per cent by which two names at the right stand apart."""


@dataclass(frozen=True)
class Curve:
    """A figure of a point with its interval, and how its line looks."""

    name: str
    colour: str
    dash: str
    value: Callable[[ThresholdPoint], float | None]
    interval: Callable[[ThresholdPoint], Interval]


CURVES = (
    Curve("right of those taken", "accent", "solid", lambda p: p.precision, lambda p: p.precision_interval),
    Curve("taken", "dimension", "solid", lambda p: p.coverage, lambda p: p.coverage_interval),
    Curve("to review", "mute", "dot", lambda p: p.workload, lambda p: p.workload_interval),
)


def show(study: ThresholdStudy, choice: Choice) -> None:
    """Draw them, with the present threshold and the one that is looked at."""
    st.html(markup.heading("Every threshold, on gold"))
    points = thinned(study.gold.points(), MAX_POINTS)
    figure = go.Figure()
    for curve in CURVES:
        _draw(figure, curve, points)
    _name_ends(figure, points)
    lines = _thresholds(figure, choice)
    _axes(figure, points)
    here = choice.point(study.gold)
    alt = (
        f"At threshold {threshold_text(choice.threshold)}: {percent(here.precision or 0.0)} of those taken right, "
        f"{percent(here.coverage)} taken, {percent(here.workload)} to review{lines}"
    )
    plots.show(figure, "thresholds", alt, PLOT)
    st.html(
        markup.meta(
            "Each curve with its 95 % interval (Wilson), one threshold at a time: a threshold that is chosen because it looks best looks "
            "somewhat better than it is. An answer of none counts by how sure it is that no role fits; rejected texts have no answer."
        )
    )


def _draw(figure: go.Figure, curve: Curve, points: Sequence[ThresholdPoint]) -> None:
    """A step line with its ribbon: a threshold between two points takes what the higher one takes."""
    colour = theme.palette()[curve.colour]
    drawn = [p for p in points if curve.value(p) is not None]
    at = [p.threshold for p in drawn]
    for bound, fill in (("low", None), ("high", "tonexty")):
        figure.add_scatter(
            x=at,
            y=[100 * getattr(curve.interval(p), bound) for p in drawn],
            mode="lines",
            fill=fill,
            hoverinfo="skip",
            line={"shape": "vh", "width": 0},
            fillcolor=plots.faint(colour, 0.14),
            showlegend=False,
        )
    figure.add_scatter(
        x=at,
        y=[100 * (curve.value(p) or 0.0) for p in drawn],
        mode="lines",
        line={"shape": "vh", "color": colour, "width": 2.0, "dash": curve.dash},
        customdata=[[100 * curve.interval(p).low, 100 * curve.interval(p).high] for p in drawn],
        hovertemplate=f"from %{{x}}: %{{y:.1f}} % {curve.name} (95 %: %{{customdata[0]:.1f}} to %{{customdata[1]:.1f}})<extra></extra>",
        showlegend=False,
    )


def _name_ends(figure: go.Figure, points: Sequence[ThresholdPoint]) -> None:
    """The name of each curve at its right end, apart from each other."""
    palette = theme.palette()
    ends = sorted(((100 * (c.value(points[-1]) or 0.0), c.name, palette[c.colour]) for c in CURVES), reverse=True)
    last = 100 + 2 * MIN_APART
    for y, name, colour in ends:
        last = min(y, last - 2 * MIN_APART)
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=6, y=last, text=name.replace(" of ", "<br>of "), showarrow=False,
            font={"color": colour, "size": 12}, align="left",
        )  # fmt: skip


def _thresholds(figure: go.Figure, choice: Choice) -> str:
    """Lines at the two thresholds; what they are, for who does not see them."""
    palette = theme.palette()
    marks = [(choice.threshold, "looked at", palette["ink"], "solid")]
    if choice.present is not None and choice.present != choice.threshold:
        marks.append((choice.present, "present", palette["mute"], "dash"))
    for at, name, colour, dash in marks:
        figure.add_vline(
            x=at,
            line={"color": colour, "width": 1.2, "dash": dash},
            annotation_text=f"{name} {threshold_text(at)}",
            # One at the top and one below, so that two that are near do not lie on each other.
            annotation_position=f"{'top' if name == 'looked at' else 'bottom'} {'left' if at > 0.5 else 'right'}",
            annotation_font={"color": colour, "size": 11},
            # Above the curves, of which one begins at the top.
            annotation_yanchor="bottom",
        )
    return "" if choice.present is None else f"; the catalog has {threshold_text(choice.present)}"


def _axes(figure: go.Figure, points: Sequence[ThresholdPoint]) -> None:
    palette = theme.palette()
    figure.update_xaxes(
        range=[min(points[0].threshold, 0.5) - 0.01, 1.0],
        showgrid=False,
        zeroline=False,
        color=palette["mute"],
        fixedrange=True,
        title={"text": "taken without a reviewer from this confidence on", "font": {"size": 11}, "standoff": 6},
    )
    figure.update_yaxes(
        range=[0, 103],
        gridcolor=palette["line"],
        zeroline=False,
        color=palette["mute"],
        fixedrange=True,
        ticksuffix=" %",
        nticks=6,
    )
