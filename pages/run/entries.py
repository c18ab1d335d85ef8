"""The names of catalog entries on a run's page: each a link to its card, or what became of an entry that is no longer there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from pages.components import links, markup
from pages.components.links import EntityKind
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change
from pipeline.catalog.value import Dimension, Role, Skill

TABLE_OF: dict[EntityKind, str] = {"role": "roles", "dimension": "dimensions", "skill": "skills"}

Entry = Role | Dimension | Skill


@dataclass(frozen=True)
class Entries:
    """The entries of the catalog that is shown; ``changes`` are those of the draft in it, none without one."""

    catalog: Catalog
    changes: Sequence[Change] = ()

    @cached_property
    def _successors(self) -> Mapping[tuple[str, str], str]:
        drafted = {(c.table, c.key[0]): c.successor for c in self.changes if c.after is None and c.successor}
        return {**workbench().audit_trail.resolve_successors(), **drafted}

    def find(self, kind: EntityKind, slug: str) -> Entry | None:
        """An entry by its slug; null for one that is not in the catalog (any more)."""
        rows: Mapping[EntityKind, Mapping[str, Entry]] = {
            "role": self.catalog.role,
            "dimension": self.catalog.dimension,
            "skill": self.catalog.skill,
        }
        return rows[kind].get(slug)

    def survivor(self, kind: EntityKind, slug: str) -> Entry | None:
        """The entry that one was merged into, along the whole chain; null for one that is there, or that has no successor."""
        gone: set[str] = set()
        while slug not in gone and self.find(kind, slug) is None:
            gone.add(slug)
            slug = self._successors.get((TABLE_OF[kind], slug), slug)
        return self.find(kind, slug) if gone else None

    def link(self, kind: EntityKind, slug: str | None, name: str, *, bold: bool = False) -> Markup:
        """The name that the run knows, as a link; an entry that is gone names the one that it was merged into."""
        css = f"{kind} jdw-b" if bold else kind
        if slug is None:
            return markup.span(name, css)
        entry = self.find(kind, slug)
        if entry is not None:
            renamed = f" now {entry.display_name}" if entry.display_name != name else ""
            return markup.link(name, links.entity_url(kind, slug), css) + markup.meta_span(renamed)
        survivor = self.survivor(kind, slug)
        if survivor is None:
            return markup.span(name, css) + markup.meta_span(" retired since")
        into = markup.link(survivor.display_name, links.entity_url(kind, survivor.slug), kind)
        return markup.fill("{} {} {}", markup.span(name, css), markup.meta_span("merged into"), into)

    def alias(self, form: str) -> Markup:
        """A form, as a link to where it stands among the aliases."""
        return markup.link(form, links.alias_url(form), "alias")

    def linked(self, sentence: str, roles: Mapping[str, str]) -> Markup:
        """A sentence in which the roles that it names are links; ``roles`` has their slugs by name."""
        names = sorted((name for name in roles if name), key=len, reverse=True)
        if not names:
            return Markup.escape(sentence)
        parts = re.split(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)", sentence)
        return markup.join(self.link("role", roles[part], part) if part in roles else part for part in parts)
