"""Who is at the screen: until sign-in exists, a name that is given once and kept for the browser."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

import streamlit as st

COOKIE = "jdw_name"
YEAR = 365 * 86_400


def person() -> str:
    """The name that every write carries; empty while none was given."""
    if "author" in st.session_state:
        return str(st.session_state["author"] or "").strip()
    return unquote(st.context.cookies.get(COOKIE, "")).strip()


def name_field() -> None:
    """The field in which the name is given, in the side bar of every page."""
    before = unquote(st.context.cookies.get(COOKIE, "")).strip()
    if "author" not in st.session_state:
        st.session_state["author"] = before
    given = str(
        st.text_input("Your name", key="author", placeholder="Stands beside what you change", max_chars=60) or ""
    ).strip()
    if given != before:
        # The name is percent-encoded, so that nothing of it can end the string or the cookie.
        cookie = json.dumps(f"{COOKIE}={quote(given, safe='')}; path=/; max-age={YEAR}; SameSite=Lax")
        st.html(f"<script>document.cookie={cookie}</script>", unsafe_allow_javascript=True)


def ask_for_name() -> bool:
    """Say that a name is needed to change anything; whether one is there."""
    if person():
        return True
    st.html('<div class="jdw-meta">Give your name in the side bar to change anything.</div>')
    return False
