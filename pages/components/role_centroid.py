"""The centroid on a role's card: how many runs it is made of, how tight they lie, the nearest roles, and the runs that lie nearer to another."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.stores.centroids import FiledElsewhere, RoleCentroid
from pages.components import links, markup
from pages.components.draft import DraftView
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.workbench import workbench
from pipeline.catalog import Role
from pipeline.stages.centroids import CentroidShape

MAX_OUTLIERS = 6
"""Outliers that are shown until all are asked for."""
AS_USUAL = 0.01
"""How far from that of most roles the mean cosine of a role may be and still be called usual."""


def show_centroid(role: Role, view: DraftView) -> None:
    """Draw the block."""
    found = workbench().centroids.of_role(role.slug, frozenset(view.catalog.role), workbench().encoder.name)
    st.html(markup.caption(f"Centroid · {count_label(found.runs, 'run')}") + _body(found, view))
    if found.shape is None or not found.outlier_count:
        return
    shown = MAX_OUTLIERS
    if found.outlier_count > MAX_OUTLIERS and st.toggle("Show all outliers", key=f"outliers-{role.slug}"):
        shown = len(found.outliers)
    rest = found.outlier_count - min(shown, len(found.outliers))
    rows = [_outlier(outlier, view) for outlier in found.outliers[:shown]]
    columns: list[str | Column] = [
        "Filed here, but nearer there",
        Column("Here", "n"),
        "Nearer to",
        Column("There", "n"),
    ]
    more = markup.meta(f"and {count_label(rest, 'more run')}, less far off") if rest else Markup()
    st.html(markup.table(columns, rows) + more)


def _body(found: RoleCentroid, view: DraftView) -> Markup:
    if found.shape is None:
        what = "No run is filed under this role yet." if not found.runs else f"{count_label(found.runs, 'run')} so far."
        return markup.empty(
            f"{what} From {found.min_runs} on they make a centroid, by which further texts are compared with it."
        )
    none = Markup() if found.outlier_count else markup.meta("No run of this role lies nearer to another.")
    return markup.meta(_tightness(found.shape)) + _nearest(found.shape, view) + none


def _tightness(shape: CentroidShape) -> str:
    """How near the runs lie to the centroid, beside what is usual."""
    difference = shape.mean - shape.usual
    word = (
        "as usual" if abs(difference) <= AS_USUAL else "tighter than usual" if difference > 0 else "looser than usual"
    )
    low, high = shape.quartiles
    return (
        f"mean cosine {shape.mean:.2f}, {word} (median of roles {shape.usual:.2f}) · spread {shape.spread:.2f} · "
        f"half of them from {low:.2f} to {high:.2f} · the furthest {shape.least:.2f}"
    )


def _nearest(shape: CentroidShape, view: DraftView) -> Markup:
    rows = [
        [
            markup.link(view.catalog.role[near.slug].display_name, links.entity_url("role", near.slug), "role"),
            f"{near.cosine:.2f}",
            f"{near.runs:,}",
        ]
        for near in shape.nearest
    ]
    if not rows:
        return markup.meta("No other role has a centroid yet.")
    return markup.table(["Nearest by centroid", Column("Cosine", "n"), Column("Runs", "n")], rows)


def _outlier(outlier: FiledElsewhere, view: DraftView) -> list[str]:
    other = view.catalog.role[outlier.slug].display_name
    return [
        markup.link(outlier.label, links.run_url(outlier.run_id)),
        f"{outlier.own:.2f}",
        markup.link(other, links.entity_url("role", outlier.slug), "role"),
        f"{outlier.other:.2f}",
    ]
