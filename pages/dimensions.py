"""Dimensions: search, a dimension's card with its members and how well they go together, and what can be done with it."""

from __future__ import annotations

from html import escape

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.parts import draft, entity, theme
from pages.parts.shell import SKILLS
from pipeline.audit.links import coherence
from pipeline.catalog import Dimension, RoleDimension
from pipeline.catalog.operations import Why, slug_for, split_dimension
from pipeline.errors import InputError

FIELDS = {
    "display_name": ("Name", None),
    "rationale": ("What belongs here", None),
    "difficulty_hint": ("Difficulty", None),
}
PLOTTED = 40


def plot(dimension: Dimension, view: draft.View) -> None:
    """How near each member is to the others, the strangest first."""
    members = view.catalog.skills_of_dimension.get(dimension.slug, ())
    if len(members) < 3:
        return
    near = coherence(view.indexes, [s.slug for s in members])
    order = np.argsort(near, kind="stable")[:PLOTTED][::-1]
    colours = theme.palette()
    low = float(np.median(near)) - 0.12
    figure = go.Figure(
        go.Bar(
            x=[float(near[i]) for i in order], y=[members[i].display_name for i in order], orientation="h",
            marker_color=[colours["doubt"] if near[i] < low else colours["dimension"] for i in order],
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        height=60 + 17 * len(order), margin={"l": 4, "r": 8, "t": 4, "b": 24}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours["ink"], "size": 11.5}, xaxis={"gridcolor": colours["line"], "range": [0, 1]}, yaxis={"automargin": True}, bargap=0.35,
    )  # fmt: skip
    st.html(theme.caption("Coherence · mean cosine of each member with its three nearest; amber stands apart"))
    st.plotly_chart(
        figure, key="coherence", config={"displayModeBar": False}, theme=None, alt="Coherence of the members"
    )


def split(dimension: Dimension, view: draft.View) -> None:
    members = view.catalog.skills_of_dimension.get(dimension.slug, ())
    names = {s.slug: s.display_name for s in members}
    with st.form("split", border=False):
        name = st.text_input("Name of the new dimension").strip()
        rationale = st.text_area("What belongs there", height=80).strip() or None
        moved = st.multiselect("Skills that move", list(names), format_func=names.__getitem__)
        reason = st.text_input("Why", placeholder=entity.WHY)
        if st.form_submit_button("Stage the split", type="primary", icon=":material/call_split:"):
            if not name or not moved:
                st.error("Give the new dimension a name and at least one skill.", icon=":material/block:")
                return
            new = Dimension(
                None, slug_for(name, view.catalog.dimension.__contains__), name, rationale, dimension.difficulty_hint
            )
            try:
                changes = split_dimension(view.catalog, dimension.slug, new, moved, None, Why(reason))
            except InputError as error:
                st.error(str(error), icon=":material/block:")
                return
            draft.stage(changes, f"“{name}” is split off; the roles that carry the old one carry both.")


def carriers(dimension: Dimension, view: draft.View) -> None:
    """Which roles carry it."""
    carried = {r.slug for r in view.catalog.roles_of_dimension.get(dimension.slug, ())}
    chosen = st.multiselect(
        "Roles that carry it",
        [r.slug for r in view.catalog.roles],
        sorted(carried),
        format_func=lambda r: view.catalog.role[r].display_name,
    )
    reason = st.text_input("Why", placeholder=entity.WHY, key="why-carriers")
    if st.button("Stage", type="primary", icon=":material/edit_note:", disabled=set(chosen) == carried):
        why = Why(reason)
        changes = [
            why.change("role_dimensions", None, RoleDimension(r, dimension.slug)) for r in sorted(set(chosen) - carried)
        ]
        changes += [
            why.change("role_dimensions", RoleDimension(r, dimension.slug), None) for r in sorted(carried - set(chosen))
        ]
        draft.stage(changes, "The roles that carry it are changed.")


@st.dialog("New dimension")
def new_dimension(view: draft.View) -> None:
    with st.form("new-dimension", border=False):
        name = st.text_input("Name").strip()
        rationale = st.text_area("What belongs here", height=80).strip() or None
        roles = st.multiselect(
            "Roles that carry it",
            [r.slug for r in view.catalog.roles],
            format_func=lambda r: view.catalog.role[r].display_name,
        )
        reason = st.text_input("Why", placeholder=entity.WHY)
        if st.form_submit_button("Stage", type="primary", icon=":material/edit_note:"):
            if not name:
                st.error("Give the dimension a name.", icon=":material/block:")
                return
            slug, why = slug_for(name, view.catalog.dimension.__contains__), Why(reason)
            links = (why.change("role_dimensions", None, RoleDimension(r, slug)) for r in roles)
            draft.stage(
                (why.change("dimensions", None, Dimension(None, slug, name, rationale)), *links),
                f"The dimension “{name}” is added.",
            )


view = draft.view()
head, add = st.columns([6, 1], vertical_alignment="bottom")
head.html('<div class="jdw-title">Dimensions</div>')
if add.button("New dimension", icon=":material/add:", width="stretch"):
    new_dimension(view)
list_at, card_at = st.columns([1, 1.25], gap="large")
with list_at:
    chosen = entity.pick("dimensions", view, lambda d: {
        "Skills": len(view.catalog.skills_of_dimension.get(d.slug, ())), "Roles": len(view.catalog.roles_of_dimension.get(d.slug, ())),
    })  # fmt: skip
with card_at:
    slug = entity.known("dimensions", chosen, view) if chosen else None
    if slug:
        dimension = view.catalog.dimension[slug]
        st.html(entity.title(dimension.display_name, "dimension", slug, dimension.id, view.mark("dimensions", slug)))
        entity.operations("dimensions", dimension, view, {
            "Edit": lambda: entity.edit_form("dimensions", dimension, FIELDS),
            "Roles": lambda: carriers(dimension, view),
            "Split": lambda: split(dimension, view),
        })  # fmt: skip
        roles = [
            (r.display_name, view.mark("role_dimensions", r.slug, slug))
            for r in view.catalog.roles_of_dimension.get(slug, ())
        ]
        roles += [
            (view.stands.role[x.role_slug].display_name, "remove")
            for x in view.removed("role_dimensions")
            if x.dimension_slug == slug and x.role_slug in view.stands.role
        ]
        skills = [
            (s.display_name, view.mark("skill_dimensions", s.slug, slug))
            for s in view.catalog.skills_of_dimension.get(slug, ())
        ]
        skills += [
            (view.stands.skill[x.skill_slug].display_name, "remove")
            for x in view.removed("skill_dimensions")
            if x.dimension_slug == slug and x.skill_slug in view.stands.skill
        ]
        st.html(
            f"<div>{escape(dimension.rationale or '')}</div>"
            + theme.caption(f"Roles · {len(roles)}") + (entity.marked(roles, "role") if roles else theme.tag("no role carries it", "bad"))
            + theme.caption(f"Skills · {len(skills)}") + entity.marked(skills, "skill")
        )  # fmt: skip
        with st.container(horizontal=True):
            st.page_link(
                "pages/dimension_links.py",
                label="As a matrix",
                icon=":material/grid_on:",
                query_params={"by": "dimension", "of": slug},
            )
            for skill in view.catalog.skills_of_dimension.get(slug, ())[:3]:
                st.page_link(
                    SKILLS, label=skill.display_name, icon=":material/build:", query_params={"slug": skill.slug}
                )
        plot(dimension, view)
