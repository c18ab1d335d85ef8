"""The tester of the aliases: what a sentence matches and why, and which forms stand in it and are not matched, and why not."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from pages.components import kept, links, markup
from pages.components.draft import DraftView
from pages.components.labels import vocabulary_label
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.aliases import AliasIndex, Form, Hit
from pipeline.catalog.match_reasons import Miss, is_known, misses

MAX_CONTEXT = 5
"""Words of a form's context that are named."""
MAX_SENTENCE = 5_000
MAX_TERM_WORDS = 4


def show(view: DraftView) -> None:
    """The field for a sentence and, once it holds one, its matches with and without the draft."""
    sentence = st.text_area(
        "Paste a sentence to see what it matches",
        height=70,
        placeholder="Docker/CI/K8s experience is a plus",
        max_chars=MAX_SENTENCE,
        **kept.text("aliases-sentence"),
    )
    if not (sentence or "").strip():
        return
    sides: list[tuple[str, Catalog, AliasIndex]] = [
        ("catalog", view.stored, workbench().snapshots.current().indexes.aliases)
    ]
    if view.changes:
        sides.append(("with my draft", view.catalog, view.shown.indexes.aliases))
    for at, (name, catalog, index) in zip(st.columns(len(sides), gap="large"), sides, strict=True):
        at.html(_matches(sentence, name, catalog, index) + _not_matched(sentence, catalog, index))


def _matches(sentence: str, name: str, catalog: Catalog, index: AliasIndex) -> Markup:
    rows = [
        [_form_link(sentence[hit.start : hit.end], hit.form), _skill_link(hit.form, catalog), _why(hit, catalog)]
        for hit in index.find(sentence)
    ]
    found: str = markup.table(["Text", "Skill", "Why"], rows) if rows else markup.meta("Nothing matches.")
    return markup.caption(f"Matches · {name}") + found


def _not_matched(sentence: str, catalog: Catalog, index: AliasIndex) -> Markup:
    rows = [
        [
            _form_link(sentence[miss.start : miss.end], miss.form),
            _skill_link(miss.form, catalog),
            _why_not(miss, catalog),
        ]
        for miss in misses(sentence, index, catalog)
    ]
    if rows:
        return markup.block(markup.table(["Not matched", "Skill", "Why not"], rows), "jdw-gap")
    term = sentence.strip()
    if len(term.split()) <= MAX_TERM_WORDS and not is_known(term, index) and not index.find(term):
        return markup.meta(f"No skill has “{term}” as a form.")
    return Markup()


def _form_link(text: str, form: Form) -> Markup:
    if form.alias is None:
        return markup.span(text, "alias", bold=True)
    return markup.bold(markup.link(text, links.alias_url(form.alias_text, form.skill_slug), "alias"))


def _skill_link(form: Form, catalog: Catalog) -> Markup:
    return markup.link(catalog.skill[form.skill_slug].display_name, links.entity_url("skill", form.skill_slug), "skill")


def _why(hit: Hit, catalog: Catalog) -> str:
    """Why a stretch of a text matches: by which form, what must stand near it, and whose form it is too."""
    parts = ["its own name"]
    if hit.form.alias is not None:
        parts = [vocabulary_label(hit.form.alias.alias_type) + (", this case only" if hit.form.case_sensitive else "")]
    if hit.form.context:
        parts.append(f"needs {_listed(hit.form.context)} or a skill of its dimensions near")
    rivals = [catalog.skill[slug].display_name for slug in hit.rivals if slug in catalog.skill]
    if rivals:
        parts.append(f"also a form of {', '.join(rivals)}")
    return "; ".join(parts)


def _why_not(miss: Miss, catalog: Catalog) -> str:
    """Why a form that stands there is not matched, in words."""
    instead = catalog.skill[miss.hit.form.skill_slug].display_name if miss.hit else ""
    form = miss.hit.form.alias_text if miss.hit else ""
    needs = f"it needs {_listed(miss.words)} or a skill of its dimensions near" if miss.words else ""
    return {
        "not looked for": "the skill is not looked for in texts",
        "address": "it stands in a web or mail address",
        "inside a word": "it is only a part of a longer word",
        "case": f"its case differs: only “{miss.form.alias_text}” counts",
        "context": needs,
        "hyphen": f"a hyphen joins it to another word, and {needs}",
        "longer form": f"the longer form “{form}” of {instead} wins",
        "other owner": f"{instead} has the same form and comes first" + (f"; {needs}" if needs else ""),
    }[miss.obstacle]


def _listed(words: tuple[str, ...]) -> str:
    more = len(words) - MAX_CONTEXT
    return ", ".join(words[:MAX_CONTEXT]) + (f" (or {more} more)" if more > 0 else "")
