"""Files of job descriptions as Parquet, cut into blocks: what is in one, and which shard of the output answers it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError

COLUMNS = ("id", "title", "text")
"""Columns that are read; ``title`` may be missing."""
READERS = 16
"""Files that are looked at at once: on a network each waits for its own answer."""
DIGITS = 16
"""Hexadecimal digits of a digest that are kept."""
_TAIL = 8
"""Bytes at the end of a file of Parquet: the length of its footer, and the mark."""
MAX_PROBLEMS_SHOWN = 10


@dataclass(frozen=True)
class JDTable:
    """A file of job descriptions. ``digest`` is that of its footer, which has the size and the bounds of all that is in it."""

    path: str
    digest: str
    rows: int

    @property
    def name(self) -> str:
        """Its name without its folder, which may move."""
        return Path(self.path).name


@dataclass(frozen=True)
class Block:
    """A run of rows of a file, and the name of the shard that answers them."""

    path: str
    first: int
    rows: int
    shard: str


def find_tables(pattern: str) -> list[JDTable]:
    """The files that a pattern means, by their paths. Raises ``InputError`` that lists those that cannot be read."""
    paths = sorted(p for p in glob(pattern, recursive=True) if Path(p).is_file())
    if not paths:
        raise InputError(f"No file is {pattern}; give files of Parquet with the columns id, title and text.")
    problems: list[str] = []
    found: list[JDTable] = []
    with ThreadPoolExecutor(READERS) as readers:
        for read in readers.map(_read_table, paths):
            if isinstance(read, str):
                problems.append(read)
            else:
                found.append(read)
    if problems:
        more = len(problems) - MAX_PROBLEMS_SHOWN
        raise InputError("\n".join(problems[:MAX_PROBLEMS_SHOWN] + ([f"and {more} more"] if more > 0 else [])))
    return found


def _read_table(path: str) -> JDTable | str:
    """A file as its footer has it; or what is wrong with it."""
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            length = int.from_bytes(file.read(_TAIL)[:4], "little")
            file.seek(max(0, size - _TAIL - length))
            digest = hashlib.sha256(file.read(length)).hexdigest()[:DIGITS]
        with pq.ParquetFile(path) as table:
            rows, names = table.metadata.num_rows, table.schema_arrow.names
    except (OSError, pa.ArrowException) as error:
        return f"{path} cannot be read as Parquet: {error}"
    missing = [name for name in ("id", "text") if name not in names]
    if missing:
        return f"{path}: the column {missing[0]!r} is missing; it has {', '.join(names) or 'none'}."
    return JDTable(path, digest, rows)


def blocks_of(tables: Sequence[JDTable], rows: int) -> list[Block]:
    """The blocks of some files, each of at most so many rows."""
    return [
        Block(table.path, first, min(rows, table.rows - first), shard_name(table, first // rows))
        for table in tables
        for first in range(0, table.rows, rows)
    ]


def shard_name(table: JDTable, number: int) -> str:
    """The name of the shard that answers a block: it says which file and what state of it."""
    stem = re.sub(r"[^\w.-]+", "_", Path(table.path).stem)[:80]
    return f"{stem}-{table.digest}-{number:06d}.parquet"


def read_block(block: Block) -> Iterator[dict[str, Any]]:
    """Yield the rows of a block. What cannot be read of a cell is an ``InputError`` in its place, of a file one that is raised."""
    try:
        with pq.ParquetFile(block.path) as table:
            names = [name for name in COLUMNS if name in table.schema_arrow.names]
            groups, skipped = _groups(table.metadata, block)
            left = block.rows
            for batch in table.iter_batches(min(block.rows, 1_000), row_groups=groups, columns=names):
                part = batch.slice(min(skipped, batch.num_rows), left)
                skipped -= min(skipped, batch.num_rows)
                for place in range(part.num_rows):
                    yield {name: _cell(part.column(name)[place]) for name in names}
                left -= part.num_rows
                if not left:
                    return
    except (OSError, pa.ArrowException) as error:
        last = block.first + block.rows
        raise InputError(f"{block.path}, rows {block.first + 1} to {last}: cannot be read: {error}") from None


def _groups(metadata: pq.FileMetaData, block: Block) -> tuple[list[int], int]:
    """The row groups that a block is in, and how many rows of them come before it."""
    groups: list[int] = []
    skipped = start = 0
    for number in range(metadata.num_row_groups):
        end = start + metadata.row_group(number).num_rows
        if start < block.first + block.rows and end > block.first:
            if not groups:
                skipped = block.first - start
            groups.append(number)
        start = end
    return groups, skipped


def _cell(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (UnicodeDecodeError, ValueError) as error:
        return InputError(f"it cannot be read: {error}")
