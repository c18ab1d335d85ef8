"""A decision in words, derived from its changes: "CI means CI/CD, not CodeIgniter", "React leaves Cloud Platforms"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.catalog.changes import Change
from pipeline.catalog.describe import cell_phrase, changed_cells, entity_of, name_of
from pipeline.catalog.tables import SINGULAR, SLUG_TABLES, TABLE
from pipeline.catalog.value import Catalog

MAX_QUOTED = 70
"""Letters of a text of the catalog that a title quotes."""
MAX_CELL = 40


@dataclass(frozen=True)
class TitlePart:
    """A piece of a title: plain words, or the name of something in the catalog, of a ``kind`` ("skill", "alias", "kra" ...).

    ``table`` and ``slug`` are those of an entity with a card of its own; empty otherwise.
    """

    text: str
    kind: str = ""
    table: str = ""
    slug: str = ""


Title = tuple[TitlePart, ...]


def decision_title(changes: Sequence[Change], catalog: Catalog | None = None) -> Title:
    """Return a decision as a sentence of parts. Names are those of its own rows, else those of ``catalog``, else slugs."""
    if not changes:
        return (TitlePart("Nothing"),)
    names = _Names(changes, catalog)
    for pattern in _PATTERNS:
        if (title := pattern(changes, names)) is not None:
            return title
    return _many(changes, names)


def title_in_parts(changes: Sequence[Change], catalog: Catalog | None = None) -> Title:
    """Return several things that a decision does, one after the other, each as a title of its own: "… ; and …"."""
    parts: list[TitlePart] = []
    rest = list(changes)
    while rest:
        taken = next((n for n in range(len(rest), 0, -1) if says_one_thing(rest[:n])), len(rest))
        parts += ([TitlePart("; and ")] if parts else []) + list(decision_title(rest[:taken], catalog))
        rest = rest[taken:]
    return tuple(parts) or decision_title(changes, catalog)


def says_one_thing(changes: Sequence[Change]) -> bool:
    """Return whether changes are one thing that a title says: an entry that goes or comes, a form or link that moves, one row."""
    names = _Names(changes, None)
    return any(pattern(changes, names) is not None for pattern in _PATTERNS)


def title_text(title: Title) -> str:
    """Return a title as plain text."""
    return "".join(part.text for part in title)


class _Names:
    """What entities are called: as the changes themselves say, else as the catalog does."""

    def __init__(self, changes: Sequence[Change], catalog: Catalog | None) -> None:
        self._catalog = catalog
        self._own = {
            (c.table, c.key[0]): str((c.before if c.after is None else c.after).display_name)  # type: ignore[union-attr]
            for c in changes
            if c.table in SLUG_TABLES
        }

    def entity(self, table: str, slug: str) -> TitlePart:
        """An entity by its name."""
        name = self._own.get((table, slug)) or name_of(self._catalog or Catalog(), table, slug)
        return TitlePart(name, SINGULAR[table], table, slug)

    def owner(self, change: Change) -> TitlePart:
        """The entity that a row belongs to."""
        return self.entity(*entity_of(change))


def _entity_change(changes: Sequence[Change], names: _Names) -> Title | None:
    """A merge, a retirement, a new entry: whatever else the decision does follows from it."""
    of_entities = [c for c in changes if c.table in SLUG_TABLES and c.kind != "edit"]
    if len(of_entities) != 1:
        return None
    (change,) = of_entities
    name = names.owner(change)
    if change.kind == "add":
        return (TitlePart(f"New {SINGULAR[change.table]} "), name)
    if change.successor:
        return name, TitlePart(" becomes "), names.entity(change.table, change.successor)
    return name, TitlePart(" is retired")


def _alias_moves(changes: Sequence[Change], names: _Names) -> Title | None:
    """A form that is given to another skill, or taken from one."""
    aliases = [c for c in changes if c.table == "skill_aliases"]
    gone = [c for c in aliases if c.kind == "remove"]
    if len(aliases) != len(changes) or len(gone) != 1:
        return None
    form = TitlePart(gone[0].key[1], "alias")
    same = [c for c in aliases if c.kind != "remove" and c.key[1].lower() == gone[0].key[1].lower()]
    if len(aliases) == 1:
        return form, TitlePart(" is not "), names.owner(gone[0])
    if len(same) == 1 and len(aliases) == 2:
        return form, TitlePart(" means "), names.owner(same[0]), TitlePart(", not "), names.owner(gone[0])
    return None


def _link_moves(changes: Sequence[Change], names: _Names) -> Title | None:
    """One link, or one that moves."""
    if {c.table for c in changes} not in ({"skill_dimensions"}, {"role_dimensions"}) or len(changes) > 2:
        return None
    gone, come = ([c for c in changes if c.kind == kind] for kind in ("remove", "add"))

    def dimension(change: Change) -> TitlePart:
        return names.entity("dimensions", change.key[1])

    is_role = changes[0].table == "role_dimensions"
    if len(gone) == len(come) == 1 and gone[0].key[0] == come[0].key[0]:
        owner = names.owner(gone[0])
        return owner, TitlePart(" moves from "), dimension(gone[0]), TitlePart(" to "), dimension(come[0])
    if len(changes) == 1:
        verb = (" no longer carries " if gone else " carries ") if is_role else (" leaves " if gone else " joins ")
        return names.owner(changes[0]), TitlePart(verb), dimension(changes[0])
    return None


def _title_decides(changes: Sequence[Change], names: _Names) -> Title | None:
    if len(changes) != 1 or changes[0].table != "role_aliases" or changes[0].kind != "edit":
        return None
    generic = changes[0].after.is_generic  # type: ignore[union-attr]
    form = TitlePart(changes[0].key[1], "alias")
    verb = " no longer decides for " if generic else " decides for "
    return TitlePart("Title "), form, TitlePart(verb), names.owner(changes[0])


def _row_moves(changes: Sequence[Change], names: _Names) -> Title | None:
    """A title or a KRA that is given to another role."""
    if len(changes) != 2 or {c.table for c in changes} not in ({"role_aliases"}, {"role_kras"}):
        return None
    gone, come = ([c for c in changes if c.kind == kind] for kind in ("remove", "add"))
    if len(gone) != 1 or len(come) != 1 or gone[0].key[1] != come[0].key[1]:
        return None
    kind = TitlePart("Title " if changes[0].table == "role_aliases" else "KRA ")
    owners = names.owner(come[0]), TitlePart(", not to "), names.owner(gone[0])
    return kind, _named_row(gone[0]), TitlePart(" belongs to "), *owners


def _setting(changes: Sequence[Change], names: _Names) -> Title | None:
    """A setting with its value before and after."""
    if len(changes) != 1 or changes[0].table != "settings":
        return None
    (change,) = changes
    was, becomes = (None if row is None else str(row.value) for row in (change.before, change.after))
    if becomes is None:
        return names.owner(change), TitlePart(f": no longer set (was {was})")
    return names.owner(change), TitlePart(f": {becomes}" if was is None else f": {was} → {becomes}")


def _one_row(changes: Sequence[Change], names: _Names) -> Title | None:
    """A row of its own: added, removed, or with other cells."""
    if len(changes) != 1:
        return None
    (change,) = changes
    owner, what = names.owner(change), _named_row(change)
    if change.kind == "edit":
        cells = [
            f"{c.replace('_', ' ')} {_cell(change.table, c, old)} → {_cell(change.table, c, new)}"
            for c, old, new in changed_cells(change)
        ]
        more = f" and {len(cells) - 1} more" if len(cells) > 1 else ""
        head: Title = (owner,) if change.table in SLUG_TABLES else (what, TitlePart(" of "), owner)
        return (*head, TitlePart(f": {cells[0] if cells else 'nothing'}{more}"))
    if change.table == "role_baselines":
        return owner, TitlePart(" gets a baseline" if change.kind == "add" else " has no baseline any more")
    if change.table in SLUG_TABLES or len(change.key) == 1:
        return TitlePart(f"{change.kind.capitalize()} {SINGULAR[change.table]} "), owner
    noun = SINGULAR[change.table]
    article = "an" if noun[0] in "aeiou" else "a"
    verb = f" is {article} {noun} of " if change.kind == "add" else f" is no {noun} of "
    return what, TitlePart(verb), owner


def _many(changes: Sequence[Change], names: _Names) -> Title:
    """Several rows: of one entity, or of how many."""
    counts = [
        f"{sum(c.kind == kind for c in changes):,} {word}"
        for kind, word in (("add", "added"), ("edit", "edited"), ("remove", "removed"))
        if any(c.kind == kind for c in changes)
    ]
    entities = list(dict.fromkeys(entity_of(c) for c in changes))
    rows = f"{len(changes):,} rows {', '.join(counts)}"
    if len(entities) == 1:
        return names.entity(*entities[0]), TitlePart(f": {rows}")
    first, second = (names.entity(*entity) for entity in entities[:2])
    more = f" and {len(entities) - 2:,} more: " if len(entities) > 2 else ": "
    return first, TitlePart(", "), second, TitlePart(f"{more}{rows}")


_PATTERNS: tuple[Callable[[Sequence[Change], _Names], Title | None], ...] = (
    _entity_change,
    _alias_moves,
    _link_moves,
    _title_decides,
    _row_moves,
    _setting,
    _one_row,
)


def _named_row(change: Change) -> TitlePart:
    kinds = {"skill_aliases": "alias", "role_aliases": "alias", "role_kras": "kra"}
    if change.table == "role_baselines":
        return TitlePart("Baseline")
    text = change.key[-1]
    shown = text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…"
    return TitlePart(f"“{shown}”" if change.table == "role_kras" else shown, kinds.get(change.table, ""))


def _cell(table: str, column: str, value: Any) -> str:
    """A cell in words: a value of a vocabulary as one reads it."""
    if value in TABLE[table].columns[column].words and isinstance(value, str) and value.isupper():
        return value.replace("_", " ").lower()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell_phrase(value, MAX_CELL)
