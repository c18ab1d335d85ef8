"""Which collisions are listed: their kind and state as links, words, a party and the order as fields; all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import streamlit as st
from markupsafe import Markup

from db.stores.collisions import SIGNALS, CollisionFilter, CollisionOrder, CollisionState
from pages.collisions.state import CollisionStates
from pages.components import links, markup
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench

PARAMETER = "collision"
"""What the address names a collision by."""
KINDS = {"": "Titles and forms", "title": "Titles", "skill_alias": "Skill forms", SIGNALS: "Signals"}
STATES: dict[CollisionState, str] = {"open": "Open", "settled": "Settled", "fine": "Fine as it is", "": "All"}
WORDS_OF_STATES: dict[str, CollisionState] = {"": "open", "settled": "settled", "fine": "fine", "all": ""}
"""The words of the address for states: the open ones need none."""
ORDERS = {"": "Most runs first", "newest": "Newest first", "form": "By form"}


def choose_filter(states: CollisionStates) -> CollisionFilter:
    """Draw the fields; returns what is wanted, with what collides now."""
    kind, state, order = (
        _asked(name, names) for name, names in (("kind", KINDS), ("state", WORDS_OF_STATES), ("order", ORDERS))
    )
    with st.container(horizontal=True, vertical_alignment="center", key="collision-filter"):
        words_at, party_at, order_at = (st.container(width=width) for width in (230, 230, 180))
    words = words_at.text_input(
        "Search forms",
        key="words",
        bind="query-params",
        type="search",
        live="60ms",
        placeholder="Words of the title or form",
        label_visibility="collapsed",
        on_change=_from_the_start,
    )
    slugs = workbench().collisions.parties(kind)
    parties = {"": "Any party"} | {slug: states.name(kind or _kind_of(slug, states), slug) for slug in slugs}
    with party_at:
        party = _choice("party", "Party", parties)
    with order_at:
        _choice("order", "Order", ORDERS)
    page = st.query_params.get("page", "")
    return CollisionFilter(
        kind=kind,
        state=WORDS_OF_STATES[state],
        words=(words or "").strip(),
        party=party,
        order=next((o for o in get_args(CollisionOrder) if o == order), "runs"),
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        contested=frozenset(states.contested),
        fine=states.fine,
        roles=frozenset(states.view.catalog.role),
    )


def pills(wanted: CollisionFilter, counts: Mapping[str, int]) -> Markup:
    """The kinds, and the states with how many are in each, as links."""
    return _kind_pills(wanted) + _state_pills(wanted, counts)


def address(wanted: CollisionFilter) -> dict[str, str]:
    """The parameters of the address that set a filter, those of a page apart."""
    order = "" if wanted.order == "runs" else wanted.order
    state = next(word for word, state in WORDS_OF_STATES.items() if state == wanted.state)
    values = {"kind": wanted.kind, "state": state, "words": wanted.words, "party": wanted.party, "order": order}
    return {name: value for name, value in values.items() if value}


def _kind_pills(wanted: CollisionFilter) -> Markup:
    kinds = [_pill(KINDS[kind], replace(wanted, kind=kind, party=""), kind == wanted.kind) for kind in KINDS]
    return _nav("Kinds of collisions", kinds)


def _state_pills(wanted: CollisionFilter, counts: Mapping[str, int]) -> Markup:
    listed = [
        _pill(
            label,
            replace(wanted, state=state),
            state == wanted.state,
            counts.get(state, 0) if state else sum(counts.values()),
        )
        for state, label in STATES.items()
    ]
    return _nav("States of collisions", listed)


def _nav(label: str, pieces: list[Markup]) -> Markup:
    return markup.fill('<nav class="jdw-pills" aria-label="{}">{}</nav>', label, markup.join(pieces))


def _pill(label: str, wanted: CollisionFilter, is_current: bool, count: int | None = None) -> Markup:
    current = Markup(' aria-current="true"') if is_current else Markup()
    number = markup.fill(" <b>{}</b>", f"{count:,}") if count is not None else Markup()
    url = links.page_url(links.COLLISIONS, **address(wanted))
    return markup.fill('<a class="jdw-pill" href="{}"{}>{}{}</a>', url, current, label, number)


def _asked(name: str, options: Mapping[str, str]) -> str:
    asked = st.query_params.get(name, "")
    return asked if asked in options else ""


def _choice(name: str, label: str, names: Mapping[str, str]) -> str:
    """A field whose option stands in the address itself: two parties may be called alike."""
    given = _asked(name, names)
    key = f"filter-{name}-{given}"
    st.selectbox(
        verbatim(label),
        list(names),
        index=list(names).index(given),
        key=key,
        format_func=lambda value: names.get(value, value),
        label_visibility="collapsed",
        on_change=_narrow,
        args=(name, key),
    )
    return given


def _narrow(name: str, key: str) -> None:
    chosen = st.session_state.get(key)
    _from_the_start()
    if chosen:
        st.query_params[name] = str(chosen)
    else:
        st.query_params.pop(name, None)


def _from_the_start() -> None:
    """Show the first page of another list, and its first row."""
    for name in ("page", PARAMETER, "log"):
        st.query_params.pop(name, None)


def _kind_of(slug: str, states: CollisionStates) -> str:
    """Among titles and forms, whether a slug is a skill's; a role of the same slug is named by it too."""
    return "skill_alias" if states.is_there("skill_alias", slug) else "title"
