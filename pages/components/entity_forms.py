"""What can be done with a role, dimension or skill: its cells edited, itself merged into another or retired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages.components import draft, kept, markup
from pages.components.draft import DraftView
from pages.components.entity_card import Entry, EntryType
from pages.components.form_fields import reason_field, stage_button, stage_form_button, stop
from pages.components.labels import vocabulary_label
from pages.components.live_impact import live_impact
from pages.components.verbatim import verbatim
from pipeline.catalog.operations import ChangeReason, edit, merge, retire
from pipeline.errors import InputError

MERGE = "Merge or retire"
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Field:
    """A cell of an entry that can be edited: its column, its label, and how it is entered.

    ``options`` is the vocabulary of a "choice". A "list" is written with commas; "required" text keeps what is stored when
    it is emptied.
    """

    column: str
    label: str
    entry: Literal["text", "required", "long", "choice", "flag", "year", "list"] = "text"
    options: Sequence[str] = ()


Value = str | bool | int | tuple[str, ...] | None


def edit_form(entries: EntryType[Entry], entry: Entry, fields: Sequence[Field]) -> None:
    """A form for the cells of an entry, staged together."""
    with st.form(f"edit-{entries.table}-{entry.slug}", border=False):
        cells = {field.column: _input(field, getattr(entry, field.column), entry.slug) for field in fields}
        reason = reason_field("edit")
        if stage_form_button():
            changes = edit(entry, reason, **cells)
            if changes:
                draft.stage(changes, f"“{entry.display_name}” is changed.")
            else:
                stop("Nothing is changed yet.")


def _input(field: Field, stored: Value, slug: str) -> Value:
    """The field's widget for the entry ``slug``; what it is set to, null where it is left empty. Texts are kept until staged."""
    name = kept.of_form("edit", slug, field.column)
    if field.entry == "flag":
        return st.checkbox(verbatim(field.label), bool(stored))
    if field.entry == "choice":
        return _choice(field, stored)
    if field.entry == "year":
        year = stored if isinstance(stored, int) else None
        return st.number_input(verbatim(field.label), value=year, min_value=FIRST_YEAR, max_value=LAST_YEAR, step=1)
    if field.entry == "list":
        items = stored if isinstance(stored, tuple) else ()
        return tuple(split_list(st.text_input(verbatim(field.label), **kept.form_text(name, ", ".join(items)))))
    text = str(stored or "")
    arguments = kept.form_text(name, text)
    given = (
        st.text_area(verbatim(field.label), height=90, **arguments)
        if field.entry == "long"
        else st.text_input(verbatim(field.label), **arguments)
    )
    return given.strip() or (stored if field.entry == "required" else None)


def _choice(field: Field, stored: Value) -> str | None:
    options = [None, *field.options]
    at = options.index(stored) if stored in options else 0
    return st.selectbox(
        verbatim(field.label), options, index=at, format_func=lambda value: vocabulary_label(value) or "unknown"
    )


def split_list(text: str) -> list[str]:
    """The items of a text with commas between them."""
    return [item.strip() for item in text.split(",") if item.strip()]


def merge_form(entries: EntryType[Entry], entry: Entry, view: DraftView) -> None:
    """Merge an entry into another, or retire it."""
    names = {e.slug: e.display_name for e in entries.by_slug(view.catalog).values()}
    into = st.selectbox(
        "Merge into",
        [slug for slug in names if slug != entry.slug],
        index=None,
        key=f"merge-{entry.slug}",
        format_func=lambda slug: f"{names[slug]} · {slug}",
        placeholder=f"The {entries.kind} that stays",
    )
    reason = reason_field(key=f"why-merge-{entry.slug}")
    if into is None:
        _retire(entries, entry, view, reason)
        return
    try:
        changes = merge(view.catalog, entries.table, entry.slug, into, reason)
    except InputError as error:
        stop(str(error))
        return
    follows = f"what depends on “{entry.display_name}” follows to “{names[into]}”"
    rows = "1 row changes" if len(changes) == 1 else f"{len(changes):,} rows change"
    st.html(markup.meta(f"{rows}: {follows}."))
    if stage_button("Stage the merge", changes=changes, icon=":material/merge:", key=f"do-merge-{entry.slug}"):
        draft.stage(changes, f"“{entry.display_name}” is merged into “{names[into]}”.")


def _retire(entries: EntryType[Entry], entry: Entry, view: DraftView, reason: ChangeReason) -> None:
    changes = retire(view.catalog, entries.table, entry.slug, reason)
    count = len(changes) - 1
    depends = "with the 1 row that depends on it" if count == 1 else f"with the {count:,} rows that depend on it"
    st.html(markup.meta(f"Or take it out of the catalog{' ' + depends if count else ': nothing depends on it'}."))
    live_impact(changes)
    if st.button("Stage: retire it", icon=":material/delete:", key=f"retire-{entry.slug}"):
        draft.stage(changes, f"“{entry.display_name}” is retired.")


def operations(entries: EntryType[Entry], entry: Entry, view: DraftView, forms: dict[str, Callable[[], None]]) -> None:
    """What can be done with an entry, one thing at a time; ``forms`` are the page's own by their labels."""
    chosen = st.segmented_control(
        "Do",
        [*forms, MERGE],
        format_func=verbatim,
        key=f"do-{entries.table}-{entry.slug}",
        label_visibility="collapsed",
    )
    if chosen == MERGE:
        merge_form(entries, entry, view)
    elif chosen is not None:
        forms[chosen]()
