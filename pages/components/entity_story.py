"""What is known of an entry beside its rows: what the audit suspects of it, and which runs met it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st
from markupsafe import Markup

from db.stores import findings
from pages.components import links, markup
from pages.components.draft import DraftView
from pages.components.workbench import workbench
from pipeline.audit import Finding
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Place

MAX_FINDINGS = 5
TONES = {"high": "bad", "medium": "doubt", "low": "doubt"}

Suspicions = Mapping[Place, Finding]


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
