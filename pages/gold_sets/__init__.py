"""Gold sets: job descriptions with what is right of them, under a name; what is in each version, who made it so, and what was tried on it."""

from __future__ import annotations

import streamlit as st

from pages.components import frame, links, markup
from pages.components.verbatim import verbatim
from pages.gold_sets import address, difference, importing, item, listing, one
from pipeline.errors import WorkbenchError


def page() -> None:
    """The list with the form that imports; or one set, one item of it, or two versions side by side, as the address says."""
    frame.name_tab("Gold sets")
    asked = address.read()
    try:
        if not asked.name:
            _all()
        elif asked.item:
            item.show(asked)
        elif asked.a and asked.b:
            difference.show(asked)
        else:
            one.show(asked)
    except WorkbenchError as error:
        st.html(markup.title("Gold sets"))
        st.warning(verbatim(error), icon=":material/block:")
        st.html(markup.link("All gold sets", links.page_url(links.GOLD_SETS)))


def _all() -> None:
    st.html(
        markup.title("Gold sets")
        + markup.meta(
            "Job descriptions with what is right of them. A set grows in versions; experiments say which one they ran on."
        )
    )
    form_at = st.container()
    listing.show()
    with form_at, st.expander("Import a file", icon=":material/upload_file:"):
        importing.show()
