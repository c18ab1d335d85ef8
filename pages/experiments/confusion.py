"""Which family of roles is taken for which: wrong roles in A and in B, each cell leading to its job descriptions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.services.experiments import ComparedExperiments
from pages.components import markup
from pages.components.workbench import workbench
from pages.experiments.view import View
from pipeline.experiments.pairs import Pair
from pipeline.experiments.slices import NO_FAMILY, family_of

MAX_FAMILIES = 9
OTHER = "other"

Cell = tuple[str, str]


@dataclass(frozen=True)
class Matrix:
    """Wrong roles by family: counts in A and in B of each (gold, said), and the families that have a line of their own."""

    a: Counter[Cell]
    b: Counter[Cell]
    names: tuple[str, ...]
    families: dict[str, str]

    @classmethod
    def of(cls, both: ComparedExperiments) -> Matrix:
        """The matrix of a comparison: the families with most wrong roles, those together that are left, no role last."""
        known = {slug: role.family for slug, role in workbench().experiments.roles().items()}
        weight: Counter[str] = Counter()
        for c in both.comparison.confusions:
            for role in (c.gold, c.said):
                weight[family_of(role, known)] += c.a + c.b
        ranked = [name for name, _ in weight.most_common() if name != NO_FAMILY]
        names = ranked[:MAX_FAMILIES] + [OTHER] * (len(ranked) > MAX_FAMILIES) + [NO_FAMILY] * (NO_FAMILY in weight)
        matrix = cls(Counter(), Counter(), tuple(names), known)
        for c in both.comparison.confusions:
            cell = matrix.shown(c.gold), matrix.shown(c.said)
            matrix.a[cell] += c.a
            matrix.b[cell] += c.b
        return matrix

    def shown(self, role: str | None) -> str:
        """The line that a role stands in."""
        family = family_of(role, self.families)
        return family if family in self.names else OTHER

    def has(self, cell: Cell, pair: Pair) -> bool:
        """Whether a pair is in a cell, by A or by B."""
        return any(
            side.is_right is False and (self.shown(side.gold_role), self.shown(side.role)) == cell
            for side in (pair.a, pair.b)
        )


def show(both: ComparedExperiments, view: View) -> None:
    """Draw the matrix."""
    found = both.comparison
    if not found.has_gold or not found.confusions:
        return
    matrix = Matrix.of(both)
    st.html(
        markup.block(
            markup.heading("Wrong roles, by family")
            + markup.meta_span(
                f"rows: gold, columns: said · A → B, {matrix.a.total():,} wrong → {matrix.b.total():,} · a cell opens its JDs"
            ),
            "jdw-bar",
        )
    )
    filled = {cell for cell in matrix.a | matrix.b if matrix.a[cell] or matrix.b[cell]}
    golds = [name for name in matrix.names if any(gold == name for gold, _ in filled)]
    columns = [name for name in matrix.names if any(said == name for _, said in filled)]
    head = markup.join(markup.fill('<th scope="col">{}</th>', name) for name in columns)
    rows = markup.join(
        markup.fill(
            '<tr><th scope="row">{}</th>{}</tr>',
            "no role in gold" if gold == NO_FAMILY else gold,
            markup.join(_cell(matrix, view, (gold, said)) for said in columns),
        )
        for gold in golds
    )
    st.html(
        markup.fill(
            '<div class="jdw-scroll"><table class="jdw-confusion"><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div>',
            head,
            rows,
        )
    )


def _cell(matrix: Matrix, view: View, cell: Cell) -> Markup:
    a, b = matrix.a[cell], matrix.b[cell]
    if not a and not b:
        return Markup("<td></td>")
    most = max([1, *matrix.a.values(), *matrix.b.values()])
    label = markup.fill("{}→<b>{}</b>", f"{a:,}", f"{b:,}")
    return markup.fill(
        '<td><span style="--share:{}%">{}</span></td>',
        f"{15 + 70 * max(a, b) / most:.0f}",
        markup.link(label, view.of_cell(*cell).url),
    )
