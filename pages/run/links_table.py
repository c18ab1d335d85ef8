"""The links of a run as a table: a row for each skill in each dimension, with its doubt or what the draft changes, and its fix."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from pages.components import kept, links, markup
from pages.components.labels import count_label
from pages.run import fixing, link_rows
from pages.run.effects import DecisionEffect
from pages.run.fixing import FixContext
from pages.run.link_rows import LinkRow
from pages.run.sides import RunView, chosen_slug, items_of
from pipeline.catalog.refs import RunRef
from pipeline.contracts import FinalSkill, PersistenceItem

MAX_ROWS_FIRST = 12
"""Rows that are shown before somebody asks for all."""
MAX_FORMS = 3
MAX_ROLES = 3
ALL = "all-links"
ORDER = "links-order"
"""Session key: the run that was shown last, in which drawing, and the order of its rows."""


def show(view: RunView, effects: Sequence[DecisionEffect]) -> None:
    """The table, each row with its fix; ``effects`` are those of the draft's decisions where two sides are compared."""
    if view.shown.role_output is None:
        st.info(
            "The library match has not been called yet: there are no links to show.", icon=":material/hourglass_empty:"
        )
        return
    found = _in_place(view, link_rows.rows(view))
    st.html(_summary(view, found))
    shown = found if st.session_state.get(ALL, False) else found[: max(MAX_ROWS_FIRST, _changed(found))]
    compared = view.before is not None
    with st.container(key="links", gap=None):
        st.html(_grid(_headings(view), "jdw-head", compared))
        for n, row in enumerate(shown):
            with st.container(horizontal=True, vertical_alignment="top", gap="small", wrap=False, key=f"link-row-{n}"):
                st.html(_grid(_cells(view, row, effects), "", compared))
                _action(view, row)
    if len(found) > len(shown) or st.session_state.get(ALL, False):
        st.toggle(f"All {len(found)} rows", key=ALL)


def _in_place(view: RunView, found: Sequence[LinkRow]) -> list[LinkRow]:
    """The rows in the order in which they were first shown while one stays on the page: what Health comes to doubt meanwhile is
    marked where it stands, and moves no row from under a hand.
    """
    names = [row.name for row in found]
    run, drawing, order = st.session_state.get(ORDER, (None, 0, []))
    stays = run == view.stored.id and drawing >= kept.drawings() - 1 and set(order) == set(names)
    order = order if stays else names
    st.session_state[ORDER] = (view.stored.id, kept.drawings(), order)
    places = {name: place for place, name in enumerate(order)}
    return sorted(found, key=lambda row: places[row.name])


def _changed(found: Sequence[LinkRow]) -> int:
    return sum(bool(row.change) for row in found)


def _headings(view: RunView) -> tuple[str, ...]:
    chosen = view.shown.extraction.decision.chosen_role
    under = f"In {chosen.display_name}" if chosen else "In a role"
    last = ("Change", "By decision") if view.before else ("Look at",)
    return ("Skill", "Matched by", "Dimension", under, *last)


def _summary(view: RunView, found: Sequence[LinkRow]) -> Markup:
    heading = markup.heading("Links of this run")
    doubtful = sum(row.suspect is not None for row in found)
    suspected = f" · Health doubts {doubtful}" if doubtful else ""
    if view.before is not None:
        many = link_rows.counts(found)
        line = (
            f"{len(items_of(view.before))} before, {len(items_of(view.shown))} now · {many['gone']} gone, {many['new']} new, "
            f"{many['sides']} on another side of the role{suspected} · what changed first, then what Health doubts"
        )
        return _head(heading, line)
    lacking = sum(row.item is None for row in found)
    line = (
        f"{count_label(len(items_of(view.shown)), 'stands', 'stand')} in the catalog, "
        f"{count_label(lacking, 'skill is', 'skills are')} proposed{suspected} · the doubtful first"
    )
    return _head(heading, line)


def _head(heading: Markup, line: str) -> Markup:
    return markup.fill('<div class="jdw-bar jdw-rule">{}{}</div>', heading, markup.meta_span(line))


def _grid(cells: Sequence[str], css: str, compared: bool) -> Markup:
    kind = f"jdw-lk {'both' if compared else 'one'} {css}".strip()
    return markup.fill('<div class="{}">{}</div>', kind, markup.join(markup.block(cell) for cell in cells))


