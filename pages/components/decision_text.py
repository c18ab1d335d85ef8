"""Decisions as pages show them: the title with its names as links, what showed the fault, and the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from markupsafe import Markup

from db.stores.draft_decisions import DraftDecision
from pages.components import links, markup
from pages.components.change_text import change_html
from pages.components.labels import count_label
from pages.components.links import EntityKind
from pipeline.audit import check_of_kind
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change
from pipeline.catalog.decision_title import Title, TitlePart, decision_title, title_text
from pipeline.catalog.describe import ref_text
from pipeline.catalog.refs import CollisionRef, FindingRef, ProposalRef, Ref, RunRef

MAX_ROWS = 200
"""Rows of one decision that are listed; a newer catalog can have thousands."""


def title_html(decision: DraftDecision, catalog: Catalog) -> Markup:
    """The title of a decision: what it names in its colour, entities as links to their cards."""
    if decision.given_title:
        return markup.fill("{}", decision.given_title)
    return title_parts_html(decision_title(decision.rows, catalog))


def title_in_words(decision: DraftDecision, catalog: Catalog) -> str:
    """The title of a decision as plain text, entities by their names in ``catalog``."""
    return decision.given_title or title_text(decision_title(decision.rows, catalog))


def title_parts_html(title: Title) -> Markup:
    """A title in words, its names in their colours."""
    return markup.join(_part(part) for part in title)


def _part(part: TitlePart) -> Markup:
    if part.kind in ("role", "dimension", "skill"):
        return markup.link(part.text, links.entity_url(cast("EntityKind", part.kind), part.slug), part.kind)
    return markup.span(part.text, part.kind) if part.kind else markup.fill("{}", part.text)


def source_html(source: Ref) -> Markup:
    """The run or finding that showed the fault which a change mends, as a link where it has a page."""
    if isinstance(source, RunRef):
        return markup.fill("run {}", markup.link(str(source.run_id)[:8], links.run_url(source.run_id)))
    if isinstance(source, FindingRef) and (check := check_of_kind(source.kind)) is not None:
        return markup.fill("{} {}", markup.link("finding", links.finding_url(source.key())), check.label.lower())
    if isinstance(source, CollisionRef):
        return markup.fill(
            "{} of “{}”", markup.link("collision", links.collision_url(source.kind, source.form)), source.form
        )
    if isinstance(source, ProposalRef):
        return markup.fill("proposal {}", str(source.number))
    return markup.fill("{}", ref_text(source))


def evidence_html(decision: DraftDecision, me: str) -> Markup:
    """Below a title: what showed the fault, why, how many rows, and by whom where that is somebody else."""
    parts: list[Markup] = [source_html(source) for source in decision.sources]
    parts += [markup.fill("{}", reason) for reason in decision.reasons[:2]]
    parts.append(markup.fill("{}", count_label(len(decision.rows), "row")))
    if decision.author != me:
        parts.append(markup.fill("by {}", decision.author))
    return markup.join(parts, Markup(" · "))


def rows_html(changes: Sequence[Change], catalog: Catalog) -> Markup:
    """Changes one below the other, without their reasons."""
    more = len(changes) - MAX_ROWS
    rest = markup.meta(f"and {count_label(more, 'more row')}") if more > 0 else Markup()
    return markup.join(change_html(c, catalog, reason=False) for c in changes[:MAX_ROWS]) + rest


def rows_by_kind(changes: Sequence[Change], catalog: Catalog) -> Markup:
    """Changes grouped by the kind of row that they change."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.table, []).append(change)
    return markup.join(
        markup.heading(f"{name.replace('_', ' ').capitalize()} · {count_label(len(group), 'row')}", 3)
        + rows_html(group, catalog)
        for name, group in sorted(groups.items())
    )


def rows_details(changes: Sequence[Change], catalog: Catalog) -> Markup:
    """The rows of a decision, folded behind their number."""
    return markup.fill(
        '<details class="jdw-rows"><summary>{}</summary>{}</details>',
        "The row" if len(changes) == 1 else f"All {len(changes):,} rows",
        rows_html(changes, catalog),
    )
