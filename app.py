"""The entry point: HTTP routes beside the pages, navigation and theme. ``streamlit run app.py`` starts it."""

import streamlit as st
from starlette.routing import Route

from pages.parts.http import healthz, lifespan, show_error

app = st.App(__file__, routes=[Route("/healthz", healthz)], lifespan=lifespan, on_script_error=show_error)

if __name__ == "__main__":
    from pages.parts.shell import shell

    shell()
