"""Changes of a catalog: rows with before and after; applied, inverted and derived by pure functions.

A change touches one row of one table. An operation on several rows (a merge, a split) is several changes. Applying is
all or nothing: every ``before`` must equal the current row, and every reference must be to a row that exists afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from pipeline.catalog.refs import Ref, ref_from_text, ref_from_wire
from pipeline.catalog.tables import REFERENCES, TABLE, TABLES, cell_text, key_of, row_problems, row_text, table_of_row
from pipeline.catalog.value import Catalog
from pipeline.errors import CatalogError, InputError, WorkbenchError

Key = tuple[str, ...]
Choice = Literal["draft", "current", "both"]
"""Which row settles a conflict: the draft's, the current one, or the current one with the cells that the draft edits."""
Place = tuple[str, Key]
"""The name of a row's table, and its key."""


@dataclass(frozen=True)
class Change:
    """One row added (no ``before``), removed (no ``after``) or edited; ``source`` is the run or finding that showed the fault.

    ``successor`` is the slug of the row that replaces a removed role, dimension or skill.
    """

    before: Any | None
    after: Any | None
    reason: str = ""
    source: Ref | None = None
    successor: str = ""

    @property
    def row(self) -> Any:
        """Its row as it is afterwards; as it was where it is removed."""
        return self.before if self.after is None else self.after

    @property
    def table(self) -> str:
        """Name of the table that its row belongs to."""
        return table_of_row(self.row).name

    @property
    def key(self) -> Key:
        """Key of its row."""
        return key_of(self.row)

    @property
    def place(self) -> Place:
        """Table and key of its row."""
        return self.table, self.key

    @property
    def kind(self) -> Literal["add", "edit", "remove"]:
        """What happens to its row."""
        return "add" if self.before is None else "remove" if self.after is None else "edit"

    def inverse(self) -> Change:
        """Return the change that undoes this one."""
        return replace(self, before=self.after, after=self.before, successor="")

    def wire(self) -> dict[str, Any]:
        """Return the JSON form: table, rows before and after as objects of cells; reason, source and successor if not empty."""
        form: dict[str, Any] = {"table": self.table, "before": row_wire(self.before), "after": row_wire(self.after)}
        source = self.source.wire() if self.source else None
        given = {"reason": self.reason, "source": source, "successor": self.successor}
        return form | {name: value for name, value in given.items() if value}


def row_wire(row: Any | None) -> dict[str, Any] | None:
    """Return a row as an object of cells; null for no row."""
    return None if row is None else {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(row).items()}


def row_from_wire(table: str, cells: Mapping[str, Any] | None) -> Any | None:
    """Return a row from its JSON form. Raises ``InputError`` for an unknown table or column."""
    if cells is None:
        return None
    if table not in TABLE:
        raise InputError(f"{table!r} is not a table of the catalog; the tables are {', '.join(TABLE)}.")
    columns = TABLE[table].columns
    if unknown := sorted(set(cells) - set(columns)):
        raise InputError(
            f"A row of {table} has no column {', '.join(unknown)}; its columns are {', '.join(sorted(columns))}."
        )
    return TABLE[table].row(**{k: tuple(v) if isinstance(v, list) else v for k, v in cells.items()})


def change_from_wire(form: Mapping[str, Any]) -> Change:
    """Return a change from its JSON form.

    An ``evidence`` text of an older form becomes the source, or is added to the reason where it is no reference.
    Raises ``InputError`` for a form that is no change.
    """
    table = str(form.get("table"))
    before, after = row_from_wire(table, form.get("before")), row_from_wire(table, form.get("after"))
    reason, successor = str(form.get("reason") or ""), str(form.get("successor") or "")
    source = ref_from_wire(form["source"]) if form.get("source") else None
    if source is None and (text := str(form.get("evidence") or "")):
        source = ref_from_text(text)
        reason = reason if source else f"{reason} ({text})".strip()
    change = Change(before, after, reason, source, successor)
    if before is None and after is None:
        raise InputError(f"A change of {table} states neither a row before nor a row after; give at least one.")
    if before is not None and after is not None and key_of(before) != key_of(after):
        raise InputError(f"A change of {table} gives the row another key; remove the one row and add the other.")
    return change


