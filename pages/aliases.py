"""Aliases: all forms with owner, type and use, edited in place; and a tester that shows what a sentence matches, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from markupsafe import Markup

from pages.components import alias_tester, draft, links, markup, run_matches
from pages.components.draft import DraftView
from pages.components.entity_card import MarkedName, mark_tag, name_tags
from pages.components.entity_story import Suspicions, doubt_of, show_findings, suspicions_of
from pages.components.fix_forms import fix_alias
from pages.components.flash import flash
from pages.components.form_fields import CASE_LABELS
from pages.components.frame import name_tab
from pages.components.grid import GridSpec, editable_grid
from pages.components.labels import count_label, vocabulary_label
from pages.components.markup import Column
from pages.components.row_list import ListRow, RowList
from pages.components.run_usage import run_usage
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import ALIAS_TYPES, MATCH_STRATEGIES, SkillAlias
from pipeline.catalog.operations import ChangeReason, edit

PAGE_SIZE = 100
COLUMNS = {"Type": "alias_type", "Matches": "match_strategy"}
"""The cells that can be edited in place, by the titles of their columns."""
WORDS: dict[str, dict[str, str]] = {
    "alias_type": {vocabulary_label(value): value for value in ALIAS_TYPES},
    "match_strategy": {CASE_LABELS[value]: value for value in MATCH_STRATEGIES},
}
"""The values of those cells by their words."""
SORT_BY_RUNS, SORT_BY_FORM = "Most runs", "By name"
LIST, GRID = "List", "Edit many"
PARAMETER = "alias"
WIDTHS = {"Form": 170, "Skill": 170, "Type": 120, "Matches": 150, "Only beside": 170, "Runs": 60, "Draft": 80}


@dataclass(frozen=True)
class AliasFilter:
    """Which forms are listed: those whose text or owner holds the words, of a type (empty for all); and their order."""

    words: str
    alias_type: str
    order: str

    @property
    def query(self) -> dict[str, str]:
        """What of it stands in the address."""
        order = "" if self.order == SORT_BY_RUNS else self.order
        return {"words": self.words, "type": self.alias_type.capitalize(), "order": order}


@dataclass(frozen=True)
class Listed:
    """The forms of a page of the list, the names of their owners, and how many runs matched each."""

    forms: Sequence[SkillAlias]
    owners: Mapping[str, str]
    runs: Mapping[tuple[str, str], int]

    def runs_of(self, alias: SkillAlias) -> int:
        """How many runs matched a form."""
        return self.runs.get((alias.skill_slug, alias.alias_text), 0)


def page() -> None:
    """Draw the page."""
    view = draft.view()
    st.html(markup.title("Aliases"))
    alias_tester.show(view)
    chosen, way = _choose_filter()
    runs = run_usage(view.shown.revision).forms
    owners = {s.slug: s.display_name for s in (*view.stored.skills, *view.catalog.skills)}
    rows = _fitting(view, chosen, owners, runs)
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(markup.meta(count_label(len(rows), "form")))
        number = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    at = (min(int(number or 1), pages) - 1) * PAGE_SIZE
    listed = Listed(rows[at : at + PAGE_SIZE], owners, runs)
    if way == GRID and listed.forms:
        _grid(listed, view)
        return
    _list_and_card(listed, view, chosen)


def _list_and_card(listed: Listed, view: DraftView, chosen: AliasFilter) -> None:
    """The list of forms, and beside it the card of the one that the address names, or of the first."""
    rows = RowList(links.ALIASES, PARAMETER, FORM_COLUMNS, "Forms", chosen.query)
    keys = [_key(a) for a in listed.forms]
    asked = st.query_params.get(PARAMETER, "")
    shown = asked or (keys[0] if keys else "")
    list_at, card_at = st.columns([1.25, 1], gap="large")
    with list_at:
        if not keys:
            st.html(markup.empty("No form fits. Take a filter away, or search for fewer letters."))
        else:
            lines = [_row(a, listed, view) for a in listed.forms]
            rows.step(lines, shown, "form")
            rows.show(lines, shown)
    with card_at:
        if shown:
            _card(shown, listed, view)


FORM_COLUMNS = (Column("Form"), Column("Skill"), Column("Type"), Column("Matches"), Column("Runs", "n"))


def _key(alias: SkillAlias) -> str:
    """What the address names a form by: its owner's slug, which has no colon, and its text."""
    return f"{alias.skill_slug}:{alias.alias_text}"


