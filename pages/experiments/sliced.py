"""A comparison by slices: where roles were fixed and broken, each way of slicing a choice."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pipeline.experiments.bootstrap import LEVEL
from pipeline.experiments.comparison import Comparison, RoleTotals, Slice
from pipeline.experiments.verdict import p_text


def show(found: Comparison) -> None:
    """Draw the slices of the way that is chosen."""
    ways = list(dict.fromkeys(s.by for s in found.slices))
    if not ways or not found.has_gold:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(markup.heading("By slices"), width="content")
        by = st.segmented_control(
            "Slice by",
            ways,
            default=ways[0],
            required=True,
            format_func=lambda way: verbatim(way.capitalize()),
            key="slice-by",
            label_visibility="collapsed",
        )
    rows = [s for s in found.slices if s.by == by]
    most = max([1, *(max(s.roles.fixed, s.roles.broken) for s in rows)])
    heads: list[str | Column] = [
        str(by).capitalize(),
        Column("JDs", "n"),
        Column("A", "n"),
        Column("B", "n"),
        Column("Broken", "n"),
        Column("", "jdw-wide"),
        Column("Fixed", "n"),
    ]
    st.html(markup.table(heads, [_row(s, most) for s in rows]) + markup.meta(_note(rows)))


def _row(found: Slice, most: int) -> list[Markup | str]:
    roles = found.roles
    shares = [f"{right / roles.n:.0%}" for right in (roles.right_a, roles.right_b)]
    broken = markup.fill('<span class="jdw-bad">{}</span>', str(roles.broken)) if roles.broken else Markup("0")
    fixed = markup.fill('<span class="jdw-good">{}</span>', str(roles.fixed)) if roles.fixed else Markup("0")
    return [found.value, f"{found.n:,}", shares[0], markup.bold(shares[1]), broken, _balance(roles, most), fixed]


def _balance(roles: RoleTotals, most: int) -> Markup:
    broken, fixed = roles.broken, roles.fixed
    return markup.fill(
        '<span class="jdw-fixed" aria-hidden="true"><i class="r" style="width:{}%"></i><u></u><i class="g" style="width:{}%"></i></span>',
        f"{50 * broken / most:.1f}",
        f"{50 * fixed / most:.1f}",
    )


def _note(rows: list[Slice]) -> str:
    sure = sorted((s for s in rows if s.p_corrected < LEVEL), key=lambda s: s.p_corrected)
    looks = f"Corrected for {len(rows)} looks (Holm), "
    if not sure:
        return looks + "no slice is surely better or worse."
    words = [
        f"{s.value} is surely {'better' if s.roles.fixed > s.roles.broken else 'worse'}, {p_text(s.p_corrected)}"
        for s in sure
    ]
    return looks + "; ".join(words) + "."
