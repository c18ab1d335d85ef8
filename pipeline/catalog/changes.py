"""How a catalog changes: rows with before and after, applied, inverted and found as pure functions of catalogs.

A change touches one row of one table. An operation on several rows (a merge, a split) is several changes. Applying is
all or nothing: every ``before`` must stand as it is stated, and nothing may lead nowhere afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from pipeline.catalog.folder import REFERENCES, TABLES, Table, cell_text, key_of
from pipeline.catalog.value import Catalog
from pipeline.errors import CatalogError, InputError, WorkbenchError

Key = tuple[str, ...]
Choice = Literal["mine", "theirs", "both"]
Place = tuple[str, Key]
"""Where a row stands: the name of its table, and its key."""

TABLE: Mapping[str, Table] = {table.name: table for table in TABLES}
SINGULAR = {
    "roles": "role", "role_aliases": "title", "role_kras": "KRA", "dimensions": "dimension", "categories": "category",
    "sub_categories": "sub-category", "skills": "skill", "skill_aliases": "alias", "skill_dimensions": "link",
    "role_dimensions": "link",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One row added (no ``before``), removed (no ``after``) or edited; ``evidence`` names the run or finding behind it.

    ``successor`` is the slug of what takes the place of a role, dimension or skill that goes.
    """

    table: str
    before: Any | None
    after: Any | None
    reason: str = ""
    evidence: str = ""
    successor: str = ""

    @property
    def key(self) -> Key:
        return key_of(TABLE[self.table], self.before if self.after is None else self.after)

    @property
    def place(self) -> Place:
        return self.table, self.key

    @property
    def kind(self) -> Literal["add", "edit", "remove"]:
        return "add" if self.before is None else "remove" if self.after is None else "edit"

    def inverse(self) -> Change:
        return replace(self, before=self.after, after=self.before, successor="")

    def words(self) -> str:
        """What the change does, as a sentence's beginning."""
        name = " → ".join(self.key) if self.table.endswith("_dimensions") else " / ".join(self.key)
        what = f"{SINGULAR[self.table]} {name}"
        return f"changes {what}: {self.detail()}" if self.kind == "edit" else f"{self.detail()} {what}"

    def detail(self) -> str:
        """What happens to the row, without naming it: "adds", "removes", or the cells that differ."""
        if self.before is None or self.after is None:
            return "adds" if self.after is not None else "removes"
        old, new = asdict(self.before), asdict(self.after)
        return "; ".join(f"{column} {_shown(old[column])} → {_shown(new[column])}" for column in old if old[column] != new[column])

    def wire(self) -> dict[str, Any]:
        """The JSON form: table, before and after as objects of cells, reason and evidence where they are given."""
        form: dict[str, Any] = {"table": self.table, "before": row_wire(self.before), "after": row_wire(self.after)}
        return form | {name: value for name in ("reason", "evidence", "successor") if (value := getattr(self, name))}


def row_wire(row: Any | None) -> dict[str, Any] | None:
    """A row as an object of cells."""
    return None if row is None else {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(row).items()}


def row_from_wire(table: str, cells: Mapping[str, Any] | None) -> Any | None:
    """A row from its JSON form. Raises ``InputError`` for an unknown table or column."""
    if cells is None:
        return None
    if table not in TABLE:
        raise InputError(f"{table!r} is not a table of the catalog; the tables are {', '.join(TABLE)}.")
    known = {f.name for f in fields(TABLE[table].row)}
    if unknown := sorted(set(cells) - known):
        raise InputError(f"A row of {table} has no column {', '.join(unknown)}; its columns are {', '.join(sorted(known))}.")
    return TABLE[table].row(**{k: tuple(v) if isinstance(v, list) else v for k, v in cells.items()})


def change_from_wire(form: Mapping[str, Any]) -> Change:
    """A change from its JSON form; the row that it keeps or makes decides its key."""
    table = str(form.get("table"))
    before, after = row_from_wire(table, form.get("before")), row_from_wire(table, form.get("after"))
    change = Change(table, before, after, *(str(form.get(name) or "") for name in ("reason", "evidence", "successor")))
    if before is None and after is None:
        raise InputError(f"A change of {table} states neither a row before nor a row after; give at least one.")
    if before is not None and after is not None and key_of(TABLE[table], before) != key_of(TABLE[table], after):
        raise InputError(f"A change of {table} gives the row another key; remove the one row and add the other.")
    return change


