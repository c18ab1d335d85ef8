"""Operations of curators as changes of rows: merge, retire, split, move and re-point, pure functions of the catalog.

Links, aliases, titles and KRAs of a removed row are moved to its successor, or removed with it. The change that removes a
row names its ``successor``, so that its slug can still be resolved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pipeline.catalog.changes import Change, rows_by_key
from pipeline.catalog.refs import Ref
from pipeline.catalog.tables import REFERENCES, TABLE, key_of
from pipeline.catalog.value import Catalog, Dimension, RoleAlias, RoleDimension, SkillAlias, SkillDimension
from pipeline.errors import InputError


@dataclass(frozen=True)
class ChangeReason:
    """The reason of each change of an operation, and the run or finding that showed the fault."""

    reason: str = ""
    source: Ref | None = None

    def change(self, before: Any | None, after: Any | None, successor: str = "") -> Change:
        """Return a change of a row with this reason."""
        return Change(before, after, self.reason, self.source, successor)


def retire(catalog: Catalog, table: str, slug: str, why: ChangeReason, successor: str = "") -> tuple[Change, ...]:
    """Return the changes that remove a role, dimension or skill with all rows that refer to it.

    Raises ``InputError`` for an unknown slug.
    """
    row = _row(catalog, table, slug)
    dependents = [why.change(d.row, None) for d in _dependents(catalog, table, slug)]
    return (*dependents, why.change(row, None, successor))


def merge(catalog: Catalog, table: str, merged: str, kept: str, why: ChangeReason) -> tuple[Change, ...]:
    """Return the changes that merge two roles, dimensions or skills.

    Rows that refer to ``merged`` refer to ``kept`` afterwards, and the name of ``merged`` becomes an alias or title of it.

    Raises ``InputError`` for an unknown slug, or for a row merged with itself.
    """
    if merged == kept:
        raise InputError(f"The {TABLE[table].singular} {merged!r} cannot be merged with itself; choose another.")
    row, kept_row = _row(catalog, table, merged), _row(catalog, table, kept)
    taken: dict[str, set[Any]] = {name: set(rows) for name, rows in rows_by_key(catalog).items()}
    forms = {a.alias_text.lower() for a in catalog.aliases_of_skill.get(kept, ())} if table == "skills" else set()
    changes = []
    for dependent in _dependents(catalog, table, merged):
        changes.append(why.change(dependent.row, None))
        moved = replace(dependent.row, **{dependent.column: kept})
        if isinstance(moved, SkillAlias):
            if moved.alias_text.lower() in forms:
                continue
            forms.add(moved.alias_text.lower())
            canonical = moved.alias_type == "CANONICAL"
            moved = replace(moved, is_primary=False, alias_type="SYNONYM" if canonical else moved.alias_type)
        key = key_of(moved)
        if key not in taken[dependent.table]:
            taken[dependent.table].add(key)
            changes.append(why.change(None, moved))
    if table == "skills" and row.display_name.lower() not in {*forms, kept_row.display_name.lower()}:
        changes.append(why.change(None, SkillAlias(None, kept, row.display_name)))
    is_new_title = (kept, row.display_name) not in taken["role_aliases"] and row.display_name != kept_row.display_name
    if table == "roles" and is_new_title:
        changes.append(why.change(None, RoleAlias(kept, row.display_name)))
    return (*changes, why.change(row, None, kept))


@dataclass(frozen=True)
class DimensionSplit:
    """A split of a dimension: the new one, the slugs of the skills that move to it, and of the roles that carry it.

    ``roles`` is null for all that carry the old one.
    """

    new: Dimension
    skills: tuple[str, ...]
    roles: tuple[str, ...] | None = None


def split_dimension(catalog: Catalog, slug: str, split: DimensionSplit, why: ChangeReason) -> tuple[Change, ...]:
    """Return the changes that move some skills of a dimension to a new one.

    Raises ``InputError`` for a slug that is taken, or a skill that the dimension does not hold.
    """
    _row(catalog, "dimensions", slug)
    new = split.new
    if new.slug in catalog.dimension:
        raise InputError(f"There is a dimension {new.slug!r} already; give the new one another slug.")
    members = {s.slug for s in catalog.skills_of_dimension.get(slug, ())}
    if others := [s for s in split.skills if s not in members]:
        raise InputError(
            f"The dimension {slug!r} does not hold {', '.join(map(repr, others))}; choose among its skills."
        )
    carriers = split.roles
    if carriers is None:
        carriers = tuple(r.slug for r in catalog.roles_of_dimension.get(slug, ()))
    changes = [why.change(None, new)]
    for skill in split.skills:
        changes += [why.change(SkillDimension(skill, slug), None), why.change(None, SkillDimension(skill, new.slug))]
    return (*changes, *(why.change(None, RoleDimension(role, new.slug)) for role in carriers))


def move_link(catalog: Catalog, skill: str, old: str, new: str | None, why: ChangeReason) -> tuple[Change, ...]:
    """Return the changes that move a skill from one dimension to another, or out of it (``new`` null).

    Raises ``InputError`` where there is no such link, or both dimensions are the same.
    """
    link = SkillDimension(skill, old)
    if link not in set(catalog.skill_dimensions):
        raise InputError(f"The skill {skill!r} is not in the dimension {old!r}; it may have been moved already.")
    if new == old:
        raise InputError(f"The skill {skill!r} is in the dimension {old!r} already; choose another.")
    dropped = why.change(link, None)
    if new is None:
        return (dropped,)
    _row(catalog, "dimensions", new)
    wanted = SkillDimension(skill, new)
    return (dropped,) if wanted in set(catalog.skill_dimensions) else (dropped, why.change(None, wanted))


def repoint_alias(catalog: Catalog, skill: str, text: str, owner: str, why: ChangeReason) -> tuple[Change, ...]:
    """Return the changes that give an alias to another skill.

    Where that skill has the form already, the alias is dropped, and the form's context words are cleared where no other
    skill has it. Raises ``InputError`` for an alias or a skill that does not exist, or for the skill that owns the alias.
    """
    alias = find_alias(catalog, skill, text)
    if owner == skill:
        raise InputError(f"{text!r} is an alias of the skill {skill!r} already; choose another.")
    _row(catalog, "skills", owner)
    dropped = why.change(alias, None)
    same = [a for a in catalog.skill_aliases if a.alias_text.lower() == text.lower() and a.skill_slug != skill]
    if owned := [a for a in same if a.skill_slug == owner]:
        is_unique = len(owned) == len(same)
        return dropped, *(c for a in owned if is_unique for c in edit(a, why, context=()))
    # A form that was filed as a version or a name of the old owner is a plain synonym of the new one.
    kind = alias.alias_type if alias.alias_type in ("ABBREVIATION", "MISSPELLING", "LEGACY") else "SYNONYM"
    return dropped, why.change(None, replace(alias, skill_slug=owner, alias_type=kind, is_primary=False))


def find_alias(catalog: Catalog, skill: str, text: str) -> SkillAlias:
    """Return an alias by its key. Raises ``InputError`` where it does not exist."""
    for alias in catalog.aliases_of_skill.get(skill, ()):
        if alias.alias_text == text:
            return alias
    raise InputError(f"The skill {skill!r} has no alias {text!r}; it may have been changed already.")


def edit(row: Any, why: ChangeReason, **cells: Any) -> tuple[Change, ...]:
    """Return the change of some cells of a row; none where they are equal."""
    edited = replace(row, **cells)
    return () if edited == row else (why.change(row, edited),)


def _row(catalog: Catalog, table: str, slug: str) -> Any:
    for row in getattr(catalog, table):
        if row.slug == slug:
            return row
    raise InputError(
        f"There is no {TABLE[table].singular} {slug!r} in the catalog; it may have been merged or retired."
    )


@dataclass(frozen=True)
class _Dependent:
    """A row that refers to another: its table, itself, and the column that holds the other's slug."""

    table: str
    row: Any
    column: str


def _dependents(catalog: Catalog, table: str, slug: str) -> list[_Dependent]:
    return [
        _Dependent(name, row, column)
        for name, column, target in REFERENCES
        if target == table
        for row in getattr(catalog, name)
        if getattr(row, column) == slug
    ]
