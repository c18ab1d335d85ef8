"""What a curator can put right from a run: the forms that open for a row, and for what Health suspects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from pages.components import draft, links, markup
from pages.components.fix_forms import fix_alias, fix_kra, fix_link, fix_role_link
from pages.components.form_fields import choose_entry
from pages.components.put_right_want import PARAMETER, want_text
from pages.run.suspects import Suspect
from pipeline.catalog.refs import RunRef
from pipeline.catalog.suggest import likely_dimensions
from pipeline.contracts import FinalSkill
from pipeline.repair import NotDimension, NotSkill, Want, WantDimension

MAX_FORM = 40
"""Letters of a form that a choice shows."""


@dataclass(frozen=True)
class Fix:
    """One thing that can be put right: what the menu calls it, and the form that it opens."""

    label: str
    open: Callable[[], None]


@dataclass(frozen=True)
class FixContext:
    """What a fix needs beside its row: the chosen role's slug (null for none), and the run that it refers to."""

    role: str | None
    source: RunRef


def of_link(skill: FinalSkill, dimension: str, context: FixContext) -> list[Fix]:
    """What can be put right about a link: the dimension, each form by which the skill was matched, what the role carries."""
    found = []
    if slug := skill.slug:
        found.append(Fix("The dimension is wrong", lambda: fix_link(slug, dimension, context.source, context.role)))
        found.append(Fix("It belongs elsewhere: put right", lambda: put_elsewhere(slug, dimension, context.source)))
        found.append(Fix("The text does not mean it: put right", lambda: _put_right(NotSkill(slug), context.source)))
        for form in dict.fromkeys(mention.alias or mention.text for mention in skill.mentions):
            found.append(Fix(f"“{form[:MAX_FORM]}” does not mean this", _of_form(slug, form, context)))
    if role := context.role:
        found.append(Fix("What the role carries is wrong", lambda: fix_role_link(role, dimension, context.source)))
    return found


def _put_right(want: Want, source: RunRef) -> NoReturn:
    """Show the fewest changes that make the run what it should be."""
    links.open_page(links.WHY, id=str(source.run_id), **{PARAMETER: want_text(want)})


@st.dialog("Where does it belong?", width="small")
def put_elsewhere(skill: str, dimension: str, source: RunRef) -> None:
    """Ask where a skill belongs, then show the fewest changes that put it there; where that is not known, those that take it away."""
    catalog = draft.view().catalog
    if skill not in catalog.skill:
        st.info("This skill is no longer in the catalog.")
        return
    st.html(markup.block(markup.span(catalog.skill[skill].display_name, "skill"), "jdw-b"))
    likely = [d.slug for d in likely_dimensions(catalog, skill)]
    right = choose_entry("It belongs in", catalog.dimensions, "Not known", first=likely, key="put-elsewhere")
    if st.button("Look for changes", type="primary", key="put-elsewhere-go"):
        _put_right(WantDimension(skill, right) if right else NotDimension(skill, dimension), source)


def _of_form(slug: str, form: str, context: FixContext) -> Callable[[], None]:
    return lambda: fix_alias(slug, form, context.source)


def of_suspect(suspect: Suspect, context: FixContext) -> None:
    """Open the form that puts a suspected row right; an entry as a whole has its card and its finding instead."""
    table, key = suspect.place
    if table == "skill_dimensions":
        fix_link(key[0], key[1], context.source, context.role)
    elif table == "skill_aliases":
        fix_alias(key[0], key[1], context.source)
    elif table == "role_kras":
        fix_kra(key[0], key[1], context.source)
    else:
        look_at(suspect)


@st.dialog("What Health suspects", width="medium")
def look_at(suspect: Suspect) -> None:
    """Why an entry is suspected, with the way to its card, where it can be edited."""
    st.html(markup.block(suspect.name, "jdw-b") + markup.meta(suspect.finding.check.label))
    st.html(markup.join(markup.block(reason.text) for reason in suspect.finding.reasons))
    table, key = suspect.place
    if table in ("roles", "role_aliases"):
        links.table_link("roles", key[0], "Open the role", icon=":material/open_in_new:")
    elif table == "dimensions":
        links.table_link("dimensions", key[0], "Open the dimension", icon=":material/open_in_new:")
    elif table == "skills":
        links.table_link("skills", key[0], "Open the skill", icon=":material/open_in_new:")
