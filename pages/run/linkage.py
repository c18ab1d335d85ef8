"""The linkage of a run as a picture: skill, dimension, role, a row of one height for each, so that no name meets another.

With few skills each has a row of its own; with many, the skills of a dimension share one. On narrow screens, and for who
cannot see a picture, the same stands as a list of links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from pages.components import markup, plots, theme
from pages.components.labels import count_label
from pages.run.sides import RunView
from pipeline.contracts import LibraryMatch
from pipeline.linkage import Flow, flows

MAX_SKILLS = 14
"""Skills that have a row of their own; more of them are grouped by their dimension."""
ROW, UNIT, GAP, WIDTH = 20, 4, 8, 778
"""Height of a row, thickness of a skill, room between roles, and width, in pixels."""
SKILLS_END, NODE, NAME, NAME_END, ROLE = 186, 220, 230, 470, 566
MAX_FIGURES = 64
"""Figures that are kept."""
LETTER = 6.3
"""Mean width of a letter in pixels."""
NO_ROLE, GONE = "no role", "gone with my draft"


@dataclass(frozen=True)
class Row:
    """A row of the picture: a dimension, the skills that it carries, and the role that it leads to."""

    dimension: str
    skills: tuple[str, ...]
    role: str


@dataclass(frozen=True)
class Group:
    """The rows that lead to one role; ``is_chosen`` says whether that is the chosen one."""

    role: str
    rows: tuple[Row, ...]
    is_chosen: bool = False

    @property
    def skills(self) -> int:
        """How many skills lead to the role."""
        return sum(len(row.skills) for row in self.rows)


def groups(found: Sequence[Flow], chosen: str | None, gone: Sequence[Flow] = ()) -> list[Group]:
    """The rows by role, the chosen one first, then by skills; those without a role and those that are gone come last."""
    alone = len(found) <= MAX_SKILLS
    by_row: dict[tuple[str, str, str], list[str]] = {}
    for flow in found:
        role = flow.role or NO_ROLE
        by_row.setdefault((role, flow.dimension, flow.skill if alone else ""), []).append(flow.skill)
    by_role: dict[str, list[Row]] = {}
    for (role, dimension, _), skills in by_row.items():
        by_role.setdefault(role, []).append(Row(dimension, tuple(skills), role))
    listed = [Group(role, tuple(_together(rows)), role == chosen) for role, rows in by_role.items()]
    listed.sort(key=lambda group: (not group.is_chosen, group.role == NO_ROLE, -group.skills, group.role))
    lost = tuple(Row(flow.dimension, (flow.skill,), GONE) for flow in gone)
    return [*listed, Group(GONE, lost)] if lost else listed


def _together(rows: Sequence[Row]) -> list[Row]:
    """Rows of one dimension beside each other, dimensions with most skills first."""
    weight: dict[str, int] = {}
    for row in rows:
        weight[row.dimension] = weight.get(row.dimension, 0) + len(row.skills)
    return sorted(rows, key=lambda row: (-weight[row.dimension], row.dimension))


def gone_flows(view: RunView) -> list[Flow]:
    """The links of the side before that the side now does not have, as flows without a role."""
    if view.before is None:
        return []
    now = _pairs(view.shown.library_match)
    return [
        Flow(skill, dimension, None)
        for skill, dimension in _pairs(view.before.library_match)
        if (skill, dimension) not in now
    ]


def _pairs(match: LibraryMatch | None) -> dict[tuple[str, str], None]:
    links = (
        (d.input_skill, e.dimension.display_name) for d in (match.skills_detail if match else ()) for e in d.dimensions
    )
    return dict.fromkeys(links)


def show(view: RunView) -> None:
    """The picture, and the list that stands for it where it does not fit."""
    match = view.shown.library_match
    found = flows(view.shown.extraction, match) if match else []
    if not found or match is None:
        st.html(markup.empty("No skill of this text is linked to a dimension."))
        return
    chosen = match.chosen_role.display_name if match.chosen_role else None
    listed = groups(found, chosen, gone_flows(view))
    by = "" if len(found) <= MAX_SKILLS else " by the dimension that carries them"
    st.html(markup.caption(f"Linkage · {count_label(len(found), 'skill')}{by} → role; thickness: skills"))
    with st.container(key="linkage"):
        with st.container(key="linkage-picture"):
            figure = kept_figure(tuple(listed), tuple(theme.palette().items()))
            size = plots.PlotSize(int(figure.layout.height), left=0, right=0, top=0, bottom=0, font_size=13)
            plots.show(figure, "linkage-figure", _alt(listed, found), size)
        st.html(as_list(view, listed))


def _alt(listed: Sequence[Group], found: Sequence[Flow]) -> str:
    parts = [f"{count_label(group.skills, 'skill')} to {group.role}" for group in listed if group.role != GONE]
    return f"{count_label(len(found), 'skill')} over dimensions to roles: {', '.join(parts)}"


def as_list(view: RunView, listed: Sequence[Group]) -> Markup:
    """The same as a list: each role with its dimensions and their skills, all of them links."""
    parts = []
    for group in listed:
        name = view.link("role", group.role, bold=True)
        parts.append(markup.fill("<h3>{}</h3>", name + markup.meta_span(f" · {count_label(group.skills, 'skill')}")))
        for row in _merged(group.rows):
            skills = markup.join((view.link("skill", name) for name in row.skills), ", ")
            dimension = view.link("dimension", row.dimension)
            into = markup.fill("<del>{}</del>", dimension) if group.role == GONE else dimension
            parts.append(markup.fill("<div>{} → {}</div>", skills, into))
    return markup.block(markup.join(parts), "jdw-flow")


def _merged(rows: Sequence[Row]) -> list[Row]:
    by_dimension: dict[str, list[str]] = {}
    for row in rows:
        by_dimension.setdefault(row.dimension, []).extend(row.skills)
    return [Row(dimension, tuple(skills), rows[0].role) for dimension, skills in by_dimension.items()]


# --- the picture --------------------------------------------------------------------------------------------------

Point = tuple[float, float]


@dataclass
class _Node:
    """Where a dimension stands: the middle of its rows, how many skills it carries, and where the next band joins it."""

    middle: float
    skills: int
    joined: float = 0.0

    def take(self, thick: float) -> float:
        """The height at which the next band of a thickness joins."""
        at = self.middle - self.skills * UNIT / 2 + self.joined + thick / 2
        self.joined += thick
        return at


@dataclass(frozen=True)
class _Canvas:
    """What is drawn, with its colours: shapes and annotations stay where they are put.

    They are collected and given to the figure at once: a figure that gets them one by one takes seconds.
    """

    colours: Mapping[str, str]
    shapes: list[dict[str, object]] = field(default_factory=list)
    annotations: list[dict[str, object]] = field(default_factory=list)
    hovers: list[tuple[float, str]] = field(default_factory=list)

    def figure(self, height: float) -> go.Figure:
        """The figure of what was drawn."""
        points = go.Scatter(
            x=[NODE + 2] * len(self.hovers),
            y=[at for at, _ in self.hovers],
            mode="markers",
            marker={"size": 16, "opacity": 0},
            hoverinfo="text",
            hovertext=[text for _, text in self.hovers],
            showlegend=False,
        )
        layout = {
            "shapes": self.shapes,
            "annotations": self.annotations,
            "height": height,
            "dragmode": False,
            "showlegend": False,
            "xaxis": {"range": [0, WIDTH], "visible": False, "fixedrange": True},
            "yaxis": {"range": [height, 0], "visible": False, "fixedrange": True},
        }
        return go.Figure(points, layout)

    def band(self, start: Point, end: Point, thick: float, colour: str) -> None:
        """A band that leaves and arrives level."""
        (x1, y1), (x2, y2), h = start, end, thick / 2
        m = (x1 + x2) / 2
        upper = f"M{x1},{y1 - h} C{m},{y1 - h} {m},{y2 - h} {x2},{y2 - h}"
        lower = f"L{x2},{y2 + h} C{m},{y2 + h} {m},{y1 + h} {x1},{y1 + h} Z"
        fill = self.colours[colour]
        shape: dict[str, object] = {
            "type": "path",
            "path": f"{upper} {lower}",
            "fillcolor": fill,
            "line": {"width": 0},
            "layer": "below",
        }
        self.shapes.append(shape)

    def line(self, start: Point, end: Point) -> None:
        """A thin rule."""
        line = {"color": self.colours["line"], "width": 1}
        ends = {"x0": start[0], "y0": start[1], "x1": end[0], "y1": end[1]}
        self.shapes.append({"type": "line", **ends, "line": line, "layer": "below"})

    def name(self, at: Point, text: str, ink: str, anchor: str = "left") -> None:
        """A name on the paper, over what lies below it."""
        self.annotations.append(
            {
                "x": at[0],
                "y": at[1],
                "text": text,
                "xanchor": anchor,
                "yanchor": "middle",
                "align": "left",
                "showarrow": False,
                "borderpad": 0,
                "bgcolor": self.colours["paper"],
                "font": {"size": 13, "color": self.colours[ink]},
            }
        )


@lru_cache(MAX_FIGURES)
def kept_figure(listed: tuple[Group, ...], colours: tuple[tuple[str, str], ...]) -> go.Figure:
    """The figure of the groups in the colours of a theme, kept, since what a page shows is drawn again and again."""
    return draw(listed, dict(colours))


def draw(listed: Sequence[Group], colours: Mapping[str, str]) -> go.Figure:
    """The figure of the groups, one below the other."""
    canvas = _Canvas(colours)
    top = GAP / 2
    for group in listed:
        _draw_group(canvas, group, [top + ROW * (n + 0.5) for n in range(len(group.rows))])
        top += ROW * len(group.rows) + GAP
    return canvas.figure(top - GAP / 2)


def _draw_group(canvas: _Canvas, group: Group, centres: Sequence[float]) -> None:
    nodes = _nodes(group.rows, centres)
    if group.role == GONE:
        _draw_gone(canvas, group, centres)
    else:
        _draw_flows(canvas, group, centres, nodes)
    skills: dict[str, list[str]] = {}
    for row in group.rows:
        skills.setdefault(row.dimension, []).extend(row.skills)
    texts = [plots.verbatim(f"{', '.join(skills[name])} in {name} → {group.role}") for name in nodes]
    canvas.hovers.extend(zip((node.middle for node in nodes.values()), texts, strict=True))


def _draw_flows(canvas: _Canvas, group: Group, centres: Sequence[float], nodes: Mapping[str, _Node]) -> None:
    """The bands of a role, with the names at their ends."""
    middle, total = sum(centres) / len(centres), group.skills * UNIT
    into = middle - total / 2
    for row, centre in zip(group.rows, centres, strict=True):
        thick = len(row.skills) * UNIT
        canvas.name((SKILLS_END, centre), _fitting(_skills(row), SKILLS_END), "skill", "right")
        canvas.band((SKILLS_END + 4, centre), (NODE, nodes[row.dimension].take(thick)), thick, "dimension-wash")
    for dimension, node in nodes.items():
        thick = node.skills * UNIT
        canvas.line((NAME, node.middle), (NAME_END, node.middle))
        canvas.name((NAME, node.middle), _fitting(dimension, NAME_END - NAME), "dimension")
        canvas.band((NODE, node.middle), (NODE + 4, node.middle), thick, "dimension")
        canvas.band(
            (NAME_END, node.middle), (ROLE, into + thick / 2), thick, "role-wash" if group.is_chosen else "line"
        )
        into += thick
    ink = "role" if group.is_chosen else "bad" if group.role == NO_ROLE else "mute"
    canvas.band((ROLE, middle), (ROLE + 5, middle), total, ink)
    where = f"in {count_label(len(nodes), 'dimension')}" if group.is_chosen else "not in the chosen role"
    below = f"<br>{count_label(group.skills, 'skill')} {where}" if len(group.rows) > 1 else ""
    canvas.name((ROLE + 12, middle), f"<b>{_fitting(group.role, WIDTH - ROLE - 12)}</b>{below}", ink)


def _draw_gone(canvas: _Canvas, group: Group, centres: Sequence[float]) -> None:
    """The links that are gone, struck through."""
    for row, centre in zip(group.rows, centres, strict=True):
        canvas.name((SKILLS_END, centre), _fitting(_skills(row), SKILLS_END), "mute", "right")
        canvas.band((SKILLS_END + 4, centre), (NODE, centre), 1, "ghost")
        canvas.name((NAME, centre), f"<s>{_fitting(row.dimension, NAME_END - NAME)}</s>", "mute")
    canvas.name((ROLE + 12, sum(centres) / len(centres)), plots.verbatim(group.role), "mute")


def _nodes(rows: Sequence[Row], centres: Sequence[float]) -> dict[str, _Node]:
    found: dict[str, list[tuple[float, int]]] = {}
    for row, centre in zip(rows, centres, strict=True):
        found.setdefault(row.dimension, []).append((centre, len(row.skills)))
    return {
        name: _Node(sum(centre for centre, _ in at) / len(at), sum(skills for _, skills in at))
        for name, at in found.items()
    }


def _skills(row: Row) -> str:
    """The names of a row's skills, as many as fit."""
    for shown in range(len(row.skills), 0, -1):
        more = f", +{len(row.skills) - shown}" if shown < len(row.skills) else ""
        names = ", ".join(row.skills[:shown]) + more
        if len(names) * LETTER <= SKILLS_END:
            return names
    return names


def _fitting(name: str, room: float) -> str:
    """A name, cut only where it is wider than its room."""
    return plots.verbatim(plots.short(name, int(room / LETTER)))
