"""The frame around every page: navigation, style sheet, scripts, side bar, search, and what an action left to say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException

from db.meters import PAGE_SECONDS
from pages.components import kept, links, theme
from pages.components.browser import run_scripts
from pages.components.draft import ask_refused
from pages.components.flash import show_flash
from pages.components.identity import ask_waiting_name
from pages.components.session import log_session
from pages.components.side_bar import side_bar

NAME = "JD Workbench"
ICON = Path(__file__).parent / "icons" / "workbench.svg"
SIDE_BAR_PX = 214
SEARCH = Markup(
    '<button type="button" class="jdw-open-search" aria-keyshortcuts="/"><span class="jdw-icon" aria-hidden="true">search'
    "</span><span>Search everything</span><kbd>/</kbd></button>"
)
"""The button that opens the palette of ``scripts/palette.js``; the key / does so too."""


def show_page() -> None:
    """Draw the frame, and in it the page that the address names."""
    log_session()
    # Before the navigation: it would have the browser ask another machine for the page's symbol as an icon.
    st.set_page_config(page_icon=icon(), layout="wide", initial_sidebar_state=SIDE_BAR_PX)
    page = navigation()
    name_tab(page.title)
    st.html(theme.style())
    run_scripts()
    with st.sidebar:
        side_bar()
    with st.container(key="search"):
        st.html(SEARCH)
    show_flash()
    ask_waiting_name()
    ask_refused()
    _draw(page)


def _draw(page: st.Page) -> None:
    """Draw the page; unless it was broken off to be drawn anew, fields that it did not draw have left."""
    try:
        with PAGE_SECONDS.labels(page.title).time():
            page.run()
    except RerunException:
        kept.break_off_drawing()
        raise
    except BaseException:
        kept.end_drawing()
        raise
    kept.end_drawing()


def name_tab(text: str) -> None:
    """Let the tab of the browser say what the page shows ("Java · Skill"), before the name of the workbench."""
    st.set_page_config(page_title=f"{text} · {NAME}")


@cache
def icon() -> str:
    """The icon of the tab, an SVG that goes with the page: nothing is asked of another machine."""
    return ICON.read_text("utf-8")


def navigation() -> st.Page:
    """The pages by their sections; returns the one that the address names."""
    sections: dict[str, list[st.Page]] = {}
    for place in links.PAGES:
        sections.setdefault(place.section, []).append(links.streamlit_page(place))
    return st.navigation(sections, expanded=True)  # More than twelve pages would be folded otherwise.
