"""What curators do, as changes of rows: merge, retire, split, move and re-point. Each is a pure function of the catalog.

Everything that leans on a row goes with it: its links, aliases, titles and KRAs follow to what takes its place, or are
removed beside it. A row that goes names its ``successor``, so that its slug keeps leading somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from pipeline.catalog.changes import SINGULAR, TABLE, Change, rows_by_key
from pipeline.catalog.folder import REFERENCES, key_of
from pipeline.catalog.value import Catalog, Dimension, RoleAlias, RoleDimension, SkillAlias, SkillDimension
from pipeline.errors import InputError

NAMED = ("roles", "dimensions", "skills")
"""The tables whose rows have a slug by which others lean on them."""


@dataclass(frozen=True)
class Why:
    """The reason that each change of an operation carries, and the run or finding that showed the fault."""

    reason: str = ""
    evidence: str = ""

    def change(self, table: str, before: Any | None, after: Any | None, successor: str = "") -> Change:
        return Change(table, before, after, self.reason, self.evidence, successor)


def retire(catalog: Catalog, table: str, slug: str, why: Why, successor: str = "") -> tuple[Change, ...]:
    """Remove a role, dimension or skill with all that leans on it. Raises ``InputError`` for an unknown slug."""
    row = _row(catalog, table, slug)
    leaning = [why.change(name, held, None) for name, held, _ in _leaning(catalog, table, slug)]
    return (*leaning, why.change(table, row, None, successor))


def merge(catalog: Catalog, table: str, gone: str, stays: str, why: Why) -> tuple[Change, ...]:
    """Make one of two roles, dimensions or skills: what leans on ``gone`` follows to ``stays``, its name stays known.

    Raises ``InputError`` for an unknown slug, or for a row merged with itself.
    """
    if gone == stays:
        raise InputError(f"The {SINGULAR[table]} {gone!r} cannot be merged with itself; choose another.")
    row, kept = _row(catalog, table, gone), _row(catalog, table, stays)
    tables = rows_by_key(catalog)
    changes = []
    taken: dict[str, set[Any]] = {name: set(rows) for name, rows in tables.items()}
    forms = {a.alias_text.lower() for a in catalog.aliases_of_skill.get(stays, ())} if table == "skills" else set()
    for name, held, column in _leaning(catalog, table, gone):
        changes.append(why.change(name, held, None))
        follows = replace(held, **{column: stays})
        if isinstance(follows, SkillAlias):
            if follows.alias_text.lower() in forms:
                continue
            forms.add(follows.alias_text.lower())
            canonical = follows.alias_type == "CANONICAL"
            follows = replace(follows, is_primary=False, alias_type="SYNONYM" if canonical else follows.alias_type)
        key = key_of(TABLE[name], follows)
        if key not in taken[name]:
            taken[name].add(key)
            changes.append(why.change(name, None, follows))
    if table == "skills" and row.display_name.lower() not in {*forms, kept.display_name.lower()}:
        changes.append(why.change("skill_aliases", None, SkillAlias(None, stays, row.display_name)))
    if table == "roles" and (stays, row.display_name) not in taken["role_aliases"] and row.display_name != kept.display_name:
        changes.append(why.change("role_aliases", None, RoleAlias(stays, row.display_name)))
    return (*changes, why.change(table, row, None, stays))


def split_dimension(
    catalog: Catalog, slug: str, new: Dimension, skills: Iterable[str], roles: Iterable[str] | None, why: Why
) -> tuple[Change, ...]:
    """Move some skills of a dimension to a new one, which the given roles carry (all that carry the old one for null).

    Raises ``InputError`` for a slug that is taken, or a skill that the dimension does not hold.
    """
    _row(catalog, "dimensions", slug)
    if new.slug in catalog.dimension:
        raise InputError(f"There is a dimension {new.slug!r} already; give the new one another slug.")
    held = {s.slug for s in catalog.skills_of_dimension.get(slug, ())}
    moved = list(skills)
    if strange := [s for s in moved if s not in held]:
        raise InputError(f"The dimension {slug!r} does not hold {', '.join(map(repr, strange))}; choose among its skills.")
    carriers = [r.slug for r in catalog.roles_of_dimension.get(slug, ())] if roles is None else list(roles)
    return (
        why.change("dimensions", None, new),
        *(c for s in moved for c in (
            why.change("skill_dimensions", SkillDimension(s, slug), None),
            why.change("skill_dimensions", None, SkillDimension(s, new.slug)),
        )),
        *(why.change("role_dimensions", None, RoleDimension(r, new.slug)) for r in carriers),
    )  # fmt: skip


def move_link(catalog: Catalog, skill: str, old: str, new: str | None, why: Why) -> tuple[Change, ...]:
    """Lead a skill from one dimension to another, or to none. Raises ``InputError`` when there is no such link, or both are one."""
    link = SkillDimension(skill, old)
    if link not in set(catalog.skill_dimensions):
        raise InputError(f"The skill {skill!r} is not in the dimension {old!r}; it may have been moved already.")
    if new == old:
        raise InputError(f"The skill {skill!r} is in the dimension {old!r} already; choose another.")
    dropped = why.change("skill_dimensions", link, None)
    if new is None:
        return (dropped,)
    _row(catalog, "dimensions", new)
    wanted = SkillDimension(skill, new)
    return (dropped,) if wanted in set(catalog.skill_dimensions) else (dropped, why.change("skill_dimensions", None, wanted))


def repoint_alias(catalog: Catalog, skill: str, text: str, owner: str, why: Why) -> tuple[Change, ...]:
    """Give an alias to another skill. Where that has the form already, it only has to match here too: what must stand near
    it falls away once no other skill has the form.

    Raises ``InputError`` for an alias or a skill that is not there, or a skill that has it.
    """
    alias = find_alias(catalog, skill, text)
    if owner == skill:
        raise InputError(f"{text!r} is an alias of the skill {skill!r} already; choose another.")
    _row(catalog, "skills", owner)
    dropped = why.change("skill_aliases", alias, None)
    same = [a for a in catalog.skill_aliases if a.alias_text.lower() == text.lower() and a.skill_slug != skill]
    if own := [a for a in same if a.skill_slug == owner]:
        alone = len(own) == len(same)
        return dropped, *(c for a in own if alone for c in edit("skill_aliases", a, why, context=()))
    # A form that was filed as a version or a name of the one is a plain synonym of the other until somebody says more.
    kind = alias.alias_type if alias.alias_type in ("ABBREVIATION", "MISSPELLING", "LEGACY") else "SYNONYM"
    return dropped, why.change("skill_aliases", None, replace(alias, skill_slug=owner, alias_type=kind, is_primary=False))


def find_alias(catalog: Catalog, skill: str, text: str) -> SkillAlias:
    """An alias by its key. Raises ``InputError`` when it is not there."""
    for alias in catalog.aliases_of_skill.get(skill, ()):
        if alias.alias_text == text:
            return alias
    raise InputError(f"The skill {skill!r} has no alias {text!r}; it may have been changed already.")


def edit(table: str, row: Any, why: Why, **cells: Any) -> tuple[Change, ...]:
    """The row with other cells; nothing when they are as they were."""
    edited = replace(row, **cells)
    return () if edited == row else (why.change(table, row, edited),)


def slug_for(name: str, is_taken: Callable[[str], bool]) -> str:
    """A slug for a name, with a number where it is taken."""
    base = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split()) or "unnamed"
    slug, n = base, 2
    while is_taken(slug):
        slug, n = f"{base}-{n}", n + 1
    return slug


def _row(catalog: Catalog, table: str, slug: str) -> Any:
    for row in getattr(catalog, table):
        if row.slug == slug:
            return row
    raise InputError(f"There is no {SINGULAR[table]} {slug!r} in the catalog; it may have been merged or retired.")


def _leaning(catalog: Catalog, table: str, slug: str) -> list[tuple[str, Any, str]]:
    """Rows that name a row of a table: their table, themselves, and the column that does."""
    return [
        (name, row, column)
        for name, column, target in REFERENCES
        if target == table
        for row in getattr(catalog, name)
        if getattr(row, column) == slug
    ]
