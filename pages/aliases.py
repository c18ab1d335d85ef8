"""Aliases: all forms with owner, type and use, edited in place; a tester that tells what a sentence matches and why."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from db import curation, usage
from pages.parts import draft, seen, theme
from pages.parts.fix import fix_alias
from pages.parts.grid import editable_grid
from pages.parts.person import ask_for_name, person
from pages.parts.session import workbench
from pipeline.audit.usage import Usage
from pipeline.catalog import ALIAS_TYPES, MATCH_STRATEGIES
from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.operations import Why, edit
from pipeline.errors import WorkbenchError

PAGE = 100
bench = workbench()


@st.cache_data(ttl=60, show_spinner=False)
def used(revision: int) -> Usage:
    return usage.usage(bench.engine)


def tester(view: draft.View) -> None:
    """What a sentence matches, with and without the draft."""
    sentence = st.text_area(
        "Paste a sentence to see what it matches",
        key="sentence",
        height=70,
        placeholder="Docker/CI/K8s experience is a plus",
        max_chars=5_000,
    )
    if not sentence:
        return
    sides: list[tuple[str, AliasIndex]] = [("catalog", bench.indexes()[1].aliases)]
    if view.changes:
        sides.append(("with my draft", view.indexes.aliases))
    for column, (name, index) in zip(st.columns(len(sides), gap="large"), sides, strict=True):
        catalog = view.catalog if name != "catalog" else view.stands
        rows = []
        for hit in index.find(sentence):
            owner = catalog.skill[hit.form.skill_slug]
            alias = hit.form.alias
            why = (
                "its own name"
                if alias is None
                else alias.alias_type.lower() + (", this case only" if hit.form.case_sensitive else "")
            )
            if hit.form.context:
                why += f"; needs {', '.join(hit.form.context[:5])} or a skill of its dimensions near"
            rivals = [catalog.skill[r].display_name for r in hit.rivals if r in catalog.skill]
            if rivals:
                why += f"; also a form of {', '.join(rivals)}"
            rows.append(
                [
                    theme.span(sentence[hit.start : hit.end], "alias", bold=True),
                    theme.span(owner.display_name, "skill"),
                    escape(why),
                ]
            )
        column.html(
            theme.caption(f"Matches · {name}")
            + (theme.table([("Text", ""), ("Skill", ""), ("Why", "")], rows) if rows else "Nothing matches.")
        )


def on_edit(slug_text: str, column: str, value: object) -> None:
    """Stage one edited cell."""
    slug, text = slug_text.split("\n", 1)
    view = draft.view()
    row = next((a for a in view.catalog.aliases_of_skill.get(slug, ()) if a.alias_text == text), None)
    if row is None or not person():
        st.session_state["said"] = "Nothing was staged: " + (
            "the alias is gone." if row is None else "give your name in the side bar first."
        )
        return
    cells = {"Type": "alias_type", "Matches": "match_strategy"}
    try:
        number = curation.stage_mine(
            bench.engine, person(), edit("skill_aliases", row, Why("edited in the grid"), **{cells[column]: value})
        )
        st.session_state["said"] = f"“{text}”: {column.lower()} is {str(value).lower()} now, in your draft {number}."
    except WorkbenchError as error:
        st.session_state["said"] = str(error)


view = draft.view()
st.html('<div class="jdw-title">Aliases</div>')
tester(view)
words_at, type_at, sort_at = st.columns([3, 1, 1])
words = words_at.text_input(
    "Search", key="words", type="search", live="60ms", placeholder="A form, or its owner", bind="query-params"
)
kind = type_at.selectbox(
    "Type", ["", *ALIAS_TYPES], key="type", bind="query-params", format_func=lambda t: t.capitalize() or "Any type"
)
order = sort_at.selectbox("Order", ["Runs", "Form"], key="order")
met = used(view.revision)
wanted = (words or "").lower()
names = {s.slug: s.display_name for s in (*view.stands.skills, *view.catalog.skills)}
rows = [
    a for a in (*view.catalog.skill_aliases, *view.removed("skill_aliases"))
    if (not kind or a.alias_type == kind) and (not wanted or wanted in a.alias_text.lower() or wanted in names[a.skill_slug].lower())
]  # fmt: skip
rows.sort(
    key=lambda a: (
        a.alias_text.lower() != wanted,
        -met.forms.get((a.skill_slug, a.alias_text), 0) if order == "Runs" else 0,
        a.alias_text.lower(),
        a.skill_slug,
    )
)
pages = max(1, -(-len(rows) // PAGE))
page = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
shown = rows[(int(page or 1) - 1) * PAGE :][:PAGE]
st.html(
    f'<div class="jdw-meta">{len(rows):,} forms. Type and matching are edited in place; each edit is a row of your draft at once.</div>'
)
if shown:
    grid_at, card_at = st.columns([1.9, 1], gap="large")
    with grid_at:
        editable_grid(
            pd.DataFrame(
                {
                    "key": [f"{a.skill_slug}\n{a.alias_text}" for a in shown],
                    "Form": [a.alias_text for a in shown],
                    "Skill": [names[a.skill_slug] for a in shown],
                    "Type": [a.alias_type for a in shown],
                    "Matches": [a.match_strategy for a in shown],
                    "Only beside": [", ".join(a.context) for a in shown],
                    "Runs": [met.forms.get((a.skill_slug, a.alias_text), 0) for a in shown],
                    "Draft": [view.mark("skill_aliases", a.skill_slug, a.alias_text) for a in shown],
                }
            ),
            "key", {"Type": ALIAS_TYPES, "Matches": MATCH_STRATEGIES}, "aliases", on_edit, pinned="Form", hidden=["key"],
            widths={"Form": 150, "Skill": 150, "Type": 110, "Matches": 140, "Only beside": 90, "Runs": 55, "Draft": 60},
        )  # fmt: skip
    with card_at:
        chosen = st.selectbox(
            "Where did runs match it?",
            range(len(shown)),
            format_func=lambda i: f"{shown[i].alias_text} · {names[shown[i].skill_slug]}",
        )
        alias = shown[chosen or 0]
        found = usage.matches(bench.engine, alias.skill_slug, alias.alias_text)
        st.html(
            f"{theme.span(alias.alias_text, 'alias', bold=True)} → {theme.span(names[alias.skill_slug], 'skill', bold=True)}"
            + ("" if found else '<div class="jdw-meta">No run has matched it yet.</div>')
        )
        if ask_for_name() and st.button("Fix", icon=":material/build:", key="fix-alias"):
            fix_alias(alias.skill_slug, alias.alias_text)
        seen.matches(found)
else:
    st.html('<div class="jdw-empty">No form fits. Take a filter away, or search for fewer letters.</div>')
