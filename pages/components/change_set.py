"""What pages show of any change set: its rows by entity, its decisions as they were committed, and the comments on it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.stores import teamwork
from db.stores.change_sets import ChangeSet
from db.stores.draft_decisions import DraftDecision
from pages.components import decision_text, draft, kept, markup
from pages.components.change_text import change_html
from pages.components.comments import show_comments
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, squash
from pipeline.catalog.describe import change_text, entity_of, name_of
from pipeline.catalog.tables import SINGULAR

MAX_CHANGES = 400
"""How many rows of a change set are listed; a newer catalog can have thousands."""
MAX_COMMENTED = 50
"""How many changes have their comments shown beside those on the draft."""
MAX_COMMENTABLE = 200


def entity_groups(changes: Sequence[Change], catalog: Catalog) -> Markup:
    """Changes in words, grouped by the entity that they are about."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes[:MAX_CHANGES]:
        groups.setdefault(entity_of(change), []).append(change)
    listed = markup.join(
        _group(table, name_of(catalog, table, slug), group, catalog) for (table, slug), group in sorted(groups.items())
    )
    more = len(changes) - MAX_CHANGES
    return listed + (markup.meta(f"and {count_label(more, 'more row')}") if more > 0 else Markup())


def _group(table: str, name: str, group: Sequence[Change], catalog: Catalog) -> Markup:
    heading = markup.fill(
        '<div style="margin-top:8px">{} {}</div>',
        markup.span(name, SINGULAR[table], bold=True),
        markup.meta_span(f"{SINGULAR[table]} · {count_label(len(group), 'row')}"),
    )
    return heading + markup.join(change_html(change, catalog, entity=False, reason=False) for change in group)


def committed_decisions(decisions: Sequence[DraftDecision], catalog: Catalog) -> Markup:
    """The decisions of a change set as they were committed, each with its rows; those that were out are struck through."""
    parts = []
    for n, decision in enumerate((d for d in decisions if d.out is None), 1):
        parts.append(
            markup.fill(
                '<div class="jdw-decision"><span class="k">{}</span><div>{}{}{}</div></div>',
                str(n),
                decision_text.title_html(decision, catalog),
                markup.meta(decision_text.evidence_html(decision, "")),
                decision_text.rows_details(decision.rows, catalog),
            )
        )
    parts += [
        markup.fill(
            '<div class="jdw-decision"><span class="k">–</span><div><s>{}</s>{}</div></div>',
            decision_text.title_html(decision, catalog),
            markup.meta(f"was not committed{': ' + decision.out.why if decision.out.why else ''}"),
        )
        for decision in decisions
        if decision.out is not None
    ]
    return markup.join(parts)


def change_set_comments(chosen: ChangeSet, decisions: Sequence[DraftDecision]) -> None:
    """The comments on a change set and its rows, and one more on either."""
    changes = squash(c for d in decisions if d.out is None for c in d.changes)
    about = teamwork.about_draft(chosen.id)
    show_comments([about, *(teamwork.about_change(chosen.id, c) for c in changes[:MAX_COMMENTED])], about)
    if not person() or not changes or chosen.status != "draft":
        return
    with st.popover("Comment on one row", icon=":material/add_comment:"):
        commentable = list(changes[:MAX_COMMENTABLE])
        catalog = workbench().snapshots.current().catalog
        at = st.selectbox(
            "Row", range(len(commentable)), format_func=lambda i: change_text(commentable[i], catalog)[:120]
        )
        name = kept.place("comment-one", str(chosen.id))
        body = st.text_input("Comment", **kept.text(name))
        if st.button("Send", key="send-one", disabled=not body.strip()):
            about_one = teamwork.about_change(chosen.id, commentable[at or 0])
            kept.forget(name)
            draft.attempt(lambda: workbench().teamwork.comment(about_one, person(), body), "Your comment is kept.")
