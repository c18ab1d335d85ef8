"""The subjects of findings, by type: JSON form, rows in the catalog, name on a page, roles and runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.audit.usage import Usage
from pipeline.catalog.changes import Place
from pipeline.catalog.value import Catalog, Dimension, Role, Skill

Entity = Literal["role", "dimension", "skill", "alias", "kra"]
EntityTable = Literal["roles", "dimensions", "skills"]
"""The tables whose rows have a slug and a card on pages."""
ENTITY_OF_TABLE: Mapping[EntityTable, Entity] = {"roles": "role", "dimensions": "dimension", "skills": "skill"}


@dataclass(frozen=True)
class Part:
    """A part of a subject's name: the name of an entity, or words between names (no entity).

    ``table`` and ``slug`` are those of the entity's card; both are empty where it has none.
    """

    text: str
    entity: Entity | None = None
    table: EntityTable | None = None
    slug: str = ""


class Subject(ABC):
    """The subject of a finding. Subclasses are frozen dataclasses, so that equal subjects are one key of a mapping."""

    def wire(self) -> dict[str, Any]:
        """Return the JSON object that the command line prints and that is part of keys in the store."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @abstractmethod
    def rows(self) -> tuple[Place, ...]:
        """Return its rows in the catalog, as (table, key)."""

    @abstractmethod
    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Return its name in parts, for a heading; joined they are one phrase."""

    def label(self, catalog: Catalog) -> str:
        """Return its name on one line."""
        return "".join(part.text for part in self.parts(catalog))

    @abstractmethod
    def roles(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the slugs of the roles that it concerns; none where it concerns no role more than others."""

    @abstractmethod
    def touched_runs(self, usage: Usage) -> int:
        """Return the number of past runs with it."""

    def matched_form(self) -> tuple[str, str | None] | None:
        """Return the skill, and the alias or null for any, whose matches in past runs show the fault; null for no skill."""
        return None


@dataclass(frozen=True)
class _OfSkill(Subject):
    """A subject that belongs to one skill."""

    skill_slug: str

    def roles(self, catalog: Catalog) -> tuple[str, ...]:
        """The roles that the skill reaches."""
        return tuple(sorted(catalog.roles_of_skill.get(self.skill_slug, ())))

    def touched_runs(self, usage: Usage) -> int:
        """Runs that matched the skill."""
        return usage.skills.get(self.skill_slug, 0)

    def matched_form(self) -> tuple[str, str | None] | None:
        """The skill, by any form."""
        return self.skill_slug, None


@dataclass(frozen=True)
class _OfRole(Subject):
    """A subject that belongs to one role."""

    role_slug: str

    def roles(self, catalog: Catalog) -> tuple[str, ...]:
        """The role."""
        return _existing_roles(catalog, self.role_slug)

    def touched_runs(self, usage: Usage) -> int:
        """Runs that chose the role."""
        return usage.roles.get(self.role_slug, 0)


