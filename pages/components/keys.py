"""Keys of a page, for the list that the key ? shows; those of all pages are in ``scripts/palette.js``.

A button has its key by ``st.button(..., shortcut="V")``; R and C belong to Streamlit, N, / and ? to all pages, J and K to
lists (``row_list``).
"""

from __future__ import annotations

import streamlit as st

from pages.components import markup


def page_keys(keys: dict[str, str]) -> None:
    """Say which keys the page has and what each does (``{"V": "Give the verdict"}``), once in its drawing."""
    names = markup.join(markup.fill('<li data-key="{}">{}</li>', key, meaning) for key, meaning in keys.items())
    st.html(markup.fill('<ul class="jdw-keys" hidden>{}</ul>', names))