@dataclass(frozen=True)
class Conflict:
    """A change whose row has moved: ``change.before`` is the base, ``theirs`` what stands now, ``change.after`` mine."""

    change: Change
    theirs: Any | None

    def words(self) -> str:
        """What happened to the row."""
        stands = "is no longer there" if self.theirs is None else "already stands" if self.change.before is None else "has been changed"
        return f"{SINGULAR[self.change.table]} {' / '.join(self.change.key)} {stands}"

    @property
    def clashes(self) -> tuple[str, ...]:
        """Columns that both sides changed, each to something else; all of them where a side has no row."""
        base, mine = self.change.before, self.change.after
        if base is None or mine is None or self.theirs is None:
            return tuple(TABLE[self.change.table].columns)
        rows = [asdict(row) for row in (base, self.theirs, mine)]
        return tuple(c for c in rows[0] if rows[1][c] != rows[0][c] != rows[2][c] and rows[1][c] != rows[2][c])

    def settled(self, choice: Choice) -> Change | None:
        """The change once somebody has decided: on top of theirs, or null where nothing of mine is left.

        ``mine`` takes my row, ``theirs`` keeps what stands, ``both`` takes my cells where I changed them and theirs elsewhere.
        Raises ``InputError`` for ``both`` where a side has no row.
        """
        base, mine = self.change.before, self.change.after
        if choice == "both":
            if base is None or mine is None or self.theirs is None:
                raise InputError("One side has no row here, so there is nothing to join; take mine or keep theirs.")
            old, new = asdict(base), asdict(mine)
            mine = replace(self.theirs, **{c: new[c] for c in old if new[c] != old[c]})
        elif choice == "theirs":
            mine = self.theirs
        if mine is not None and self.theirs is not None and "id" in TABLE[self.change.table].columns:
            mine = replace(mine, id=self.theirs.id)
        return None if mine == self.theirs else replace(self.change, before=self.theirs, after=mine)


class ChangeConflict(WorkbenchError):
    """Rows that somebody else has changed meanwhile. Nothing was applied; ``conflicts`` holds all of them."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        listed = "\n".join(f"- {c.words()}" for c in self.conflicts[:20])
        more = f"\n- and {len(self.conflicts) - 20} more" if len(self.conflicts) > 20 else ""
        super().__init__(f"{len(self.conflicts)} rows have moved, nothing was applied; resolve each and commit again:\n{listed}{more}")


class InvalidChanges(WorkbenchError):
    """Changes after which the catalog would not hold together; ``problems`` holds every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The catalog would not hold together, nothing was applied:\n" + "\n".join(f"- {p}" for p in problems))


def rows_by_key(catalog: Catalog) -> dict[str, dict[Key, Any]]:
    """Every table's rows by key."""
    return {table.name: {key_of(table, row): row for row in getattr(catalog, table.name)} for table in TABLES}


def squash(changes: Iterable[Change]) -> tuple[Change, ...]:
    """One change a row: several on the same row become their sum, and what comes to nothing falls out."""
    merged: dict[Place, Change] = {}
    for change in changes:
        earlier = merged.get(change.place)
        merged[change.place] = change if earlier is None else replace(change, before=earlier.before)
    return tuple(c for c in merged.values() if c.before != c.after)


def apply(catalog: Catalog, changes: Iterable[Change]) -> Catalog:
    """The catalog with the changes made, its tables in the store's order.

    Raises ``ChangeConflict`` where a ``before`` does not stand, and ``InvalidChanges`` where a row breaks a rule of the
    catalog folder, an id is taken, or a link would lead nowhere; each with all that is wrong.
    """
    tables, conflicts, problems = _applied(catalog, squash(changes))
    if conflicts:
        raise ChangeConflict(conflicts)
    if problems:
        raise InvalidChanges(problems)
    return _catalog(tables)


def obstacles(catalog: Catalog, changes: Iterable[Change]) -> tuple[tuple[Conflict, ...], tuple[str, ...]]:
    """What keeps changes from being applied: rows that have moved, and rules that would be broken."""
    _, conflicts, problems = _applied(catalog, squash(changes))
    return tuple(conflicts), tuple(problems)