@dataclass(frozen=True)
class Conflict:
    """A change whose row has changed meanwhile: ``change.before`` is the base, ``current`` the row in the catalog."""

    change: Change
    current: Any | None

    def text(self) -> str:
        """Return in words what happened to the row."""
        state = (
            "is no longer there"
            if self.current is None
            else "already stands"
            if self.change.before is None
            else "has been changed"
        )
        return f"{row_text(*self.change.place)} {state}"

    @property
    def clashes(self) -> tuple[str, ...]:
        """Columns that both sides changed to different values; all columns where a side has no row."""
        base, wanted = self.change.before, self.change.after
        if base is None or wanted is None or self.current is None:
            return tuple(TABLE[self.change.table].columns)
        rows = [asdict(row) for row in (base, self.current, wanted)]
        return tuple(c for c in rows[0] if rows[1][c] != rows[0][c] != rows[2][c] and rows[1][c] != rows[2][c])

    def settled(self, choice: Choice) -> Change | None:
        """Return the change on top of the current row after a choice; null where nothing is left to change.

        Raises ``InputError`` for ``both`` where a side has no row.
        """
        base, wanted = self.change.before, self.change.after
        if choice == "both":
            if base is None or wanted is None or self.current is None:
                raise InputError("One side has no row here, so there is nothing to join; choose one of the rows.")
            old, new = asdict(base), asdict(wanted)
            wanted = replace(self.current, **{c: new[c] for c in old if new[c] != old[c]})
        elif choice == "current":
            wanted = self.current
        if wanted is not None and self.current is not None and TABLE[self.change.table].has_id:
            wanted = replace(wanted, id=self.current.id)
        return None if wanted == self.current else replace(self.change, before=self.current, after=wanted)


MAX_CONFLICTS_SHOWN = 20
"""Conflicts that a message lists."""


class ChangeConflict(WorkbenchError):
    """Changes whose rows have changed meanwhile; nothing was applied. ``conflicts`` holds all of them."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        listed = "\n".join(f"- {c.text()}" for c in self.conflicts[:MAX_CONFLICTS_SHOWN])
        rest = len(self.conflicts) - MAX_CONFLICTS_SHOWN
        more = f"\n- and {rest} more" if rest > 0 else ""
        super().__init__(
            f"{len(self.conflicts)} rows have moved, nothing was applied; resolve each and commit again:\n{listed}{more}"
        )


class InvalidChanges(WorkbenchError):
    """Changes after which the catalog would break its rules; nothing was applied. ``problems`` holds every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "The catalog would not hold together, nothing was applied:\n" + "\n".join(f"- {p}" for p in problems)
        )


def rows_by_key(catalog: Catalog) -> dict[str, dict[Key, Any]]:
    """Return the rows of each table by key, by the table's name."""
    return {table.name: {key_of(row): row for row in getattr(catalog, table.name)} for table in TABLES}


