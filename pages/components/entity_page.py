"""The frame of the pages of roles, dimensions and skills: the list at the left, the card of the one that is shown beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.components import draft
from pages.components.draft import DraftView
from pages.components.entity_card import Cell, Entry, EntryType, card_title, pick_entry, resolve_entry
from pages.components.form_fields import new_entry_button
from pages.components.frame import name_tab


def entity_page(
    entries: EntryType[Entry],
    columns: Callable[[DraftView, Entry], Mapping[str, Cell]],
    card: Callable[[Entry, DraftView], None],
    new: Callable[[DraftView], None],
) -> None:
    """Draw the page: ``columns`` gives the further cells of an entry in the list, ``card`` draws what follows the head of its card,
    ``new`` opens the form of a new entry.
    """
    view = draft.view()
    if new_entry_button(f"{entries.kind.capitalize()}s", f"New {entries.kind}"):
        new(view)
    list_at, card_at = st.columns([1, 1.25], gap="large")
    with list_at:
        chosen = pick_entry(entries, view, lambda entry: columns(view, entry))
    with card_at:
        entry = resolve_entry(entries, chosen, view) if chosen else None
        if entry is None:
            name_tab(f"{entries.kind.capitalize()}s")
            return
        name_tab(f"{entry.display_name} · {entries.kind.capitalize()}")
        st.html(card_title(entries, entry, view))
        card(entry, view)
