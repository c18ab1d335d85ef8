"""Two experiments side by side of which one at least is attached: totals, slices, confusion in families, what came out differently."""

from __future__ import annotations

import json

import streamlit as st
from markupsafe import Markup

from db.services.attached import KINDS, SIGN, ComparedAttached, Side
from db.services.attached_comparison import ChangedPair
from pages.components import frame, markup
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.workbench import workbench
from pages.experiments import sliced, totals, wording
from pages.experiments.view import View
from pipeline.experiments.comparison import Slice
from pipeline.experiments.verdict import verdict
from pipeline.experiments.wire import comparison_wire

TONES = {"better": "good", "worse": "bad", "mixed": "doubt"}
GROUPS = {"broken": ("broken", "bad"), "fixed": ("fixed", "good"), "moved": ("another role", "b")}
MAX_ROWS = 12


def is_asked(a: str, b: str) -> bool:
    """Whether one of two references is of an attached experiment."""
    return a.startswith(SIGN) or b.startswith(SIGN)


def show(view: View) -> None:
    """Draw the comparison, and of what came out differently the slice that the address names."""
    a, b = view.a, view.b
    frame.name_tab("Experiments compared")
    both = workbench().attached.compare(a, b)
    found = both.comparison
    st.html(markup.meta(markup.link("Experiments", wording.url())) + markup.title("Experiments, compared"))
    _sides(both)
    said = verdict(found)
    parts = markup.join(
        (markup.bold(figure) + " " + markup.meta_span(f"({basis})") for figure, basis in said.parts), ", and "
    )
    line = markup.fill('<span class="jdw-{}">{}:</span> {}.', TONES.get(said.kind, "b"), said.lead, parts)
    st.html(markup.block(markup.block(line, "jdw-headline"), "jdw-outcome"))
    left_at, right_at = st.columns([3, 2], gap="large")
    with left_at:
        totals.draw(found, (_address(both.a), _address(both.b)), "delta method for the rest")
        picked = _picked(both, view)
        for kind in KINDS:
            _changed(both, kind, picked)
    with right_at:
        sliced.show(found, view)
        _confusions(both)


def _sides(both: ComparedAttached) -> None:
    found = both.comparison
    gold = " with gold" if found.has_gold else ""
    sides = markup.join([markup.join([f"{side}: ", _link(one)]) for side, one in (("A", both.a), ("B", both.b))], " · ")
    counts = f"{count_label(found.n, 'job description')}{gold} in both · {found.only_a:,} in A alone, {found.only_b:,} in B alone"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(markup.block(sides) + markup.meta(counts), width="content")
        with st.container(horizontal=True, width="content"):
            address = wording.url(a=both.b.reference, b=both.a.reference)
            st.html(
                markup.fill('<a class="jdw-button jdw-quiet" href="{}" target="_self">Swap</a>', address),
                width="content",
            )
            st.download_button(
                "JSON",
                lambda: json.dumps(comparison_wire(found), indent=2),
                "comparison.json",
                "application/json",
                on_click="ignore",
                key="attached-json",
                icon=":material/download:",
            )


def _link(side: Side) -> Markup:
    return markup.link(side.name, _address(side))


def _address(side: Side) -> str:
    if side.reference.startswith(SIGN):
        return wording.url(attached=side.reference.removeprefix(SIGN))
    return wording.url(id=side.reference)


def _picked(both: ComparedAttached, view: View) -> Slice | None:
    """The slice that the address names, with its heading; null for all pairs."""
    found = next((s for s in both.comparison.slices if (s.by, s.value) == (view.by, view.value)), None)
    label = f"{found.by.capitalize()}: {found.value}" if found else "What came out differently"
    close = markup.link("all", view.whole.url) if found else Markup()
    st.html(markup.block(markup.heading(label) + close, "jdw-bar jdw-rule"))
    return found


def _changed(both: ComparedAttached, kind: str, picked: Slice | None) -> None:
    """The pairs of a kind, those that were surest first."""
    changed = workbench().attached.changed_in(both, picked.by, picked.value) if picked else both.changed
    pairs = [pair for pair in changed if pair.kind == kind]
    if not pairs:
        return
    roles = picked.roles if picked else both.comparison.roles
    total = {"broken": roles.broken, "fixed": roles.fixed}.get(kind) if both.comparison.has_gold else None
    noun, tone = GROUPS[kind]
    label = markup.fill('<span class="jdw-{} jdw-b">{} {}</span>', tone, f"{total:,}" if total else "", noun)
    rows = [
        (
            _open(both, pair),
            wording.role_said(pair.role_a, pair.confidence_a, pair.is_right_a),
            wording.role_said(pair.role_b, pair.confidence_b, pair.is_right_b),
        )
        for pair in pairs[:MAX_ROWS]
    ]
    st.html(
        markup.block(label + " " + markup.meta_span("the surest first"))
        + markup.table(["Job description", Column("A", "w3"), Column("B", "w3")], rows)
    )


def _open(both: ComparedAttached, pair: ChangedPair) -> Markup:
    """A job description, leading to what the attached side made of it, B before A."""
    side = both.b if both.b.reference.startswith(SIGN) else both.a
    return markup.link(pair.title or pair.id, wording.url(attached=side.reference.removeprefix(SIGN), jd=pair.id))


def _confusions(both: ComparedAttached) -> None:
    """The roles that are taken for another most."""
    found = both.comparison.confusions[:MAX_ROWS]
    if not found:
        return
    rows = [(wording.role_link(c.gold), wording.role_link(c.said), f"{c.a:,}", f"{c.b:,}") for c in found]
    heads: list[str | Column] = ["Right", "Said", Column("A", "n"), Column("B", "n")]
    st.html(markup.heading("Most often taken for another") + markup.table(heads, rows))
