"""The totals of a comparison: each measure in A and B, the difference with its interval on one scale, and its test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.services.experiments import ComparedExperiments
from db.stores.experiment_results import Costs
from pages.components import markup
from pages.components.markup import Column
from pages.components.workbench import workbench
from pages.experiments import wording
from pipeline.experiments.bootstrap import LEVEL, Difference
from pipeline.experiments.comparison import Comparison
from pipeline.experiments.verdict import p_text, signed

LEAST_SPAN = 0.01
"""The scale of the intervals reaches at least so far to either side of nought."""


@dataclass(frozen=True)
class _Measure:
    """A line of the table: its name, the two values as one reads them, the difference, its p-value."""

    name: str
    values: tuple[str, str]
    figure: Difference
    p: float
    less_is_better: bool = False


@dataclass(frozen=True)
class _Scale:
    """The scale that all intervals share, as differences."""

    low: float
    high: float

    def at(self, difference: float) -> float:
        """The place of a difference, in per cent of the width."""
        return 100 * (min(max(difference, self.low), self.high) - self.low) / (self.high - self.low)


def show(both: ComparedExperiments) -> None:
    """Draw the table, and below it what a job description took and cost."""
    addresses = (wording.url(id=str(both.a.id)), wording.url(id=str(both.b.id)))
    draw(both.comparison, addresses, "bootstrap for the rest", [_costs(both)])


def draw(found: Comparison, addresses: tuple[str, str], rest: str, more: Sequence[Sequence[Markup | str]] = ()) -> None:
    """Draw the measures of a comparison whose sides are at these addresses; ``rest`` says how all but roles is tested."""
    measures = _measures(found)
    if not measures:
        st.html(markup.heading("Totals") + markup.empty("Without gold there is nothing to be right or wrong about."))
        return
    on_scale = [measure.figure for measure in measures if not measure.less_is_better]
    scale = _Scale(
        min(-LEAST_SPAN, *(figure.interval.low for figure in on_scale), *(figure.difference for figure in on_scale)),
        max(LEAST_SPAN, *(figure.interval.high for figure in on_scale), *(figure.difference for figure in on_scale)),
    )
    head: list[str | Column] = [
        "Measure",
        Column("A", "n"),
        Column("B", "n"),
        Column("B − A", "n"),
        Column(f"95 % interval, points {_points(scale.low, 0)} … {_points(scale.high, 0)}", "jdw-wide"),
        Column("Test", "n"),
    ]
    rows = [*(_row(addresses, measure, scale) for measure in measures), *more]
    st.html(
        markup.block(
            markup.heading("Totals") + markup.meta_span(f"paired over the same JDs: exact McNemar for roles, {rest}"),
            "jdw-bar",
        )
        + markup.table(head, rows)
    )


def _measures(found: Comparison) -> list[_Measure]:
    roles = found.roles
    if not found.has_gold or roles.difference is None:
        return []
    shares = [f"{100 * value:.1f} %" for value in (roles.difference.a, roles.difference.b)]
    measures = [_Measure("Roles right", (shares[0], shares[1]), roles.difference, roles.p_value)]
    if found.skills:
        for name in ("f1", "precision", "recall"):
            figure: Difference = getattr(found.skills, name)
            label = f"Skills, {'F1' if name == 'f1' else name}"
            measures.append(_Measure(label, (f"{figure.a:.3f}", f"{figure.b:.3f}"), figure, figure.p_value))
    if (nothing := found.no_role) is not None and nothing.difference is not None:
        counts = [f"{right:,} of {nothing.n:,}" for right in (nothing.right_a, nothing.right_b)]
        measures.append(_Measure("No role, rightly", (counts[0], counts[1]), nothing.difference, nothing.p_value))
    if (brier := found.brier) is not None:
        measures.append(_Measure("Confidence, Brier", (f"{brier.a:.3f}", f"{brier.b:.3f}"), brier, brier.p_value, True))
    return measures


def _row(addresses: tuple[str, str], measure: _Measure, scale: _Scale) -> list[Markup | str]:
    figure = measure.figure
    is_better = (figure.difference > 0) != measure.less_is_better
    tone = ("good" if is_better else "bad") if measure.p < LEVEL and figure.is_moved else ""
    a, b = (markup.link(value, address) for value, address in zip(measure.values, addresses, strict=True))
    if measure.less_is_better:
        moved, low, high = (signed(x) for x in (figure.difference, figure.interval.low, figure.interval.high))
        interval = markup.meta_span(f"{low} to {high}, less is better")
    else:
        moved, interval = _points(figure.difference), _interval(figure, scale, tone)
    test = p_text(measure.p)
    return [
        measure.name,
        a,
        markup.bold(b),
        markup.fill('<span class="jdw-{}">{}</span>', f"{tone} jdw-b" if tone else "meta", moved),
        interval,
        test if tone else markup.meta_span(test),
    ]


def _points(difference: float, places: int = 1) -> str:
    """A difference in points, with its sign; none for nought."""
    said = f"{abs(100 * difference):.{places}f}"
    return said if not float(said) else f"{'+' if difference > 0 else '−'}{said}"


def _interval(figure: Difference, scale: _Scale, tone: str) -> Markup:
    """The interval as a bar on the common scale."""
    low, high = scale.at(figure.interval.low), scale.at(figure.interval.high)
    return markup.fill(
        '<span class="jdw-interval {}" role="img" aria-label="{}"><u style="left:{}%"></u><i style="left:{}%;width:{}%"></i>'
        '<b style="left:{}%"></b></span>',
        tone,
        f"{_points(figure.interval.low)} to {_points(figure.interval.high)} points",
        f"{scale.at(0):.1f}",
        f"{low:.1f}",
        f"{max(high - low, 0.5):.1f}",
        f"{scale.at(figure.difference):.1f}",
    )


def _costs(both: ComparedExperiments) -> Sequence[Markup | str]:
    """How long a job description took, the median, and what it cost."""
    costs = [workbench().experiments.costs(one) for one in (both.a, both.b)]
    times = [cost.milliseconds for cost in costs]
    shown = ["" if time is None else f"{time:,.0f} ms" for time in times]
    moved = ""
    if times[0] is not None and times[1] is not None and (by := round(times[1]) - round(times[0])):
        moved = f"{'+' if by > 0 else '−'}{abs(by):,} ms"
    return ["Time a JD, cost", shown[0], shown[1], markup.meta_span(moved), markup.meta_span(_cost(both, costs)), ""]


def _cost(both: ComparedExperiments, costs: Sequence[Costs]) -> str:
    if not any(cost.cost_usd for cost in costs):
        return "no cost in either, the local engine"
    each = [f"{cost.cost_usd / max(1, one.done):.4f}" for cost, one in zip(costs, (both.a, both.b), strict=True)]
    return f"{each[0]} and {each[1]} USD a JD"
