"""What the browser does for all pages: the files of ``scripts``, each one idea, run once in each tab."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

SCRIPTS = Path(__file__).parent / "scripts"


def run_scripts() -> None:
    """Give the browser the scripts; it runs them on the first drawing and leaves later ones alone."""
    st.html(script(), unsafe_allow_javascript=True)


@cache
def script() -> Markup:
    """The ``<script>`` element with all files, by name; no value is ever put into it."""
    files = "\n".join(f"(() => {{\n{file.read_text('utf-8')}}})();" for file in sorted(SCRIPTS.glob("*.js")))
    return Markup(f"<script>if (!window.jdwScripts) {{ window.jdwScripts = true;\n{files}\n}}</script>")
