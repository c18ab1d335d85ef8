"""Rows, changes and references as short texts, for pages, the command line and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipeline.catalog.changes import Change
from pipeline.catalog.refs import ChangeRef, ChangeSetRef, CollisionRef, FindingRef, ProposalRef, Ref, RowRef, RunRef
from pipeline.catalog.setting_kinds import SETTING_KINDS
from pipeline.catalog.tables import SINGULAR, TABLE, row_text
from pipeline.catalog.value import Catalog, Dimension, Role, Setting, Skill

LINK_TABLES = ("skill_dimensions", "role_dimensions")


def entity_of(change: Change) -> tuple[str, str]:
    """Return table and slug of the entity that a change belongs to: an alias belongs to its skill, a KRA to its role."""
    first = TABLE[change.table].columns[TABLE[change.table].key[0]]
    return first.refers_to or change.table, change.key[0]


def name_of(catalog: Catalog, table: str, slug: str) -> str:
    """Return the display name of a role, dimension, skill or setting; ``slug`` itself for one that does not exist, and in other
    tables.
    """
    if table == "settings" and slug in SETTING_KINDS:
        return SETTING_KINDS[slug].label
    named: Mapping[str, Mapping[str, Role | Skill | Dimension]] = {
        "roles": catalog.role,
        "skills": catalog.skill,
        "dimensions": catalog.dimension,
    }
    row = named.get(table, {}).get(slug)
    return row.display_name if row else slug


def change_subject(change: Change, catalog: Catalog | None = None, with_entity: bool = True) -> str:
    """Return the subject of a change: "Docker → Cloud Platforms", or "Cloud Platforms" without its entity.

    Slugs are shown as the names that ``catalog`` has for them, or as they are without a catalog.
    """
    entity, last = change.key[0], change.key[-1]
    is_link = change.table in LINK_TABLES
    is_entity = entity_of(change)[0] == change.table and len(change.key) == 1
    if catalog is not None and not is_entity:
        entity = name_of(catalog, *entity_of(change))
        last = name_of(catalog, "dimensions", last) if is_link else last
    if change.table == "settings":
        return name_of(catalog or Catalog(), *entity_of(change))
    if len(change.key) == 1:
        # Of a role's baseline there is one: it is called as its role.
        return entity
    if not with_entity:
        return last
    return f"{entity} {'→' if is_link else '/'} {last}"


def change_text(change: Change, catalog: Catalog | None = None) -> str:
    """Return a change as one phrase: "removes link Docker → Cloud Platforms", "changes skill kafka: vendor nothing → “Apache”"."""
    what = f"{SINGULAR[change.table]} {change_subject(change, catalog)}"
    if isinstance(change.after, Setting) and change.before is None:
        what += f": {_quoted(change.after.value)}"
    if change.before is None or change.after is None:
        return f"{'adds' if change.before is None else 'removes'} {what}"
    cells = "; ".join(f"{c} {_quoted(old)} → {_quoted(new)}" for c, old, new in changed_cells(change))
    return f"changes {what}: {cells}"


def changed_cells(change: Change) -> list[tuple[str, Any, Any]]:
    """Return column, value before and value after of each cell that an edit changes; none for a row added or removed."""
    if change.before is None or change.after is None:
        return []
    old, new = asdict(change.before), asdict(change.after)
    return [(column, old[column], new[column]) for column in old if old[column] != new[column]]


def cell_phrase(value: object, max_length: int | None = None) -> str:
    """Return a cell's value as text: "nothing" for null or an empty list; at most ``max_length`` characters where given."""
    if value is None or value == ():
        return "nothing"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if max_length is None or len(text) <= max_length else text[: max_length - 1] + "…"


def _quoted(value: object) -> str:
    text = cell_phrase(value)
    return text if value is None or value == () else f"“{text}”"


def ref_text(ref: Ref) -> str:
    """Return a reference as a short phrase without an article: "run 3f2a91c0", "alias kafka / Kafka"."""
    match ref:
        case RunRef(run_id):
            return f"run {str(run_id)[:8]}"
        case FindingRef(kind, subject):
            cells = [cell if isinstance(cell, str) else " and ".join(cell) for cell in subject.values()]
            return f"finding {kind.replace('_', ' ')}: {' / '.join(cells)}"
        case ChangeSetRef(number):
            return f"change set {number}"
        case RowRef(table, key):
            return row_text(table, key)
        case ChangeRef(number, row):
            return f"{ref_text(row)} in change set {number}"
        case ProposalRef(number):
            return f"proposal {number}"
        case CollisionRef(kind, form):
            return f"collision of {'titles' if kind == 'title' else 'forms' if kind == 'skill_alias' else kind}: {form}"
