"""The frame around every page: navigation, theme, and the foot of the sidebar."""

from __future__ import annotations

import streamlit as st

from pages.parts import theme
from pages.parts.draft import CHANGES, draft_foot, tell
from pages.parts.person import name_field
from pages.parts.session import workbench
from pipeline.errors import WorkbenchError

RUN = "pages/run.py"
"""The page of one run, for links that lead there."""
COMPARE = "pages/compare.py"
HEALTH = "pages/health.py"
ROLES, DIMENSIONS, SKILLS = "pages/roles.py", "pages/dimensions.py", "pages/skills.py"
ENGINE_NAMES = {"local": "Local engine", "openai": "Model engine"}


def shell() -> None:
    """Draw the frame and run the chosen page."""
    st.set_page_config(page_title="JD Workbench", page_icon=":material/fact_check:", layout="wide")
    new_run = st.Page("pages/new_run.py", title="New run", icon=":material/play_arrow:", url_path="new", default=True)
    history = st.Page("pages/history.py", title="History", icon=":material/history:", url_path="history")
    run = st.Page(RUN, title="Run", icon=":material/description:", url_path="run", visibility="hidden")
    compare = st.Page(COMPARE, title="Compare", icon=":material/compare_arrows:", url_path="compare")
    review = [
        st.Page(HEALTH, title="Health", icon=":material/health_and_safety:", url_path="health"),
        st.Page("pages/review_queue.py", title="Review queue", icon=":material/inbox:", url_path="queue"),
        st.Page("pages/dimension_links.py", title="Dimension links", icon=":material/grid_on:", url_path="links"),
        st.Page("pages/aliases.py", title="Aliases", icon=":material/label:", url_path="aliases"),
    ]
    catalog = [
        st.Page(ROLES, title="Roles", icon=":material/badge:", url_path="roles"),
        st.Page(DIMENSIONS, title="Dimensions", icon=":material/category:", url_path="dimensions"),
        st.Page(SKILLS, title="Skills", icon=":material/build:", url_path="skills"),
    ]
    changes = st.Page(CHANGES, title="Changes", icon=":material/commit:", url_path="changes")
    page = st.navigation(
        {"Run": [new_run, history, compare, run], "Review": review, "Catalog": catalog, "Changes": [changes]}
    )
    st.html(theme.style())
    with st.sidebar:
        try:
            revision = workbench().revision()
        except WorkbenchError as error:
            st.error(str(error), icon=":material/database_off:")
            st.stop()
        name_field()
        draft_foot()
        loaded = "ready" if workbench().is_warm else "getting ready"
        st.html(
            f'<div class="jdw-foot">Catalog revision {revision}<br>Local engine · {loaded}<br>Model engine · {workbench().models.told}</div>'
        )
    tell()
    page.run()
