"""The tables of the catalog as Markdown, for docs/catalog.md.

``python -m pipeline.catalog.document docs/catalog.md`` replaces them between the two marks of that file.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from pipeline.catalog.tables import TABLES, Column, Table

BEGIN, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"
_TYPE_NAMES = {str: "text", int: "whole number", float: "number", bool: "true or false", tuple: "list of texts"}


def tables_markdown() -> str:
    """Return every file with its columns: type, meaning of an empty cell, notes."""
    return "\n".join(_table_markdown(table) for table in TABLES)


def with_tables(document: str) -> str:
    """Return a document with the current tables between its marks. Raises ``ValueError`` without the marks."""
    begin, end = document.index(BEGIN) + len(BEGIN), document.index(END)
    return f"{document[:begin]}\n{tables_markdown()}\n{document[end:]}"


def _table_markdown(table: Table) -> str:
    about = " ".join((inspect.getdoc(table.row) or "").replace("``", "`").split())
    lines = [
        f"### {table.name}.csv",
        "",
        f"One row is a {table.singular}; its key is {', '.join(table.key)}. {about}",
        "",
        "| column | type | an empty cell | |",
        "| --- | --- | --- | --- |",
        *(_row_markdown(column) for column in table.columns.values()),
        "",
    ]
    return "\n".join(lines)


def _row_markdown(column: Column) -> str:
    empty = "is refused" if column.is_required else "is an empty list" if column.cell_type is tuple else "is null"
    if column.name == "id":
        empty = "gets a number from the store"
    elif isinstance(column.default, bool | str):
        empty = f"is {str(column.default).lower() if isinstance(column.default, bool) else column.default}"
    notes = ["part of the key"] if column.is_key else []
    notes += [f"names a row of {column.refers_to}.csv by its slug"] if column.refers_to else []
    notes += [", ".join(column.words)] if column.words else []
    notes += [f"from {column.within[0]:g} to {column.within[1]:g}"] if column.within else []
    notes += [f"of `{k.key}` {k.values}: {k.meaning}" for k in column.set_by.kinds.values()] if column.set_by else []
    return f"| `{column.name}` | {_TYPE_NAMES[column.cell_type]} | {empty} | {'; '.join(notes)} |"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
