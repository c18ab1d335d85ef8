"""Several experiments beside one baseline: each with its totals, and what is sure corrected for their number."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services.experiments import ComparedExperiments
from db.stores.experiments import Experiment
from pages.components import markup
from pages.components.markup import Column
from pages.experiments.view import MAX_MORE, View
from pipeline.experiments.bootstrap import LEVEL
from pipeline.experiments.several import Several
from pipeline.experiments.verdict import p_text, signed

MAX_OFFERED = 20


def offer(both: ComparedExperiments, view: View, everything: Sequence[Experiment]) -> None:
    """Offer a further experiment beside the baseline: those on its texts first."""
    taken = {view.a, view.b, *view.more}
    others = [one for one in everything if str(one.id) not in taken and one.done]
    if not others or len(view.more) >= MAX_MORE:
        return
    others.sort(key=lambda one: one.set_id != both.a.set_id)
    with st.popover("Another against A", icon=":material/add:", key="another"):
        lines = [
            markup.block(
                markup.link(one.name, view.with_more(str(one.id)).url)
                + " "
                + markup.meta_span(one.way if one.set_id == both.a.set_id else f"{one.way}, other texts")
            )
            for one in others[:MAX_OFFERED]
        ]
        st.html(markup.join(lines))


def show(all_of_them: Sequence[ComparedExperiments], view: View) -> None:
    """Draw them beside each other, the one that the page is about first."""
    if len(all_of_them) < 2:
        return
    several = Several([both.comparison for both in all_of_them])
    rows = [
        _row(both, view, roles_p, skills_p)
        for both, roles_p, skills_p in zip(all_of_them, several.roles_p, several.skills_p, strict=True)
    ]
    heads: list[str | Column] = [
        "Against A",
        Column("JDs", "n"),
        Column("Roles right", "n"),
        Column("Broken", "n"),
        Column("Fixed", "n"),
        Column("Corrected", "n"),
        Column("Skills, F1", "n jdw-wide"),
        Column("Corrected", "n jdw-wide"),
        "",
    ]
    note = f"p-values are corrected for {len(all_of_them)} experiments beside one baseline (Holm)"
    st.html(
        markup.block(markup.heading("Several against A") + markup.meta_span(note), "jdw-bar")
        + markup.table(heads, rows)
    )


def _row(both: ComparedExperiments, view: View, roles_p: float, skills_p: float) -> list[Markup | str]:
    found, number = both.comparison, str(both.b.id)
    roles, skills = found.roles, found.skills
    is_shown = number == view.b
    name = markup.bold(both.b.name) if is_shown else markup.link(both.b.name, view.with_b(number).url)
    moved = ""
    if roles.difference is not None:
        moved = f"{100 * roles.difference.b:.1f} % ({signed(roles.difference.difference)})"
    return [
        name + markup.meta(both.b.way),
        f"{found.n:,}",
        moved,
        markup.fill('<span class="jdw-{}">{}</span>', "bad" if roles.broken else "meta", f"{roles.broken:,}"),
        markup.fill('<span class="jdw-{}">{}</span>', "good" if roles.fixed else "meta", f"{roles.fixed:,}"),
        _p(roles_p, roles.fixed > roles.broken) if found.has_gold else "",
        f"{skills.f1.b:.3f} ({signed(skills.f1.difference)})" if skills else "",
        _p(skills_p, skills.f1.difference > 0) if skills else "",
        "" if is_shown else markup.link("Leave out", view.without(number).url),
    ]


def _p(p: float, is_better: bool) -> Markup:
    if p >= LEVEL:
        return markup.meta_span(p_text(p))
    return markup.fill('<span class="jdw-{} jdw-b">{}</span>', "good" if is_better else "bad", p_text(p))
