"""Changes in words and colours: what goes red and struck, what comes green and underlined."""

from __future__ import annotations

from dataclasses import asdict
from html import escape

from pages.parts import theme
from pipeline.catalog import Catalog
from pipeline.catalog.changes import SINGULAR, Change

COLOURS = {
    "roles": "role", "role_aliases": "role", "role_kras": "kra", "dimensions": "dimension", "skills": "skill", "skill_aliases": "alias",
    "skill_dimensions": "skill", "role_dimensions": "role",
}  # fmt: skip


def entity_of(change: Change) -> tuple[str, str]:
    """The entity under whose name a change is told: its table and slug."""
    table = {
        "skill_aliases": "skills",
        "skill_dimensions": "skills",
        "role_aliases": "roles",
        "role_kras": "roles",
        "role_dimensions": "roles",
    }
    return table.get(change.table, change.table), change.key[0]


def name_of(catalog: Catalog, table: str, slug: str) -> str:
    """The name of a role, dimension or skill; the slug of one that is gone, and of anything else."""
    rows = {"roles": catalog.role, "skills": catalog.skill, "dimensions": catalog.dimension}.get(table, {})
    return str(rows[slug].display_name) if slug in rows else slug


def change_text(change: Change, catalog: Catalog) -> str:
    """A change as one plain phrase: "removes link Docker → Cloud Platforms"."""
    what = f"{SINGULAR[change.table]} {_name(change, catalog)}"
    return f"changes {what}: {change.detail()}" if change.kind == "edit" else f"{change.detail()} {what}"


def _name(change: Change, catalog: Catalog, entity: bool = True) -> str:
    """What a change is about by its names, with the entity that it belongs to or without."""
    is_link = change.table.endswith("_dimensions")
    name = name_of(catalog, "dimensions", change.key[-1]) if is_link else change.key[-1]
    if not entity or len(change.key) == 1:
        return name
    return f"{name_of(catalog, *entity_of(change))} {'→' if is_link else '/'} {name}"


def change_html(change: Change, catalog: Catalog, entity: bool = True, reason: bool = True) -> str:
    """A change on one line: what it is about unless that is the heading, and its reason below."""
    colour = "dimension" if change.table.endswith("_dimensions") else COLOURS.get(change.table, "")
    name = _name(change, catalog, entity)
    what = f'<span class="jdw-meta">{SINGULAR[change.table]}</span> '
    if change.kind == "add":
        told = f'{what}<span class="jdw-new">{escape(name)}</span>'
    elif change.kind == "remove":
        told = f'{what}<span class="jdw-old">{escape(name)}</span>' + (f" → {theme.span(change.successor, colour)}" if change.successor else "")
    else:
        old, new = asdict(change.before), asdict(change.after)  # type: ignore[call-overload]
        cells = [
            f'{escape(c.replace("_", " "))} <span class="jdw-old">{escape(_shown(old[c]))}</span> → '
            f'<span class="jdw-new">{escape(_shown(new[c]))}</span>'
            for c in old
            if old[c] != new[c]
        ]
        told = f"{what}{theme.span(name, colour)}: {'; '.join(cells)}"
    why = f'<div class="jdw-meta">{escape(change.reason)}</div>' if reason and change.reason else ""
    return f'<div style="padding:3px 0;border-bottom:1px solid var(--jdw-faint)">{told}{why}</div>'


def _shown(value: object) -> str:
    if value is None or value == ():
        return "nothing"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if len(text) < 120 else text[:118] + "…"
