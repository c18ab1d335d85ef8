"""Home: what needs me now, how good we are, and what this week has changed and improved."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pages.components import frame, links, markup
from pages.components.identity import person
from pages.components.workbench import workbench
from pages.home import agreement, gold_texts, needs, week
from pages.home.figures import Figures

POLL_SECONDS = 3


def page() -> None:
    """Three answers, then each with all that it counts."""
    frame.name_tab("Home")
    quality = workbench().quality
    is_complete = quality.is_complete()
    if not is_complete and workbench().is_warm:
        quality.request()
    figures = Figures.of(quality.revisions(), datetime.now(UTC))
    waiting = needs.rows(person())
    _head()
    st.html(
        markup.block(
            markup.join([needs.answer(waiting), agreement.answer(figures), week.answer(figures)]), "jdw-answers"
        )
    )
    chosen = gold_texts.revision_of_address(figures)
    if chosen is not None:
        gold_texts.show(chosen)
    needs_at, quality_at = st.columns([1, 1.65], gap="large")
    with needs_at:
        needs.show(waiting)
    with quality_at:
        agreement.show(figures)
    week.show(figures)
    if quality.is_measuring:
        _watch()


def _head() -> None:
    """The title with today's date, and the way to a new run."""
    title_at, run_at = st.columns([4, 1], vertical_alignment="center")
    title_at.html(markup.title("Home") + markup.meta(f"{datetime.now().astimezone():%A %-d %B %Y}"))
    with run_at, st.container(horizontal=True, horizontal_alignment="right"):
        links.page_link(links.NEW_RUN, icon=links.NEW_RUN.icon, help="N")


@st.fragment(run_every=POLL_SECONDS)
def _watch() -> None:
    """Draw the page anew once all is measured."""
    if not workbench().quality.is_measuring:
        st.rerun()
    st.html(markup.status("Revisions are being measured; the page is drawn anew when that is done."))
