"""All gold sets: how much each has, its newest version, and what the newest experiment on it came to."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from db.stores.gold_listing import TriedOn
from db.stores.gold_sets import GoldSet
from pages.components import links, markup
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pages.gold_sets import address
from pipeline.evaluation import f_score
from pipeline.intervals import wilson


def show() -> None:
    """Draw the list."""
    found = workbench().gold_sets.all()
    if not found:
        st.html(
            markup.empty(
                "No gold set yet. Import a file above, or add the verdict of a run from its page or the history."
            )
        )
        return
    tried = {trial.set_id: trial for trial in workbench().gold_listing.tried()}
    heads: list[str | Column] = [
        "Set",
        Column("Items", "n"),
        Column("Roles", "n jdw-wide"),
        Column("With parse labels", "n jdw-wide"),
        Column("Newest version", "jdw-wide"),
        Column("Newest experiment", "jdw-wide"),
        Column("Roles right", "n"),
        Column("Skills F1", "n"),
    ]
    st.html(markup.table(heads, [_row(gold, tried) for gold in found]))


def _row(found: GoldSet, tried: Mapping[int, TriedOn]) -> list[str]:
    trial = tried.get(found.id)
    return [
        markup.block(markup.link(found.name, address.url(found.name))),
        f"{found.n_items:,}",
        f"{found.n_roles:,}",
        f"{found.n_labelled:,}" if found.n_labelled else "–",
        markup.block(f"{found.version}") + markup.meta(f"{found.changed_by} · {ago(found.changed_at)}"),
        experiment(trial, found.version) if trial else "–",
        roles_right(trial),
        f"{f_score(trial.skills)[2]:.3f}" if trial and trial.skills.wanted else "–",
    ]


def experiment(trial: TriedOn, newest: int) -> Markup:
    """An experiment by its name, and on which version it ran where that is not the newest."""
    named = markup.link(trial.name, links.page_url(links.EXPERIMENTS, id=str(trial.id)))
    behind = f"version {trial.version}, " if trial.version != newest else ""
    return markup.block(named) + markup.meta(f"{behind}{trial.status} · {ago(trial.created_at)}")


def roles_right(trial: TriedOn | None) -> Markup | str:
    """The share of roles that are right, with its interval."""
    if trial is None or not trial.n:
        return "–"
    within = wilson(trial.n_right, trial.n)
    share = markup.block(f"{trial.n_right / trial.n:.1%}")
    return share + markup.meta(f"{within.low:.0%} to {within.high:.0%} of {count_label(trial.n, 'item')}")
