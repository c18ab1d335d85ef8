"""Dimension links: skills and dimensions as a matrix, fit as colour; a tick is a link, staged as it is set or taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.components import draft, links, markup, plots, theme
from pages.components.draft import DraftView
from pages.components.entity_story import doubt_of, suspicions_of
from pages.components.flash import flash
from pages.components.form_fields import choose_entry, stage_button
from pages.components.frame import name_tab
from pages.components.grid import FIT, MARK, NOTE, WARN, GridSpec, editable_grid
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.live_impact import live_impact
from pages.components.markup import Column
from pages.components.run_usage import run_usage
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import Dimension, Skill, SkillDimension
from pipeline.catalog.changes import Change
from pipeline.catalog.neighbours import LinkScope, ScopeKind, link_scope
from pipeline.vectors import Vectors

AXES: dict[ScopeKind, str] = {"role": "A role", "dimension": "A dimension", "category": "A category"}
MAX_COLUMNS = 30
PAGE_SIZE = 60
MAX_FIT = 0.7
"""The fit that has the full colour in the heat map."""
SLUG, NAME, RUNS = "Skill slug", "Skill", "Runs"
"""Columns of the grid beside those of the dimensions, which are named by their slugs: no slug has a capital."""


@dataclass(frozen=True)
class Matrix:
    """What is shown: a page of the skills and the first dimensions of a scope, and how well they fit.

    ``fit`` is (n_skills, n_dimensions) float32 of mean cosines; ``key`` tells one matrix from another.
    """

    key: str
    view: DraftView
    scope: LinkScope
    fit: Vectors

    def is_linked(self, skill: str, dimension: str) -> bool:
        """Whether a skill is in a dimension."""
        return any(d.slug == dimension for d in self.view.catalog.dimensions_of_skill.get(skill, ()))


def page() -> None:
    """Draw the page."""
    view = draft.view()
    st.html(markup.title("Dimension links"))
    by, of, words = _choose(view)
    if not of:
        st.html(markup.empty("There is nothing of this kind in the catalog yet."))
        return
    name_tab(f"{_names(view, by)[of]} · Dimension links")
    scope = _scope(view, by, of)
    skills = tuple(s for s in scope.skills if words in s.display_name.lower())
    if not skills or not scope.dimensions:
        st.html(markup.empty("Nothing is linked here. Choose another role, dimension or category."))
        return
    pages = -(-len(skills) // PAGE_SIZE)
    number = min(int((st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1) or 1), pages)
    shown = LinkScope(skills[(number - 1) * PAGE_SIZE :][:PAGE_SIZE], scope.dimensions[:MAX_COLUMNS])
    matrix = Matrix(f"links-{by}-{of}-{number}", view, shown, _fit(view, shown))
    st.html(markup.meta(_summary(shown, len(scope.dimensions))))
    matrix_at, map_at, coherence_at = st.tabs(["Matrix", "Heat map", "Coherence"])
    with matrix_at:
        move_at = st.container()
        chosen = _grid(matrix)
        with move_at:
            _move_form(matrix, chosen)
    with map_at:
        _heat_map(matrix)
    with coherence_at:
        _coherence(matrix)


def _choose(view: DraftView) -> tuple[ScopeKind, str, str]:
    """What the matrix is of: a role, a dimension or a category; which of them; and words that its skills must hold.

    The first two stand in the address by their keys; one that is not in the catalog is said to be so.
    """
    by_at, of_at, words_at = st.columns([1, 2, 2])
    named = st.query_params.get("by", "role")
    asked_by: ScopeKind = next((kind for kind, label in AXES.items() if named in (kind, label)), "role")
    by = by_at.selectbox(
        "Of",
        list(AXES),
        index=list(AXES).index(asked_by),
        format_func=AXES.__getitem__,
        key=f"by-{asked_by}",
        on_change=_open,
        args=(f"by-{asked_by}", "by"),
    )
    names = _names(view, by)
    slugs = sorted(names, key=lambda slug: names[slug].lower())
    asked = st.query_params.get("of", "")
    if asked and asked not in names:
        st.warning(verbatim(f"“{asked}” is no {by} of the catalog; the first is shown."), icon=":material/search_off:")
    of = of_at.selectbox(
        verbatim(AXES[by][2:].capitalize()),
        slugs,
        index=(slugs.index(asked) if asked in names else 0) if slugs else None,
        format_func=names.__getitem__,
        key=f"of-{by}-{asked}",
        on_change=_open,
        args=(f"of-{by}-{asked}", "of"),
    )
    words = words_at.text_input(
        "Skills", key="words", type="search", live="60ms", placeholder="Narrow the skills", bind="query-params"
    )
    return by, of or "", (words or "").lower()


def _open(key: str, parameter: str) -> None:
    """Go to what was chosen; another kind begins with its first."""
    if parameter == "by":
        st.query_params.pop("of", None)
    st.query_params.pop("page", None)
    st.query_params[parameter] = st.session_state[key]


def _names(view: DraftView, by: ScopeKind) -> dict[str, str]:
    """What may be chosen, by slug: roles, dimensions, or categories (which are their own slugs)."""
    if by == "role":
        return {r.slug: r.display_name for r in view.catalog.roles}
    if by == "dimension":
        return {d.slug: d.display_name for d in view.catalog.dimensions}
    return {s.category: s.category for s in view.catalog.skills if s.category}


def _scope(view: DraftView, by: ScopeKind, of: str) -> LinkScope:
    """The rows and columns of the matrix; what the draft takes out of a role's dimensions stays in sight, to be put back."""
    carried = {d.slug for d in view.catalog.dimensions_of_role.get(of, ())} if by == "role" else set()
    removed = [link.skill_slug for link in view.removed(SkillDimension) if link.dimension_slug in carried]
    return link_scope(view.catalog, by, of, removed)


