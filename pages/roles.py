"""Roles: search, a role's card with its titles, KRAs, dimensions and nearest roles, and what can be done with it."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import draft, entity, theme
from pages.parts.fix import fix_kra
from pages.parts.session import workbench
from pages.parts.shell import ROLES
from pipeline.catalog import Role, RoleAlias, RoleDimension, RoleKra
from pipeline.catalog.operations import Why, slug_for

FIELDS = {"display_name": ("Name", None), "domain": ("Family", None), "role_archetype": ("Kind of work", None)}
NEAREST = 6
bench = workbench()


def nearest(role: Role, view: draft.View) -> list[tuple[str, float, int]]:
    """The roles nearest by profile, with the cosine and how many dimensions both carry."""
    matrix = view.indexes.kras
    if role.slug not in matrix.roles:
        return []
    cosine = matrix.profiles @ matrix.profiles[matrix.roles.index(role.slug)]
    own = {d.slug for d in view.catalog.dimensions_of_role.get(role.slug, ())}
    order = sorted(range(len(matrix.roles)), key=lambda i: (-float(cosine[i]), matrix.roles[i]))
    return [
        (
            matrix.roles[i],
            float(cosine[i]),
            len(own & {d.slug for d in view.catalog.dimensions_of_role.get(matrix.roles[i], ())}),
        )
        for i in order
        if matrix.roles[i] != role.slug
    ][:NEAREST]


def titles(role: Role, view: draft.View) -> None:
    """Titles that mean the role: add one, mark one as generic, drop one."""
    stored = {a.alias_text: a for a in view.catalog.aliases_of_role.get(role.slug, ())}
    new = st.text_input("New title", placeholder="As job descriptions write it").strip()
    reason = st.text_input("Why", placeholder=entity.WHY, key="why-title")
    if st.button("Stage the title", type="primary", icon=":material/edit_note:", disabled=not new or new in stored):
        draft.stage(
            (Why(reason).change("role_aliases", None, RoleAlias(role.slug, new)),),
            f"“{new}” is a title of {role.display_name}.",
        )
    chosen = st.selectbox("A title that stands", list(stored), index=None, placeholder="Choose a title to correct")
    if chosen:
        row = stored[chosen]
        with st.container(horizontal=True):
            if st.button(
                "Mark as specific" if row.is_generic else "Mark as generic", help="A generic title never decides alone"
            ):
                draft.stage(
                    (Why(reason).change("role_aliases", row, RoleAlias(role.slug, chosen, not row.is_generic)),),
                    f"“{chosen}” is corrected.",
                )
            if st.button("Drop it", icon=":material/delete:"):
                draft.stage((Why(reason).change("role_aliases", row, None),), f"“{chosen}” is dropped.")


def kras(role: Role, view: draft.View) -> None:
    """KRAs of the role: add one, fix one."""
    stored = view.catalog.kras_of_role.get(role.slug, ())
    new = st.text_area("New KRA", placeholder="What the role answers for, in one sentence", height=80).strip()
    reason = st.text_input("Why", placeholder=entity.WHY, key="why-kra")
    if st.button("Stage the KRA", type="primary", icon=":material/edit_note:", disabled=not new or new in stored):
        draft.stage((Why(reason).change("role_kras", None, RoleKra(role.slug, new)),), "The KRA is added.")
    chosen = st.selectbox("A KRA that stands", list(stored), index=None, placeholder="Choose a KRA to drop or move")
    if chosen:
        fix_kra(role.slug, chosen)


def carried(role: Role, view: draft.View) -> None:
    """Which dimensions the role carries."""
    held = {d.slug for d in view.catalog.dimensions_of_role.get(role.slug, ())}
    chosen = st.multiselect(
        "Dimensions that it carries",
        [d.slug for d in view.catalog.dimensions],
        sorted(held),
        format_func=lambda d: view.catalog.dimension[d].display_name,
    )
    reason = st.text_input("Why", placeholder=entity.WHY, key="why-carried")
    if st.button("Stage", type="primary", icon=":material/edit_note:", disabled=set(chosen) == held):
        why = Why(reason)
        changes = [why.change("role_dimensions", None, RoleDimension(role.slug, d)) for d in sorted(set(chosen) - held)]
        changes += [
            why.change("role_dimensions", RoleDimension(role.slug, d), None) for d in sorted(held - set(chosen))
        ]
        draft.stage(changes, "What the role carries is changed.")


@st.dialog("New role")
def new_role(view: draft.View) -> None:
    with st.form("new-role", border=False):
        name = st.text_input("Name").strip()
        domain = st.selectbox(
            "Family", sorted({r.domain for r in view.catalog.roles if r.domain}), accept_new_options=True
        )
        held = st.multiselect(
            "Dimensions",
            [d.slug for d in view.catalog.dimensions],
            format_func=lambda d: view.catalog.dimension[d].display_name,
        )
        told = st.text_area("KRAs, one a line", height=120)
        reason = st.text_input("Why", placeholder=entity.WHY)
        if st.form_submit_button("Stage", type="primary", icon=":material/edit_note:"):
            if not name or not held:
                st.error("Give the role a name and at least one dimension.", icon=":material/block:")
                return
            slug, why = slug_for(name, view.catalog.role.__contains__), Why(reason)
            lines = dict.fromkeys(x.strip() for x in told.splitlines() if x.strip())
            draft.stage(
                (
                    why.change("roles", None, Role(None, slug, name, domain)),
                    *(why.change("role_dimensions", None, RoleDimension(slug, d)) for d in held),
                    *(why.change("role_kras", None, RoleKra(slug, line)) for line in lines),
                ),
                f"The role “{name}” is added.",
            )


view = draft.view()
head, add = st.columns([6, 1], vertical_alignment="bottom")
head.html('<div class="jdw-title">Roles</div>')
if add.button("New role", icon=":material/add:", width="stretch"):
    new_role(view)
list_at, card_at = st.columns([1, 1.25], gap="large")
with list_at:
    chosen = entity.pick(
        "roles",
        view,
        lambda r: {"Family": r.domain or "", "Dimensions": len(view.catalog.dimensions_of_role.get(r.slug, ()))},
    )
with card_at:
    slug = entity.known("roles", chosen, view) if chosen else None
    if slug:
        role = view.catalog.role[slug]
        st.html(entity.title(role.display_name, "role", slug, role.id, view.mark("roles", slug)))
        entity.operations("roles", role, view, {
            "Edit": lambda: entity.edit_form("roles", role, FIELDS),
            "Titles": lambda: titles(role, view),
            "KRAs": lambda: kras(role, view),
            "Dimensions": lambda: carried(role, view),
        })  # fmt: skip
        named = [
            (a.alias_text + (" · generic" if a.is_generic else ""), view.mark("role_aliases", slug, a.alias_text))
            for a in view.catalog.aliases_of_role.get(slug, ())
        ]
        named += [(a.alias_text, "remove") for a in view.removed("role_aliases") if a.role_slug == slug]
        held = [
            (d.display_name, view.mark("role_dimensions", slug, d.slug))
            for d in view.catalog.dimensions_of_role.get(slug, ())
        ]
        held += [
            (view.stands.dimension[x.dimension_slug].display_name, "remove")
            for x in view.removed("role_dimensions")
            if x.role_slug == slug and x.dimension_slug in view.stands.dimension
        ]
        told = [(t, view.mark("role_kras", slug, t)) for t in view.catalog.kras_of_role.get(slug, ())]
        told += [(k.kra_text, "remove") for k in view.removed("role_kras") if k.role_slug == slug]
        lines = "".join(
            f'<div style="margin:3px 0">{theme.span(t, "kra") if not m else theme.tag(t, draft.TONES[m])}</div>'
            for t, m in told
        )
        st.html(
            f'<div class="jdw-meta">{escape(role.domain or "no family")} · {escape(role.role_archetype or "")}</div>'
            + theme.caption(f"Titles · {len(named)}") + entity.marked(named, "role")
            + theme.caption(f"Dimensions · {len(held)}") + (entity.marked(held, "dimension") if held else theme.tag("carries none", "bad"))
            + theme.caption(f"KRAs · {len(told)}") + (lines or '<span class="jdw-meta">none</span>')
        )  # fmt: skip
        st.page_link(
            "pages/dimension_links.py",
            label="Its skills as a matrix",
            icon=":material/grid_on:",
            query_params={"by": "role", "of": slug},
        )
        st.html(theme.caption("Nearest roles · cosine of the profiles, dimensions in common"))
        for other, cosine, common in nearest(role, view):
            left, right = st.columns([3, 1], vertical_alignment="center")
            left.page_link(ROLES, label=view.catalog.role[other].display_name, query_params={"slug": other})
            right.html(f'<div class="jdw-meta" style="text-align:right">{cosine:.2f} · {common}</div>')
