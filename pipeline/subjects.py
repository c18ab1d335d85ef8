"""The subject of a row of a comparison, and which changes of the catalog touch it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from pipeline.catalog.changes import Change


@dataclass(frozen=True)
class SkillSubject:
    """A skill by its name: its slugs in the two runs, and the forms (lower case) in which they found it."""

    name: str
    slugs: frozenset[str]
    forms: frozenset[str]

    @property
    def label(self) -> str:
        """The row's name."""
        return self.name


@dataclass(frozen=True)
class LinkSubject:
    """A skill in a dimension, the dimension by its name with its slugs in the two runs."""

    skill: SkillSubject
    dimension: str
    dimension_slugs: frozenset[str]

    @property
    def label(self) -> str:
        """The row's name."""
        return f"{self.skill.name} → {self.dimension}"


@dataclass(frozen=True)
class RoleBasis:
    """The catalog rows on which the choice of a role depends in two runs: slugs of the ``chosen`` roles and all ``skills``.

    ``differing`` are the skills that only one run found, or that the runs found differently.
    """

    chosen: frozenset[str]
    skills: frozenset[str]
    differing: tuple[SkillSubject, ...]


@dataclass(frozen=True)
class RoleSubject:
    """A figure of the decision, or of a signal for a role."""

    label: str
    basis: RoleBasis


@dataclass(frozen=True)
class FieldSubject:
    """A field that depends on no row of the catalog."""

    label: str


Subject = SkillSubject | LinkSubject | RoleSubject | FieldSubject


@singledispatch
def touches(subject: Subject, change: Change) -> bool:
    """Whether a change of the catalog touches a row on which a subject depends."""
    raise NotImplementedError(f"no rule for {type(subject).__name__}")


@touches.register
def _(subject: SkillSubject, change: Change) -> bool:
    if change.table == "skill_aliases" and change.key[1].lower() in subject.forms:
        return True
    return change.table.startswith("skill") and change.key[0] in subject.slugs


@touches.register
def _(subject: LinkSubject, change: Change) -> bool:
    return touches(subject.skill, change) or not subject.dimension_slugs.isdisjoint(change.key)


@touches.register
def _(subject: RoleSubject, change: Change) -> bool:
    basis = subject.basis
    is_of_skill = change.table.startswith("skill") and change.key[0] in basis.skills
    is_of_role = not basis.chosen.isdisjoint(change.key)
    return is_of_skill or is_of_role or any(touches(skill, change) for skill in basis.differing)


@touches.register
def _(_subject: FieldSubject, _change: Change) -> bool:
    return False