def overlaid(catalog: Catalog, changes: Iterable[Change]) -> Catalog:
    """The catalog as a draft would have it, for looking at: rows that have moved stay as they are, links that lead
    nowhere are left out."""
    tables, _, _ = _applied(catalog, squash(changes))
    for name, column, target in REFERENCES:
        tables[name] = {key: row for key, row in tables[name].items() if (getattr(row, column),) in tables[target]}
    return _catalog(tables)


def _applied(catalog: Catalog, changes: Iterable[Change]) -> tuple[dict[str, dict[Key, Any]], list[Conflict], list[str]]:
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
            problems += broken(change.table, change.after)
    return tables, conflicts, [*problems, *_taken_ids(tables), *dangling(tables)]


def _catalog(tables: Mapping[str, Mapping[Key, Any]]) -> Catalog:
    return Catalog(**{name: tuple(sorted(rows.values(), key=lambda r, t=TABLE[name]: _order(t, r))) for name, rows in tables.items()})  # type: ignore[misc]


def broken(table: str, row: Any) -> list[str]:
    """What a folder with this row would be refused for, in words."""
    where = f"{SINGULAR[table]} {' / '.join(map(str, key_of(TABLE[table], row)))}"
    try:
        cells = {column: cell_text(TABLE[table], row, column) for column in TABLE[table].columns}
    except CatalogError as error:
        return [f"{where}: {problem}" for problem in error.problems]
    problems = []
    for column, parse in TABLE[table].columns.items():
        try:
            parse(cells[column])
        except ValueError as reason:
            problems.append(f"{where}, column {column}: {reason}")
    return problems


def _taken_ids(tables: Mapping[str, Mapping[Key, Any]]) -> list[str]:
    """Ids that two rows of a table have."""
    problems = []
    for table in TABLES:
        if "id" in table.columns:
            seen: dict[int, Key] = {}
            for key, row in tables[table.name].items():
                if row.id is not None and row.id in seen:
                    problems.append(f"{SINGULAR[table.name]} {' / '.join(key)}: the id {row.id} is that of {' / '.join(seen[row.id])}")
                seen[row.id] = key
    return problems


def dangling(tables: Mapping[str, Mapping[Key, Any]]) -> list[str]:
    """What leads nowhere, in words."""
    return [
        f"{SINGULAR[name]} {' / '.join(key)}: there is no {SINGULAR[target]} {getattr(row, column)!r}"
        for name, column, target in REFERENCES
        for key, row in tables[name].items()
        if (getattr(row, column),) not in tables[target]
    ]


def diff(old: Catalog, new: Catalog, reason: str = "") -> tuple[Change, ...]:
    """The changes that make ``new`` of ``old``. A row of ``new`` without an id is taken to have the old one's."""
    before, after = rows_by_key(old), rows_by_key(new)
    changes = []
    for table in TABLES:
        was, becomes = before[table.name], after[table.name]
        for key in [*was, *(k for k in becomes if k not in was)]:
            mine, row = was.get(key), becomes.get(key)
            if mine is not None and row is not None and "id" in table.columns and row.id is None:
                row = replace(row, id=mine.id)
            if mine != row:
                changes.append(Change(table.name, mine, row, reason))
    return tuple(changes)


def newer(current: Catalog, shipped: Catalog, touched: Iterable[Place], reason: str = "") -> tuple[Change, ...]:
    """The changes that bring a newer shipped catalog to a store, leaving alone the rows that its curators touched.

    What a touched row leans on stays, and nothing is added that would lean on what a curator removed.
    """
    theirs = set(touched)
    tables = rows_by_key(current)
    needed = {
        (target, (getattr(tables[name][key], column),))
        for name, column, target in REFERENCES
        for table, key in theirs
        if table == name and key in tables[name]
    }
    changes = [c for c in diff(current, shipped, reason) if c.place not in theirs and not (c.kind == "remove" and c.place in needed)]
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


def _order(table: Table, row: Any) -> tuple[Any, ...]:
    """The order in which the store gives its rows: by id where there is one (rows without come last), else by key."""
    number = getattr(row, "id", None) if "id" in table.columns else 0
    return number is None, number or 0, key_of(table, row)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "nothing"
    return "“" + (", ".join(value) if isinstance(value, tuple) else str(value)) + "”"