def squash(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return one change for each row: those of the same row joined, and those without effect left out."""
    merged: dict[Place, Change] = {}
    for change in changes:
        earlier = merged.get(change.place)
        merged[change.place] = change if earlier is None else replace(change, before=earlier.before)
    return tuple(c for c in merged.values() if c.before != c.after)


def apply(catalog: Catalog, changes: Iterable[Change]) -> Catalog:
    """Return the catalog with the changes applied, its tables in the store's order.

    Raises ``ChangeConflict`` where a ``before`` is not the current row, and ``InvalidChanges`` where a row breaks a rule of the
    catalog folder, an id is taken, or a reference would be to no row; each with all problems.
    """
    tables, conflicts, problems = _applied(catalog, squash(changes))
    if conflicts:
        raise ChangeConflict(conflicts)
    if problems:
        raise InvalidChanges(problems)
    return _catalog(tables)


def blockers(catalog: Catalog, changes: Iterable[Change]) -> tuple[tuple[Conflict, ...], tuple[str, ...]]:
    """Return what keeps changes from being applied: conflicts, and in words the rules that would be broken."""
    _, conflicts, problems = _applied(catalog, squash(changes))
    return tuple(conflicts), tuple(problems)


def preview(catalog: Catalog, changes: Iterable[Change]) -> Catalog:
    """Return the catalog with a draft's changes, for display: rows in conflict stay as they are, references to no row are
    left out.
    """
    tables, _, _ = _applied(catalog, squash(changes))
    for name, column, target in REFERENCES:
        tables[name] = {key: row for key, row in tables[name].items() if (getattr(row, column),) in tables[target]}
    return _catalog(tables)


def _applied(
    catalog: Catalog, changes: Iterable[Change]
) -> tuple[dict[str, dict[Key, Any]], list[Conflict], list[str]]:
    """The rows of each table with the changes applied where that is possible, the conflicts, and the broken rules."""
    tables = rows_by_key(catalog)
    conflicts = []
    problems = []
    for change in changes:
        rows = tables[change.table]
        if rows.get(change.key) != change.before:
            conflicts.append(Conflict(change, rows.get(change.key)))
        elif change.after is None:
            del rows[change.key]
        else:
            rows[change.key] = change.after
            problems += broken(change.after)
    return tables, conflicts, [*problems, *_taken_ids(tables), *dangling(tables)]


def _catalog(tables: Mapping[str, Mapping[Key, Any]]) -> Catalog:
    return Catalog(**{name: tuple(sorted(rows.values(), key=_order)) for name, rows in tables.items()})


def broken(row: Any) -> list[str]:
    """Return in words the rules of the catalog folder that a row breaks."""
    table = table_of_row(row)
    where = row_text(table.name, tuple(map(str, key_of(row))))
    try:
        cells = {column: cell_text(row, column) for column in table.columns}
    except CatalogError as error:
        return [f"{where}: {problem}" for problem in error.problems]
    problems = []
    for name, column in table.columns.items():
        try:
            column.parse(cells[name])
        except ValueError as reason:
            problems.append(f"{where}, column {name}: {reason}")
    return problems or [f"{where}, column {name}: {reason}" for name, reason in row_problems(row)]


def _taken_ids(tables: Mapping[str, Mapping[Key, Any]]) -> list[str]:
    """In words, the ids that two rows of a table have."""
    problems = []
    for table in TABLES:
        if table.has_id:
            taken: dict[int, Key] = {}
            for key, row in tables[table.name].items():
                if row.id is not None and row.id in taken:
                    problems.append(
                        f"{row_text(table.name, key)}: the id {row.id} is that of {' / '.join(taken[row.id])}"
                    )
                taken[row.id] = key
    return problems


def dangling(tables: Mapping[str, Mapping[Key, Any]]) -> list[str]:
    """Return in words the references to rows that do not exist."""
    return [
        f"{row_text(name, key)}: there is no {TABLE[target].singular} {getattr(row, column)!r}"
        for name, column, target in REFERENCES
        for key, row in tables[name].items()
        if (getattr(row, column),) not in tables[target]
    ]


def diff(old: Catalog, new: Catalog, reason: str = "") -> tuple[Change, ...]:
    """Return the changes from ``old`` to ``new``. A row of ``new`` without an id has the id of the old one."""
    before, after = rows_by_key(old), rows_by_key(new)
    changes = []
    for table in TABLES:
        was, becomes = before[table.name], after[table.name]
        for key in [*was, *(k for k in becomes if k not in was)]:
            old_row, new_row = was.get(key), becomes.get(key)
            if old_row is not None and new_row is not None and table.has_id and new_row.id is None:
                new_row = replace(new_row, id=old_row.id)
            if old_row != new_row:
                changes.append(Change(old_row, new_row, reason))
    return tuple(changes)


def merge_upstream(
    current: Catalog, shipped: Catalog, touched: Mapping[Place, Collection[str]], reason: str = ""
) -> tuple[Change, ...]:
    """Return the changes that bring a store's catalog to a newer shipped one, but for the rows that its curators touched.

    ``touched`` names these with the columns that were set. Such a row gets alone what it is empty of and what nobody set: facts
    that came with a newer release. Rows to which a touched row refers stay, and no row is added that refers to one that a
    curator removed.
    """
    kept = set(touched)
    tables = rows_by_key(current)
    needed = {
        (target, (getattr(tables[name][key], column),))
        for name, column, target in REFERENCES
        for table, key in kept
        if table == name and key in tables[name]
    }
    differing = diff(current, shipped, reason)
    changes = [c for c in differing if c.place not in kept and not (c.kind == "remove" and c.place in needed)]
    changes += [filled for c in differing if c.place in kept and (filled := _filled(c, touched[c.place]))]
    for change in changes:
        rows = tables[change.table]
        if change.after is None:
            rows.pop(change.key)
        else:
            rows[change.key] = change.after
    return tuple(
        c
        for c in changes
        if c.after is None
        or all((getattr(c.after, column),) in tables[target] for name, column, target in REFERENCES if name == c.table)
    )


def _filled(change: Change, set_columns: Collection[str]) -> Change | None:
    """An edit of a touched row as far as it fills cells that are empty and that nobody set; null where it fills none."""
    if change.before is None or change.after is None:
        return None
    columns = TABLE[change.table].columns
    cells = {
        name: getattr(change.after, name)
        for name, column in columns.items()
        if name not in set_columns and name != "id" and not column.is_required and not column.is_key
        if getattr(change.before, name) == column.default != getattr(change.after, name)
    }
    return replace(change, after=replace(change.before, **cells)) if cells else None


def _order(row: Any) -> tuple[Any, ...]:
    """The sort key of the store's order of rows: by id where there is one (rows without come last), else by key."""
    table = table_of_row(row)
    number = row.id if table.has_id else 0
    return number is None, number or 0, key_of(row)
