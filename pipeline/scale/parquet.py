"""Answers as Parquet: the columns of a line, ``error``, and the steps of a whole run where they are asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError
from pipeline.scale.answers import Answer

ROWS_AT_ONCE = 500
"""Rows that are in memory at once where a file of any length is written."""

_PLACE = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
_SKILL = pa.struct(
    [("skill_name", pa.string()), ("slug", pa.string()), ("is_primary", pa.bool_()), ("evidence", pa.list_(_PLACE))]
)
_COLUMNS = [
    ("id", pa.string()),
    ("role", pa.string()),
    ("confidence", pa.float64()),
    ("case", pa.string()),
    ("skills", pa.list_(_SKILL)),
]


def schema_of(steps: Sequence[str] = ()) -> pa.Schema:
    """The columns of answers: those of a line, ``error``, and each step of a whole run as a text of JSON."""
    return pa.schema([*_COLUMNS, ("error", pa.string()), *((step, pa.string()) for step in steps)])


def table_of(answers: Iterable[Answer], schema: pa.Schema) -> pa.Table:
    """Answers as a table. An id is text whatever it was, so that all shards have one form."""
    rows = []
    for answer in answers:
        line = json.loads(answer.line)
        row = {name: line.get(name) for name, _ in _COLUMNS}
        row |= {name: json.dumps(line[name]) for name in schema.names if name in line and name not in row}
        rows.append(row | {"id": None if row["id"] is None else str(row["id"]), "error": answer.error})
    return pa.Table.from_pylist(rows, schema)


def write_answers(answers: Iterable[Answer], file: Path, schema: pa.Schema) -> None:
    """Write answers to a file of Parquet as they are made; the file has its name when it is whole.

    Raises ``InputError`` where it cannot be written.
    """
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with pq.ParquetWriter(unfinished, schema) as writer:
            waiting: list[Answer] = []
            for answer in answers:
                waiting.append(answer)
                if len(waiting) == ROWS_AT_ONCE:
                    writer.write_table(table_of(waiting, schema))
                    waiting.clear()
            writer.write_table(table_of(waiting, schema))
        unfinished.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from None
    finally:
        unfinished.unlink(missing_ok=True)
