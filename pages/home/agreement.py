"""How good we are: agreement with the gold texts and with reviewers' verdicts, over revisions, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from db.services.revision_quality import RevisionQuality, Share
from pages.components import links, markup, plots, theme
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.home.figures import Figures, gold_link, percent, signed
from pipeline.intervals import Interval, f1, f1_interval, wilson

Measure = Literal["Roles", "Skills"]
MEASURED = "being measured"
PLOT = plots.PlotSize(height=230, left=34, right=104, top=8, bottom=34, font_size=12)


@dataclass(frozen=True)
class Point:
    """A figure of one revision with its interval, between 0 and 1."""

    value: float
    interval: Interval


def gold_roles(quality: RevisionQuality) -> Point | None:
    """The share of gold texts whose role is right; null while that is not measured."""
    return _share(quality.roles) if quality.is_measured else None


def verdict_roles(quality: RevisionQuality) -> Point | None:
    """The share of judged runs whose role agrees with the reviewer; null without one."""
    return _share(quality.verdicts) if quality.verdicts.total else None


def gold_skills(quality: RevisionQuality) -> Point | None:
    """The F1 of the skills of the gold texts; null while that is not measured."""
    counts = quality.term_counts
    return Point(f1(counts), f1_interval(counts)) if quality.is_measured else None


def _share(share: Share) -> Point:
    return Point(share.right / share.total, wilson(share.right, share.total))


def answer(figures: Figures) -> Markup:
    """The share of gold roles that are right, as an answer of the banner."""
    now, before = gold_roles(figures.now), gold_roles(figures.before)
    if now is None:
        big = Markup.escape("The current revision is being measured")
        meta: Markup | str = "Gold texts are replayed on it; that takes some seconds."
    else:
        big = gold_link(percent(now.value), figures.now) + " of gold roles right"
        share = figures.now.roles
        meta = gold_link(f"{share.right} of {share.total}", figures.now) + f", 95 %: {_interval_text(now, 100, 1)}"
        if before is not None and before.value != now.value:
            meta += (
                Markup(" · ")
                + _difference(now, before, 100, 1)
                + f" points since revision {figures.before.revision.id}"
            )
    return markup.block(markup.caption("How good we are") + markup.block(big, "jdw-big") + markup.meta(meta))


def show(figures: Figures) -> None:
    """The chart and the table of the measures."""
    heading_at, choice_at = st.columns([2, 1], vertical_alignment="center")
    heading_at.html(markup.heading("Agreement with gold and verdicts, by revision"))
    with choice_at, st.container(horizontal=True, horizontal_alignment="right"):
        measure = st.segmented_control(
            "Measure",
            ["Roles", "Skills"],
            default="Roles",
            required=True,
            key="measure",
            bind="query-params",
            label_visibility="collapsed",
        )
    _chart(figures, "Skills" if measure == "Skills" else "Roles")
    st.html(_table(figures) + markup.meta(_method()))


def _method() -> str:
    return (
        "Gold: the samples with their right answers, replayed on the catalog of each revision; a skill that the gold does not list "
        "counts as wrong. Verdicts: runs that a reviewer has judged, the newest verdict of each, replayed on each revision by the "
        "local engine. Intervals: Wilson for shares, texts drawn again for F1."
    )


def _chart(figures: Figures, measure: Measure) -> None:
    lines: list[tuple[str, Callable[[RevisionQuality], Point | None], str]] = (
        [("gold", gold_roles, "accent"), ("verdicts", verdict_roles, "mute")]
        if measure == "Roles"
        else [("gold", gold_skills, "accent")]
    )
    figure, palette = go.Figure(), theme.palette()
    oldest_first = figures.revisions[::-1]
    ends = []
    for name, of, colour in lines:
        points = [(q.revision.id, point) for q in oldest_first if (point := of(q)) is not None]
        if points:
            _add_line(figure, points, palette[colour], dashed=colour == "mute")
            ends.append(
                f"{percent(points[-1][1].value)} {name}" if measure == "Roles" else f"{points[-1][1].value:.3f} {name}"
            )
            _name_line(figure, points[-1][1].value, ends[-1], palette[colour])
    if not ends:
        st.html(markup.empty("Nothing is measured yet: gold texts are being replayed on the revisions."))
        return
    first_of_week = min((q.revision.id for q in figures.this_week), default=None)
    _axes(figure, [q.revision.id for q in oldest_first], first_of_week, measure)
    alt = f"{measure} right by revision, now {', '.join(ends)}"
    plots.show(figure, "agreement", alt, PLOT)


def _add_line(figure: go.Figure, points: Sequence[tuple[int, Point]], colour: str, *, dashed: bool) -> None:
    """A step line; the interval is a ribbon, or whiskers for a dashed one."""
    # The last step has its width too.
    revisions = [r for r, _ in points] + [points[-1][0] + 1]
    values = [p for _, p in points] + [points[-1][1]]
    if not dashed:
        for bound, fill in (("low", None), ("high", "tonexty")):
            figure.add_scatter(
                x=revisions,
                y=[100 * getattr(p.interval, bound) for p in values],
                mode="lines",
                fill=fill,
                hoverinfo="skip",
                line={"shape": "hv", "width": 0},
                fillcolor=plots.faint(colour, 0.16),
                showlegend=False,
            )
    figure.add_scatter(
        x=revisions,
        y=[100 * p.value for p in values],
        mode="lines",
        line={"shape": "hv", "color": colour, "width": 1.5 if dashed else 2.2, "dash": "dash" if dashed else "solid"},
        customdata=[[100 * p.interval.low, 100 * p.interval.high] for p in values],
        hovertemplate="revision %{x}: %{y:.1f} (95 %: %{customdata[0]:.1f} to %{customdata[1]:.1f})<extra></extra>",
        showlegend=False,
    )
    if dashed:
        last = values[-1]
        bounds = {
            "array": [100 * (last.interval.high - last.value)],
            "arrayminus": [100 * (last.value - last.interval.low)],
        }
        figure.add_scatter(
            x=revisions[-1:],
            y=[100 * last.value],
            mode="markers",
            marker={"size": 1, "color": colour},
            hoverinfo="skip",
            error_y={"type": "data", "symmetric": False, "color": colour, "thickness": 1.2, "width": 4, **bounds},
            showlegend=False,
        )


def _name_line(figure: go.Figure, value: float, text: str, colour: str) -> None:
    others = [a.y for a in figure.layout.annotations]
    y = 100 * value
    while any(abs(y - other) < 4 for other in others):
        y -= 4
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="left",
        xshift=6,
        y=y,
        text=text,
        showarrow=False,
        font={"color": colour, "size": 12.5},
        align="left",
    )


def _axes(figure: go.Figure, revisions: Sequence[int], first_of_week: int | None, measure: Measure) -> None:
    palette = theme.palette()
    if first_of_week is not None:
        figure.add_vrect(
            x0=first_of_week,
            x1=revisions[-1] + 1,
            fillcolor=palette["selected"],
            line_width=0,
            layer="below",
            annotation_text="this week",
            annotation_position="bottom left",
            annotation_font={"color": palette["mute"], "size": 11},
        )
    every = max(1, len(revisions) // 12)
    figure.update_xaxes(
        range=[revisions[0], revisions[-1] + 1],
        tickvals=revisions[::-1][::every],
        showgrid=False,
        zeroline=False,
        title={"text": "revision", "font": {"size": 11}, "standoff": 6},
        color=palette["mute"],
        fixedrange=True,
    )
    figure.update_yaxes(
        gridcolor=palette["line"],
        zeroline=False,
        color=palette["mute"],
        fixedrange=True,
        nticks=5,
        ticksuffix=" %" if measure == "Roles" else "",
        rangemode="normal",
    )


def _table(figures: Figures) -> Markup:
    """A row for each measure: now, its interval, the difference to a week ago, and of how many."""
    now, before = figures.now, figures.before
    counts = now.term_counts
    wanted = count_label(sum(c.wanted for c in counts), "skill") if counts else ""
    judged = now.verdicts
    rows = [
        _row(
            "Roles right, gold",
            gold_roles(now),
            gold_roles(before),
            100,
            (f"{now.roles.right} of {now.roles.total}" if counts else "", now),
        ),
        _verdict_row(judged, verdict_roles(now), verdict_roles(before)),
        _row("Skills, F1 on gold", gold_skills(now), gold_skills(before), 1, (wanted, now)),
    ]
    heads: list[str | Column] = [
        "Measure",
        Column("Now", "n"),
        Column("95 % interval", "n"),
        Column(f"Since revision {before.revision.id}", "n jdw-wide"),
        Column("Of", "n jdw-wide"),
    ]
    return markup.block(markup.table(heads, rows), "jdw-measures")


def _row(
    name: str, now: Point | None, before: Point | None, factor: float, of: tuple[str, RevisionQuality]
) -> list[Markup | str]:
    if now is None:
        return [name, markup.meta_span(MEASURED), "", "", ""]
    digits = 1 if factor > 1 else 3
    value = percent(now.value) if factor > 1 else f"{now.value:.3f}"
    moved = _difference(now, before, factor, digits) if before else ""
    return [name, gold_link(value, of[1]), _interval_text(now, factor, digits), moved, gold_link(of[0], of[1])]


def _verdict_row(judged: Share, now: Point | None, before: Point | None) -> list[Markup | str]:
    name = "Roles right, verdicts"
    if now is None:
        unjudged = links.page_url(links.HISTORY, verdict="none", status="completed")
        return [name, markup.link("no verdict yet", unjudged), "", "", ""]
    given = links.page_url(links.HISTORY, verdict="given")
    moved = _difference(now, before, 100, 1) if before else ""
    return [
        name,
        markup.link(percent(now.value), given),
        _interval_text(now, 100, 1),
        moved,
        markup.link(f"{judged.right} of {judged.total}", given),
    ]


def _interval_text(point: Point, factor: float, digits: int) -> str:
    return f"{factor * point.interval.low:.{digits}f} to {factor * point.interval.high:.{digits}f}"


def _difference(now: Point, before: Point, factor: float, digits: int) -> Markup:
    text = signed(now.value - before.value, digits, factor=factor)
    return markup.fill(
        '<span class="{}">{}</span>', "" if text == "0" else "jdw-good" if now.value > before.value else "jdw-bad", text
    )
