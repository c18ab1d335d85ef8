"""The history of one entry on its card: what committed decisions did to it and to its rows, who, when and why, in which set."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.stores.audit_trail import EntityEvent
from pages.components import links, markup
from pages.components.change_text import change_html
from pages.components.draft import DraftView
from pages.components.entity_card import Entry, EntryType
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pipeline.catalog.refs import CollisionRef, FindingRef, Ref, RunRef

MAX_EVENTS = 6
MAX_CHANGES = 4


def show_history(entries: EntryType[Entry], entry: Entry, view: DraftView) -> None:
    """What was committed of an entry and of its forms, titles, KRAs and links, the newest first."""
    events = workbench().audit_trail.of_entity(entries.table, entry.slug)
    if not events:
        st.html(markup.caption("History") + markup.meta("Nobody has changed it since the catalog came."))
        return
    shown = markup.join(_event(event, view) for event in events[:MAX_EVENTS])
    rest = markup.join(_event(event, view) for event in events[MAX_EVENTS:])
    older = (
        markup.fill("<details><summary>{}</summary>{}</details>", f"{len(events) - MAX_EVENTS} older", rest)
        if rest
        else Markup()
    )
    st.html(markup.caption(f"History · {count_label(len(events), 'decision')}") + shown + older)


def _event(event: EntityEvent, view: DraftView) -> Markup:
    """One decision: when, who, in which set and why, and what it did to the entry's rows."""
    change_set = event.change_set
    when = ago(change_set.committed_at) if change_set.committed_at else ""
    named = f"change set {change_set.id}" + (f", {change_set.title}" if change_set.title else "")
    by = event.author
    if change_set.committer and change_set.committer != event.author:
        by = f"{event.author}, committed by {change_set.committer}"
    head = markup.fill("{} · {} · {}", when, by, markup.link(named, links.change_set_url(change_set.id)))
    why = [*event.reasons, *filter(None, map(_source, event.sources))]
    changes = markup.join(change_html(c, view.stored, reason=False) for c in event.changes[:MAX_CHANGES])
    more = len(event.changes) - MAX_CHANGES
    rest = markup.meta(f"and {count_label(more, 'more row')}") if more > 0 else Markup()
    reason = markup.meta(markup.join(why, " · ")) if why else Markup()
    return markup.fill('<div class="jdw-event"><div class="jdw-meta">{}</div>{}{}{}</div>', head, changes, rest, reason)


def _source(ref: Ref) -> str:
    """Where the fault was seen, as a link."""
    if isinstance(ref, RunRef):
        return markup.link("seen in a run", links.run_url(ref.run_id))
    if isinstance(ref, FindingRef):
        return markup.link("found by Health", links.finding_url(ref.key()))
    if isinstance(ref, CollisionRef):
        return markup.link("settles a collision", links.collision_url(ref.kind, ref.form))
    return ""
