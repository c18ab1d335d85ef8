"""Which family of roles is taken for which: wrong roles in A and in B, each cell leading to its job descriptions."""

from __future__ import annotations

from collections import Counter

import streamlit as st
from markupsafe import Markup

from db.services.experiments import ComparedExperiments, families
from pages.components import markup
from pages.components.workbench import workbench
from pages.experiments import wording
from pipeline.experiments.pairs import Pair
from pipeline.experiments.slices import family_of

MAX_FAMILIES = 9
OTHER = "other"
MAX_ROWS = 100

Cell = tuple[str, str]


def show(both: ComparedExperiments) -> None:
    """Draw the matrix, and the job descriptions of the cell that the address names."""
    found = both.comparison
    if not found.has_gold or not found.confusions:
        return
    wrong_a, wrong_b, names = _wrong(both)
    st.html(
        markup.block(
            markup.heading("Wrong roles, by family")
            + markup.meta_span(
                f"rows: gold, columns: said · A → B, {sum(wrong_a.values()):,} wrong → {sum(wrong_b.values()):,} · a cell opens its JDs"
            ),
            "jdw-bar jdw-rule",
        )
    )
    most = max([1, *wrong_a.values(), *wrong_b.values()])
    golds = [gold for gold in names if any(wrong_a[gold, said] or wrong_b[gold, said] for said in names)]
    columns = [said for said in names if any(wrong_a[gold, said] or wrong_b[gold, said] for gold in names)]
    head = markup.join(markup.fill('<th scope="col">{}</th>', name) for name in columns)
    rows = markup.join(
        markup.fill(
            '<tr><th scope="row">{}</th>{}</tr>',
            gold,
            markup.join(
                _cell(both, (gold, said), (wrong_a[gold, said], wrong_b[gold, said]), most) for said in columns
            ),
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
    _opened(both, names)


def _wrong(both: ComparedExperiments) -> tuple[Counter[Cell], Counter[Cell], list[str]]:
    """Counts of wrong roles by family of the right one and of the said one, and the families in their order."""
    of = families(workbench().snapshots.current().catalog)
    weight: Counter[str] = Counter()
    for c in both.comparison.confusions:
        weight[family_of(c.gold, of)] += c.a + c.b
        weight[family_of(c.said, of)] += c.a + c.b
    names = [name for name, _ in weight.most_common(MAX_FAMILIES)]
    if len(weight) > MAX_FAMILIES:
        names.append(OTHER)
    wrong: tuple[Counter[Cell], Counter[Cell]] = (Counter(), Counter())
    for c in both.comparison.confusions:
        cell = (_shown(family_of(c.gold, of), names), _shown(family_of(c.said, of), names))
        wrong[0][cell] += c.a
        wrong[1][cell] += c.b
    return wrong[0], wrong[1], names


def _shown(family: str, names: list[str]) -> str:
    return family if family in names else OTHER


def _cell(both: ComparedExperiments, cell: Cell, counts: tuple[int, int], most: int) -> Markup:
    if not any(counts):
        return Markup("<td></td>")
    address = wording.url(a=str(both.a.id), b=str(both.b.id), gold=cell[0], said=cell[1])
    label = markup.fill("{}→<b>{}</b>", str(counts[0]), str(counts[1]))
    return markup.fill(
        '<td><span style="--share:{}%">{}</span></td>',
        f"{15 + 70 * max(counts) / most:.0f}",
        markup.link(label, address),
    )


def _opened(both: ComparedExperiments, names: list[str]) -> None:
    gold, said = st.query_params.get("gold", ""), st.query_params.get("said", "")
    if not gold or not said:
        return
    of = families(workbench().snapshots.current().catalog)

    def is_in(pair: Pair) -> bool:
        return any(
            side.is_right is False
            and _shown(family_of(side.gold_role, of), names) == gold
            and _shown(family_of(side.role, of), names) == said
            for side in (pair.a, pair.b)
        )

    pairs = [pair for pair in both.comparison.pairs if is_in(pair)]
    rows = [
        (
            wording.pair_link(p, both.a, both.b),
            wording.role_link(p.a.gold_role),
            wording.said_role(p.a),
            wording.said_role(p.b),
        )
        for p in pairs[:MAX_ROWS]
    ]
    close = markup.link("Close", wording.url(a=str(both.a.id), b=str(both.b.id)))
    st.html(
        markup.block(markup.heading(f"{gold} taken for {said}", 3) + close, "jdw-bar")
        + markup.table(["Job description", "Right", "A", "B"], rows)
    )
