"""The folder form of a catalog: one CSV file a table, read and written without loss.

UTF-8 with a header; a list cell separates its items with ``|``; an empty cell is null; booleans are ``true`` and
``false``. A missing or empty file is an empty table. Unknown columns are left out and named in a warning. Broken rows
are all collected, each with file, line, column and reason, and then nothing is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.catalog.tables import REFERENCES, TABLES, Table, cell_text, key_of, row_problems
from pipeline.catalog.value import Catalog
from pipeline.errors import CatalogError


@dataclass(frozen=True)
class Reading:
    """A catalog as read from a folder, with warnings for the person who gave the folder."""

    catalog: Catalog
    warnings: tuple[str, ...] = ()


Successors = Mapping[tuple[str, str], str]
"""By table and slug of a removed row, the slug of its successor."""
Rows = dict[tuple[str, ...], tuple[Any, str]]
"""By key, a row and where it is from (file and line)."""


def read_folder(folder: Path, overlay: Path | None = None, successors: Successors | None = None) -> Reading:
    """Return the catalog of a folder, with an overlay whose rows replace those of equal key and are added otherwise.

    A reference to a row that the folder lacks becomes one to its successor, with a warning, if the folder has that.
    Raises ``CatalogError`` with every problem at once: a missing folder, broken rows, keys that are twice in one file,
    references to no row.
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
    _resolve_successors(tables, successors or {}, warnings)
    problems += _dangling(tables)
    if problems:
        raise CatalogError(problems)
    catalog = Catalog(**{name: tuple(row for row, _ in rows.values()) for name, rows in tables.items()})
    return Reading(catalog, tuple(warnings))


def write_folder(catalog: Catalog, folder: Path, columns: Mapping[str, Sequence[str]] | None = None) -> None:
    """Write the twelve files; with ``columns`` those of its tables alone, each with its columns.

    Raises ``CatalogError`` for an item of a list that contains the separator ``|``.
    """
    written = {table.name: tuple(table.columns) for table in TABLES} if columns is None else columns
    texts = {name: _table_text(getattr(catalog, name), of_table) for name, of_table in written.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


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
        where = f"{path.name}, line {line}"
        row = _read_row(table, header, cells, where, problems)
        if row is None:
            continue
        key = key_of(row)
        if key in rows:
            names = ", ".join(table.key)
            problems.append(f"{where}, column {names}: {' / '.join(key)!r} already stands at {rows[key][1]}")
            continue
        rows[key] = (row, where)


def _check_header(file: str, table: Table, header: list[str], problems: list[str], warnings: list[str]) -> bool:
    """Whether rows can be read under a header; unknown columns are added to the warnings, missing ones to the problems."""
    unknown = [name for name in header if name not in table.columns]
    if unknown:
        warnings.append(f"{file}: left out unknown columns {', '.join(map(repr, unknown))}")
    missing = [name for name, column in table.columns.items() if column.is_required and name not in header]
    for name in missing:
        problems.append(f"{file}, line 1: column {name} is missing; the header is {', '.join(header)}")
    twice = sorted({name for name in header if header.count(name) > 1})
    for name in twice:
        problems.append(f"{file}, line 1: column {name} stands twice")
    return not missing and not twice


def _read_row(table: Table, header: list[str], cells: list[str], where: str, problems: list[str]) -> Any | None:
    if len(cells) != len(header):
        problems.append(f"{where}: {len(cells)} cells where the header has {len(header)}")
        return None
    given = dict(zip(header, cells, strict=True))
    values: dict[str, Any] = {}
    for name, column in table.columns.items():
        if name not in given:
            continue
        try:
            values[name] = column.parse(given[name])
        except ValueError as reason:
            problems.append(f"{where}, column {name}: {reason}")
    if len(values) < sum(column in given for column in table.columns):
        return None
    if table.has_id:
        values.setdefault("id", None)
    row = table.row(**values)
    unfit = row_problems(row)
    problems += [f"{where}, column {name}: {reason}" for name, reason in unfit]
    return None if unfit else row


def _resolve_successors(tables: Mapping[str, Rows], successors: Successors, warnings: list[str]) -> None:
    for name, column, target in REFERENCES if successors else ():
        for key, (row, where) in list(tables[name].items()):
            slug = getattr(row, column)
            successor = successors.get((target, slug))
            if (slug,) in tables[target] or (successor,) not in tables[target]:
                continue
            del tables[name][key]
            resolved = replace(row, **{column: successor})
            tables[name].setdefault(key_of(resolved), (resolved, where))
            warnings.append(f"{where}, column {column}: {slug!r} was replaced by its successor {successor!r}")


def _dangling(tables: Mapping[str, Rows]) -> list[str]:
    problems = []
    for name, column, target in REFERENCES:
        for row, where in tables[name].values():
            slug = getattr(row, column)
            if (slug,) not in tables[target]:
                problems.append(f"{where}, column {column}: {slug!r} is not in {target}.csv")
    return problems


def _table_text(rows: Sequence[Any], columns: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell_text(row, name) for name in columns])
    return out.getvalue()
