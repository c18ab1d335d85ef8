"""What the items of a set are narrowed to: a row of filters, each kept in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from db.stores.gold_listing import DISAGREE, GONE, LENGTHS, WRONG, Choices, GoldFilter
from pages.components.verbatim import verbatim
from pages.gold_sets.names import Names

DOUBTS = {
    "": "Any",
    DISAGREE: "In disagreement",
    WRONG: "Wrong in the newest experiment",
    GONE: "Role not in the catalog",
}
LENGTH_LABELS = {
    name: f"{name.capitalize()} ({f'under {most:,}' if not least else f'from {least:,}'})"
    for name, (least, most) in LENGTHS.items()
}
LABELLED = {"": "Any", "yes": "With parse labels", "no": "Without"}
NO_SOURCE = "none"
"""Stands in the address for items without a source."""
PARAMETERS = ("words", "role", "source", "length", "doubt", "author", "labelled")


def show(choices: Choices, names: Names) -> GoldFilter:
    """Draw the filters; returns what the items must meet."""
    words_at, role_at, source_at, doubt_at, more_at = st.columns([2.2, 1.6, 1.2, 1.6, 0.8], vertical_alignment="bottom")
    words = words_at.text_input(
        "Words", key="words", bind="query-params", type="search", placeholder="Words of the title or id", live="60ms"
    )
    with role_at:
        roles = {slug: names.role_label(slug) for slug in choices.roles}
        role = _choice(
            "role", "Role", {"": "Any role", **dict(sorted(roles.items(), key=lambda item: item[1].lower()))}
        )
    with source_at:
        sources = {name or NO_SOURCE: name or "No source" for name in choices.sources}
        source = _choice("source", "Source", {"": "Any source", **sources})
    with doubt_at:
        doubt = _choice("doubt", "Doubt", DOUBTS)
    with more_at.popover("More", icon=":material/filter_list:", key="more-filters"):
        length = _choice("length", "Length", {"": "Any length", **LENGTH_LABELS})
        author = _choice("author", "Added by", {"": "Anybody", **{name: name for name in choices.authors}})
        labelled = _choice("labelled", "Parse labels", LABELLED)
    return GoldFilter(
        words=words or "",
        role=role,
        source=None if not source else "" if source == NO_SOURCE else source,
        length=length,
        doubt=doubt,
        author=author,
        labelled={"": None, "yes": True, "no": False}[labelled],
    )


def _choice(name: str, label: str, options: Mapping[str, str]) -> str:
    """A filter with its options; the empty one narrows nothing. The address holds the option itself."""
    given = st.query_params.get(name, "")
    given = given if given in options else ""
    key = f"gold-filter-{name}-{given}"
    st.selectbox(
        verbatim(label),
        list(options),
        index=list(options).index(given),
        key=key,
        format_func=lambda value: verbatim(options.get(value, value)),
        on_change=_narrow,
        args=(name, key),
    )
    return given


def _narrow(name: str, key: str) -> None:
    chosen = st.session_state.get(key)
    st.query_params.pop("page", None)
    if chosen:
        st.query_params[name] = str(chosen)
    else:
        st.query_params.pop(name, None)
