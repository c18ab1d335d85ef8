"""What curators write about a draft, a change or a finding."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.components import draft, kept, markup
from pages.components.identity import person
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pipeline.catalog.describe import ref_text
from pipeline.catalog.refs import Ref


def show_comments(subjects: Sequence[Ref], about: Ref) -> None:
    """The comments on some subjects, and a field for one more on the subject ``about``."""
    comments = workbench().teamwork.comments(subjects)
    with st.expander(f"Comments · {len(comments)}" if comments else "Comment", icon=":material/chat:"):
        for comment in comments:
            place = f" · on {ref_text(comment.about)}" if comment.about != about else ""
            st.html(
                markup.block(
                    markup.fill("<b>{}</b> ", comment.author)
                    + markup.meta_span(f"{ago(comment.created_at)}{place}")
                    + markup.block(comment.body)
                )
            )
        name = kept.place("comment", about.key())
        with st.form(f"comment-{about.key()}", border=False):
            body = st.text_input(
                "Comment",
                label_visibility="collapsed",
                placeholder="Say something to colleagues",
                **kept.form_text(name),
            )
            if st.form_submit_button("Send", icon=":material/send:") and body.strip():

                def send() -> None:
                    workbench().teamwork.comment(about, person(), body)
                    kept.forget(name)

                draft.attempt(send, "Your comment is kept.")
