"""What came out differently: roles that were broken, fixed or moved, skills, confidence; of all job descriptions or of some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.services.experiment_causes import KeptCauses, KeptFactor
from db.services.experiments import ComparedExperiments
from pages.components import links, markup
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pages.experiments import wording
from pages.experiments.view import View
from pipeline.experiments.causes import CauseKind
from pipeline.experiments.pairs import Pair

MAX_SHOWN, MAX_LISTED = 6, 500
"""Rows of a group at first, and when all are asked for."""
MIN_CONFIDENCE_MOVED = 0.05
"""By how much the confidence of the same role must differ to be listed."""
GROUPS = (
    ("broken", "broken", "bad", "the surest of A first"),
    ("fixed", "fixed", "good", ""),
    ("moved", "another role", "", "as right or wrong as before"),
    ("wrong", "wrong in both, with the same role", "", ""),
)
CAUSE_WORDS: dict[CauseKind, str] = {
    "together": "several together",
    "among": "not looked into",
    "text": "another text",
    "other": "not repeated",
}
CAUSE_HELP: dict[CauseKind, str] = {
    "alone": "It alone gives the role of B, and without it B does not have that",
    "enough": "It alone gives the role of B, and so does something else",
    "needed": "Without it B does not have its role; alone it is not enough",
    "together": "No single change does it",
    "among": "The bound of replays was reached before the single change was found",
    "text": "The text of this id is another one in B",
    "other": "A replay of today does not give the roles of the experiments",
}


@dataclass(frozen=True)
class _Lists:
    """The pairs of each choice, of those that are picked out."""

    roles: Sequence[Pair]
    skills: Sequence[Pair]
    confidence: Sequence[Pair]


def show(both: ComparedExperiments, view: View, picked: Sequence[Pair], causes: KeptCauses | None) -> None:
    """Draw what is chosen: roles, skills or confidence, of the pairs that are picked out."""
    lists = _lists(both, view, picked)
    labels = {
        "Roles": f"Roles {len(lists.roles):,}",
        "Skills": f"Skills {len(lists.skills):,}",
        "Confidence": f"Confidence {len(lists.confidence):,}",
    }
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(markup.heading("What came out differently"), width="content")
        of = st.segmented_control(
            "Differences of",
            list(labels),
            default="Roles",
            required=True,
            format_func=lambda name: verbatim(labels[name]),
            key="differences-of",
            label_visibility="collapsed",
        )
    if view.is_picked:
        st.html(
            markup.meta(
                markup.join([_picked_text(view, causes, len(picked)), markup.link("Show all", view.whole.url)], " · ")
            )
        )
    shown = {"Roles": lists.roles, "Skills": lists.skills, "Confidence": lists.confidence}[str(of)]
    if not shown:
        st.html(markup.empty("Nothing."))
        return
    everything = st.toggle("List all", key="list-all") if len(shown) > MAX_SHOWN else False
    most = MAX_LISTED if everything else MAX_SHOWN
    if of == "Roles":
        st.html(_roles(both, shown, most, causes))
    else:
        st.html(_skills(both, shown, most) if of == "Skills" else _confidence(both, shown, most))


def _lists(both: ComparedExperiments, view: View, picked: Sequence[Pair]) -> _Lists:
    is_in = {pair.id for pair in picked}
    changed = [pair for pair in both.comparison.changed if pair.id in is_in]
    roles = [pair for pair in changed if pair.a.role != pair.b.role]
    if view.is_picked:
        # Of all job descriptions these are the matrix below.
        roles += [pair for pair in picked if pair.kind == "same" and pair.a.is_right is False]
    skills = [pair for pair in changed if pair.a.skills != pair.b.skills]
    moved = [
        pair
        for pair in picked
        if pair.a.role == pair.b.role and abs(pair.a.confidence - pair.b.confidence) >= MIN_CONFIDENCE_MOVED
    ]
    return _Lists(
        roles,
        sorted(skills, key=lambda pair: (-pair.f1_lost, -len(pair.lost), pair.id)),
        sorted(moved, key=lambda pair: (-_certainty_lost(pair), pair.id)),
    )


def _certainty_lost(pair: Pair) -> float:
    """By how much B is less sure of what is right, or surer of what is wrong."""
    by = pair.a.confidence - pair.b.confidence
    return -by if pair.a.is_right is False else by


def _picked_text(view: View, causes: KeptCauses | None, count: int) -> str:
    if view.by:
        return f"{count:,} JDs: {view.by} {view.value}"
    if view.gold:
        return f"{count:,} JDs: {view.gold} taken for {view.taken_for}"
    factor = causes.factors[view.cause or 0] if causes and (view.cause or 0) < len(causes.factors) else None
    return f"{count:,} JDs: because of {factor.label}" if factor else f"{count:,} JDs"


def _roles(both: ComparedExperiments, pairs: Sequence[Pair], most: int, causes: KeptCauses | None) -> Markup:
    """One table, its groups one below the other under one head."""
    heads = ["Job description", "A", "B", *(["Because of"] if causes is not None else [])]
    css = ["", "w3", "w3", "jdw-wide jdw-one-line"]
    parts = []
    for kind, noun, tone, note in GROUPS:
        group = [pair for pair in pairs if (pair.kind if pair.kind != "same" else "wrong") == kind]
        if not group:
            continue
        more = f"and {len(group) - most:,} more {noun}" if len(group) > most else ""
        head = markup.fill(
            '<span class="jdw-{} jdw-b">{} {}</span> {}', tone or "b", f"{len(group):,}", noun, markup.meta_span(note)
        )
        parts.append(_whole_line(head, len(heads)))
        parts += [_role_line(both, pair, causes, css) for pair in group[:most]]
        parts += [_whole_line(markup.meta_span(more), len(heads))] if more else []
    top = markup.join(markup.fill('<th class="{}">{}</th>', c, title) for c, title in zip(css, heads, strict=False))
    return markup.fill(
        '<div class="jdw-scroll"><table class="jdw-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        top,
        markup.join(parts),
    )


def _whole_line(content: Markup, columns: int) -> Markup:
    return markup.fill('<tr><td colspan="{}">{}</td></tr>', str(columns), content)


def _role_line(both: ComparedExperiments, pair: Pair, causes: KeptCauses | None, css: Sequence[str]) -> Markup:
    cells = [wording.pair_link(pair, both.a, both.b), wording.said_role(pair.a), wording.said_role(pair.b)]
    cells += [_because(pair, causes)] if causes is not None else []
    return markup.fill(
        "<tr>{}</tr>",
        markup.join(markup.fill('<td class="{}">{}</td>', c, cell) for c, cell in zip(css, cells, strict=False)),
    )


def _because(pair: Pair, causes: KeptCauses) -> Markup:
    """What made its role another, in a word that leads to where that was decided."""
    cause = causes.of_jd.get(pair.id)
    if cause is None:
        return Markup()
    words = [_factor_word(causes.factors[place]) for place in cause.factors]
    word = markup.join(words, " + ") if words else markup.fill("{}", CAUSE_WORDS.get(cause.kind, ""))
    return markup.fill('<span class="jdw-meta" title="{}">{}</span>', CAUSE_HELP[cause.kind], word)


def _factor_word(factor: KeptFactor) -> Markup:
    if factor.revision is not None and factor.change_set:
        return markup.link(f"{factor.noun}, {factor.revision}", links.change_set_url(factor.change_set))
    if factor.change_set:
        return markup.link(f"{factor.noun}, draft", links.change_set_url(factor.change_set))
    return markup.fill("{}", factor.noun)


def _skills(both: ComparedExperiments, pairs: Sequence[Pair], most: int) -> Markup:
    rows = [
        (
            wording.pair_link(pair, both.a, both.b),
            ", ".join(sorted(pair.lost)),
            ", ".join(sorted(pair.gained)),
            f"{-pair.f1_lost:+.3f}".replace("-", "−") if pair.has_gold and pair.f1_lost else "",
        )
        for pair in pairs[:most]
    ]
    heads: list[str | Column] = ["Job description", "In A alone", "In B alone", Column("F1", "n")]
    return markup.table(heads, rows) + _more(pairs, most)


def _confidence(both: ComparedExperiments, pairs: Sequence[Pair], most: int) -> Markup:
    rows = [
        (
            wording.pair_link(pair, both.a, both.b),
            wording.said_role(pair.a, with_confidence=False),
            f"{pair.a.confidence:.2f}",
            f"{pair.b.confidence:.2f}",
            f"{pair.b.confidence - pair.a.confidence:+.2f}".replace("-", "−"),
        )
        for pair in pairs[:most]
    ]
    heads: list[str | Column] = [
        "Job description",
        "Role in both",
        Column("A", "n"),
        Column("B", "n"),
        Column("B − A", "n"),
    ]
    return markup.table(heads, rows) + _more(pairs, most)


def _more(pairs: Sequence[Pair], most: int, noun: str = "") -> Markup:
    more = len(pairs) - most
    return markup.meta(f"and {more:,} more{noun and f' {noun}'}") if more > 0 else Markup()
