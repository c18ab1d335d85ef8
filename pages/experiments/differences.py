"""What came out differently: roles that were broken, fixed or moved, and skills that were lost or found, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services.experiments import ComparedExperiments
from pages.components import markup
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pages.experiments import wording
from pipeline.experiments.pairs import Pair

MAX_SHOWN, MAX_LISTED = 8, 500
"""Rows of a group at first, and when all are asked for."""
GROUPS = (
    ("broken", "broken", "bad", "the surest of A first"),
    ("fixed", "fixed", "good", ""),
    ("moved", "another role", "", "as right or wrong as before"),
)


def show(both: ComparedExperiments) -> None:
    """Draw what is chosen: roles or skills."""
    changed = both.comparison.changed
    roles = [pair for pair in changed if pair.a.role != pair.b.role]
    skills = sorted(
        (pair for pair in changed if pair.a.skills != pair.b.skills), key=lambda p: (-p.f1_lost, -len(p.lost), p.id)
    )
    labels = {"Roles": f"Roles {len(roles):,}", "Skills": f"Skills {len(skills):,}"}
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
    if not (roles if of == "Roles" else skills):
        st.html(markup.empty("Nothing."))
        return
    everything = st.toggle("List all", key="list-all") if len(roles if of == "Roles" else skills) > MAX_SHOWN else False
    most = MAX_LISTED if everything else MAX_SHOWN
    st.html(_roles(both, roles, most) if of == "Roles" else _skills(both, skills, most))


def _roles(both: ComparedExperiments, pairs: Sequence[Pair], most: int) -> Markup:
    parts = []
    for kind, noun, tone, note in GROUPS:
        group = [pair for pair in pairs if pair.kind == kind]
        if not group:
            continue
        head = markup.fill(
            '<span class="jdw-{} jdw-b">{} {}</span> {}', tone or "b", f"{len(group):,}", noun, markup.meta_span(note)
        )
        rows = [
            (wording.pair_link(p, both.a, both.b), wording.said_role(p.a), wording.said_role(p.b)) for p in group[:most]
        ]
        parts.append(
            markup.block(head)
            + markup.table(["Job description", Column("A", "w3"), Column("B", "w3")], rows)
            + _more(group, most)
        )
    return markup.join(parts)


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


def _more(pairs: Sequence[Pair], most: int) -> Markup:
    more = len(pairs) - most
    return markup.meta(f"and {more:,} more") if more > 0 else Markup()
