"""Changes in words and colours: what goes red and struck, what comes green and underlined."""

from __future__ import annotations

from dataclasses import asdict
from html import escape

from pages.parts import theme
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


def change_html(change: Change) -> str:
    """A change on one line, with its reason below."""
    name = escape(" → ".join(change.key) if change.table.endswith("_dimensions") else " / ".join(change.key[::-1]))
    what = f'<span class="jdw-meta">{SINGULAR[change.table]}</span> '
    if change.kind == "add":
        told = f'{what}<span class="jdw-new">{name}</span>'
    elif change.kind == "remove":
        told = f'{what}<span class="jdw-old">{name}</span>' + (
            f" → {theme.span(change.successor, COLOURS.get(change.table, ''))}" if change.successor else ""
        )
    else:
        old, new = asdict(change.before), asdict(change.after)  # type: ignore[call-overload]
        cells = [
            f'{escape(c.replace("_", " "))} <span class="jdw-old">{escape(_shown(old[c]))}</span> → '
            f'<span class="jdw-new">{escape(_shown(new[c]))}</span>'
            for c in old
            if old[c] != new[c]
        ]
        told = f"{what}{theme.span(' / '.join(change.key[::-1]), COLOURS.get(change.table, ''))}: {'; '.join(cells)}"
    why = f'<div class="jdw-meta">{escape(change.reason)}</div>' if change.reason else ""
    return f'<div style="padding:3px 0;border-bottom:1px solid var(--jdw-faint)">{told}{why}</div>'


def _shown(value: object) -> str:
    if value is None or value == ():
        return "nothing"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if len(text) < 120 else text[:118] + "…"
