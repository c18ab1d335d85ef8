"""The views of a run as a line of tabs, the same on each of them; a key leads from the run to why it came out so, and back."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from pages.components import links, markup
from pages.components.keys import page_keys

View = Literal["run", "why"]
KEY = "W"


def show(run_id: UUID, current: View) -> None:
    """Draw the tabs; ``current`` is the view that is shown."""
    st.html(tabs(run_id, current))
    page_keys({KEY: "Why this came out" if current == "run" else "Back to the run"})


def tabs(run_id: UUID, current: View) -> Markup:
    """The tabs, each a link; the other view of run and why has the key."""
    run = str(run_id)
    found = (
        ("run", "Run", links.run_url(run)),
        ("why", "Why", links.why_url(run)),
        ("", "Client output", links.page_url(links.RUN, id=run, section="client") + "#run-details"),
        ("", "Steps", links.page_url(links.RUN, id=run, section="timings") + "#run-details"),
    )
    return markup.fill(
        '<nav class="jdw-views" aria-label="Views of this run">{}</nav>',
        markup.join(_tab(*tab, current) for tab in found),
    )


def _tab(view: str, label: str, url: str, current: View) -> Markup:
    if view == current:
        return markup.fill('<span aria-current="page">{}</span>', label)
    key = markup.fill(' aria-keyshortcuts="{}"', KEY) if view else Markup()
    hint = markup.fill(" <kbd>{}</kbd>", KEY) if view else Markup()
    return markup.fill('<a href="{}" target="_self"{}>{}{}</a>', url, key, label, hint)
