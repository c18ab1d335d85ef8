"""What made the difference: each decision on the catalog and each setting with the roles that it broke and fixed, by replay."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.services.experiment_causes import CausesState, KeptCauses, KeptFactor, bounds_text
from db.services.experiments import ComparedExperiments
from pages.components import links, markup
from pages.components.decision_text import title_parts_html
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.workbench import workbench
from pages.experiments import listing
from pages.experiments.balance import balance
from pages.experiments.view import View

WATCH_SECONDS = 2.0
MAX_ROWS = 12


def show(both: ComparedExperiments, view: View, state: CausesState) -> None:
    """Draw the table, or how far it is."""
    st.html(markup.block(markup.heading("What made the difference") + markup.meta_span("roles, by replay"), "jdw-bar"))
    if state.found is not None:
        st.html(_table(both, view, state.found))
    elif state.why_not is not None:
        st.html(markup.meta(state.why_not))
    else:
        _watch(both)


def _watch(both: ComparedExperiments) -> None:
    """Say how far the replays are, and draw the page with them once they are there."""

    @st.fragment(run_every=WATCH_SECONDS)
    def draw() -> None:
        state = workbench().experiments.causes.state(both.a, both.b, both.comparison)
        if state.found is not None or state.why_not is not None:
            st.rerun()
        listing.say_missing_worker()
        made = f"{state.replays:,} replays made" if state.replays else "waiting for a worker"
        st.html(markup.meta(f"Texts whose role differs are being replayed with one change at a time: {made}."))

    draw()


def _table(both: ComparedExperiments, view: View, found: KeptCauses) -> Markup:
    shown = found.shown
    if not shown:
        return markup.empty("No single change could be named.") + markup.meta(_note(found))
    if not both.comparison.has_gold:
        rows = [(_label(f), _count(len(f.moved), view.of_cause(i).url)) for i, f in enumerate(shown[:MAX_ROWS])]
        return markup.table(["Catalog row or setting", Column("Other roles", "n")], rows) + markup.meta(_note(found))
    most = max(1, *(max(len(f.broken), len(f.fixed)) for f in shown))
    table = [
        (
            _label(f),
            _count(len(f.broken), view.of_cause(i).url, "bad"),
            balance(len(f.broken), len(f.fixed), most),
            _count(len(f.fixed), view.of_cause(i).url, "good"),
        )
        for i, f in enumerate(shown[:MAX_ROWS])
    ]
    heads: list[str | Column] = [
        "Catalog row or setting",
        Column("Broken", "n"),
        Column("", "jdw-wide"),
        Column("Fixed"),
    ]
    return markup.block(markup.table(heads, table), "jdw-slices") + markup.meta(_note(found))


def _label(factor: KeptFactor) -> Markup:
    """A change in words, its names in their colours, and the change set that has it."""
    title = title_parts_html(factor.title)
    if not factor.change_set:
        return title
    where = f"{factor.revision}" if factor.revision is not None else "draft"
    return markup.join([title, markup.link(where, links.change_set_url(factor.change_set))], " ")


def _count(count: int, url: str, tone: str = "") -> Markup:
    return markup.link(f"{count:,}", url, tone) if count else markup.meta_span("0")


def _note(found: KeptCauses) -> str:
    """What the table rests on, and what it leaves out."""
    parts = [f"{found.replays:,} replays"]
    more = len(found.shown) - MAX_ROWS
    if more > 0:
        parts.append(f"{more:,} more changes")
    for kind, words in (
        ("together", "by several together"),
        ("text", "another text in B"),
        ("other", "not repeated by a replay of today"),
        ("among", "not looked into further"),
    ):
        if count := sum(cause.kind == kind for cause in found.of_jd.values()):
            parts.append(f"{count_label(count, 'JD')} {words}")
    if found.skipped:
        parts.append(f"{count_label(found.skipped, 'JD')} not looked at")
    if found.is_stopped or found.skipped:
        parts.append(f"no more is replayed than {bounds_text()}")
    return " · ".join(parts)
