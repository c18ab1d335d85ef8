"""The rows behind the skill signal by what they are of: a dimension of the role with the skills that reach it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalog.changes import Place
from pipeline.explain import Row

LINKING = frozenset({"role_dimensions", "skill_dimensions", "skill_aliases", "skills"})
"""Tables whose rows lead from the text to a role by its skills."""


@dataclass(frozen=True)
class GroupRow:
    """A row with its share in a group: a form of a skill that reaches the role by two dimensions has half in each."""

    row: Row
    points: float


@dataclass(frozen=True)
class DimensionGroup:
    """A dimension that a role carries: the points of all rows by which the text's skills reach the role through it."""

    role: str
    dimension: str
    skills: tuple[str, ...]
    rows: tuple[GroupRow, ...]

    @property
    def points(self) -> float:
        """What they give together."""
        return sum(row.points for row in self.rows)

    @property
    def link(self) -> Row | None:
        """The row that says that the role carries the dimension."""
        return next((r.row for r in self.rows if r.row.table == "role_dimensions"), None)


def are_linking(rows: Sequence[Row]) -> bool:
    """Whether rows lead to a role by its dimensions, so that they can be shown by them."""
    tables = {row.table for row in rows}
    return tables <= LINKING and "role_dimensions" in tables


def by_dimension(rows: Sequence[Row]) -> list[DimensionGroup]:
    """The rows of a role's skill signal by its dimensions, those that give most first; their points are those of the rows."""
    carried = [row.key for row in rows if row.table == "role_dimensions"]
    links = defaultdict[str, list[Row]](list)
    for row in rows:
        if row.table == "skill_dimensions":
            links[row.key[1]].append(row)
    ways: Mapping[str, list[str]] = defaultdict(list)
    for dimension, of in links.items():
        for row in of:
            ways[row.key[0]].append(dimension)
    found = []
    for role, dimension in carried:
        skills = {row.key[0] for row in links[dimension]}
        own = [row for row in rows if _is_of(row, dimension, skills)]
        shared = [GroupRow(row, row.points / _parts(row, ways)) for row in own]
        order = _by_points(skills, shared)
        found.append(DimensionGroup(role, dimension, order, tuple(sorted(shared, key=lambda r: _order(r, order)))))
    return sorted(found, key=lambda group: (-group.points, group.dimension))


def _is_of(row: Row, dimension: str, skills: Iterable[str]) -> bool:
    if row.table in ("role_dimensions", "skill_dimensions"):
        return row.key[1] == dimension
    return row.key[0] in skills


def _parts(row: Row, ways: Mapping[str, list[str]]) -> int:
    """Between how many dimensions a row is shared: a form or a skill, between those by which the skill reaches the role."""
    return max(len(ways[row.key[0]]), 1) if row.table in ("skill_aliases", "skills") else 1


def _by_points(skills: Iterable[str], rows: Sequence[GroupRow]) -> tuple[str, ...]:
    """Skills by what their rows give, the most first."""
    points = {s: sum(r.points for r in rows if r.row.key[0] == s and r.row.table != "role_dimensions") for s in skills}
    return tuple(sorted(skills, key=lambda s: (-points[s], s)))


def _order(row: GroupRow, skills: Sequence[str]) -> tuple[int, int, Place]:
    """The role's own link first, then skill by skill its forms before its link."""
    place: Place = (row.row.table, row.row.key)
    if row.row.table == "role_dimensions":
        return -1, 0, place
    return skills.index(row.row.key[0]), row.row.table == "skill_dimensions", place
