"""The form that fixes a title of a role: it decides or it does not, it is another role's, or it goes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.components import draft, markup
from pages.components.form_fields import choose_entry, reason_field, stage_button
from pages.components.verbatim import verbatim
from pipeline.catalog import Catalog, RoleAlias
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.catalog.refs import Ref

GENERIC, DROP, MOVE = "generic", "drop", "move"


@st.dialog("Fix a title", width="medium")
def fix_title(role: str, text: str, source: Ref | None = None) -> None:
    """Mark a title of a role as generic or specific, drop it, or give it to another role."""
    catalog = draft.view().catalog
    row = next((a for a in catalog.aliases_of_role.get(role, ()) if a.alias_text == text), None)
    if row is None or role not in catalog.role:
        st.info("This title is no longer in the catalog.")
        return
    name = catalog.role[role].display_name
    kind = "generic: it decides nothing alone" if row.is_generic else "specific: it decides unless much contradicts it"
    st.html(
        markup.fill(
            "<div>{} is a title of {}</div>{}",
            markup.span(text, "alias", bold=True),
            markup.span(name, "role", bold=True),
            markup.meta(kind),
        )
    )
    labels = {
        GENERIC: "Specific: it decides" if row.is_generic else "Generic: it does not decide alone",
        MOVE: "A title of another role",
        DROP: "No title: drop it",
    }
    chosen = st.radio("It is", list(labels), key="fix-title", format_func=lambda value: verbatim(labels[value]))
    other = None
    if chosen == MOVE:
        other = choose_entry("The role", (r for r in catalog.roles if r.slug != role), "Type to search all roles")
    reason = reason_field("fix-title", source)
    changes, done = _fixed(catalog, row, reason, other if chosen == MOVE else chosen)
    if stage_button(changes=changes, key="stage-fix", disabled=not changes):
        draft.stage(changes, done)


def _fixed(catalog: Catalog, row: RoleAlias, reason: ChangeReason, chosen: str | None) -> tuple[Sequence[Change], str]:
    """The changes that fix a title as it was ``chosen``, a role's slug where it is another's, and what they come to in words."""
    if chosen == GENERIC:
        done = "The title decides from now on." if row.is_generic else "The title is generic from now on."
        return edit(row, reason, is_generic=not row.is_generic), done
    if chosen is None or chosen == DROP:
        return () if chosen is None else (reason.change(row, None),), "The title is dropped."
    changes = [reason.change(row, None)]
    if all(a.alias_text != row.alias_text for a in catalog.aliases_of_role.get(chosen, ())):
        changes.append(reason.change(None, RoleAlias(chosen, row.alias_text, row.is_generic)))
    return changes, "The title is another role’s."
