"""What an address opens on the page: the form that fixes a row, or the row's whole story."""

from __future__ import annotations

import streamlit as st

from pages.components import links, markup
from pages.components.fix_forms import fix_alias, fix_kra, fix_link, fix_role_link
from pages.components.fix_title import fix_title
from pages.components.time_format import ago
from pages.components.workbench import workbench
from pages.why import rows
from pages.why.view import WhyView
from pipeline.catalog.changes import Place
from pipeline.catalog.describe import change_text
from pipeline.catalog.places import place_of_text
from pipeline.catalog.refs import RunRef

FIX, ROW = "fix", "row"
"""Parameters of the address: the row whose form is open, and the one whose story is."""


def show(view: WhyView) -> None:
    """Open what the address asks for. A form is opened once: its parameter goes, so that staging does not open it again."""
    if fixed := place_of_text(st.query_params.get(FIX, "")):
        del st.query_params[FIX]
        _open(view, fixed)
    elif told := place_of_text(st.query_params.get(ROW, "")):
        _story(view, told)


def _open(view: WhyView, place: Place) -> None:
    source = RunRef(view.stored.id)
    match place:
        case "skill_aliases", (skill, form):
            fix_alias(skill, form, source)
        case "skill_dimensions", (skill, dimension):
            fix_link(skill, dimension, source, view.whole.role)
        case "role_dimensions", (role, dimension):
            fix_role_link(role, dimension, source)
        case "role_kras", (role, text):
            fix_kra(role, text, source)
        case "role_aliases", (role, text):
            fix_title(role, text, source)


def _close() -> None:
    st.query_params.pop(ROW, None)


@st.dialog("Who made it so", width="medium", on_dismiss=_close)
def _story(view: WhyView, place: Place) -> None:
    """All that committed change sets did to a row, the newest first, down to the catalog that it came with."""
    story = workbench().row_history.stories([place])[place]
    st.html(markup.block(rows.in_words(view, place)))
    if not story.events:
        st.html(markup.meta("No change set has touched this row."))
    for event in story.events:
        head = markup.fill("{}, {}, {}", rows.revision_link(event), event.author, ago(event.at))
        title = markup.meta(event.title) if event.title else ""
        said = change_text(event.change, view.today)
        why = markup.meta(f"Why: {event.why}") if event.why else ""
        st.html(
            markup.fill(
                '<div class="jdw-event">{}<div>{}</div>{}{}</div>', markup.block(head, "jdw-b"), said, why, title
            )
        )
    first = story.events[-1].change if story.events else None
    before = next((w for w in story.wholes if not story.events or w.revision < story.events[-1].revision), None)
    if before and not (first and first.before is None):
        st.html(
            markup.fill(
                '<div class="jdw-event">{}</div>', markup.fill("{}, {}", rows.whole_line(before), ago(before.at))
            )
        )
    table, key = place
    if table == "skill_aliases":
        links.page_link(links.ALIASES, "Open among the aliases", alias=f"{key[0]}:{key[1]}")