def _cells(view: RunView, row: LinkRow, effects: Sequence[DecisionEffect]) -> tuple[Markup, ...]:
    cells = (_skill(view, row), _matched_by(view, row.skill), _dimension(view, row), _in_role(row))
    if view.before is not None:
        return (*cells, _change(row), _decision(row, effects))
    return (*cells, _look_at(view, row))


def _skill(view: RunView, row: LinkRow) -> Markup:
    name = view.entries.link("skill", row.skill.slug, row.skill.skill_name, bold=True)
    if row.was_skill and row.was_skill.slug != row.skill.slug:
        return markup.fill("<del>{}</del> <ins>{}</ins>", row.was_skill.skill_name, name)
    return name


def _matched_by(view: RunView, skill: FinalSkill) -> Markup:
    if skill.slug is None:
        return markup.tag("not in the catalog", "doubt")
    if not skill.mentions:
        return Markup("–")
    forms = list(dict.fromkeys(mention.alias or mention.text for mention in skill.mentions))[:MAX_FORMS]
    count = len(skill.mentions)
    places = markup.meta_span(f" · {count} places" if count > 1 else "")
    return markup.join(map(view.entries.alias, forms), ", ") + places


def _dimension(view: RunView, row: LinkRow) -> Markup:
    def name(item: PersistenceItem) -> Markup:
        return view.entries.link("dimension", item.dimension.slug, item.dimension.display_name)

    was, now = row.was_item, row.item
    if was and (now is None or now.dimension.slug != was.dimension.slug):
        gone = markup.fill("<del>{}</del>", was.dimension.display_name)
        return markup.fill("{} <ins>{}</ins>", gone, name(now)) if now else gone
    return name(now) if now else Markup("–")


def _in_role(row: LinkRow) -> Markup:
    def word(item: PersistenceItem) -> str:
        return "yes" if item.matched_chosen_role else "no"

    if row.was_item and row.item and word(row.was_item) != word(row.item):
        return markup.fill("<del>{}</del> <ins>{}</ins>", word(row.was_item), word(row.item))
    item = row.shown_item
    return Markup.escape(word(item)) if item else Markup("–")


def _change(row: LinkRow) -> Markup:
    if row.change:
        return markup.tag({link_rows.SIDES: "changes sides"}.get(row.change, row.change))
    if row.suspect:
        return _doubt(row)
    return Markup("–") if row.item else markup.tag("proposed for review", "doubt")


def _doubt(row: LinkRow) -> Markup:
    assert row.suspect is not None
    label = row.suspect.finding.check.label
    return markup.tag(label, "doubt") + markup.meta(row.suspect.reason)


def _decision(row: LinkRow, effects: Sequence[DecisionEffect]) -> Markup:
    by = next((effect for effect in reversed(effects) if effect.links & set(row.links)), None) if row.change else None
    return markup.meta_span(f"{by.number} · {by.title}") if by else Markup("–")


def _look_at(view: RunView, row: LinkRow) -> Markup:
    if row.suspect:
        return _doubt(row)
    item = row.item
    if item is None:
        return markup.tag("proposed for review", "doubt")
    if not item.roles_from_db:
        return markup.tag("no role has this dimension", "bad")
    if item.role_dimension_saved:
        return markup.tag("linked already", "good")
    if chosen_slug(view.shown) is None:
        return markup.tag("no role was chosen")
    names = markup.join(
        (view.entries.link("role", r.slug, r.display_name) for r in item.roles_from_db[:MAX_ROLES]), ", "
    )
    more = len(item.roles_from_db) - MAX_ROLES
    return markup.tag("other roles only") + markup.meta_span(
        markup.fill("{} and {} more", names, str(more)) if more > 0 else names
    )


def _action(view: RunView, row: LinkRow) -> None:
    """The menu of what can be put right; it opens the form of what was chosen."""
    item = row.shown_item
    if item is None:
        links.review_queue_link("Review", "skill")
        return
    context = FixContext(chosen_slug(view.shown), RunRef(view.stored.id))
    fixes = {fix.label: fix for fix in fixing.of_link(row.skill, item.dimension.slug, context)}
    label = f"Fix {row.skill.skill_name} → {item.dimension.display_name}"
    if not fixes or row.item is None:
        return
    chosen = st.menu_button(label, list(fixes), key=f"fix-{row.skill.slug}-{item.dimension.slug}", type="tertiary")
    if chosen in fixes:
        fixes[chosen].open()
