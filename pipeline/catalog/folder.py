"""The folder form of a catalog: one CSV file a table, read and written without loss.

UTF-8 with a header; a list cell separates its items with ``|``; an empty cell is null; booleans are ``true`` and
``false``. A missing or empty file is an empty table. Unknown columns are left out and named in a warning. Broken rows
are all collected, each with file, line, column and reason, and then nothing is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from pipeline.catalog import value as v
from pipeline.errors import CatalogError

Parser = Callable[[str], Any]


def _required(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _optional(text: str) -> str | None:
    return text or None


def _integer(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None


def _boolean(default: bool) -> Parser:
    def parse(text: str) -> bool:
        if not text:
            return default
        if text not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return text == "true"

    return parse


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _one_of(words: Sequence[str], default: str | None = None) -> Parser:
    def parse(text: str) -> str | None:
        if not text:
            return default
        if text not in words:
            raise ValueError(f"{text!r} is not one of {', '.join(words)}")
        return text

    return parse


@dataclass(frozen=True)
class Table:
    """How one file maps to one row type: a parser for each column, and the columns that make its key."""

    name: str
    row: type
    columns: Mapping[str, Parser]
    key: tuple[str, ...]


TABLES: tuple[Table, ...] = (
    Table(
        "roles",
        v.Role,
        {
            "id": _integer,
            "slug": _required,
            "display_name": _required,
            "domain": _optional,
            "role_archetype": _optional,
        },
        ("slug",),
    ),
    Table(
        "role_aliases",
        v.RoleAlias,
        {"role_slug": _required, "alias_text": _required, "is_generic": _boolean(False)},
        ("role_slug", "alias_text"),
    ),
    Table("role_kras", v.RoleKra, {"role_slug": _required, "kra_text": _required}, ("role_slug", "kra_text")),
    Table(
        "dimensions",
        v.Dimension,
        {
            "id": _integer,
            "slug": _required,
            "display_name": _required,
            "rationale": _optional,
            "difficulty_hint": _optional,
        },
        ("slug",),
    ),
    Table("categories", v.Category, {"id": _integer, "name": _required}, ("name",)),
    Table(
        "sub_categories",
        v.SubCategory,
        {"id": _integer, "category": _required, "name": _required},
        ("category", "name"),
    ),
    Table(
        "skills",
        v.Skill,
        {
            "id": _integer,
            "slug": _required,
            "display_name": _required,
            "category": _optional,
            "sub_category": _optional,
            "skill_nature": _one_of(v.SKILL_NATURES),
            "volatility": _one_of(v.VOLATILITIES),
            "typical_lifespan": _one_of(v.LIFESPANS),
            "version_strategy": _one_of(v.VERSION_STRATEGIES),
            "version_tag": _optional,
            "is_extractable": _boolean(True),
            "is_also_category": _boolean(False),
            "vendor": _optional,
            "license": _optional,
            "year_introduced": _integer,
            "confidence": _number,
            "maturity_reasoning": _optional,
            "context_tags": _items,
        },
        ("slug",),
    ),
    Table(
        "skill_aliases",
        v.SkillAlias,
        {
            "id": _integer,
            "skill_slug": _required,
            "alias_text": _required,
            "alias_type": _one_of(v.ALIAS_TYPES, "SYNONYM"),
            "match_strategy": _one_of(v.MATCH_STRATEGIES, "CASE_INSENSITIVE"),
            "is_primary": _boolean(False),
            "context": _items,
        },
        ("skill_slug", "alias_text"),
    ),
    Table(
        "skill_dimensions",
        v.SkillDimension,
        {"skill_slug": _required, "dimension_slug": _required},
        ("skill_slug", "dimension_slug"),
    ),
    Table(
        "role_dimensions",
        v.RoleDimension,
        {"role_slug": _required, "dimension_slug": _required},
        ("role_slug", "dimension_slug"),
    ),
)

# Which column of a table must name a row of another table.
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("role_aliases", "role_slug", "roles"),
    ("role_kras", "role_slug", "roles"),
    ("skill_aliases", "skill_slug", "skills"),
    ("skill_dimensions", "skill_slug", "skills"),
    ("skill_dimensions", "dimension_slug", "dimensions"),
    ("role_dimensions", "role_slug", "roles"),
    ("role_dimensions", "dimension_slug", "dimensions"),
)


@dataclass(frozen=True)
class Reading:
    """A catalog as read from a folder, and what the reader wants the person to know."""

    catalog: v.Catalog
    warnings: tuple[str, ...] = ()


Successors = Mapping[tuple[str, str], str]
"""(table, slug) of what is gone -> the slug of what took its place."""
Rows = dict[tuple[str, ...], tuple[Any, str]]  # key -> (row, "file:line")


def read_folder(folder: Path, overlay: Path | None = None, successors: Successors | None = None) -> Reading:
    """Read a catalog folder, and over it an overlay in which a row with a known key replaces and another adds.

    A row that names what the folder lacks leads on to its successor, with a warning, if the folder has that.
    Raises ``CatalogError`` with every problem at once: a folder that is not there, broken rows, keys that stand twice
    in one file, links that lead nowhere.
    """
    problems: list[str] = []
    warnings: list[str] = []
    tables: dict[str, Rows] = {}
    for source in (folder, overlay):
        if source is None:
            continue
        if not source.is_dir():
            raise CatalogError([f"{source}: there is no such folder; give the path of a catalog folder"])
        for table in TABLES:
            rows = _read_table(source / f"{table.name}.csv", table, problems, warnings)
            tables.setdefault(table.name, {}).update(rows)
    _lead_on(tables, successors or {}, warnings)
    problems += _dangling(tables)
    if problems:
        raise CatalogError(problems)
    catalog = v.Catalog(**{name: tuple(row for row, _ in rows.values()) for name, rows in tables.items()})
    return Reading(catalog, tuple(warnings))


def write_folder(catalog: v.Catalog, folder: Path) -> None:
    """Write the ten files. Raises ``CatalogError`` for an item of a list that contains the separator ``|``."""
    texts = {table.name: _table_text(table, getattr(catalog, table.name)) for table in TABLES}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def key_of(table: Table, row: Any) -> tuple[str, ...]:
    """The key of a row: the cells by which an overlay finds the row that it replaces."""
    return tuple(getattr(row, column) for column in table.key)


def _read_table(path: Path, table: Table, problems: list[str], warnings: list[str]) -> Rows:
    rows: Rows = {}
    if not path.exists():
        return rows
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(f"{path.name}, line {line}: not UTF-8 (byte {error.start}); save the file as UTF-8")
        return rows
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        problems.append(f"{path.name}, line {line}: contains a NUL character; remove it")
        return rows
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return rows
        except csv.Error as error:
            problems.append(f"{path.name}, line {line}: {error}; check the quotes")
            return rows
        if not cells:
            continue
        if header is None:
            header = cells
            if not _check_header(path.name, table, header, problems, warnings):
                return rows
            continue
        row = _read_row(path.name, line, table, header, cells, problems)
        if row is None:
            continue
        key = key_of(table, row)
        where = f"{path.name}, line {line}"
        if key in rows:
            names = ", ".join(table.key)
            problems.append(f"{where}, column {names}: {' / '.join(key)!r} already stands at {rows[key][1]}")
            continue
        rows[key] = (row, where)


def _check_header(file: str, table: Table, header: list[str], problems: list[str], warnings: list[str]) -> bool:
    """Note unknown columns as a warning and a missing key column as a problem; false when rows cannot be read."""
    unknown = [name for name in header if name not in table.columns]
    if unknown:
        warnings.append(f"{file}: left out unknown columns {', '.join(map(repr, unknown))}")
    required = [name for name, parse in table.columns.items() if parse is _required]
    missing = [name for name in required if name not in header]
    for name in missing:
        problems.append(f"{file}, line 1: column {name} is missing; the header is {', '.join(header)}")
    twice = sorted({name for name in header if header.count(name) > 1})
    for name in twice:
        problems.append(f"{file}, line 1: column {name} stands twice")
    return not missing and not twice


def _read_row(
    file: str, line: int, table: Table, header: list[str], cells: list[str], problems: list[str]
) -> Any | None:
    if len(cells) != len(header):
        problems.append(f"{file}, line {line}: {len(cells)} cells where the header has {len(header)}")
        return None
    given = dict(zip(header, cells, strict=True))
    values: dict[str, Any] = {}
    for column, parse in table.columns.items():
        if column not in given:
            continue
        try:
            values[column] = parse(given[column])
        except ValueError as reason:
            problems.append(f"{file}, line {line}, column {column}: {reason}")
    if len(values) < sum(column in given for column in table.columns):
        return None
    if "id" in table.columns:
        values.setdefault("id", None)
    return table.row(**values)


def _lead_on(tables: Mapping[str, Rows], successors: Successors, warnings: list[str]) -> None:
    by_name = {table.name: table for table in TABLES}
    for name, column, target in REFERENCES if successors else ():
        for key, (row, where) in list(tables[name].items()):
            slug = getattr(row, column)
            successor = successors.get((target, slug))
            if (slug,) in tables[target] or (successor,) not in tables[target]:
                continue
            del tables[name][key]
            led = replace(row, **{column: successor})
            tables[name].setdefault(key_of(by_name[name], led), (led, where))
            warnings.append(f"{where}, column {column}: {slug!r} leads on to {successor!r}, which took its place")


def _dangling(tables: Mapping[str, Rows]) -> list[str]:
    problems = []
    for name, column, target in REFERENCES:
        known = tables[target]
        for row, where in tables[name].values():
            slug = getattr(row, column)
            if (slug,) not in known:
                problems.append(f"{where}, column {column}: {slug!r} is not in {target}.csv")
    return problems


def _table_text(table: Table, rows: Sequence[Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [f.name for f in fields(table.row)]
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell_text(table, row, name) for name in names])
    return out.getvalue()


def cell_text(table: Table, row: Any, column: str) -> str:
    """A cell as the file holds it. Raises ``CatalogError`` for an item of a list that contains the separator."""
    value = getattr(row, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        for item in value:
            if "|" in item:
                key = " / ".join(key_of(table, row))
                raise CatalogError([f"{table.name}.csv, {key}, column {column}: the item {item!r} contains '|'"])
        return "|".join(value)
    return str(value)
