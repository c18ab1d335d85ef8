"""Changes in colours: what goes is red and struck through, what comes is green and underlined."""

from __future__ import annotations

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import cell_label, column_label
from pipeline.catalog import Catalog, Setting
from pipeline.catalog.changes import Change
from pipeline.catalog.describe import change_subject, changed_cells
from pipeline.catalog.tables import SINGULAR

COLOURS = {
    "roles": "role",
    "role_aliases": "role",
    "role_kras": "kra",
    "role_baselines": "role",
    "dimensions": "dimension",
    "skills": "skill",
    "skill_aliases": "alias",
    "skill_dimensions": "dimension",
    "role_dimensions": "dimension",
}
"""The colour of what a change is about, by table."""
MAX_LETTERS = 119
"""How much of a cell is shown."""


def change_html(change: Change, catalog: Catalog, entity: bool = True, reason: bool = True) -> Markup:
    """A change on one line, without its entity where that is the heading already, and its reason below."""
    why = markup.meta(change.reason) if reason and change.reason else Markup()
    effect = _effect(change, change_subject(change, catalog, entity))
    line = markup.fill("{} {}", markup.meta_span(SINGULAR[change.table]), effect)
    return markup.fill('<div style="padding:3px 0;border-bottom:1px solid var(--jdw-faint)">{}{}</div>', line, why)


def _effect(change: Change, name: str) -> Markup:
    """What happens to a row that is called so."""
    colour = COLOURS.get(change.table, "")
    if change.before is None:
        value = f": {change.after.value}" if isinstance(change.after, Setting) else ""
        return markup.added(name + value)
    if change.after is None:
        gone = markup.removed(name)
        return markup.fill("{} → {}", gone, markup.span(change.successor, colour)) if change.successor else gone
    cells = [
        markup.fill(
            "{} {} → {}",
            column_label(column),
            markup.removed(cell_label(column, old, MAX_LETTERS)),
            markup.added(cell_label(column, new, MAX_LETTERS)),
        )
        for column, old, new in changed_cells(change)
    ]
    return markup.fill("{}: {}", markup.span(name, colour), markup.join(cells, "; "))
