"""One item: its text with the words that mean its skills, its roles, and who made it so; and the form that makes the next form of it."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.services.gold_differences import ItemDifference, item_differences
from db.stores.gold_items import GoldItem
from db.stores.gold_listing import ItemChange
from pages.components import frame, links, markup
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.gold_sets import address, editing, text
from pages.gold_sets.address import Asked
from pages.gold_sets.names import Names
from pipeline.catalog.refs import Ref, RunRef

KINDS = {"added": "added", "changed": "changed", "removed": "removed"}
MAX_LABEL = 300
PARTS = {
    "roles": "Roles",
    "skill": "Skill",
    "title": "Title",
    "text": "Text",
    "column": "Column",
    "label": "Parse label",
}


def show(asked: Asked) -> None:
    """Draw its page, as it is in the version that is asked for."""
    found, version = asked.load()
    history = workbench().gold_listing.history((found.id, version), asked.item)
    names = Names.today()
    item = history[0].item
    head = markup.meta(
        markup.join([markup.link("Gold sets", address.url()), markup.link(found.name, address.url(found.name))], " · ")
    )
    if item is None:
        st.html(head + markup.title(asked.item))
        st.info(
            verbatim(f"It was removed in version {history[0].version}; what it was stands below."),
            icon=":material/playlist_remove:",
        )
        _history(history, names)
        return
    frame.name_tab(item.title or item.id)
    older = "" if version == found.version else f" · as in version {version}"
    below = f"{item.id} · {len(item.text):,} characters{older}"
    st.html(head + markup.title(item.title or item.id) + markup.meta(below))
    edit = editing.Edit(found.name, item) if version == found.version else None
    shown = edit.current if edit else item
    known = frozenset(skill.name for skill in shown.skills or () if names.slug_of(skill))
    text_at, answer_at = st.columns([1.35, 1], gap="large")
    with answer_at:
        if edit:
            editing.show(edit, names)
        else:
            _answer(item, names)
        _facts(item)
        _history(history, names)
    with text_at, st.container(height=720, border=False, key="gold-text-box"):
        text.show(shown.text, shown.skills or (), known, edit.pick if edit else None)


def _answer(item: GoldItem, names: Names) -> None:
    """What is right of it, where it is not to be changed."""
    st.html(markup.heading("Right roles") + markup.block(names.roles(item.acceptable)))
    st.html(markup.heading("Skills") + skills_text(item, names))


def skills_text(item: GoldItem, names: Names) -> Markup:
    """The skills of an item with the words that mean them; that none are asked for, where that is so."""
    if item.skills is None:
        return markup.meta("Skills are not asked for.")
    rows = [
        (names.skill(skill), ", ".join(skill.surface), {True: "primary", False: "secondary", None: ""}[skill.primary])
        for skill in item.skills
    ]
    return markup.table(["Skill", "Words of the text", ""], rows) if rows else markup.meta("It asks for no skill.")


def _facts(item: GoldItem) -> None:
    """What it brought beside, and what its text says."""
    pairs = [(name, value[:MAX_LABEL]) for name, value in item.columns.items()]
    if pairs:
        st.html(markup.heading("Columns") + markup.facts(pairs))
    if item.label:
        said = [
            (k.replace("_", " "), str(v)[:MAX_LABEL]) for k, v in item.label.row.items() if k not in ("id", "sha256")
        ]
        st.html(
            markup.fill(
                '<details class="jdw-as-text"><summary>Parse label: what the text says</summary>{}</details>',
                markup.facts(said),
            )
        )


# --- who made it so -----------------------------------------------------------------------------------------------


def _history(history: list[ItemChange], names: Names) -> None:
    """What each version did to it, the newest first: who, when, why, from what."""
    st.html(markup.heading("Who made it so"))
    older: list[ItemChange | None] = [*history[1:], None]
    st.html(markup.join(_event(change, before, names) for change, before in zip(history, older, strict=True)))


def _event(change: ItemChange, before: ItemChange | None, names: Names) -> Markup:
    head = f"{ago(change.created_at)} · {change.author} · {KINDS[change.kind]} in version {change.version}"
    parts = list(filter(None, [change.reason, _source(change.source)]))
    found = item_differences(before.item, change.item) if before and before.item and change.item else []
    return markup.fill(
        '<div class="jdw-event"><div class="jdw-meta">{}</div>{}{}</div>',
        head,
        differences(found, names),
        markup.meta(markup.join(parts, " · ")) if parts else Markup(),
    )


def differences(found: list[ItemDifference], names: Names) -> Markup:
    """What differs, a line for each part."""
    return markup.join(markup.block(_difference(one, names)) for one in found)


def _difference(one: ItemDifference, names: Names) -> Markup:
    before, after = one.before, one.after
    if one.part == "roles":
        before, after = (", ".join(map(names.role_label, (side or "").split(", "))) for side in (before, after))
    was = markup.removed(before[:MAX_LABEL]) if before is not None else Markup()
    now = markup.added(after[:MAX_LABEL]) if after is not None else Markup()
    name = f"{PARTS[one.part]} {one.name}".strip()
    if one.part == "skill" and one.name and None in (before, after):
        sign = markup.added if before is None else markup.removed
        return markup.fill("{} {}", sign(one.name), markup.meta_span(after or before or ""))
    return markup.fill("{}: {} {}", name, was, now)


def _source(ref: Ref | None) -> Markup | str:
    if isinstance(ref, RunRef):
        return markup.link("from the verdict of a run", links.run_url(ref.run_id))
    return verbatim(ref.key()) if ref else ""
