"""Fixing the dimensions of a term that the catalog lacks: who fixed which and why, the form that fixes others, the way back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.stores.locks import FixedTerm
from pages.components import draft, links, markup
from pages.components.form_fields import choose_entries
from pages.components.identity import person
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Catalog


def show(term: str, catalog: Catalog, likely: Sequence[str], key: str) -> None:
    """What is fixed for a term, and the form; ``likely`` are the slugs of dimensions that are chosen already."""
    fixed = workbench().locks.of_term(term)
    if fixed is not None:
        st.html(_in_words(fixed, catalog))
    with st.container(horizontal=True, key=f"lock-{key}"):
        label = "Fix other dimensions" if fixed else "Fix these dimensions for this term"
        with st.popover(
            verbatim(label), icon=":material/lock:", help="Runs that meet the term from now on place it there"
        ):
            _form(term, catalog, fixed.dimensions if fixed else likely, key)
        if fixed is not None and st.button("Let runs place it", icon=":material/lock_open:", key=f"release-{key}"):
            draft.attempt(
                lambda: workbench().locks.release(term, person()),
                f"Runs place “{term}” by its text again.",
                lambda number: (lambda: workbench().locks.undo_release(number)) if number is not None else None,
            )


def _form(term: str, catalog: Catalog, likely: Sequence[str], key: str) -> None:
    chosen = choose_entries(
        "Fixed in",
        catalog.dimensions,
        [slug for slug in likely if slug in catalog.dimension],
        placeholder="Choose where it belongs",
        key=f"lock-places-{key}",
    )
    reason = st.text_input("Why fixed", key=f"lock-why-{key}", placeholder="For the colleague who meets the term next")
    if st.button("Fix", type="primary", icon=":material/lock:", disabled=not chosen, key=f"lock-fix-{key}"):
        names = ", ".join(catalog.dimension[slug].display_name for slug in chosen)
        draft.attempt(
            lambda: workbench().locks.fix(term, chosen, person(), reason or ""),
            f"“{term}” is fixed in {names}; runs from now on place it there.",
            lambda number: lambda: workbench().locks.undo_fix(number, person()),
        )


def _in_words(fixed: FixedTerm, catalog: Catalog) -> str:
    """Who fixed what, when and why; a dimension that is gone is said to be so."""
    names = markup.join(
        (
            markup.link(catalog.dimension[slug].display_name, links.entity_url("dimension", slug), "dimension")
            if slug in catalog.dimension
            else markup.tag(f"{slug} is gone", "bad")
            for slug in fixed.dimensions
        ),
        ", ",
    )
    why = f": “{fixed.reason}”" if fixed.reason else ""
    tag = markup.tag("fixed", "good")
    return markup.meta(markup.fill("{} {} by {} {}{}", tag, names, fixed.author, ago(fixed.created_at), why))
