"""Where past runs matched a form or a skill: the text around it, each with a link to its run."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import streamlit as st

from db.stores.run_matches import Match
from pages.components import links, markup


def show_matches(matches: Iterable[Match]) -> None:
    """Matches, each marked in the text in which it stands."""
    for match in matches:
        hit = markup.fill('<mark class="jdw-hit">{}</mark>', match.form)
        show_quote(markup.fill("… {}{}{} …", match.before, hit, match.after), match.run_id, match.label)


def show_quote(text: str, run_id: UUID | str, label: str) -> None:
    """A passage of a run's text (escaped unless it is a ``Markup``) and a link to the run; ``label`` names the run."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.html(markup.quote(text))
        links.run_link(run_id, help=label)
