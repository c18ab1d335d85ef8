"""What the pages of roles, dimensions and skills share: the search with its list, and the parts of an entry's card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.draft import MARK_LABELS, MARK_TONES, DraftView
from pages.components.links import ENTITY_PAGES, EntityKind
from pages.components.markup import Column
from pages.components.row_list import ListRow, RowList
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Catalog, Dimension, Role, RoleAlias, Skill, SkillAlias
from pipeline.catalog.suggest import Finder

MAX_LISTED = 100
MAX_DIGITS = 12
"""An id has fewer digits; a longer number is none."""

Entry = TypeVar("Entry", Role, Dimension, Skill)
Cell = str | int


@dataclass(frozen=True)
class EntryType(Generic[Entry]):
    """One of the kinds of entries with a page of their own: where the catalog has them, and by what else they are found."""

    kind: EntityKind
    table: str
    by_slug: Callable[[Catalog], Mapping[str, Entry]]
    forms: Callable[[Catalog], Mapping[str, Sequence[RoleAlias | SkillAlias]]] = lambda _: {}


ROLES: EntryType[Role] = EntryType("role", "roles", lambda c: c.role, lambda c: c.aliases_of_role)
DIMENSIONS: EntryType[Dimension] = EntryType("dimension", "dimensions", lambda c: c.dimension)
SKILLS: EntryType[Skill] = EntryType("skill", "skills", lambda c: c.skill, lambda c: c.aliases_of_skill)


@dataclass(frozen=True)
class MarkedName:
    """A name on a card: what the draft does to its row (``add``, ``edit``, ``remove`` or nothing), where it leads to, and
    what the audit suspects of the row, in words.
    """

    name: str
    mark: str = ""
    url: str = ""
    doubt: str = ""


@st.cache_resource(
    max_entries=12,
    show_spinner=False,
    hash_funcs={EntryType: lambda entries: entries.table, DraftView: lambda view: view.key},
)
def _finder(entries: EntryType[Entry], view: DraftView) -> Finder:
    """The entries made ready for search, kept for each state of the catalog."""
    forms = {slug: [a.alias_text for a in rows] for slug, rows in entries.forms(view.catalog).items()}
    return Finder.from_rows(list(entries.by_slug(view.catalog).values()), forms)


def pick_entry(
    entries: EntryType[Entry], view: DraftView, columns: Callable[[Entry], Mapping[str, Cell]]
) -> str | None:
    """Search as you type and a list of what fits; the slug that the address names, or the first of the list.

    ``columns`` gives the further cells of an entry in the list by their titles.
    """
    by_slug = entries.by_slug(view.catalog)
    words = st.text_input(
        "Search",
        key="words",
        type="search",
        live="60ms",
        bind="query-params",
        label_visibility="collapsed",
        placeholder=f"Search {len(by_slug):,} {entries.kind}s by name or form",
    )
    slugs, total = _finder(entries, view).find(words or "", MAX_LISTED)
    asked = _asked(entries, view)
    if not slugs:
        st.html(markup.empty("Nothing fits. Search for fewer letters, or for another form of the name."))
        return asked or None
    chosen = asked or slugs[0]
    cells = [columns(by_slug[slug]) for slug in slugs]
    heads: list[Column] = [Column(title, "n" if isinstance(cell, int) else "") for title, cell in cells[0].items()]
    rows = [
        ListRow(
            slug,
            by_slug[slug].display_name,
            tuple(f"{cell:,}" if isinstance(cell, int) else cell for cell in row.values()),
            mark=view.mark(entries.table, slug),
        )
        for slug, row in zip(slugs, cells, strict=True)
    ]
    listed = RowList(
        ENTITY_PAGES[entries.kind],
        "slug",
        (Column(entries.kind.capitalize()), *heads),
        f"{entries.kind}s",
        {"words": words or ""},
    )
    fit = f"{total:,} fit" + (f", the first {MAX_LISTED} are listed" if total > MAX_LISTED else "")
    listed.step(rows, chosen, entries.kind, fit)
    listed.show(rows, chosen)
    return chosen


def _asked(entries: EntryType[Entry], view: DraftView) -> str:
    """The slug that the address names, or the one that has, or once had, the id that it names."""
    number = st.query_params.get("id", "")
    if "slug" in st.query_params or not number:
        return st.query_params.get("slug", "")
    if not (number.isdecimal() and len(number) < MAX_DIGITS):
        return f"id {number}"
    stored = next((e.slug for e in entries.by_slug(view.catalog).values() if e.id == int(number)), None)
    return stored or workbench().audit_trail.slug_of_removed_id(entries.table, int(number)) or f"id {number}"


def resolve_entry(entries: EntryType[Entry], slug: str, view: DraftView) -> Entry | None:
    """The entry of a slug; of one that was merged or retired what took its place, saying so; else null, saying so."""
    by_slug = entries.by_slug(view.catalog)
    if slug in by_slug:
        return by_slug[slug]
    survivor = _survivor(entries.table, slug, view)
    if survivor in by_slug:
        name = by_slug[survivor].display_name
        st.info(
            verbatim(f"“{slug}” was merged into “{survivor}” in your draft: {name} is shown."), icon=":material/merge:"
        )
        return by_slug[survivor]
    successor = workbench().audit_trail.resolve_successors().get((entries.table, slug))
    if successor is not None and successor in by_slug:
        st.info(verbatim(f"“{slug}” was merged into “{successor}”, which is shown."), icon=":material/merge:")
        return by_slug[successor]
    if slug.startswith("id "):
        st.warning(verbatim(f"No {entries.kind} has, or had, the {slug}."), icon=":material/search_off:")
    else:
        where = "removed in your draft" if view.mark(entries.table, slug) == "remove" else "not in the catalog"
        st.warning(verbatim(f"“{slug}” is {where}."), icon=":material/search_off:")
    return None


def _survivor(table: str, slug: str, view: DraftView) -> str:
    """What the draft leaves in the place of an entry that it removes, through all merges; empty where nothing is."""
    met = {slug}
    while (change := view.changes.get((table, (slug,)))) is not None and change.after is None:
        slug = change.successor
        if not slug or slug in met:
            return ""
        met.add(slug)
    return slug if len(met) > 1 else ""


def card_title(entries: EntryType[Entry], entry: Entry, view: DraftView) -> Markup:
    """The head of a card: the name with what the draft does to it, slug and id."""
    name = markup.span(entry.display_name, entries.kind)
    number = f" · id {entry.id}" if entry.id is not None else ""
    title = markup.fill("{} {}", name, mark_tag(view.mark(entries.table, entry.slug)))
    return markup.title(title, 19) + markup.meta(f"{entry.slug}{number}")


def mark_tag(mark: str) -> Markup:
    """What the draft does to a row as a label; nothing for nothing."""
    return markup.tag(MARK_LABELS[mark], MARK_TONES[mark]) if mark else Markup()


def name_tags(names: Iterable[MarkedName], colour: str) -> Markup:
    """Names as labels that lead to their cards, each with its mark in the draft: added green, removed red and struck through.

    One that the audit suspects has a mark of its own, which says why.
    """
    return markup.join(_name_tag(name, colour) for name in names) or markup.meta_span("none")


def _name_tag(name: MarkedName, colour: str) -> Markup:
    text: str = markup.fill("<s>{}</s>", name.name) if name.mark == "remove" else name.name
    if name.url and name.mark != "remove":
        text = markup.fill('<a href="{}">{}</a>', name.url, text)
    if name.doubt:
        text = markup.fill('{} <abbr class="jdw-doubt" title="{}">?</abbr>', text, name.doubt)
    label = markup.fill(' title="{}"', MARK_LABELS[name.mark]) if name.mark else Markup()
    tone = MARK_TONES[name.mark] if name.mark else colour
    return markup.fill('<span class="jdw-tag {}"{}>{}</span>', tone, label, text)
