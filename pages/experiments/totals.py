"""The totals of a comparison: each measure in A and B, the difference with its interval, and its test."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.markup import Column
from pipeline.experiments.bootstrap import LEVEL, Difference
from pipeline.experiments.comparison import Comparison
from pipeline.experiments.verdict import p_text

LEAST_SPAN = 0.02
"""The axis of the intervals reaches at least so far to either side."""


def show(found: Comparison) -> None:
    """Draw the table."""
    if not found.has_gold or found.roles.difference is None:
        st.html(markup.heading("Totals") + markup.empty("Without gold there is nothing to be right or wrong about."))
        return
    rows = [("Roles right", found.roles.difference, found.roles.p_value, True)]
    if found.skills:
        rows += [
            (f"Skills, {name}", figure, figure.p_value, True)
            for name, figure in (
                ("F1", found.skills.f1),
                ("precision", found.skills.precision),
                ("recall", found.skills.recall),
            )
        ]
    if found.brier:
        rows.append(("Confidence, Brier", found.brier, found.brier.p_value, False))
    span = max([LEAST_SPAN, *(abs(x) for _, f, _, _ in rows for x in (f.interval.low, f.interval.high))])
    heads: list[str | Column] = [
        "Measure",
        Column("A", "n"),
        Column("B", "n"),
        Column("B − A", "n"),
        Column(f"95 % interval, ±{100 * span:.0f} points", "jdw-wide"),
        Column("Test", "n"),
    ]
    table = [_row(name, figure, p, more, span) for name, figure, p, more in rows]
    st.html(
        markup.block(
            markup.heading("Totals")
            + markup.meta_span("the same JDs: exact McNemar for roles, bootstrap for the rest"),
            "jdw-bar",
        )
        + markup.table(heads, table)
    )


def _row(name: str, figure: Difference, p: float, more_is_better: bool, span: float) -> list[Markup | str]:
    sure = p < LEVEL
    better = (figure.difference > 0) == more_is_better
    tone = ("good" if better else "bad") if sure and figure.difference else ""
    points = f"{100 * figure.difference:+.1f}".replace("-", "−")
    values = [f"{100 * v:.1f} %" if name.startswith("Roles") else f"{v:.3f}" for v in (figure.a, figure.b)]
    label = name if more_is_better else name + ", less is better"
    moved = markup.fill(
        '<span class="jdw-{}">{}</span>', tone or "b", points if float(points.replace("−", "-")) else "0"
    )
    return [label, values[0], markup.bold(values[1]), moved, _interval(figure, span, tone), p_text(p)]


def _interval(figure: Difference, span: float, tone: str) -> Markup:
    """The interval as a bar on an axis with nought in its middle."""
    low, high, at = (50 + 50 * x / span for x in (figure.interval.low, figure.interval.high, figure.difference))
    return markup.fill(
        '<span class="jdw-interval {}" role="img" aria-label="{}"><u></u><i style="left:{}%;width:{}%"></i><b style="left:{}%"></b></span>',
        tone,
        f"{100 * figure.interval.low:.1f} to {100 * figure.interval.high:.1f} points",
        f"{low:.1f}",
        f"{max(high - low, 0.5):.1f}",
        f"{at:.1f}",
    )
