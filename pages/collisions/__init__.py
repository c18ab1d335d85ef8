"""Collisions: which titles and forms several entries hold, what runs made of them, and what would settle each."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.stores.collisions import Collision, CollisionFilter, CollisionPage
from pages.collisions.card import show_collision
from pages.collisions.filters import KINDS, PARAMETER, address, choose_filter, pills
from pages.collisions.state import CollisionStates, load_states
from pages.components import links, markup
from pages.components.frame import name_tab
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.row_list import ListRow, RowList
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench

COLUMNS = (Column("Title or form"), Column("Runs", "n"), Column("Newest", "n"))
NOUNS = {"title": "title of", "skill_alias": "form of", "signals": "signals for"}
MAX_NAMED = 3
"""Parties that a row of the list names."""


def page() -> None:
    """Draw the page."""
    name_tab("Collisions")
    st.html(markup.title("Collisions"))
    summary_at = st.empty()
    pills_at = st.empty()
    states = load_states()
    wanted = choose_filter(states)
    found = workbench().collisions.find(wanted)
    pills_at.html(pills(wanted, found.states))
    summary_at.html(markup.meta(_summary(states, wanted, found)))
    asked, problem = _asked()
    chosen = _load(asked, wanted) if asked else (found.rows[0] if found.rows and not problem else None)
    if not found.rows and chosen is None and not asked and not problem:
        st.html(_nothing(wanted))
        return
    list_at, card_at = st.columns([1, 1.4], gap="large")
    with list_at:
        _list(found, chosen, states, wanted)
    with card_at:
        if chosen is not None:
            name_tab(f"{chosen.term or 'No title'} · Collisions")
            show_collision(chosen, states)
        elif asked or problem:
            st.warning(verbatim(problem or _not_met(asked, states)), icon=":material/search_off:")


def _asked() -> tuple[str, str]:
    """The collision that the address names, by itself or by an entry of the log; or what is wrong with the address."""
    number = st.query_params.get("log", "")
    if not number:
        return st.query_params.get(PARAMETER, ""), ""
    logged = workbench().collisions.logged(int(number)) if number.isdecimal() and len(number) < 10 else None
    if logged is None:
        return "", f"The log has no entry {number}: its run was deleted, or the address was cut off."
    return " ".join(logged), ""


def _load(asked: str, wanted: CollisionFilter) -> Collision | None:
    kind, _, key = asked.partition(" ")
    return workbench().collisions.load(kind, key, wanted) if kind in KINDS else None


def _not_met(asked: str, states: CollisionStates) -> str:
    kind, _, key = asked.partition(" ")
    if asked in states.contested:
        owners = [states.name(kind, slug) for slug in states.contested[asked].owners]
        return f"“{key}” is held by {_listed(owners)} in the catalog, but no run has met it. Health shows what is wrong with it."
    return f"No run has met a collision of “{key or asked}”. Choose one from the list."


def _summary(states: CollisionStates, wanted: CollisionFilter, found: CollisionPage) -> str:
    with_draft = " with your draft" if states.view.number is not None else ""
    noun = "conflict" if wanted.kind == "signals" else "collision"
    parts = [f"{count_label(found.total, noun)} that runs met", f"revision {states.view.shown.revision}{with_draft}"]
    return " · ".join(parts)


def _list(found: CollisionPage, chosen: Collision | None, states: CollisionStates, wanted: CollisionFilter) -> None:
    kept = {**address(wanted), **({"page": str(found.page)} if found.page > 1 else {})}
    rows = RowList(links.COLLISIONS, PARAMETER, COLUMNS, "Collisions", kept)
    selected = chosen.name if chosen else ""
    entries = [_row(collision, states) for collision in found.rows]
    if not entries:
        st.html(markup.meta("Nothing else fits here."))
        return
    rows.step(entries, selected, "collisions")
    rows.show(entries, selected)
    if (
        found.pages > 1
        and st.pagination(found.pages, default=found.page, key="page", bind="query-params") != found.page
    ):
        st.query_params.pop(PARAMETER, None)
        st.rerun()


def _row(collision: Collision, states: CollisionStates) -> ListRow:
    names = [states.name(collision.kind, slug) for slug in states.parties(collision)]
    shown = [*names[:MAX_NAMED], *([f"{len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else [])]
    below = f"{NOUNS[collision.kind]} {_listed(shown)}"
    if states.is_settled_by_draft(collision):
        below += " · your draft settles it"
    cells = (f"{collision.runs:,}", ago(collision.newest_at))
    return ListRow(collision.name, collision.term or "No title", cells, below)


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _nothing(wanted: CollisionFilter) -> Markup:
    """What stands in the place of an empty list."""
    if wanted.words or wanted.party or wanted.kind or wanted.state != "open":
        every = markup.link("all that runs met", links.page_url(links.COLLISIONS, state="all"))
        return markup.empty(markup.fill("Nothing fits here. Take a filter away, or see {}.", every))
    return markup.empty(
        markup.fill(
            "Nothing collides. Where a run meets a title of several roles, or a form of several skills, that nothing in the catalog "
            "tells apart, it comes here with what the run took. What is settled stays under {}.",
            markup.link("Settled", links.page_url(links.COLLISIONS, state="settled")),
        )
    )
