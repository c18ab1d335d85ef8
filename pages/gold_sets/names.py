"""Roles and skills of items by the names of today's catalog; those that are gone are said to be so, with what stands for them now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from markupsafe import Markup

from db.stores.gold_items import GoldSkill
from pages.components import links, markup
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.experiments.results import NO_ROLE

NOT_ASKED = "not asked for"
NO_ROLE_LABEL = "no role"
NOT_THERE = "not in the catalog"


class Names:
    """The entries of today's catalog, as items name them: roles by their slugs, skills by names, forms or slugs."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @classmethod
    def today(cls) -> Names:
        """Those of the stored catalog."""
        return cls(workbench().snapshots.current().catalog)

    @cached_property
    def _successors(self) -> Mapping[tuple[str, str], str]:
        return workbench().audit_trail.resolve_successors()

    @cached_property
    def _slug_of_form(self) -> dict[str, str]:
        forms = {alias.alias_text.lower(): alias.skill_slug for alias in self._catalog.skill_aliases}
        return forms | {skill.display_name.lower(): skill.slug for skill in self._catalog.skills}

    def role_label(self, slug: str) -> str:
        """A role in words; the slug of one that is gone."""
        if not slug:
            return NOT_ASKED
        if slug == NO_ROLE:
            return NO_ROLE_LABEL
        role = self._catalog.role.get(slug)
        return role.display_name if role else slug

    def role(self, slug: str) -> Markup:
        """A role, leading to its card; one that is gone says so, and what it was merged into."""
        if slug == NO_ROLE:
            return markup.meta_span(NO_ROLE_LABEL)
        if not slug:
            return markup.meta_span(NOT_ASKED)
        if slug in self._catalog.role:
            return markup.link(self.role_label(slug), links.entity_url("role", slug), "role")
        return self._gone(slug, "role", self._successors.get(("roles", slug)))

    def roles(self, slugs: Iterable[str]) -> Markup:
        """Roles, the best first; that none are asked for, where that is so."""
        return markup.join(map(self.role, tuple(slugs) or ("",)), " or ")

    def skill(self, skill: GoldSkill) -> Markup:
        """A skill by its name, leading to its card; one that the catalog lacks says so."""
        slug = self.slug_of(skill)
        if slug is None:
            return self._gone(skill.name, "skill", self._skill_successor(skill))
        name = self._catalog.skill[slug].display_name
        now = markup.meta_span(f" now {name}") if slug != skill.slug and skill.slug else Markup()
        return markup.link(skill.name, links.entity_url("skill", slug), "skill") + now

    def slug_of(self, skill: GoldSkill) -> str | None:
        """The skill of the catalog that is meant; null for none."""
        if skill.slug and skill.slug in self._catalog.skill:
            return skill.slug
        return self._slug_of_form.get(skill.name.lower())

    def _skill_successor(self, skill: GoldSkill) -> str | None:
        slug = skill.slug or re.sub(r"[^a-z0-9]+", "_", skill.name.lower()).strip("_")
        return self._successors.get(("skills", slug)) or self._successors.get(("skills", slug.replace("_", "-")))

    def _gone(self, name: str, kind: links.EntityKind, successor: str | None) -> Markup:
        known: Mapping[str, object] = self._catalog.role if kind == "role" else self._catalog.skill
        if successor is None or successor not in known:
            return markup.span(name, kind) + " " + markup.tag(NOT_THERE, "doubt")
        label = self.role_label(successor) if kind == "role" else self._catalog.skill[successor].display_name
        into = markup.link(label, links.entity_url(kind, successor), kind)
        return markup.fill("{} {} {}", markup.removed(name), markup.meta_span("merged into"), into)
