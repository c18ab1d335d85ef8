"""Catalogs that differ from one in a few rows, as a text editor leaves its folder: a row taken out, written anew, or added at the end.

Nothing follows from a change but what stands in its row: no row that refers to another goes with it. What the catalog has looked up
already is carried over, and only what the changed rows are part of is looked up again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pipeline.catalog.changes import Change, Key
from pipeline.catalog.overlay import Overlay
from pipeline.catalog.tables import key_of
from pipeline.catalog.value import Catalog, Dimension, Role, RoleDimension, RoleKra, SkillDimension

DEPENDS_ON: Mapping[str, frozenset[str]] = {
    "role": frozenset({"roles"}),
    "dimension": frozenset({"dimensions"}),
    "skill": frozenset({"skills"}),
    "category_id": frozenset({"categories"}),
    "sub_category_id": frozenset({"sub_categories"}),
    "dimensions_of_skill": frozenset({"skill_dimensions", "dimensions"}),
    "dimensions_of_role": frozenset({"role_dimensions", "dimensions"}),
    "roles_of_dimension": frozenset({"role_dimensions", "roles"}),
    "skills_of_dimension": frozenset({"skill_dimensions", "skills"}),
    "roles_of_skill": frozenset({"skill_dimensions", "role_dimensions", "roles"}),
    "aliases_of_skill": frozenset({"skill_aliases"}),
    "kras_of_role": frozenset({"role_kras"}),
    "baseline_of_role": frozenset({"role_baselines"}),
    "aliases_of_role": frozenset({"role_aliases"}),
}
"""The tables that each look-up of a catalog is made from."""
LINK_TABLES = frozenset({"skill_dimensions", "role_dimensions", "skill_aliases", "role_aliases", "role_kras"})
"""The tables whose rows belong to one owner, so that the look-ups of the others stay."""


class RowEdits:
    """A catalog and where each of its rows stands, so that one that differs in a few rows is made at the cost of these."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._places: dict[str, dict[Key, int]] = {}

    def after(self, changes: Sequence[Change]) -> Catalog:
        """Return the catalog with some changes, each of another row; one whose row is another than it says changes nothing."""
        changes = [c for c in changes if self.row(*c.place) == c.before]
        fields = {name: getattr(self.catalog, name) for name in self.catalog.counts()}
        new = Catalog(**{**fields, **self._tables_after(changes)})
        self._carry(new, changes)
        return new

    def _tables_after(self, changes: Sequence[Change]) -> dict[str, tuple[Any, ...]]:
        """The tables that some changes make others."""
        if len(changes) == 1 and changes[0].after is None:
            (change,) = changes
            rows = getattr(self.catalog, change.table)
            gap = self._places_in(change.table)[change.key]
            return {change.table: rows[:gap] + rows[gap + 1 :]}
        tables: dict[str, list[Any]] = {}
        gone: dict[str, set[int]] = {}
        for change in changes:
            rows = tables.setdefault(change.table, list(getattr(self.catalog, change.table)))
            place = self._places_in(change.table).get(change.key)
            if place is None:
                rows.append(change.after)
            elif change.after is None:
                gone.setdefault(change.table, set()).add(place)
            else:
                rows[place] = change.after
        for table, places in gone.items():
            for place in sorted(places, reverse=True):
                del tables[table][place]
        return {table: tuple(rows) for table, rows in tables.items()}

    def row(self, table: str, key: Key) -> Any | None:
        """Return the row of a key; null where there is none."""
        place = self._places_in(table).get(key)
        return None if place is None else getattr(self.catalog, table)[place]

    def _places_in(self, table: str) -> dict[Key, int]:
        if table not in self._places:
            self._places[table] = {key_of(row): i for i, row in enumerate(getattr(self.catalog, table))}
        return self._places[table]

    def _carry(self, new: Catalog, changes: Sequence[Change]) -> None:
        """Give the new catalog the look-ups of the old one, those of what has changed made anew."""
        old = self.catalog
        changed = {change.table for change in changes}
        for name, tables in DEPENDS_ON.items():
            if name in old.__dict__ and not tables & changed:
                new.__dict__[name] = old.__dict__[name]
        if changed <= LINK_TABLES:
            for name, groups in _regrouped(old, changes).items():
                new.__dict__[name] = groups


def _regrouped(old: Catalog, changes: Sequence[Change]) -> dict[str, Mapping[str, Any]]:
    """The look-ups that the changed rows are part of: those of their owners made anew, the others as they were."""
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.table, []).append(change)
    found: dict[str, Mapping[str, Any]] = {}
    for table, of_table in by_table.items():
        if table in ("skill_dimensions", "role_dimensions"):
            continue
        owner = "skill_slug" if table == "skill_aliases" else "role_slug"
        name = {"skill_aliases": "aliases_of_skill", "role_aliases": "aliases_of_role", "role_kras": "kras_of_role"}[
            table
        ]
        owners = {str(getattr(c.row, owner)) for c in of_table}
        rows = [row for slug in owners for row in _rows_of(old, table, slug)]
        small = Catalog(**{table: tuple(_edited(rows, of_table))})
        found[name] = _with(getattr(old, name), getattr(small, name), owners)
    return found | _relinked(old, by_table)


