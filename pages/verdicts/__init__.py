"""Verdicts: which runs wait for my judgement, who has which, how far reviewers agree, and what is right where they do not."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.components import frame, markup
from pages.components.identity import person
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.verdicts import adjudicate, agreement, assignments, mine, wording
from pipeline.errors import WorkbenchError

VIEWS: dict[str, tuple[str, Callable[[], None]]] = {
    "mine": ("My runs", mine.show),
    "assignments": ("Assignments", assignments.show),
    "agreement": ("Agreement", agreement.show),
    "adjudicate": ("Adjudicate", adjudicate.show),
}
"""The views by their name in the address: what each is called, and what draws it."""


def page() -> None:
    """The view that the address names, below links to the others."""
    frame.name_tab("Verdicts")
    asked = st.query_params.get("view", "mine")
    chosen = asked if asked in VIEWS else "mine"
    waiting = workbench().assignment_progress.waiting(person())
    counts = {"mine": waiting, "adjudicate": workbench().attention.open_disputes()}
    tabs = [
        markup.fill(
            '<a class="jdw-link" href="{}" target="_self"{}>{}{}</a>',
            wording.url(view=name),
            wording.CURRENT if name == chosen else wording.OTHER,
            label,
            markup.fill(" <small>{}</small>", f"{counts[name]:,}") if counts.get(name) else "",
        )
        for name, (label, _) in VIEWS.items()
    ]
    st.html(markup.title("Verdicts") + markup.fill('<nav class="jdw-tabs">{}</nav>', markup.join(tabs)))
    try:
        VIEWS[chosen][1]()
    except WorkbenchError as error:
        st.warning(verbatim(error), icon=":material/block:")
        st.html(markup.link("My runs", wording.url()))
