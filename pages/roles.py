"""Roles: search, a role's card with its baseline, titles, KRAs, dimensions and nearest roles, and what can be done with it."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from pages.components import draft, kept, links, markup
from pages.components.draft import DraftView
from pages.components.entity_card import ROLES, MarkedName, mark_tag, name_tags
from pages.components.entity_forms import Field, edit_form, operations
from pages.components.entity_history import show_history
from pages.components.entity_page import entity_page
from pages.components.entity_story import (
    DIMENSIONS_OF_ROLE,
    Suspicions,
    doubt_of,
    rows_of,
    show_findings,
    suspicions_of,
)
from pages.components.fix_forms import fix_kra
from pages.components.form_fields import choose_entries, reason_field, stage_button, stage_form_button, stop
from pages.components.labels import count_label
from pages.components.live_impact import live_impact
from pages.components.markup import Column
from pages.components.role_baseline import BASELINE, baseline_form, show_baseline
from pages.components.role_centroid import show_centroid
from pages.components.run_usage import run_usage
from pages.components.verbatim import verbatim
from pipeline.catalog import Role, RoleAlias, RoleDimension, RoleKra
from pipeline.catalog.neighbours import nearest_roles
from pipeline.catalog.slugs import free_slug

FIELDS = (
    Field("display_name", "Name", "required"),
    Field("domain", "Family"),
    Field("role_archetype", "Kind of work"),
)


def page() -> None:
    """Draw the page."""
    entity_page(
        ROLES,
        lambda view, r: {"Family": r.domain or "", "Dimensions": len(view.catalog.dimensions_of_role.get(r.slug, ()))},
        _card,
        new_role,
    )


def _card(role: Role, view: DraftView) -> None:
    operations(
        ROLES,
        role,
        view,
        {
            "Edit": lambda: edit_form(ROLES, role, FIELDS),
            "Titles": lambda: _titles_form(role, view),
            "KRAs": lambda: _kras_form(role, view),
            "Dimensions": lambda: _dimensions_form(role, view),
            BASELINE: lambda: baseline_form(role, view),
        },
    )
    suspicions = suspicions_of(view)
    titles, kras = _titles(role, view, suspicions), _kras(role, view, suspicions)
    carried = view.catalog.dimensions_of_role.get(role.slug, ())
    dimensions = DIMENSIONS_OF_ROLE.names(role, carried, view, suspicions)
    runs = run_usage(view.shown.revision).roles.get(role.slug, 0)
    chosen = markup.link(count_label(runs, "run"), links.page_url(links.HISTORY, role=role.slug)) if runs else "no run"
    st.html(
        markup.meta(
            markup.fill(
                "{} · chosen by {} · {}",
                " · ".join(filter(None, [role.domain or "no family", role.role_archetype])),
                chosen,
                markup.link("its skills as a matrix", links.matrix_url("role", role.slug)),
            )
        )
    )
    show_findings(suspicions, rows_of(view.catalog, "roles", role.slug), view.catalog)
    show_baseline(role, view, suspicions)
    st.html(
        markup.caption(f"Titles · {len(titles)}")
        + name_tags(titles, "role")
        + markup.caption(f"Dimensions · {len(dimensions)}")
        + (name_tags(dimensions, "dimension") if dimensions else markup.tag("carries none", "bad"))
        + markup.caption(f"KRAs · {len(kras)}")
        + (markup.join(map(_kra_line, kras)) or markup.meta_span("none"))
        + _nearest(role, view)
    )
    show_centroid(role, view)
    show_history(ROLES, role, view)


def _titles(role: Role, view: DraftView, suspicions: Suspicions) -> list[MarkedName]:
    """Titles that mean the role, those that the draft drops last."""
    stored = [
        MarkedName(
            a.alias_text + (" · generic" if a.is_generic else ""),
            view.mark("role_aliases", role.slug, a.alias_text),
            doubt=doubt_of(suspicions, "role_aliases", role.slug, a.alias_text),
        )
        for a in view.catalog.aliases_of_role.get(role.slug, ())
    ]
    removed = [MarkedName(a.alias_text, "remove") for a in view.removed(RoleAlias) if a.role_slug == role.slug]
    return stored + removed


def _kras(role: Role, view: DraftView, suspicions: Suspicions) -> list[MarkedName]:
    """KRAs of the role, those that the draft drops last."""
    stored = [
        MarkedName(
            text,
            view.mark("role_kras", role.slug, text),
            doubt=doubt_of(suspicions, "role_kras", role.slug, text),
        )
        for text in view.catalog.kras_of_role.get(role.slug, ())
    ]
    return stored + [MarkedName(k.kra_text, "remove") for k in view.removed(RoleKra) if k.role_slug == role.slug]


def _kra_line(kra: MarkedName) -> Markup:
    text = markup.span(kra.name, "kra")
    if kra.mark:
        text = markup.fill("{} {}", markup.removed(kra.name) if kra.mark == "remove" else text, mark_tag(kra.mark))
    if kra.doubt:
        text = markup.fill('{} <abbr class="jdw-doubt" title="{}">?</abbr>', text, kra.doubt)
    return markup.fill('<div class="jdw-line">{}</div>', text)


def _nearest(role: Role, view: DraftView) -> Markup:
    """The roles nearest to it, with what they have in common."""
    rows = [
        [
            markup.link(view.catalog.role[near.slug].display_name, links.entity_url("role", near.slug), "role"),
            f"{near.cosine:.2f}",
            f"{near.shared_dimensions}",
        ]
        for near in nearest_roles(view.shown.indexes, role.slug)
    ]
    if not rows:
        return Markup()
    columns: list[str | Column] = [
        "Nearest role",
        Column("Likeness of profiles", "n"),
        Column("Dimensions in common", "n"),
    ]
    return markup.block(markup.table(columns, rows), "jdw-gap")


def _titles_form(role: Role, view: DraftView) -> None:
    """Titles that mean the role: add one, mark one as generic, drop one."""
    stored = {a.alias_text: a for a in view.catalog.aliases_of_role.get(role.slug, ())}
    new = st.text_input(
        "New title", placeholder="As job descriptions write it", **kept.text(kept.of_form("new-title"))
    ).strip()
    reason = reason_field(key="why-title")
    changes = [reason.change(None, RoleAlias(role.slug, new))] if new and new not in stored else []
    if stage_button("Stage the title", changes=changes, disabled=not changes):
        draft.stage(changes, f"“{new}” is a title of {role.display_name}.")
    chosen = st.selectbox("A stored title", list(stored), index=None, placeholder="Choose a title to correct")
    if not chosen:
        return
    row = stored[chosen]
    change = reason.change(row, RoleAlias(role.slug, chosen, not row.is_generic))
    label = "Mark as specific" if row.is_generic else "Mark as generic"
    live_impact([change], f"{label}: past runs")
    live_impact([reason.change(row, None)], "Drop it: past runs")
    with st.container(horizontal=True):
        if st.button(verbatim(label), help="A generic title never decides alone"):
            draft.stage([change], f"“{chosen}” is corrected.")
        if st.button("Drop it", icon=":material/delete:"):
            draft.stage([reason.change(row, None)], f"“{chosen}” is dropped.")


def _kras_form(role: Role, view: DraftView) -> None:
    """KRAs of the role: add one, fix one."""
    stored = view.catalog.kras_of_role.get(role.slug, ())
    new = st.text_area(
        "New KRA",
        placeholder="What the role answers for, in one sentence",
        height=80,
        **kept.text(kept.of_form("new-kra")),
    ).strip()
    reason = reason_field(key="why-kra")
    changes = [reason.change(None, RoleKra(role.slug, new))] if new and new not in stored else []
    if stage_button("Stage the KRA", changes=changes, disabled=not changes):
        draft.stage(changes, "The KRA is added.")
    chosen = st.selectbox("A stored KRA", list(stored), index=None, placeholder="Choose a KRA to drop or move")
    if chosen:
        fix_kra(role.slug, chosen)


def _dimensions_form(role: Role, view: DraftView) -> None:
    """Which dimensions the role carries."""
    carried = {d.slug for d in view.catalog.dimensions_of_role.get(role.slug, ())}
    chosen = set(choose_entries("Dimensions that it carries", view.catalog.dimensions, sorted(carried)))
    reason = reason_field(key="why-carried")
    changes = [reason.change(None, RoleDimension(role.slug, d)) for d in sorted(chosen - carried)]
    changes += [reason.change(RoleDimension(role.slug, d), None) for d in sorted(carried - chosen)]
    if stage_button(changes=changes, disabled=not changes):
        draft.stage(changes, "What the role carries is changed.")


@st.dialog("New role")
def new_role(view: DraftView) -> None:
    """A form for a role with its dimensions and KRAs."""
    catalog = view.catalog
    with st.form("new-role", border=False):
        name = st.text_input("Name", **kept.form_text(kept.of_form("new-role", "name"))).strip()
        families = sorted({r.domain for r in catalog.roles if r.domain})
        family = st.selectbox(
            "Family", families, index=None, accept_new_options=True, placeholder="Choose or write one"
        )
        dimensions = choose_entries("Dimensions", catalog.dimensions)
        lines = st.text_area(
            "KRAs, one a line", height=120, **kept.form_text(kept.of_form("new-role", "kras"))
        ).splitlines()
        reason = reason_field("new-role")
        if not stage_form_button():
            return
        if not name or not dimensions:
            stop("Give the role a name and at least one dimension.")
            return
        slug = free_slug(name, catalog.role.__contains__)
        rows = [
            Role(None, slug, name, family),
            *(RoleDimension(slug, d) for d in dimensions),
            *(RoleKra(slug, text) for text in dict.fromkeys(line.strip() for line in lines) if text),
        ]
        draft.stage([reason.change(None, row) for row in rows], f"The role “{name}” is added.")
