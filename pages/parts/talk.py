"""Comments: what curators say of a draft, a change or a finding."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from db import teamwork
from pages.parts import draft
from pages.parts.person import person
from pages.parts.session import workbench
from pages.parts.when import ago


def talk(shown: Sequence[str], about: str) -> None:
    """The comments on some things, and a field for one more about one of them."""
    engine = workbench().engine
    said = teamwork.comments(engine, shown)
    with st.expander(f"Comments · {len(said)}" if said else "Comment", icon=":material/chat:"):
        for one in said:
            on = one.about.removeprefix(about).strip()
            place = f" · on {escape(on)}" if on and one.about != about else ""
            st.html(
                f'<div><b>{escape(one.author)}</b> <span class="jdw-meta">{ago(one.created_at)}{place}</span>'
                f"<div>{escape(one.body)}</div></div>"
            )
        with st.form(f"comment-{about}", border=False, clear_on_submit=True):
            body = st.text_input("Comment", label_visibility="collapsed", placeholder="Say something to colleagues")
            if st.form_submit_button("Send", icon=":material/send:") and body.strip():
                draft.attempt(lambda: teamwork.comment(engine, about, person(), body), "Your comment is kept.")
