"""The text, the signals and the links of an old run, as its documents have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.labels import count_label, vocabulary_label
from pages.components.markup import Column
from pages.run import linkage, text
from pages.run.sides import RunView, chosen_slug
from pages.run.text import Layers, Mark
from pipeline.contracts import Extraction, RoleCard, RoleScore, SkillDetail
from pipeline.text import JDText

TEXT_HEIGHT = 680
MAX_MARKS = 400
MAX_NAMED = 3


def show(view: RunView, ours: Extraction | None) -> None:
    """Text with its skills, and those that ours found and it did not; signals and linkage beside."""
    with st.container(key="run-body"):
        text_at, picture_at = st.columns([1, 2], gap="medium")
    with text_at:
        st.html(markup.caption("Text · where the names of its skills stand" + (", and what it missed" if ours else "")))
        with st.container(height=TEXT_HEIGHT, border=False, key="jd-text"):
            jd = JDText(view.stored.jd_text)
            if jd.view.strip():
                st.html(text.marked_text(jd.view, Layers(marks(jd, view, ours))))
            else:
                st.html(markup.empty("The text of this run is not in the file that was imported."))
    with picture_at:
        st.html(signals(view))
        linkage.show(view)


def marks(jd: JDText, view: RunView, ours: Extraction | None) -> list[Mark]:
    """Where the names of the run's skills stand in the view of the text; amber what our run found in it and this one lacks.

    The old run has no places of its own: these are looked up.
    """
    found = list(_of_skills(jd.view, view.shown.extraction))[:MAX_MARKS]
    missed = [
        Mark(m.start, m.end, f"{skill.skill_name}: not taken by the old run", "new", skill.skill_name)
        for skill in (ours.skills if ours else ())
        if skill.slug and skill.skill_nature != "SOFT_SKILL"
        for m in skill.mentions
        if m.end <= len(view.stored.jd_text) and view.stored.jd_text[m.start : m.end] == m.text
    ]
    added = [
        mark
        for mark in text.seen_marks(jd, missed)
        if all(mark.end <= other.start or other.end <= mark.start for other in found)
    ]
    return sorted([*found, *added], key=lambda mark: (mark.start, mark.end))


def _of_skills(view: str, extraction: Extraction) -> Iterator[Mark]:
    for skill in extraction.skills:
        rank = "primary" if skill.is_primary else "secondary"
        for match in re.finditer(rf"(?<!\w){re.escape(skill.skill_name)}(?!\w)", view, re.I):
            yield Mark(
                match.start(),
                match.end(),
                f"{skill.skill_name} · {rank}",
                "" if skill.is_primary else "second",
                skill.skill_name,
            )


# --- signals -------------------------------------------------------------------------------------------------------


def signals(view: RunView) -> Markup:
    """The roles of the three signals with their plain figures, the chosen role first."""
    found = view.shown.extraction.signals
    lists = (found.alias_match_roles, found.skill_match_roles, found.kra_match_roles)
    roles = {role.slug: role.display_name for roles in lists for role in roles}
    chosen = view.shown.extraction.decision.chosen_role
    if chosen is not None:
        roles = {chosen.slug: chosen.display_name} | roles
    if not roles:
        return markup.empty("No signal speaks for any role.")
    rows = []
    for slug, name in roles.items():
        cells = [_cell(next((r for r in listed if r.slug == slug), None)) for listed in lists]
        note = markup.meta_span(" chosen") if chosen and slug == chosen.slug else Markup()
        rows.append([view.entries.link("role", slug, name, bold=bool(note)) + note, *cells])
    columns: list[str | Column] = ["Role", Column("Title alias", "n"), Column("Skills", "n"), Column("KRAs", "n")]
    return markup.caption("Signals · plain figures, as the old system lists them") + markup.table(columns, rows)


def _cell(role: RoleScore | None) -> str:
    if role is None:
        return "–"
    of = f"{role.matched_count} of {role.total_count} · " if role.matched_count is not None else ""
    return f"{of}{role.score:.2f}"


# --- links ---------------------------------------------------------------------------------------------------------


def links(view: RunView) -> None:
    """A row for each skill in each dimension of the old library, with what its step 3 says of it; then skills that it lacks."""
    output, details = view.shown.role_output, _details(view)
    st.html(
        markup.fill(
            '<div class="jdw-bar jdw-rule">{}{}</div>',
            markup.heading("Links of this run"),
            markup.meta_span("in the library of the old system, which is not our catalog"),
        )
    )
    if view.shown.library_match is None:
        st.html(markup.empty("The run stopped after step 1: its skills were not looked up, and there are no links."))
        return
    outcomes = {(item.input_skill, item.dimension.slug): item for item in (output.persistence.items if output else ())}
    chosen = view.shown.extraction.decision.chosen_role
    rows = []
    for detail in details.values():
        for link in detail.dimensions:
            item = outcomes.get((detail.input_skill, link.dimension.slug))
            is_carried = any(role.slug == chosen_slug(view.shown) for role in link.roles_from_db)
            rows.append(
                [
                    view.link("skill", detail.input_skill, bold=True),
                    matched_by(detail),
                    view.entries.link("dimension", link.dimension.slug, link.dimension.display_name),
                    "yes" if is_carried else "no",
                    item.outcome_line if item else _roles(link.roles_from_db),
                ]
            )
        if not detail.dimensions:
            what = (
                markup.tag("not in its library", "doubt")
                if detail.canonical is None
                else markup.tag("no dimension", "bad")
            )
            rows.append([view.link("skill", detail.input_skill, bold=True), matched_by(detail), "–", "–", what])
    under = f"In {chosen.display_name}" if chosen else "In a role"
    st.html(markup.table(["Skill", "Matched by", "Dimension", under, "Outcome"], rows))


def _details(view: RunView) -> dict[str, SkillDetail]:
    match = view.shown.library_match
    return {detail.input_skill: detail for detail in match.skills_detail} if match else {}


def matched_by(detail: SkillDetail) -> Markup | str:
    """The skill of the old library that a skill was resolved to, and the type of the form that did it."""
    if detail.canonical is None:
        return "–"
    types = {alias.alias_text.lower(): alias.alias_type for alias in detail.aliases_in_db}
    kind = vocabulary_label(types.get(detail.input_skill.lower()) or detail.matched_via)
    return markup.fill("{} {}", detail.canonical.display_name, markup.meta_span(f"by {kind}"))


def _roles(roles: Sequence[RoleCard]) -> Markup:
    return markup.meta_span(count_label(len(roles), "role carries it", "roles carry it"))
