"""A comparison by slices: where roles were fixed and broken, each way of slicing a choice, each slice leading to its JDs."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pages.experiments.balance import balance
from pages.experiments.view import View
from pipeline.experiments.bootstrap import LEVEL
from pipeline.experiments.comparison import Comparison, Slice
from pipeline.experiments.slices import FAMILY
from pipeline.experiments.verdict import p_text

AS_BUTTONS = 5
"""Ways of slicing that stand beside each other; where there are more, they are a list."""


def show(found: Comparison, view: View) -> None:
    """Draw the slices of the way that is chosen."""
    ways = list(dict.fromkeys(s.by for s in found.slices))
    if not ways or not found.has_gold:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        heading_at = st.empty()
        by = _choice(ways, view.by if view.by in ways else ways[0])
        heading_at.html(markup.heading("By role family" if by == FAMILY else f"By {by}"))
    rows = [s for s in found.slices if s.by == by]
    most = max([1, *(max(s.roles.fixed, s.roles.broken) for s in rows)])
    heads: list[str | Column] = [
        "Slice",
        Column("JDs", "n"),
        Column("A", "n"),
        Column("B", "n"),
        Column("Broken", "n"),
        Column("", "jdw-wide"),
        Column("Fixed"),
    ]
    table = markup.table(heads, [_row(s, most, view) for s in rows])
    st.html(markup.block(table, "jdw-slices") + markup.meta(_note(rows)))


def _choice(ways: list[str], usual: str) -> str:
    """Which way is chosen."""
    if len(ways) <= AS_BUTTONS:
        chosen = st.segmented_control(
            "Slice by",
            ways,
            default=usual,
            required=True,
            format_func=lambda way: verbatim(way.capitalize()),
            key="slice-by",
            label_visibility="collapsed",
        )
        return str(chosen)
    return str(
        st.selectbox(
            "Slice by",
            ways,
            index=ways.index(usual),
            format_func=lambda way: verbatim(way.capitalize()),
            key="slice-by",
            label_visibility="collapsed",
            width=220,
        )
    )


def _row(found: Slice, most: int, view: View) -> list[Markup | str]:
    roles = found.roles
    shares = [f"{right / roles.n:.0%}" for right in (roles.right_a, roles.right_b)]
    broken = markup.fill('<span class="jdw-{}">{}</span>', "bad" if roles.broken else "meta", f"{roles.broken:,}")
    fixed = markup.fill('<span class="jdw-{}">{}</span>', "good" if roles.fixed else "meta", f"{roles.fixed:,}")
    return [
        markup.link(found.value, view.of_slice(found.by, found.value).url),
        f"{found.n:,}",
        shares[0],
        markup.bold(shares[1]),
        broken,
        balance(roles.broken, roles.fixed, most),
        fixed,
    ]


def _note(rows: list[Slice]) -> str:
    looks = f"Corrected for {len(rows)} looks (Holm), "
    words = _sure_slices([(s.value, s.p_corrected, s.roles.fixed > s.roles.broken) for s in rows])
    said = looks + (words or "no slice is surely better or worse.")
    of_skills = [(s.value, s.skills_p_corrected, s.skills.f1.difference > 0) for s in rows if s.skills]
    return f"{said} Skills, F1: {words}" if (words := _sure_slices(of_skills)) else said


def _sure_slices(figures: list[tuple[str, float, bool]]) -> str:
    """The slices that are surely better or worse, in words; empty for none."""
    sure = sorted((figure for figure in figures if figure[1] < LEVEL), key=lambda figure: figure[1])
    words = [f"{value} is surely {'better' if is_better else 'worse'}, {p_text(p)}" for value, p, is_better in sure]
    return f"{'; '.join(words)}." if words else ""