def _fit(view: DraftView, shown: LinkScope) -> Vectors:
    with st.spinner("Weighing how skills fit", show_time=True):
        return workbench().snapshots.fit(view.shown, [s.slug for s in shown.skills], [d.slug for d in shown.dimensions])


def _summary(shown: LinkScope, found: int) -> str:
    count = len(shown.dimensions)
    dimensions = f"the commonest {count} of {found} dimensions" if found > count else count_label(count, "dimension")
    return (
        f"{count_label(len(shown.skills), 'skill')}, {dimensions}. A tick is a link, staged as it is set or taken (Space in the "
        "grid); beside it how near the skill is to the other members, from 0 to 1. A question mark is a suspicion of Health, a "
        "frame a change in my draft; the number at a dimension's name is its own coherence."
    )


def _grid(matrix: Matrix) -> list[str]:
    """The matrix: a check box for each link, coloured by fit, framed where the draft changes it; the skills that are chosen."""
    skills, dimensions = matrix.scope.skills, matrix.scope.dimensions
    runs = run_usage(matrix.view.shown.revision).skills
    suspicions = suspicions_of(matrix.view)
    close = {c.dimension.slug: c.mean for c in _coherences(matrix)}
    columns: dict[str, list[object]] = {SLUG: [s.slug for s in skills], NAME: [s.display_name for s in skills]}
    columns[RUNS] = [runs.get(s.slug, 0) for s in skills]
    for j, dimension in enumerate(dimensions):
        slug = dimension.slug
        columns[slug] = [matrix.is_linked(s.slug, slug) for s in skills]
        columns[FIT + slug] = matrix.fit[:, j].tolist()
        columns[MARK + slug] = [matrix.view.mark("skill_dimensions", s.slug, slug) for s in skills]
        columns[NOTE + slug] = [f"{value:.2f}" for value in matrix.fit[:, j].tolist()]
        columns[WARN + slug] = [doubt_of(suspicions, "skill_dimensions", s.slug, slug) for s in skills]
    slugs = [d.slug for d in dimensions]
    spec = GridSpec(
        f"{matrix.key}-{person()}",
        SLUG,
        dict.fromkeys(slugs),
        pinned=NAME,
        hidden=[SLUG],
        shaded=slugs,
        headers={
            d.slug: f"{d.display_name} · {close[d.slug]:.2f}" if d.slug in close else d.display_name for d in dimensions
        },
        widths={NAME: 230, RUNS: 64},
        selectable=True,
    )
    return editable_grid(pd.DataFrame(columns), spec, stage_link)


@dataclass(frozen=True)
class _Coherence:
    """How well the members of a dimension that are shown go together: their number, mean fit, and the one that fits least."""

    dimension: Dimension
    members: int
    mean: float
    least: Skill
    least_fit: float


def _coherences(matrix: Matrix) -> list[_Coherence]:
    """The coherence of each dimension with members that are shown, the loosest first."""
    found = []
    for j, dimension in enumerate(matrix.scope.dimensions):
        linked = [i for i, s in enumerate(matrix.scope.skills) if matrix.is_linked(s.slug, dimension.slug)]
        if linked:
            least = min(linked, key=lambda i: float(matrix.fit[i, j]))
            mean = float(matrix.fit[linked, j].mean())
            found.append(
                _Coherence(dimension, len(linked), mean, matrix.scope.skills[least], float(matrix.fit[least, j]))
            )
    return sorted(found, key=lambda c: (c.mean, c.dimension.slug))