def _rows_of(old: Catalog, table: str, slug: str) -> Sequence[Any]:
    if table == "role_kras":
        return [RoleKra(slug, text) for text in old.kras_of_role.get(slug, ())]
    return (old.aliases_of_skill if table == "skill_aliases" else old.aliases_of_role).get(slug, ())


def _relinked(old: Catalog, by_table: Mapping[str, Sequence[Change]]) -> dict[str, Mapping[str, Any]]:
    """The look-ups of links, with those of some skills, dimensions and roles made anew."""
    found: dict[str, Mapping[str, Any]] = {}
    rows: Any
    in_skills, in_roles = by_table.get("skill_dimensions", ()), by_table.get("role_dimensions", ())
    skills = {str(c.row.skill_slug) for c in in_skills}
    if in_skills:
        dimensions = {str(c.row.dimension_slug) for c in in_skills}
        rows = [SkillDimension(s, d.slug) for s in skills for d in old.dimensions_of_skill.get(s, ())]
        small = _small(old, skill_dimensions=tuple(_edited(rows, in_skills)))
        found["dimensions_of_skill"] = _with(old.dimensions_of_skill, small.dimensions_of_skill, skills)
        rows = [SkillDimension(s.slug, d) for d in dimensions for s in old.skills_of_dimension.get(d, ())]
        small = _small(old, skill_dimensions=tuple(_edited(rows, in_skills)))
        found["skills_of_dimension"] = _with(old.skills_of_dimension, small.skills_of_dimension, dimensions)
    if in_roles:
        roles = {str(c.row.role_slug) for c in in_roles}
        dimensions = {str(c.row.dimension_slug) for c in in_roles}
        rows = [RoleDimension(r, d.slug) for r in roles for d in old.dimensions_of_role.get(r, ())]
        small = _small(old, role_dimensions=tuple(_edited(rows, in_roles)))
        found["dimensions_of_role"] = _with(old.dimensions_of_role, small.dimensions_of_role, roles)
        rows = [RoleDimension(r.slug, d) for d in dimensions for r in old.roles_of_dimension.get(d, ())]
        small = _small(old, role_dimensions=tuple(_edited(rows, in_roles)))
        found["roles_of_dimension"] = _with(old.roles_of_dimension, small.roles_of_dimension, dimensions)
        members = found.get("skills_of_dimension", old.skills_of_dimension)
        skills |= {s.slug for d in dimensions for s in members.get(d, ())}
    if skills:
        carried = found.get("dimensions_of_skill", old.dimensions_of_skill)
        carriers = found.get("roles_of_dimension", old.roles_of_dimension)
        found["roles_of_skill"] = _with(old.roles_of_skill, _reached(skills, carried, carriers), skills)
    return found


def _reached(
    skills: Iterable[str], dimensions: Mapping[str, Sequence[Dimension]], carriers: Mapping[str, Sequence[Role]]
) -> Mapping[str, frozenset[str]]:
    """The roles that some skills reach; a skill that reaches none has no entry."""
    roles: dict[str, frozenset[str]] = {}
    reached = {}
    for slug in skills:
        ways = [d.slug for d in dimensions.get(slug, ())]
        for way in ways:
            if way not in roles:
                roles[way] = frozenset(role.slug for role in carriers.get(way, ()))
        if found := frozenset().union(*(roles[way] for way in ways)):
            reached[slug] = found
    return reached


def _small(old: Catalog, **tables: Any) -> Catalog:
    """A catalog of a few links between the rows of another."""
    small = Catalog(**tables)
    small.__dict__.update(role=old.role, skill=old.skill, dimension=old.dimension)
    return small


def _edited(rows: Iterable[Any], changes: Sequence[Change]) -> list[Any]:
    """Rows with some changes: those removed left out, those edited in their place, those added at the end."""
    after = {change.key: change.after for change in changes if change.before is not None}
    kept = [after.get(key_of(row), row) for row in rows]
    return [row for row in kept if row is not None] + [c.after for c in changes if c.before is None]


def _with(old: Mapping[str, Any], new: Mapping[str, Any], owners: Collection[str]) -> Mapping[str, Any]:
    """Look-ups with those of some owners replaced; an owner that has nothing any more has no entry."""
    own = {owner: new[owner] for owner in owners if owner in new}
    return Overlay(old, own, [owner for owner in owners if owner not in own])