@dataclass(frozen=True)
class LinkSubject(_OfSkill):
    """A skill in a dimension."""

    dimension_slug: str

    def rows(self) -> tuple[Place, ...]:
        """The link's row."""
        return (("skill_dimensions", (self.skill_slug, self.dimension_slug)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Skill "in" dimension."""
        skill = entity_part(catalog, "skills", self.skill_slug)
        return skill, Part(" in "), entity_part(catalog, "dimensions", self.dimension_slug)

    def roles(self, catalog: Catalog) -> tuple[str, ...]:
        """The roles that carry the dimension."""
        return _roles_of_dimension(catalog, self.dimension_slug)


@dataclass(frozen=True)
class AliasSubject(_OfSkill):
    """An alias of a skill."""

    alias_text: str

    def rows(self) -> tuple[Place, ...]:
        """The alias's row."""
        return (("skill_aliases", (self.skill_slug, self.alias_text)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Alias "as a form of" skill."""
        skill = entity_part(catalog, "skills", self.skill_slug)
        return Part(self.alias_text, "alias"), Part(" as a form of "), skill

    def label(self, catalog: Catalog) -> str:
        """Alias → skill."""
        return f"{self.alias_text} → {entity_part(catalog, 'skills', self.skill_slug).text}"

    def touched_runs(self, usage: Usage) -> int:
        """Runs that matched the alias as a form of the skill."""
        return usage.forms.get((self.skill_slug, self.alias_text), 0)

    def matched_form(self) -> tuple[str, str | None] | None:
        """The skill, by this alias."""
        return self.skill_slug, self.alias_text


@dataclass(frozen=True)
class TitleSubject(_OfRole):
    """A job title of a role."""

    alias_text: str

    def rows(self) -> tuple[Place, ...]:
        """The title's row."""
        return (("role_aliases", (self.role_slug, self.alias_text)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Role · title."""
        return entity_part(catalog, "roles", self.role_slug), Part(" · "), Part(self.alias_text, "alias")

    def label(self, catalog: Catalog) -> str:
        """Title → role."""
        return f"{self.alias_text} → {entity_part(catalog, 'roles', self.role_slug).text}"


@dataclass(frozen=True)
class KraSubject(_OfRole):
    """A KRA of a role."""

    kra_text: str

    def rows(self) -> tuple[Place, ...]:
        """The KRA's row."""
        return (("role_kras", (self.role_slug, self.kra_text)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Role · KRA."""
        return entity_part(catalog, "roles", self.role_slug), Part(" · "), Part(self.kra_text, "kra")


@dataclass(frozen=True)
class SkillSubject(_OfSkill):
    """A skill."""

    def rows(self) -> tuple[Place, ...]:
        """The skill's row."""
        return (("skills", (self.skill_slug,)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """The skill's name."""
        return (entity_part(catalog, "skills", self.skill_slug),)


@dataclass(frozen=True)
class FactSubject(_OfSkill):
    """A field of a skill."""

    field: str

    def rows(self) -> tuple[Place, ...]:
        """The skill's row."""
        return (("skills", (self.skill_slug,)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Skill · field in words."""
        field = self.field.removeprefix("skill_").replace("_", " ")
        return entity_part(catalog, "skills", self.skill_slug), Part(f" · {field}")


@dataclass(frozen=True)
class DimensionSubject(Subject):
    """A dimension."""

    dimension_slug: str

    def rows(self) -> tuple[Place, ...]:
        """The dimension's row."""
        return (("dimensions", (self.dimension_slug,)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """The dimension's name."""
        return (entity_part(catalog, "dimensions", self.dimension_slug),)

    def roles(self, catalog: Catalog) -> tuple[str, ...]:
        """The roles that carry the dimension."""
        return _roles_of_dimension(catalog, self.dimension_slug)

    def touched_runs(self, usage: Usage) -> int:
        """Runs that matched a skill of the dimension."""
        return usage.dimensions.get(self.dimension_slug, 0)


@dataclass(frozen=True)
class RoleSubject(_OfRole):
    """A role."""

    def rows(self) -> tuple[Place, ...]:
        """The role's row."""
        return (("roles", (self.role_slug,)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """The role's name."""
        return (entity_part(catalog, "roles", self.role_slug),)


@dataclass(frozen=True)
class BaselineSubject(_OfRole):
    """A field of a role's baseline."""

    field: str

    def rows(self) -> tuple[Place, ...]:
        """The baseline's row."""
        return (("role_baselines", (self.role_slug,)),)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """Role · field in words."""
        words = {"tech_stack_maturity": "maturity of the stack", "ai_index": "AI index"}
        field = words.get(self.field, self.field.replace("_", " "))
        return entity_part(catalog, "roles", self.role_slug), Part(f" · {field}")


@dataclass(frozen=True)
class PairSubject(Subject):
    """Two roles, dimensions or skills; the JSON form has the slugs alone."""

    table: EntityTable
    slugs: tuple[str, str]

    def wire(self) -> dict[str, Any]:
        """The two slugs as a list."""
        return {"slugs": list(self.slugs)}

    def rows(self) -> tuple[Place, ...]:
        """Both rows."""
        return tuple((self.table, (slug,)) for slug in self.slugs)

    def parts(self, catalog: Catalog) -> tuple[Part, ...]:
        """One "and" the other; two of one name are shown by their slugs."""
        first, second = (entity_part(catalog, self.table, slug) for slug in self.slugs)
        if first.text == second.text:
            entity = ENTITY_OF_TABLE[self.table]
            first, second = (Part(slug, entity, self.table, slug) for slug in self.slugs)
        return first, Part(" and "), second

    def roles(self, catalog: Catalog) -> tuple[str, ...]:
        """The two roles; none for two skills or dimensions."""
        return _existing_roles(catalog, *self.slugs) if self.table == "roles" else ()

    def touched_runs(self, usage: Usage) -> int:
        """Runs with the one plus runs with the other."""
        counts = {"roles": usage.roles, "dimensions": usage.dimensions, "skills": usage.skills}[self.table]
        return sum(counts.get(slug, 0) for slug in self.slugs)


@dataclass(frozen=True)
class TermSubject(Subject):
    """A term that the catalog has no form of."""

    term: str

    def rows(self) -> tuple[Place, ...]:
        """No row: it is not in the catalog."""
        return ()

    def parts(self, _catalog: Catalog) -> tuple[Part, ...]:
        """The term."""
        return (Part(self.term, "skill"),)

    def roles(self, _catalog: Catalog) -> tuple[str, ...]:
        """No role."""
        return ()

    def touched_runs(self, usage: Usage) -> int:
        """Runs that proposed the term."""
        return usage.terms.get(self.term, 0)


def entity_part(catalog: Catalog, table: EntityTable, slug: str) -> Part:
    """Return the name of a role, dimension or skill with its card; the slug of one that does not exist."""
    rows: Mapping[EntityTable, Mapping[str, Role | Dimension | Skill]] = {
        "roles": catalog.role,
        "dimensions": catalog.dimension,
        "skills": catalog.skill,
    }
    row = rows[table].get(slug)
    return Part(row.display_name if row else slug, ENTITY_OF_TABLE[table], table, slug)


def _roles_of_dimension(catalog: Catalog, slug: str) -> tuple[str, ...]:
    return tuple(role.slug for role in catalog.roles_of_dimension.get(slug, ()))


def _existing_roles(catalog: Catalog, *roles: str) -> tuple[str, ...]:
    return tuple(slug for slug in roles if slug in catalog.role)
