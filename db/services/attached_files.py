"""The files of an attached experiment: which there are now, and whether they are those that were read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from db.errors import StoreError
from db.services.jd_files import GOLD
from db.stores.attached import Source
from pipeline.errors import InputError
from pipeline.scale.blocks import JDTable, find_tables
from pipeline.scale.manifest import read_manifest

FilesState = Literal["there", "moved", "changed"]
MEMORY = "2GB"
"""What a query may take; what needs more uses the disk."""
NEEDED = ("id", "role", "confidence", "case", "skills")
"""Columns that results must have."""


def quoted(text: str) -> str:
    """A text as a literal of a query."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Files:
    """What there is of a source."""

    shards: tuple[str, ...]
    tables: tuple[JDTable, ...]
    digest: str
    made_by: dict[str, Any]


def connect_duck() -> duckdb.DuckDBPyConnection:
    """An engine of queries in this process's memory, which fetches nothing from outside."""
    duck = duckdb.connect()
    for setting in (
        f"memory_limit = '{MEMORY}'",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "enable_progress_bar = false",
    ):
        duck.execute(f"SET {setting}")
    return duck


def stamp_of(gold: str | None) -> int | None:
    """When a file of gold was changed last; 0 for gold that is no file, null for a file that is not there."""
    if gold is None or gold.startswith(GOLD):
        return 0
    try:
        return Path(gold).stat().st_mtime_ns
    except OSError:
        return None


def find_files(source: Source, stamp: int = 0) -> Files:
    """The files of a source, whose gold has a stamp. Raises ``StoreError`` or ``InputError`` that says which are not there."""
    shards = shards_of(source.results)
    tables = tuple(find_tables(source.jds)) if source.jds else ()
    folder = Path(source.results)
    manifest = read_manifest(folder) if folder.is_dir() else None
    return Files(
        shards,
        tables,
        _digest(source.gold, stamp, shards, tables),
        manifest.model_dump(mode="json") if manifest else {},
    )


def shards_of(results: str) -> tuple[str, ...]:
    """The files of results, a folder or a file. Raises ``StoreError`` where there are none."""
    place = Path(results)
    found = sorted(str(path) for path in place.glob("*.parquet")) if place.is_dir() else [str(place)]
    if not place.exists():
        raise StoreError(f"{results} is not there. Give the folder, or the file of Parquet, that a batch has written.")
    if not found:
        raise StoreError(f"{results} holds no file of Parquet; it must be what a batch has written.")
    return tuple(found)


def state_of(source: Source, digest: str, stamp: int) -> FilesState:
    """Whether the files of a source are there, and those that were read."""
    try:
        return "there" if find_files(source, stamp).digest == digest else "changed"
    except (StoreError, InputError, OSError):
        return "moved"


def _digest(gold: str | None, stamp: int, shards: Sequence[str], tables: Sequence[JDTable]) -> str:
    """A digest of what would be read: names and sizes of shards, footers of job descriptions, the gold."""
    basis = [
        [(Path(shard).name, Path(shard).stat().st_size) for shard in shards],
        [(table.name, table.digest) for table in tables],
        [gold, stamp],
        # A hash in the index is that of this release of the engine.
        duckdb.__version__,
    ]
    return hashlib.sha256(json.dumps(basis).encode()).hexdigest()[:32]