def _row(alias: SkillAlias, listed: Listed, view: DraftView) -> ListRow:
    return ListRow(
        _key(alias),
        alias.alias_text,
        (
            listed.owners[alias.skill_slug],
            vocabulary_label(alias.alias_type),
            _matching(alias),
            f"{listed.runs_of(alias):,}",
        ),
        mark=view.mark("skill_aliases", alias.skill_slug, alias.alias_text),
    )


def _matching(alias: SkillAlias) -> str:
    beside = " beside its words" if alias.context else ""
    return CASE_LABELS[alias.match_strategy] + beside


def _choose_filter() -> tuple[AliasFilter, str]:
    """The filters, kept in the address, and whether the forms are a list or a grid of many cells."""
    words_at, type_at, sort_at, way_at = st.columns([2.6, 1, 1, 1.1], vertical_alignment="bottom")
    words = words_at.text_input(
        "Search", key="words", type="search", live="60ms", placeholder="A form, or its owner", bind="query-params"
    )
    alias_type = type_at.selectbox(
        "Type", ["", *ALIAS_TYPES], key="type", bind="query-params", format_func=lambda t: t.capitalize() or "Any type"
    )
    order = sort_at.selectbox("Order", [SORT_BY_RUNS, SORT_BY_FORM], key="order", bind="query-params")
    way = way_at.segmented_control("As", [LIST, GRID], default=LIST, key="as", bind="query-params", required=True)
    return AliasFilter((words or "").lower(), alias_type, order), str(way or LIST)


def _fitting(
    view: DraftView, chosen: AliasFilter, owners: Mapping[str, str], runs: Mapping[tuple[str, str], int]
) -> list[SkillAlias]:
    """The forms that fit, with those that the draft drops; what is called just as was searched for comes first."""

    def fits(alias: SkillAlias) -> bool:
        return (not chosen.alias_type or alias.alias_type == chosen.alias_type) and (
            not chosen.words
            or chosen.words in alias.alias_text.lower()
            or chosen.words in owners[alias.skill_slug].lower()
        )

    def rank(alias: SkillAlias) -> tuple[bool, int, str, str]:
        text = alias.alias_text.lower()
        met = runs.get((alias.skill_slug, alias.alias_text), 0) if chosen.order == SORT_BY_RUNS else 0
        return text != chosen.words, -met, text, alias.skill_slug

    return sorted(filter(fits, (*view.catalog.skill_aliases, *view.removed(SkillAlias))), key=rank)


def _grid(listed: Listed, view: DraftView) -> None:
    """Many forms at once: type and matching are cells to edit, each edit a row of the draft."""
    shown = listed.forms
    frame = pd.DataFrame(
        {
            "key": [f"{a.skill_slug}\n{a.alias_text}" for a in shown],
            "Form": [a.alias_text for a in shown],
            "Skill": [listed.owners[a.skill_slug] for a in shown],
            "Type": [vocabulary_label(a.alias_type) for a in shown],
            "Matches": [CASE_LABELS[a.match_strategy] for a in shown],
            "Only beside": [", ".join(a.context) for a in shown],
            "Runs": [listed.runs_of(a) for a in shown],
            "Draft": [view.mark("skill_aliases", a.skill_slug, a.alias_text) for a in shown],
        }
    )
    vocabularies = {title: list(WORDS[column]) for title, column in COLUMNS.items()}
    st.html(markup.meta("Type and matching are edited in place; each edit is in your draft at once."))
    editable_grid(
        frame, GridSpec("aliases", "key", vocabularies, pinned="Form", hidden=["key"], widths=WIDTHS), stage_edit
    )


