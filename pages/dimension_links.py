"""Dimension links: skills and dimensions as a matrix, fit as colour; a tick is a link, staged as it is set or taken."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from db import curation
from pages.parts import draft, theme
from pages.parts.grid import editable_grid
from pages.parts.person import ask_for_name, person
from pages.parts.session import workbench
from pipeline.catalog.changes import Change
from pipeline.catalog.value import Dimension, Skill, SkillDimension
from pipeline.errors import WorkbenchError

BY = {"role": "A role", "dimension": "A dimension", "category": "A category"}
MOST_COLUMNS = 30
PAGE = 60
bench = workbench()


def scope(view: draft.View, by: str, of: str) -> tuple[list[Skill], list[Dimension]]:
    """The rows and columns of the matrix: what a role, a dimension or a category brings together."""
    catalog = view.catalog
    if by == "role":
        dimensions = list(catalog.dimensions_of_role.get(of, ()))
        skills = {s.slug: s for d in dimensions for s in catalog.skills_of_dimension.get(d.slug, ())}
        # What the draft takes out stays in sight, to be put back.
        gone = {x.skill_slug for x in view.removed("skill_dimensions") if x.dimension_slug in {d.slug for d in dimensions}}
        skills |= {slug: catalog.skill[slug] for slug in gone if slug in catalog.skill}
        return sorted(skills.values(), key=lambda s: s.display_name.lower()), dimensions
    if by == "dimension":
        skills = {s.slug: s for s in catalog.skills_of_dimension.get(of, ())}
    else:
        skills = {s.slug: s for s in catalog.skills if s.category == of}
    counts: dict[str, int] = {}
    for slug in skills:
        for dimension in catalog.dimensions_of_skill.get(slug, ()):
            counts[dimension.slug] = counts.get(dimension.slug, 0) + 1
    if by == "dimension" and of in catalog.dimension:
        counts[of] = 10**9
    # Neighbours of the dimension, so that there is somewhere to move to.
    ordered = sorted(counts, key=lambda d: (-counts[d], d))
    return sorted(skills.values(), key=lambda s: s.display_name.lower()), [catalog.dimension[d] for d in ordered]


def on_edit(slug: str, name: str, value: object) -> None:
    """Stage a link that was set or taken."""
    view = draft.view()
    dimension = next((d for d in view.catalog.dimensions if d.display_name == name), None)
    if dimension is None or not person():
        st.session_state["said"] = "Nothing was staged: give your name in the side bar first."
        return
    link = SkillDimension(slug, dimension.slug)
    there = link in set(view.catalog.skill_dimensions)
    if there == bool(value):
        return
    change = Change("skill_dimensions", link if there else None, None if there else link, "set in the matrix")
    try:
        number = curation.stage_mine(bench.engine, person(), [change])
    except WorkbenchError as error:
        st.session_state["said"] = str(error)
        return
    verb = "taken out of" if there else "put into"
    st.session_state["said"] = f"{view.catalog.skill[slug].display_name} is {verb} {name}, in your draft {number}."


def heat_map(skills: list[Skill], dimensions: list[Dimension], fit: np.ndarray, view: draft.View) -> None:
    """How near each skill is to the members of each dimension; a dot is a link."""
    colours = theme.palette()
    x, y = [d.display_name for d in dimensions], [s.display_name for s in skills]
    figure = go.Figure(
        go.Heatmap(
            z=fit, x=x, y=y, zmin=0, zmax=0.7, colorscale=[[0, colours["paper"]], [1, colours["dimension"]]],
            colorbar={"thickness": 8, "outlinewidth": 0}, hovertemplate="%{y} in %{x}: %{z:.2f}<extra></extra>", xgap=1, ygap=1,
        )
    )  # fmt: skip
    held = [
        (d.display_name, s.display_name)
        for s in skills
        for d in dimensions
        if d in view.catalog.dimensions_of_skill.get(s.slug, ())
    ]
    figure.add_scatter(
        x=[a for a, _ in held], y=[b for _, b in held], mode="markers", hoverinfo="skip", showlegend=False,
        marker={"size": 5, "color": colours["ink"]},
    )  # fmt: skip
    figure.update_layout(
        height=190 + 17 * len(skills), margin={"l": 4, "r": 4, "t": 4, "b": 4}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours["ink"], "size": 11},
        xaxis={"tickangle": -35, "side": "top", "automargin": True}, yaxis={"autorange": "reversed", "automargin": True},
    )  # fmt: skip
    st.plotly_chart(
        figure, key="heat", config={"displayModeBar": False}, theme=None, alt="Fit of skills and dimensions"
    )


view = draft.view()
st.html('<div class="jdw-title">Dimension links</div>')
by_at, of_at, words_at = st.columns([1, 2, 2])
by = by_at.selectbox("Of", list(BY), key="by", bind="query-params", format_func=BY.__getitem__) or "role"
choices = {
    "role": {r.slug: r.display_name for r in view.catalog.roles},
    "dimension": {d.slug: d.display_name for d in view.catalog.dimensions},
    "category": {c: c for c in sorted({s.category for s in view.catalog.skills if s.category})},
}[by]
asked = st.query_params.get("of", "")
ordered = sorted(choices, key=lambda c: choices[c].lower())
of = of_at.selectbox(
    BY[by][2:].capitalize(),
    ordered,
    index=ordered.index(asked) if asked in choices else 0,
    format_func=choices.__getitem__,
    key=f"of-{by}-{asked}",
)
if of and of != asked:
    st.query_params["of"] = of
words = (
    words_at.text_input("Skills", key="links-words", type="search", live="60ms", placeholder="Narrow the skills") or ""
)
skills, dimensions = scope(view, by, str(of))
skills = [s for s in skills if words.lower() in s.display_name.lower()]
found = len(dimensions)
dimensions = dimensions[:MOST_COLUMNS]
if not skills or not dimensions:
    st.html('<div class="jdw-empty">Nothing is linked here. Choose another role, dimension or category.</div>')
    st.stop()
pages = -(-len(skills) // PAGE)
page = st.pagination(pages, key="links-page") if pages > 1 else 1
skills = skills[(int(page or 1) - 1) * PAGE :][:PAGE]
with st.spinner("Weighing how skills fit", show_time=True):
    fit = bench.fit(view.indexes, view.key, [s.slug for s in skills], [d.slug for d in dimensions])
told = (
    "Tick or untick a cell: the link is staged at once."
    if person()
    else "Give your name in the side bar to change links."
)
st.html(
    f'<div class="jdw-meta">{len(skills)} skills, {f"the commonest {len(dimensions)} of {found}" if found > len(dimensions) else found} dimensions; '
    f'the deeper the colour, the nearer the skill is to the other members; a frame is a change in my draft. {told}</div>'
)
matrix_at, map_at = st.tabs(["Matrix", "Heat map"])
with matrix_at:
    held = {s.slug: {d.slug for d in view.catalog.dimensions_of_skill.get(s.slug, ())} for s in skills}
    frame = pd.DataFrame({"slug": [s.slug for s in skills], "Skill": [s.display_name for s in skills]})
    for j, dimension in enumerate(dimensions):
        frame[dimension.display_name] = [dimension.slug in held[s.slug] for s in skills]
        frame[f"fit {dimension.display_name}"] = fit[:, j]
        frame[f"mark {dimension.display_name}"] = [view.mark("skill_dimensions", s.slug, dimension.slug) for s in skills]
    names = [d.display_name for d in dimensions]
    editable_grid(
        frame, "slug", dict.fromkeys(names) if person() else {}, f"links-{by}-{of}-{page}-{person()}", on_edit, pinned="Skill", hidden=["slug"],
        shaded=names, widths={"Skill": 200},
    )  # fmt: skip
    if ask_for_name():
        with st.container(horizontal=True, vertical_alignment="bottom"):
            moved = st.multiselect(
                "Move",
                [s.slug for s in skills],
                format_func=lambda s: view.catalog.skill[s].display_name,
                placeholder="Choose skills",
            )
            source = st.selectbox(
                "From", [d.slug for d in dimensions], format_func=lambda d: view.catalog.dimension[d].display_name
            )
            target = st.selectbox(
                "To",
                [d.slug for d in view.catalog.dimensions],
                index=None,
                format_func=lambda d: view.catalog.dimension[d].display_name,
                placeholder="Any dimension",
            )
            if st.button(
                "Stage the move", type="primary", icon=":material/edit_note:", disabled=not moved or target is None
            ):
                stand = set(view.catalog.skill_dimensions)
                changes = []
                for slug in moved:
                    if (old := SkillDimension(slug, str(source))) in stand:
                        changes.append(Change("skill_dimensions", old, None, "moved in the matrix"))
                    if (new := SkillDimension(slug, str(target))) not in stand:
                        changes.append(Change("skill_dimensions", None, new, "moved in the matrix"))
                draft.stage(changes, f"{len(moved)} skills are moved.")
with map_at:
    heat_map(skills, dimensions, fit, view)
