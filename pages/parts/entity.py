"""What the pages of roles, dimensions and skills share: search as you type, a card, and the operations on an entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from db import curation
from pages.parts import draft, theme
from pages.parts.person import ask_for_name
from pages.parts.session import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.changes import SINGULAR, Change
from pipeline.catalog.operations import Why, edit, merge, retire
from pipeline.catalog.suggest import Finder
from pipeline.errors import InputError

LISTED = 100
WHY = "For the colleague who reads the change set"


@st.cache_resource(max_entries=12, show_spinner=False)
def _finder(table: str, key: tuple[int, int], _catalog: Catalog) -> Finder:
    forms: dict[str, list[str]] = {}
    if table == "skills":
        forms = {s: [a.alias_text for a in rows] for s, rows in _catalog.aliases_of_skill.items()}
    elif table == "roles":
        forms = {s: [a.alias_text for a in rows] for s, rows in _catalog.aliases_of_role.items()}
    return Finder.of(getattr(_catalog, table), forms)


def _asked(table: str, view: draft.View) -> str:
    """The slug that the address names, or the one that has, or once had, the id that it names."""
    number = st.query_params.get("id", "")
    if "slug" in st.query_params or not number.isdigit():
        return st.query_params.get("slug", "")
    stands = next((row.slug for row in getattr(view.catalog, table) if row.id == int(number)), None)
    return stands or curation.by_id(workbench().engine, table, int(number)) or ""


def pick(table: str, view: draft.View, columns: Callable[[Any], dict[str, Any]]) -> str | None:
    """Search as you type and a list of what fits; the slug that the address names or the person chose."""
    words = st.text_input(
        "Search", key=f"{table}-words", type="search", live="60ms", label_visibility="collapsed",
        placeholder=f"Search {len(getattr(view.catalog, table)):,} {SINGULAR[table]}s by name or form",
    )  # fmt: skip
    slugs, total = _finder(table, view.key, view.catalog).find(words or "", LISTED)
    asked = _asked(table, view)
    if not slugs:
        st.html('<div class="jdw-empty">Nothing fits. Search for fewer letters, or for another form of the name.</div>')
        return asked or None
    rows = {row.slug: row for row in getattr(view.catalog, table)}
    mark = {"add": "added", "edit": "changed", "": ""}
    frame = pd.DataFrame(
        [
            {SINGULAR[table].capitalize(): rows[s].display_name, **columns(rows[s]), "Draft": mark[view.mark(table, s)]}
            for s in slugs
        ]
    )
    if not view.changes:
        frame = frame.drop(columns="Draft")
    event = st.dataframe(
        frame, hide_index=True, row_height=29, height=min(29 * (len(frame) + 1) + 3, 640), on_select="rerun", selection_mode="single-row",
        key=f"{table}-list-{words}",
    )  # fmt: skip
    st.html(f'<div class="jdw-meta">{total:,} fit{f", the first {LISTED} are listed" if total > LISTED else ""}</div>')
    chosen = event.selection.rows  # type: ignore[union-attr]
    if chosen:
        st.query_params["slug"] = slugs[chosen[0]]
        return slugs[chosen[0]]
    return asked or slugs[0]


def known(table: str, slug: str, view: draft.View) -> str | None:
    """The slug if it is in the catalog; where it was merged or retired, what took its place, saying so; else null, saying so."""
    if any(row.slug == slug for row in getattr(view.catalog, table)):
        return slug
    led = curation.successors(workbench().engine).get((table, slug))
    if led and any(row.slug == led for row in getattr(view.catalog, table)):
        st.info(f"“{slug}” was merged into “{led}”, which is shown.", icon=":material/merge:")
        return led
    drafted = view.mark(table, slug) == "remove"
    st.warning(
        f"“{slug}” is {'removed in your draft' if drafted else 'not in the catalog'}.", icon=":material/search_off:"
    )
    return None


def title(name: str, kind: str, slug: str, number: int | None, mark: str) -> str:
    """The head of a card."""
    tag = theme.tag(draft.MARKS[mark], draft.TONES[mark]) if mark else ""
    return (
        f'<div class="jdw-title" style="font-size:19px">{theme.span(name, kind)} {tag}</div>'
        f'<div class="jdw-meta">{escape(slug)}{f" · id {number}" if number is not None else ""}</div>'
    )


def marked(rows: Sequence[tuple[str, str]], kind: str) -> str:
    """Names as labels, each with its mark in the draft: added green, removed red and struck."""
    parts = []
    for name, mark in rows:
        if mark == "remove":
            parts.append(f'<span class="jdw-tag bad" title="{draft.MARKS[mark]}"><s>{escape(name)}</s></span>')
        elif mark:
            parts.append(f'<span class="jdw-tag {draft.TONES[mark]}" title="{draft.MARKS[mark]}">{escape(name)}</span>')
        else:
            parts.append(theme.tag(name, kind))
    return "".join(parts) or '<span class="jdw-meta">none</span>'


def edit_form(table: str, row: Any, fields: dict[str, tuple[str, Sequence[str] | None]]) -> None:
    """A form for the cells of an entry; ``fields`` names each with its label and its vocabulary, null for free text."""
    with st.form(f"edit-{table}-{row.slug}", border=False):
        cells: dict[str, Any] = {}
        for name, (label, words) in fields.items():
            stands = getattr(row, name)
            if isinstance(stands, bool):
                cells[name] = st.checkbox(label, stands)
            elif words is not None:
                options = [None, *words]
                cells[name] = st.selectbox(
                    label,
                    options,
                    index=options.index(stands) if stands in options else 0,
                    format_func=lambda w: (w or "unknown").replace("_", " ").lower(),
                )
            elif name in ("rationale", "maturity_reasoning"):
                cells[name] = st.text_area(label, stands or "", height=90).strip() or None
            elif name == "year_introduced":
                cells[name] = st.number_input(label, value=stands, min_value=1900, max_value=2100, step=1)
            elif isinstance(stands, tuple):
                cells[name] = tuple(x.strip() for x in st.text_input(label, ", ".join(stands)).split(",") if x.strip())
            else:
                cells[name] = st.text_input(label, stands or "").strip() or (
                    None if name != "display_name" else row.display_name
                )
        reason = st.text_input("Why", placeholder=WHY)
        if st.form_submit_button("Stage", type="primary", icon=":material/edit_note:"):
            draft.stage(edit(table, row, Why(reason), **cells), f"“{row.display_name}” is changed.")


def merge_form(table: str, row: Any, catalog: Catalog) -> None:
    """Merge an entry into another, or retire it."""
    others = [r.slug for r in getattr(catalog, table) if r.slug != row.slug]
    names = {r.slug: r.display_name for r in getattr(catalog, table)}
    into = st.selectbox(
        "Merge into", others, index=None, key=f"merge-{row.slug}", format_func=lambda s: f"{names[s]} · {s}",
        placeholder=f"The {SINGULAR[table]} that stays",
    )  # fmt: skip
    reason = st.text_input("Why", key=f"why-merge-{row.slug}", placeholder=WHY)
    if into:
        changes = _attempted(lambda: merge(catalog, table, row.slug, into, Why(reason)))
        st.html(
            f'<div class="jdw-meta">{len(changes)} rows change: what leans on “{escape(row.display_name)}” follows to “{escape(names[into])}”.</div>'
        )
        if (
            st.button("Stage the merge", type="primary", icon=":material/merge:", key=f"do-merge-{row.slug}")
            and changes
        ):
            draft.stage(changes, f"“{row.display_name}” is merged into “{names[into]}”.")
    else:
        changes = retire(catalog, table, row.slug, Why(reason))
        st.html(
            f'<div class="jdw-meta">Or take it out of the catalog with the {len(changes) - 1} rows that lean on it.</div>'
        )
        if st.button("Stage: retire it", icon=":material/delete:", key=f"retire-{row.slug}"):
            draft.stage(changes, f"“{row.display_name}” is retired.")


def operations(table: str, row: Any, view: draft.View, forms: dict[str, Callable[[], None]]) -> None:
    """What can be done with an entry, one thing at a time."""
    if not ask_for_name():
        return
    names = [*forms, "Merge or retire"]
    chosen = st.segmented_control("Do", names, key=f"do-{table}-{row.slug}", label_visibility="collapsed")
    if chosen == "Merge or retire":
        merge_form(table, row, view.catalog)
    elif chosen:
        forms[str(chosen)]()


def _attempted(make: Callable[[], tuple[Change, ...]]) -> tuple[Change, ...]:
    try:
        return make()
    except InputError as error:
        st.error(str(error), icon=":material/block:")
        return ()