def _coherence(matrix: Matrix) -> None:
    """Each dimension's own coherence, with the member that fits it least."""
    rows = [
        [
            markup.link(c.dimension.display_name, links.entity_url("dimension", c.dimension.slug), "dimension"),
            f"{c.members}",
            f"{c.mean:.2f}",
            markup.link(c.least.display_name, links.entity_url("skill", c.least.slug), "skill"),
            f"{c.least_fit:.2f}",
        ]
        for c in _coherences(matrix)
    ]
    heads = (
        Column("Dimension"),
        Column("Members here", "n"),
        Column("Coherence", "n"),
        Column("Fits least"),
        Column("Fit", "n"),
    )
    st.html(markup.table(heads, rows) if rows else markup.empty("No skill that is shown is linked."))


def stage_link(skill: str, dimension: str, value: object) -> None:
    """Stage a link that was set or taken; both are slugs."""
    catalog = draft.view().catalog
    if skill not in catalog.skill or dimension not in catalog.dimension:
        flash("Nothing was staged: the skill or the dimension is gone.")
        return
    link = SkillDimension(skill, dimension)
    is_linked = link in set(catalog.skill_dimensions)
    if is_linked == bool(value):
        return
    change = Change(link, None, "set in the matrix") if is_linked else Change(None, link, "set in the matrix")
    verb = "taken out of" if is_linked else "put into"
    names = catalog.skill[skill].display_name, catalog.dimension[dimension].display_name
    draft.stage_cell([change], f"{names[0]} is {verb} {names[1]}")


def _move_form(matrix: Matrix, chosen: Sequence[str]) -> None:
    """Move the skills that are chosen in the matrix from one of its dimensions to any other."""
    catalog = matrix.view.catalog
    linked = [d for d in matrix.scope.dimensions if any(matrix.is_linked(s, d.slug) for s in chosen)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = choose_entry("From", linked or matrix.scope.dimensions)
        target = choose_entry("To", (d for d in catalog.dimensions if d.slug != source), "Any dimension", key="move-to")
        moved = [s for s in chosen if source is not None and matrix.is_linked(s, source)]
        label = f"Move {count_label(len(moved), 'skill')}" if moved else "Move the chosen skills"
        changes = _moved(matrix, moved, source, target)
        pressed = stage_button(label, disabled=not moved or target is None, key="move")
        left = len(chosen) - len(moved)
        hint = f"{left} of the chosen {'is' if left == 1 else 'are'} not in it." if left and chosen else ""
        st.html(markup.meta(hint if chosen else "Choose skills by the boxes at their names."), width="content")
    if changes:
        live_impact(changes)
    if not pressed or source is None or target is None:
        return
    names = catalog.dimension[source].display_name, catalog.dimension[target].display_name
    draft.stage(changes, f"{count_label(len(moved), 'skill')} moved from {names[0]} to {names[1]}.")


def _moved(matrix: Matrix, moved: Sequence[str], source: str | None, target: str | None) -> list[Change]:
    """The changes that move skills from one dimension to another; none before both are chosen."""
    if source is None or target is None:
        return []
    present = set(matrix.view.catalog.skill_dimensions)
    changes = []
    for skill in moved:
        old, new = SkillDimension(skill, source), SkillDimension(skill, target)
        changes.append(Change(old, None, "moved in the matrix"))
        if new not in present:
            changes.append(Change(None, new, "moved in the matrix"))
    return changes


def _heat_map(matrix: Matrix) -> None:
    """How near each skill is to the members of each dimension; a dot is a link."""
    skills, dimensions = matrix.scope.skills, matrix.scope.dimensions
    colours = theme.palette()
    figure = go.Figure(
        go.Heatmap(
            z=matrix.fit,
            x=[plots.verbatim(d.display_name) for d in dimensions],
            y=[plots.verbatim(s.display_name) for s in skills],
            zmin=0,
            zmax=MAX_FIT,
            colorscale=[[0, colours["paper"]], [1, colours["dimension"]]],
            colorbar={"thickness": 8, "outlinewidth": 0},
            hovertemplate="%{y} in %{x}: %{z:.2f}<extra></extra>",
            xgap=1,
            ygap=1,
        )
    )
    linked = [(d, s) for s in skills for d in dimensions if matrix.is_linked(s.slug, d.slug)]
    figure.add_scatter(
        x=[plots.verbatim(dimension.display_name) for dimension, _ in linked],
        y=[plots.verbatim(skill.display_name) for _, skill in linked],
        mode="markers",
        hoverinfo="skip",
        showlegend=False,
        marker={"size": 5, "color": colours["ink"]},
    )
    figure.update_layout(
        xaxis={"tickangle": -35, "side": "top", "automargin": True},
        yaxis={"autorange": "reversed", "automargin": True},
    )
    size = plots.PlotSize(height=190 + 17 * len(skills), font_size=11)
    plots.show(figure, "heat", "Fit of skills and dimensions", size)