def stage_edit(key: str, column: str, value: object) -> None:
    """Stage one edited cell; ``key`` is the owner's slug and the form, with a line break between, ``value`` is in words."""
    slug, text = key.split("\n", 1)
    row = _find(draft.view(), slug, text)
    stored = WORDS[COLUMNS[column]].get(str(value))
    if row is None or stored is None:
        flash("Nothing was staged: the alias is gone." if row is None else f"“{value}” is no {column.lower()}.")
        return
    changes = edit(row, ChangeReason("edited among the aliases"), **{COLUMNS[column]: stored})
    if changes:
        draft.stage_cell(changes, f"“{text}”: {column.lower()} is {value} now")


def _find(view: DraftView, slug: str, text: str) -> SkillAlias | None:
    aliases = view.catalog.aliases_of_skill.get(slug, ())
    return next((a for a in aliases if a.alias_text == text), None)


def _card(key: str, listed: Listed, view: DraftView) -> None:
    """A form: its owner, how it is filed, what can be done with it, and where past runs matched it."""
    slug, _, text = key.partition(":")
    alias = _find(view, slug, text)
    if alias is None:
        dropped = view.mark("skill_aliases", slug, text) == "remove"
        where = "is dropped in your draft" if dropped else "is no form of a skill in the catalog"
        st.warning(verbatim(f"“{text or slug}” {where}."), icon=":material/search_off:")
        name_tab("Aliases")
        return
    name_tab(f"{text} · Alias")
    owner = markup.link(listed.owners[slug], links.entity_url("skill", slug), "skill")
    mark = mark_tag(view.mark("skill_aliases", slug, text))
    beside = (
        markup.meta(f"only beside {', '.join(alias.context)}, or a skill of its dimensions") if alias.context else ""
    )
    st.html(
        markup.title(markup.fill("{} {}", markup.span(text, "alias"), mark), 18)
        + markup.meta(markup.fill("a form of {} · matched by {}", owner, count_label(listed.runs_of(alias), "run")))
        + beside
    )
    _filing(alias)
    if st.button(
        "Fix", icon=":material/build:", key="fix-alias", help=verbatim(f"Fix {text} of {listed.owners[slug]}")
    ):
        fix_alias(slug, text)
    suspicions = suspicions_of(view)
    show_findings(suspicions, [("skill_aliases", (slug, text))], view.catalog)
    _siblings(alias, view, suspicions)
    matches = workbench().run_matches.matches(slug, text)
    none = Markup() if matches else markup.meta("No run has matched it yet.")
    st.html(markup.caption("Matched in runs, the newest first") + none)
    run_matches.show_matches(matches)


def _filing(alias: SkillAlias) -> None:
    """Type and matching, each a choice that is staged as it is made."""
    key = f"{alias.skill_slug}\n{alias.alias_text}"
    stored = {"Type": vocabulary_label(alias.alias_type), "Matches": CASE_LABELS[alias.match_strategy]}
    for at, (title, column) in zip(st.columns(2), COLUMNS.items(), strict=True):
        options = list(WORDS[column])
        name = f"file-{column}-{key}-{stored[title]}"
        at.selectbox(
            verbatim(title),
            options,
            index=options.index(stored[title]),
            key=name,
            on_change=lambda title=title, name=name: stage_edit(key, title, st.session_state[name]),
        )


def _siblings(alias: SkillAlias, view: DraftView, suspicions: Suspicions) -> None:
    """The other forms of its owner."""
    slug = alias.skill_slug
    names = [
        MarkedName(
            a.alias_text,
            view.mark("skill_aliases", slug, a.alias_text),
            links.alias_url(a.alias_text, slug),
            doubt_of(suspicions, "skill_aliases", slug, a.alias_text),
        )
        for a in view.catalog.aliases_of_skill.get(slug, ())
        if a.alias_text != alias.alias_text
    ]
    if names:
        st.html(markup.caption(f"Other forms of the skill · {len(names)}") + name_tags(names, "alias"))
