"""The forms that fix one row: what is stored, what it should be, and why; staged in the person's draft with a reference to what showed the fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.components import draft, markup
from pages.components.form_fields import CASE_LABELS, choose_entry, reason_field, stage_button, stop
from pages.components.labels import vocabulary_label
from pages.components.verbatim import verbatim
from pipeline.catalog import ALIAS_TYPES, MATCH_STRATEGIES, Catalog, SkillAlias
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import edit, find_alias, move_link, repoint_alias
from pipeline.catalog.refs import Ref
from pipeline.catalog.suggest import likely_dimensions, likely_owners
from pipeline.catalog.value import RoleDimension
from pipeline.errors import InputError

DROP = "–"
"""The choice of no dimension, or of no skill."""
KEEP = "keep"
"""The choice to leave an alias with its skill and correct how it is filed."""
MAX_OWNERS = 5


@st.dialog("Fix a link", width="medium")
def fix_link(skill: str, dimension: str, source: Ref | None = None, role: str | None = None) -> None:
    """Move a skill to another dimension, or drop the link; ``role`` is the one in whose run it was seen."""
    catalog = draft.view().catalog
    if skill not in catalog.skill or dimension not in catalog.dimension:
        st.info("This link is no longer in the catalog: one of its sides was merged or retired.")
        return
    stored = catalog.dimension[dimension]
    st.html(
        markup.fill(
            "<div>{} is in {}</div>{}",
            markup.span(catalog.skill[skill].display_name, "skill", bold=True),
            markup.span(stored.display_name, "dimension", bold=True),
            markup.meta(stored.rationale or ""),
        )
    )
    chosen = _likely_dimension(catalog, skill, dimension, role)
    other = choose_entry("Another dimension", catalog.dimensions, "Type to search all dimensions")
    reason = reason_field("fix-link", source)
    target = other or (None if chosen == DROP else chosen)
    _stage(_made(lambda: move_link(catalog, skill, dimension, target, reason)), "The link is fixed.")


def _likely_dimension(catalog: Catalog, skill: str, dimension: str, role: str | None) -> str:
    """The choice among likely dimensions and none; none comes first where the skill is in another one already."""
    likely = [d.slug for d in likely_dimensions(catalog, skill, role) if d.slug != dimension]
    others = [d for d in catalog.dimensions_of_skill.get(skill, ()) if d.slug != dimension]
    rest = f"stays in {', '.join(d.display_name for d in others)}" if others else "is then in no dimension"
    drop = f"Only drop it: it {rest}"
    return st.radio(
        "It belongs to",
        [DROP, *likely] if others else [*likely, DROP],
        format_func=lambda slug: verbatim(drop if slug == DROP else catalog.dimension[slug].display_name),
        key="fix-target",
    )


@st.dialog("Fix an alias", width="medium")
def fix_alias(skill: str, text: str, source: Ref | None = None) -> None:
    """Give an alias to another skill, drop it, or correct its type and how it matches."""
    catalog = draft.view().catalog
    try:
        alias = find_alias(catalog, skill, _stored_form(catalog, skill, text))
    except InputError as error:
        st.info(verbatim(f"{error} The form may be the skill’s own name."))
        return
    name = catalog.skill[skill].display_name
    st.html(
        markup.fill(
            "<div>{} is a form of {}</div>{}",
            markup.span(alias.alias_text, "alias", bold=True),
            markup.span(name, "skill", bold=True),
            markup.meta(f"{vocabulary_label(alias.alias_type)} · {CASE_LABELS[alias.match_strategy]}"),
        )
    )
    likely = [s.slug for s in likely_owners(catalog, alias.alias_text, exclude=skill)]
    labels = {DROP: "No skill: drop it", KEEP: f"{name}, but filed wrongly"}
    chosen = st.radio(
        "It means",
        [*likely[:MAX_OWNERS], DROP, KEEP],
        key="fix-owner",
        format_func=lambda slug: verbatim(labels.get(slug) or catalog.skill[slug].display_name),
    )
    other = choose_entry("Another skill", catalog.skills, "Type to search all skills")
    filed = _filing(alias) if chosen == KEEP and not other else {}
    reason = reason_field("fix-alias", source)
    if other or chosen not in (KEEP, DROP):
        owner = str(other or chosen)
        changes = _made(lambda: repoint_alias(catalog, skill, alias.alias_text, owner, reason))
        _stage(changes, "The alias has another owner.")
    elif chosen == DROP:
        _stage((reason.change(alias, None),), "The alias is dropped.")
    else:
        _stage(edit(alias, reason, **filed), "The alias is corrected.")


def _filing(alias: SkillAlias) -> dict[str, str]:
    """Type and matching of an alias as the person sets them, by column."""
    left, right = st.columns(2)
    alias_type = left.selectbox(
        "Type", ALIAS_TYPES, index=ALIAS_TYPES.index(alias.alias_type), format_func=str.capitalize
    )
    strategy = right.selectbox(
        "Matches",
        MATCH_STRATEGIES,
        index=MATCH_STRATEGIES.index(alias.match_strategy),
        format_func=CASE_LABELS.__getitem__,
    )
    return {"alias_type": alias_type, "match_strategy": strategy}


@st.dialog("Fix a KRA", width="medium")
def fix_kra(role: str, text: str, source: Ref | None = None) -> None:
    """Drop a KRA from a role, or give it to another."""
    catalog = draft.view().catalog
    row = next((k for k in catalog.role_kras if (k.role_slug, k.kra_text) == (role, text)), None)
    if row is None or role not in catalog.role:
        st.info("This KRA is no longer in the catalog.")
        return
    st.html(markup.block(markup.span(text, "kra")) + markup.meta(f"a KRA of {catalog.role[role].display_name}"))
    other = choose_entry("It belongs to", (r for r in catalog.roles if r.slug != role), "No role: drop it")
    reason = reason_field("fix-kra", source)
    changes = [reason.change(row, None)]
    if other and text not in catalog.kras_of_role.get(other, ()):
        changes.append(reason.change(None, type(row)(other, text)))
    _stage(changes, "The KRA is fixed.")


@st.dialog("Fix what a role carries", width="medium")
def fix_role_link(role: str, dimension: str, source: Ref | None = None) -> None:
    """Add a dimension to a role, or take it away."""
    catalog = draft.view().catalog
    if role not in catalog.role or dimension not in catalog.dimension:
        st.info("This link cannot be set any more: one of its sides was merged or retired.")
        return
    link = RoleDimension(role, dimension)
    is_carried = link in set(catalog.role_dimensions)
    st.html(
        markup.fill(
            "<div>{} {} {}</div>",
            markup.span(catalog.role[role].display_name, "role", bold=True),
            "carries" if is_carried else "does not carry",
            markup.span(catalog.dimension[dimension].display_name, "dimension", bold=True),
        )
    )
    reason = reason_field("fix-role-link", source)
    change = reason.change(link, None) if is_carried else reason.change(None, link)
    _stage((change,), "What the role carries is fixed.", "Take it away" if is_carried else "Let the role carry it")


def _stored_form(catalog: Catalog, skill: str, text: str) -> str:
    """The alias as it is stored, by a form in any case."""
    forms = (a.alias_text for a in catalog.aliases_of_skill.get(skill, ()))
    return next((form for form in forms if form.lower() == text.lower()), text)


def _made(make: Callable[[], Sequence[Change]]) -> Sequence[Change]:
    """The changes that an operation makes; none where it is refused, which is then shown."""
    try:
        return make()
    except InputError as error:
        stop(str(error))
        return ()


def _stage(changes: Sequence[Change], done: str, label: str = "Stage") -> None:
    """What the changes would make of past runs, and the button that stages them."""
    if stage_button(label, changes=changes, key="stage-fix"):
        draft.stage(changes, done)
