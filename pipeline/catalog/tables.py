"""The tables of a catalog, derived from its row classes: columns, keys, references, and the text form of cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pipeline.catalog.value import Catalog, Key, OneOf, RefersTo, SetBy, Within
from pipeline.errors import CatalogError

SEPARATOR = "|"
"""Separator of the items of a list cell."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``cell_type`` is ``str``, ``int``, ``float``, ``bool`` or ``tuple`` (a list of texts). An empty cell is read as
    ``default``, unless the column ``is_required``; a cell of a column that ``is_nullable`` may be null. ``words`` are those that
    a cell, or each item of a list, may hold (any when empty), ``within`` the bounds of a number, ``set_by`` which column of the row says
    what values it takes.
    """

    name: str
    cell_type: type
    default: Any
    is_required: bool
    is_nullable: bool
    is_key: bool
    refers_to: str | None
    words: tuple[str, ...]
    within: tuple[float, float] | None = None
    set_by: SetBy | None = None

    def parse(self, text: str) -> Any:
        """Return the value of a cell of the folder form. Raises ``ValueError`` with the reason in words."""
        if self.is_required and not text.strip():
            raise ValueError("must not be empty")
        if not text:
            return self.default
        items = _items(text) if self.cell_type is tuple else (text,)
        unknown = [item for item in items if item not in self.words] if self.words else []
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not one of {', '.join(self.words)}")
        value = _PARSERS[self.cell_type](text)
        if self.within is not None and not self.within[0] <= value <= self.within[1]:
            raise ValueError(f"{text} is not between {self.within[0]:g} and {self.within[1]:g}")
        return value


@dataclass(frozen=True)
class Table:
    """One table: ``name`` is that of its field in ``Catalog`` and of its file, ``singular`` the name of one row.

    ``row_name`` is the row class's name in snake case, the name of the store's table.
    """

    name: str
    singular: str
    row_name: str
    row: type
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    """Names of the columns that make the key, in order."""

    @property
    def has_id(self) -> bool:
        """Whether its rows have a number beside their key."""
        return "id" in self.columns


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split(SEPARATOR))


_PARSERS: Mapping[type, Callable[[str], Any]] = {
    str: str,
    int: _integer,
    float: _number,
    bool: _boolean,
    tuple: _items,
}


def _columns(row: type) -> Mapping[str, Column]:
    hints = get_type_hints(row, include_extras=True)
    columns = {}
    for field in fields(row):
        hint: Any = hints[field.name]
        marks: list[Any] = []
        if get_origin(hint) is Annotated:
            hint, *marks = get_args(hint)
        plain = [t for t in get_args(hint) if t is not type(None)] if type(None) in get_args(hint) else [hint]
        has_default = field.default is not MISSING
        is_nullable = type(None) in get_args(hint)
        columns[field.name] = Column(
            name=field.name,
            cell_type=get_origin(plain[0]) or plain[0],
            default=field.default if has_default else None,
            is_required=not has_default and not is_nullable,
            is_nullable=is_nullable,
            is_key=any(isinstance(m, Key) for m in marks),
            refers_to=next((m.table for m in marks if isinstance(m, RefersTo)), None),
            words=next((m.words for m in marks if isinstance(m, OneOf)), ()),
            within=next(((m.low, m.high) for m in marks if isinstance(m, Within)), None),
            set_by=next((m for m in marks if isinstance(m, SetBy)), None),
        )
    return columns


def _tables() -> tuple[Table, ...]:
    hints = get_type_hints(Catalog)
    rows = {field.name: get_args(hints[field.name])[0] for field in fields(Catalog)}
    return tuple(_table(name, row) for name, row in rows.items())


def _table(name: str, row: Any) -> Table:
    columns = _columns(row)
    key = tuple(column.name for column in columns.values() if column.is_key)
    return Table(name, row.SINGULAR, _snake(row.__name__), row, columns, key)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).removeprefix("_")


TABLES: tuple[Table, ...] = _tables()
TABLE: Mapping[str, Table] = {table.name: table for table in TABLES}
SINGULAR: Mapping[str, str] = {table.name: table.singular for table in TABLES}
"""The name of one row of each table."""
REFERENCES: tuple[tuple[str, str, str], ...] = tuple(
    (table.name, column.name, column.refers_to)
    for table in TABLES
    for column in table.columns.values()
    if column.refers_to
)
"""The columns that hold slugs of rows of other tables: (table, column, other table)."""
SLUG_TABLES = tuple(table.name for table in TABLES if table.key == ("slug",))
"""The tables whose rows have a slug by which others refer to them."""

_TABLE_OF_ROW = {table.row: table for table in TABLES}


def table_of_row(row: Any) -> Table:
    """Return the table of a row, by the row's type."""
    return _TABLE_OF_ROW[type(row)]


def key_of(row: Any) -> tuple[str, ...]:
    """Return the key of a row: its cells in the key columns."""
    return tuple(getattr(row, column) for column in table_of_row(row).key)


def row_problems(row: Any) -> list[tuple[str, str]]:
    """Return column and reason of each cell whose value another cell of the row does not allow; the cells are fit by themselves."""
    problems = []
    for name, column in table_of_row(row).columns.items():
        kind = column.set_by.kinds.get(getattr(row, column.set_by.column)) if column.set_by else None
        try:
            if kind is not None:
                kind.parse(getattr(row, name))
        except ValueError as reason:
            problems.append((name, str(reason)))
    return problems


def row_text(table: str, key: tuple[str, ...]) -> str:
    """Return the name of a row in messages: "alias kafka / Apache Kafka"."""
    return f"{SINGULAR[table]} {' / '.join(key)}"


def cell_text(row: Any, column: str) -> str:
    """Return a cell in the folder form. Raises ``CatalogError`` for an item of a list that contains the separator."""
    value = getattr(row, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        for item in value:
            if SEPARATOR in item:
                where = f"{table_of_row(row).name}.csv, {' / '.join(key_of(row))}, column {column}"
                raise CatalogError([f"{where}: the item {item!r} contains '{SEPARATOR}'"])
        return SEPARATOR.join(value)
    return str(value)
