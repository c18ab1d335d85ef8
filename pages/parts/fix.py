"""The fix form: what stands, what it should be, and why, staged in the person's draft with its evidence."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import draft, theme
from pages.parts.person import ask_for_name
from pipeline.catalog import ALIAS_TYPES, MATCH_STRATEGIES, Catalog
from pipeline.catalog.operations import Why, edit, find_alias, move_link, repoint_alias
from pipeline.catalog.suggest import likely_dimensions, likely_owners
from pipeline.catalog.value import RoleDimension
from pipeline.errors import InputError

NOWHERE = "–"


@st.dialog("Fix a link", width="medium")
def fix_link(skill: str, dimension: str, evidence: str = "", role: str | None = None) -> None:
    """Move a skill to another dimension, or drop the link."""
    catalog = draft.view().catalog
    if skill not in catalog.skill or dimension not in catalog.dimension:
        st.info("This link is no longer in the catalog: one of its sides was merged or retired.")
        return
    st.html(
        f"<div>{theme.span(catalog.skill[skill].display_name, 'skill', bold=True)} is in "
        f"{theme.span(catalog.dimension[dimension].display_name, 'dimension', bold=True)}</div>"
        f'<div class="jdw-meta">{escape(catalog.dimension[dimension].rationale or "")}</div>'
    )
    if not ask_for_name():
        return
    likely = [d.slug for d in likely_dimensions(catalog, skill, role) if d.slug != dimension]
    own = [d.slug for d in catalog.dimensions_of_skill.get(skill, ()) if d.slug != dimension]
    choices = [*likely, NOWHERE] if not own else [NOWHERE, *likely]
    only = (
        f"Only drop it: it stays in {', '.join(catalog.dimension[d].display_name for d in own)}"
        if own
        else "Only drop it: it is then in no dimension"
    )
    chosen = st.radio(
        "It belongs to",
        choices,
        format_func=lambda d: only if d == NOWHERE else catalog.dimension[d].display_name,
        key="fix-target",
    )
    other = st.selectbox(
        "Another dimension", [d.slug for d in catalog.dimensions], index=None, format_func=lambda d: catalog.dimension[d].display_name,
        placeholder="Type to search all dimensions",
    )  # fmt: skip
    reason = st.text_input("Why", placeholder="For the colleague who reads the change set")
    if st.button("Stage", type="primary", icon=":material/edit_note:", key="stage-fix"):
        target = other or (None if chosen == NOWHERE else chosen)
        _stage(lambda: move_link(catalog, skill, dimension, target, Why(reason, evidence)), "The link is fixed.")


@st.dialog("Fix an alias", width="medium")
def fix_alias(skill: str, text: str, evidence: str = "") -> None:
    """Give an alias to another skill, drop it, or correct its type and how it matches."""
    catalog = draft.view().catalog
    try:
        alias = find_alias(catalog, skill, _stored(catalog, skill, text))
    except InputError as error:
        st.info(f"{error} The form may be the skill’s own name.")
        return
    name = catalog.skill[skill].display_name
    st.html(
        f"<div>{theme.span(alias.alias_text, 'alias', bold=True)} is a form of {theme.span(name, 'skill', bold=True)}"
        f'</div><div class="jdw-meta">{alias.alias_type.lower()} · {"case counts" if alias.match_strategy == "CASE_SENSITIVE" else "any case"}</div>'
    )
    if not ask_for_name():
        return
    likely = [s.slug for s in likely_owners(catalog, alias.alias_text, but=skill)]
    keep, drop = "keep", NOWHERE
    chosen = st.radio(
        "It means", [*likely[:5], drop, keep], key="fix-owner",
        format_func=lambda s: "No skill: drop it" if s == drop else f"{name}, but filed wrongly" if s == keep else catalog.skill[s].display_name,
    )  # fmt: skip
    other = st.selectbox(
        "Another skill", [s.slug for s in catalog.skills], index=None, format_func=lambda s: catalog.skill[s].display_name,
        placeholder="Type to search all skills",
    )  # fmt: skip
    cells = {}
    if chosen == keep and not other:
        left, right = st.columns(2)
        cells["alias_type"] = left.selectbox(
            "Type", ALIAS_TYPES, index=ALIAS_TYPES.index(alias.alias_type), format_func=str.capitalize
        )
        cells["match_strategy"] = right.selectbox(
            "Matches",
            MATCH_STRATEGIES,
            index=MATCH_STRATEGIES.index(alias.match_strategy),
            format_func=lambda m: "in this case only" if m == "CASE_SENSITIVE" else "in any case",
        )
    reason = st.text_input("Why", placeholder="For the colleague who reads the change set")
    if st.button("Stage", type="primary", icon=":material/edit_note:", key="stage-fix"):
        why = Why(reason, evidence)
        if other or chosen not in (keep, drop):
            _stage(
                lambda: repoint_alias(catalog, skill, alias.alias_text, str(other or chosen), why),
                "The alias has another owner.",
            )
        elif chosen == drop:
            draft.stage((why.change("skill_aliases", alias, None),), "The alias is dropped.")
        else:
            draft.stage(edit("skill_aliases", alias, why, **cells), "The alias is corrected.")


@st.dialog("Fix a KRA", width="medium")
def fix_kra(role: str, text: str, evidence: str = "") -> None:
    """Drop a KRA from a role, or give it to another."""
    catalog = draft.view().catalog
    row = next((k for k in catalog.role_kras if (k.role_slug, k.kra_text) == (role, text)), None)
    if row is None:
        st.info("This KRA is no longer in the catalog.")
        return
    st.html(
        f"<div>{theme.span(text, 'kra')}</div><div class='jdw-meta'>a KRA of {escape(catalog.role[role].display_name)}</div>"
    )
    if not ask_for_name():
        return
    other = st.selectbox(
        "It belongs to", [r.slug for r in catalog.roles if r.slug != role], index=None, format_func=lambda r: catalog.role[r].display_name,
        placeholder="No role: drop it",
    )  # fmt: skip
    reason = st.text_input("Why", placeholder="For the colleague who reads the change set")
    if st.button("Stage", type="primary", icon=":material/edit_note:", key="stage-fix"):
        why = Why(reason, evidence)
        changes = [why.change("role_kras", row, None)]
        if other and text not in catalog.kras_of_role.get(other, ()):
            changes.append(why.change("role_kras", None, type(row)(other, text)))
        draft.stage(changes, "The KRA is fixed.")


@st.dialog("Fix what a role carries", width="medium")
def fix_role_link(role: str, dimension: str, evidence: str = "") -> None:
    """Add a dimension to a role, or take it away."""
    catalog = draft.view().catalog
    link = RoleDimension(role, dimension)
    there = link in set(catalog.role_dimensions)
    verb = "carries" if there else "does not carry"
    name = theme.span(catalog.role[role].display_name, "role", bold=True)
    st.html(f"<div>{name} {verb} {theme.span(catalog.dimension[dimension].display_name, 'dimension', bold=True)}</div>")
    if not ask_for_name():
        return
    reason = st.text_input("Why", placeholder="For the colleague who reads the change set")
    if st.button(
        "Take it away" if there else "Let the role carry it",
        type="primary",
        icon=":material/edit_note:",
        key="stage-fix",
    ):
        why = Why(reason, evidence)
        draft.stage(
            (why.change("role_dimensions", link if there else None, None if there else link),),
            "What the role carries is fixed.",
        )


def _stored(catalog: Catalog, skill: str, text: str) -> str:
    """The alias as it is stored, by a form in any case."""
    return next(
        (a.alias_text for a in catalog.aliases_of_skill.get(skill, ()) if a.alias_text.lower() == text.lower()), text
    )


def _stage(make: object, said: str) -> None:
    try:
        changes = make()  # type: ignore[operator]
    except InputError as error:
        st.error(str(error), icon=":material/block:")
        return
    draft.stage(changes, said)
