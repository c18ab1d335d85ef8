"""The entry point: HTTP routes beside the pages, navigation and theme. ``streamlit run app.py`` starts it."""

import streamlit as st
from starlette.middleware import Middleware

from db.http.api.app import api_route
from db.http.api.paths import is_api_path
from db.http.browser_cookie import BrowserCookie
from db.http.lifespan import lifespan
from db.http.metrics import metrics_route
from db.http.own_origin import OwnOrigin
from db.http.routes import routes
from pages.components.errors import show_error
from pages.components.pages_directory import ignore_pages_directory
from pages.components.palette import search_route
from pages.components.workbench import close_workbench, host_names, workbench

ignore_pages_directory()
app = st.App(
    __file__,
    routes=[*routes(workbench), metrics_route(workbench), search_route(workbench), api_route(workbench)],
    middleware=[Middleware(OwnOrigin, host_names, is_api_path), Middleware(BrowserCookie)],
    lifespan=lifespan(workbench, close_workbench, preload=("pandas", "plotly.graph_objects")),
    on_script_error=show_error,
)

if __name__ == "__main__":
    from pages.components.frame import show_page

    show_page()
