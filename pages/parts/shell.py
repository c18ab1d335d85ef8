"""The frame around every page: navigation, theme, and the foot of the sidebar."""

from __future__ import annotations

import streamlit as st

from pages.parts import theme
from pages.parts.session import workbench
from pipeline.errors import WorkbenchError

RUN = "pages/run.py"
"""The page of one run, for links that lead there."""
COMPARE = "pages/compare.py"
ENGINE_NAMES = {"local": "Local engine", "openai": "Model engine"}


def shell() -> None:
    """Draw the frame and run the chosen page."""
    st.set_page_config(page_title="JD Workbench", page_icon=":material/fact_check:", layout="wide")
    new_run = st.Page("pages/new_run.py", title="New run", icon=":material/play_arrow:", url_path="new", default=True)
    history = st.Page("pages/history.py", title="History", icon=":material/history:", url_path="history")
    run = st.Page(RUN, title="Run", icon=":material/description:", url_path="run", visibility="hidden")
    compare = st.Page(COMPARE, title="Compare", icon=":material/compare_arrows:", url_path="compare")
    health = st.Page("pages/health.py", title="Health", icon=":material/health_and_safety:", url_path="health")
    changes = st.Page("pages/changes.py", title="Changes", icon=":material/commit:", url_path="changes")
    page = st.navigation({"Run": [new_run, history, compare, run], "Catalog": [health, changes]})
    st.html(theme.style())
    with st.sidebar:
        try:
            revision = workbench().revision()
        except WorkbenchError as error:
            st.error(str(error), icon=":material/database_off:")
            st.stop()
        loaded = "ready" if workbench().is_warm else "getting ready"
        st.html(f'<div class="jdw-foot">Catalog revision {revision}<br>Local engine · {loaded}<br>Model engine · {workbench().models.told}</div>')
    page.run()
