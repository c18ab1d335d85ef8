"""Streamlit's own handling of a folder named "pages", switched off.

Until the first ``st.navigation`` of a process, Streamlit (1.67) takes the files of a folder "pages" beside the entry
point for pages of its own and runs the one that the address names by itself, without the frame: the first visitor of a
server would see that behind any link but the start page's. There is no public switch; ``PagesManager`` sets its class
attribute when it is None, by whether the folder is there, and ``st.navigation`` sets it to False.
"""

from __future__ import annotations

from streamlit.runtime.pages_manager import PagesManager


def ignore_pages_directory() -> None:
    """Let the navigation alone say which pages there are, from the first visit on. To be called before the first."""
    PagesManager.uses_pages_directory = False
