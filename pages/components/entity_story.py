"""What is known of an entry beside its rows: its links, what the audit suspects of it, and which runs met it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.stores import findings
from pages.components import links, markup
from pages.components.draft import DraftView
from pages.components.entity_card import MarkedName
from pages.components.links import EntityKind
from pages.components.workbench import workbench
from pipeline.audit import Finding
from pipeline.catalog import Catalog, Dimension, Role, RoleDimension, Skill, SkillDimension
from pipeline.catalog.changes import Place

MAX_FINDINGS = 5
TONES = {"high": "bad", "medium": "doubt", "low": "doubt"}

Suspicions = Mapping[Place, Finding]
Entity = Role | Dimension | Skill


def suspicions_of(view: DraftView) -> Suspicions:
    """The worst finding of each row that the audit suspects, in the catalog that is shown; none before the first audit."""
    return workbench().snapshots.suspicions(view.number)


def doubt_of(suspicions: Suspicions, table: str, *key: str) -> str:
    """Why the audit suspects a row, in words; empty where it does not."""
    finding = suspicions.get((table, key))
    if finding is None:
        return ""
    reason = finding.reasons[0].text if finding.reasons else ""
    return f"{finding.check.label}: {reason}" if reason else finding.check.label


@dataclass(frozen=True)
class LinkList:
    """The list of an entry's links on its card: the rows, their table, and the kind of entries at the other end."""

    row_type: type[RoleDimension] | type[SkillDimension]
    table: str
    own: EntityKind
    other: EntityKind

    def names(
        self, entry: Entity, others: Sequence[Entity], view: DraftView, suspicions: Suspicions
    ) -> list[MarkedName]:
        """The other ends by name, those whose link the draft takes away last."""
        linked = [
            MarkedName(
                o.display_name,
                view.mark(self.table, *self._key(entry, o)),
                links.entity_url(self.other, o.slug),
                doubt_of(suspicions, self.table, *self._key(entry, o)),
            )
            for o in others
        ]
        ends = {getattr(row, f"{self.other}_slug") for row in view.removed(self.row_type) if self._is_of(row, entry)}
        stored = getattr(view.stored, self.other)
        return linked + [MarkedName(stored[slug].display_name, "remove") for slug in sorted(ends) if slug in stored]

    def _key(self, entry: Entity, other: Entity) -> tuple[str, str]:
        # In the key of a link the dimension comes last.
        return (entry.slug, other.slug) if self.other == "dimension" else (other.slug, entry.slug)

    def _is_of(self, row: RoleDimension | SkillDimension, entry: Entity) -> bool:
        return bool(getattr(row, f"{self.own}_slug") == entry.slug)


DIMENSIONS_OF_ROLE = LinkList(RoleDimension, "role_dimensions", "role", "dimension")
ROLES_OF_DIMENSION = LinkList(RoleDimension, "role_dimensions", "dimension", "role")
SKILLS_OF_DIMENSION = LinkList(SkillDimension, "skill_dimensions", "dimension", "skill")


def rows_of(catalog: Catalog, table: str, slug: str) -> set[Place]:
    """The places of an entry's own row and of those that depend on it: forms, titles, KRAs and links."""
    places: set[Place] = {(table, (slug,))}
    if table == "skills":
        places |= {("skill_aliases", (slug, a.alias_text)) for a in catalog.aliases_of_skill.get(slug, ())}
        places |= {("skill_dimensions", (slug, d.slug)) for d in catalog.dimensions_of_skill.get(slug, ())}
    elif table == "dimensions":
        places |= {("skill_dimensions", (s.slug, slug)) for s in catalog.skills_of_dimension.get(slug, ())}
        places |= {("role_dimensions", (r.slug, slug)) for r in catalog.roles_of_dimension.get(slug, ())}
    else:
        places |= {("role_aliases", (slug, a.alias_text)) for a in catalog.aliases_of_role.get(slug, ())}
        places |= {("role_kras", (slug, text)) for text in catalog.kras_of_role.get(slug, ())}
        places.add(("role_baselines", (slug,)))
        places |= {("role_dimensions", (slug, d.slug)) for d in catalog.dimensions_of_role.get(slug, ())}
    return places


def show_findings(suspicions: Suspicions, places: Iterable[Place], catalog: Catalog) -> None:
    """What Health suspects of an entry and of what depends on it, the surest first; nothing where it suspects nothing."""
    found = {findings.key_of(f): f for place in places if (f := suspicions.get(place)) is not None}
    if not found:
        return
    ordered = sorted(found.items(), key=lambda item: (-item[1].score, item[0]))
    lines = markup.join(_finding_line(key, finding, catalog) for key, finding in ordered[:MAX_FINDINGS])
    more = len(ordered) - MAX_FINDINGS
    rest = markup.meta(f"and {more} more in Health") if more > 0 else Markup()
    st.html(markup.caption(f"Health suspects · {len(ordered)}") + lines + rest)


def _finding_line(key: str, finding: Finding, catalog: Catalog) -> Markup:
    reason = finding.reasons[0].text if finding.reasons else ""
    return markup.fill(
        '<div class="jdw-line">{} {}{}</div>',
        markup.tag(finding.check.label, "doubt"),
        markup.link(finding.label(catalog), links.finding_url(key)),
        markup.meta(reason) if reason else Markup(),
    )
