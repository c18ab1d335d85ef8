"""Where past runs show something: the text around it, each with a way to its run."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from uuid import UUID

import streamlit as st

from db.usage import Match
from pages.parts.shell import RUN


def matches(found: Iterable[Match]) -> None:
    """Matches of a form or a skill, marked in the text in which they stand."""
    for match in found:
        hit = f'<mark class="jdw-hit">{escape(match.form)}</mark>'
        quote(f"… {escape(match.before)}{hit}{escape(match.after)} …", match.run_id, match.label)


def quote(html: str, run_id: UUID | str, label: str) -> None:
    """A piece of a run's text, and a link to the run; ``label`` names it."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.html(f'<div class="jdw-quote">{html}</div>')
        st.page_link(RUN, label="Run", help=label, query_params={"id": str(run_id)})
