"""Dimensions: search, a dimension's card with its members and how well they go together, and what can be done with it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.components import draft, kept, links, markup, plots, theme
from pages.components.draft import DraftView
from pages.components.entity_card import DIMENSIONS, name_tags
from pages.components.entity_forms import Field, edit_form, operations
from pages.components.entity_history import show_history
from pages.components.entity_page import entity_page
from pages.components.entity_story import (
    ROLES_OF_DIMENSION,
    SKILLS_OF_DIMENSION,
    rows_of,
    show_findings,
    suspicions_of,
)
from pages.components.form_fields import choose_entries, reason_field, stage_button, stage_form_button, stop
from pages.components.labels import count_label
from pages.components.run_usage import run_usage
from pipeline.audit.links import coherence
from pipeline.catalog import Dimension, RoleDimension
from pipeline.catalog.operations import DimensionSplit, split_dimension
from pipeline.catalog.slugs import free_slug
from pipeline.errors import InputError

FIELDS = (
    Field("display_name", "Name", "required"),
    Field("rationale", "What belongs here", "long"),
    Field("difficulty_hint", "Difficulty"),
)
MIN_PLOTTED, MAX_PLOTTED = 3, 40
"""Members from which on there is a figure, and how many it shows."""
APART = 0.12
"""How far below the median of its dimension a member stands apart."""


def page() -> None:
    """Draw the page."""
    entity_page(
        DIMENSIONS,
        lambda view, d: {
            "Skills": len(view.catalog.skills_of_dimension.get(d.slug, ())),
            "Roles": len(view.catalog.roles_of_dimension.get(d.slug, ())),
        },
        _card,
        new_dimension,
    )


def _card(dimension: Dimension, view: DraftView) -> None:
    operations(
        DIMENSIONS,
        dimension,
        view,
        {
            "Edit": lambda: edit_form(DIMENSIONS, dimension, FIELDS),
            "Roles": lambda: _roles_form(dimension, view),
            "Split": lambda: _split_form(dimension, view),
        },
    )
    suspicions = suspicions_of(view)
    carriers = view.catalog.roles_of_dimension.get(dimension.slug, ())
    members = view.catalog.skills_of_dimension.get(dimension.slug, ())
    roles = ROLES_OF_DIMENSION.names(dimension, carriers, view, suspicions)
    skills = SKILLS_OF_DIMENSION.names(dimension, members, view, suspicions)
    runs = run_usage(view.shown.revision).dimensions.get(dimension.slug, 0)
    st.html(
        markup.meta(
            markup.fill(
                "{}{} matched a skill of it · {}",
                f"{dimension.difficulty_hint} · " if dimension.difficulty_hint else "",
                count_label(runs, "run") if runs else "no run",
                markup.link("as a matrix", links.matrix_url("dimension", dimension.slug)),
            )
        )
        + markup.block(dimension.rationale or "")
    )
    show_findings(suspicions, rows_of(view.catalog, "dimensions", dimension.slug), view.catalog)
    st.html(
        markup.caption(f"Roles · {len(roles)}")
        + (name_tags(roles, "role") if roles else markup.tag("no role carries it", "bad"))
        + markup.caption(f"Skills · {len(skills)}")
        + name_tags(skills, "skill")
    )
    _coherence(dimension, view)
    show_history(DIMENSIONS, dimension, view)


def _coherence(dimension: Dimension, view: DraftView) -> None:
    """How near each member is to the others, those that stand apart first."""
    members = view.catalog.skills_of_dimension.get(dimension.slug, ())
    if len(members) < MIN_PLOTTED:
        return
    near = coherence(view.shown.indexes, [s.slug for s in members])
    order = np.argsort(near, kind="stable")[:MAX_PLOTTED][::-1]
    colours = theme.palette()
    low = float(np.median(near)) - APART
    figure = go.Figure(
        go.Bar(
            x=[float(near[i]) for i in order],
            y=[plots.verbatim(members[i].display_name) for i in order],
            orientation="h",
            marker_color=[colours["doubt" if near[i] < low else "dimension"] for i in order],
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    )
    figure.update_layout(xaxis={"gridcolor": colours["line"], "range": [0, 1]}, yaxis={"automargin": True}, bargap=0.35)
    st.html(markup.caption("Coherence · mean cosine of each member with its three nearest; amber stands apart"))
    size = plots.PlotSize(height=60 + 17 * len(order), right=8, bottom=24)
    plots.show(figure, "coherence", "Coherence of the members", size)


def _split_form(dimension: Dimension, view: DraftView) -> None:
    """Move some of its skills to a new dimension."""
    catalog = view.catalog
    with st.form("split", border=False):
        name = st.text_input("Name of the new dimension", **kept.form_text(kept.of_form("split", "name"))).strip()
        place = kept.of_form("split", "rationale")
        rationale = st.text_area("What belongs there", height=80, **kept.form_text(place)).strip() or None
        moved = choose_entries("Skills that move", catalog.skills_of_dimension.get(dimension.slug, ()))
        reason = reason_field("split")
        if not stage_form_button("Stage the split", icon=":material/call_split:"):
            return
        if not name or not moved:
            stop("Give the new dimension a name and at least one skill.")
            return
        slug = free_slug(name, catalog.dimension.__contains__)
        new = Dimension(None, slug, name, rationale, dimension.difficulty_hint)
        try:
            changes = split_dimension(catalog, dimension.slug, DimensionSplit(new, tuple(moved)), reason)
        except InputError as error:
            stop(str(error))
            return
        draft.stage(changes, f"“{name}” is split off; the roles that carry the old one carry both.")


def _roles_form(dimension: Dimension, view: DraftView) -> None:
    """Which roles carry it."""
    carriers = {r.slug for r in view.catalog.roles_of_dimension.get(dimension.slug, ())}
    chosen = set(choose_entries("Roles that carry it", view.catalog.roles, sorted(carriers)))
    reason = reason_field(key="why-carriers")
    changes = [reason.change(None, RoleDimension(r, dimension.slug)) for r in sorted(chosen - carriers)]
    changes += [reason.change(RoleDimension(r, dimension.slug), None) for r in sorted(carriers - chosen)]
    if stage_button(changes=changes, disabled=not changes):
        draft.stage(changes, "The roles that carry it are changed.")


@st.dialog("New dimension")
def new_dimension(view: DraftView) -> None:
    """A form for a dimension with the roles that carry it."""
    with st.form("new-dimension", border=False):
        name = st.text_input("Name", **kept.form_text(kept.of_form("new-dimension", "name"))).strip()
        place = kept.of_form("new-dimension", "rationale")
        rationale = st.text_area("What belongs here", height=80, **kept.form_text(place)).strip() or None
        roles = choose_entries("Roles that carry it", view.catalog.roles)
        reason = reason_field("new-dimension")
        if not stage_form_button():
            return
        if not name:
            stop("Give the dimension a name.")
            return
        slug = free_slug(name, view.catalog.dimension.__contains__)
        rows = [Dimension(None, slug, name, rationale), *(RoleDimension(r, slug) for r in roles)]
        draft.stage([reason.change(None, row) for row in rows], f"The dimension “{name}” is added.")
