"""Fields that the forms of curation share: the reason, the choice of an entry of the catalog, the button that stages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import streamlit as st

from pages.components import kept, markup
from pages.components.live_impact import live_impact
from pages.components.verbatim import verbatim
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.refs import Ref

STAGE_ICON = ":material/edit_note:"
REASON_HINT = "For the colleague who reads the change set"
CASE_LABELS = {"CASE_INSENSITIVE": "in any case", "CASE_SENSITIVE": "in this case only"}


class Entry(Protocol):
    """A role, dimension or skill, as far as a choice among them needs it."""

    @property
    def slug(self) -> str:
        """Its key."""

    @property
    def display_name(self) -> str:
        """What it is called."""


def reason_field(key: str | None = None, source: Ref | None = None) -> ChangeReason:
    """A field for the reason of a change; ``source`` is the run or finding that showed the fault.

    What is typed is kept until it is staged; ``key`` tells fields of a page apart.
    """
    name = kept.of_form("why", key or "here", source.key() if source else "")
    return ChangeReason(st.text_input("Why", placeholder=REASON_HINT, **kept.form_text(name)), source)


def choose_entry(
    label: str,
    entries: Iterable[Entry],
    placeholder: str | None = None,
    first: Sequence[str] = (),
    key: str | None = None,
) -> str | None:
    """A choice of one entry by its name; its slug. With a placeholder nothing is chosen at first.

    ``first`` are the slugs that stand at the top, in their order.
    """
    names = {e.slug: e.display_name for e in entries}
    slugs = [*first, *(slug for slug in names if slug not in first)]
    return st.selectbox(
        verbatim(label),
        slugs,
        index=0 if placeholder is None and slugs else None,
        format_func=lambda slug: names.get(slug, slug),
        placeholder=placeholder,
        key=key,
    )


def choose_entries(
    label: str,
    entries: Iterable[Entry],
    chosen: Iterable[str] = (),
    placeholder: str | None = None,
    key: str | None = None,
) -> list[str]:
    """A choice of several entries by their names; their slugs."""
    names = {e.slug: e.display_name for e in entries}
    return st.multiselect(
        verbatim(label), list(names), list(chosen), format_func=names.__getitem__, placeholder=placeholder, key=key
    )


def stage_button(
    label: str = "Stage",
    *,
    changes: Sequence[Change] = (),
    icon: str = STAGE_ICON,
    disabled: bool = False,
    key: str | None = None,
) -> bool:
    """The button that stages what a form says; whether it was pressed. Above it stands what the ``changes`` would make of past runs."""
    if changes and not disabled:
        live_impact(changes)
    return st.button(verbatim(label), type="primary", icon=icon, disabled=disabled, key=key)


def stage_form_button(label: str = "Stage", *, icon: str = STAGE_ICON) -> bool:
    """The same within an ``st.form``."""
    return st.form_submit_button(verbatim(label), type="primary", icon=icon)


def stop(message: str) -> None:
    """Show what a form lacks, or why it is refused."""
    st.error(verbatim(message), icon=":material/block:")


def new_entry_button(title: str, label: str) -> bool:
    """The title of a page with the button that opens the form of a new entry; whether it was pressed."""
    head_at, button_at = st.columns([6, 1], vertical_alignment="bottom")
    head_at.html(markup.title(title))
    return button_at.button(verbatim(label), icon=":material/add:", width="stretch")
