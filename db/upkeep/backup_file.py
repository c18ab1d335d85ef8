"""The file of a backup: a zip with the rows of each table as text, and a manifest that says what they must come to.

Rows as text depend neither on the version of the server that wrote them nor on programs of PostgreSQL that would have to be as new
as a given server; the tables themselves are made by our migrations, so that a backup of an older release is restored by a newer one.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from db.errors import StoreError

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK_BYTES = 1 << 20


class TableContent(BaseModel):
    """What a table of a backup comes to: its columns in the order of the text, how many rows, and the hash of their text."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself. ``schema_revision`` is the migration that its tables are at."""

    model_config = ConfigDict(frozen=True)

    format: int
    made_at: datetime
    server_version: str
    schema_revision: str
    catalog_revision: int | None
    catalog_sha256: str | None
    """Hash of the exported catalog; null where the tables were older than the release that made the backup."""
    tables: dict[str, TableContent]
    sequences: dict[str, tuple[int, bool]]
    """Where each sequence is: its last number, and whether that has been given."""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(content.rows for content in self.tables.values())


class TextDigest:
    """The hash of rows as they pass by, and how many they are: each row ends a line, and none has a line break of its own."""

    def __init__(self) -> None:
        self._hash = sha256()
        self._rows = 0

    def watch(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Hand on parts, counted in."""
        for part in parts:
            self._hash.update(part)
            self._rows += part.count(b"\n")
            yield part

    def content(self, columns: tuple[str, ...]) -> TableContent:
        """What has passed by, as the rows of some columns."""
        return TableContent(columns=columns, rows=self._rows, sha256=self._hash.hexdigest())


def content_of(columns: tuple[str, ...], parts: Iterable[bytes]) -> TableContent:
    """What rows come to."""
    digest = TextDigest()
    for _ in digest.watch(parts):
        pass
    return digest.content(columns)


class BackupWriter:
    """A backup that is being written."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def add(self, table: str, columns: tuple[str, ...], parts: Iterable[bytes]) -> TableContent:
        """Write the rows of a table; returns what they come to."""
        digest = TextDigest()
        with self._file.open(_member(table), "w", force_zip64=True) as member:
            for part in digest.watch(parts):
                member.write(part)
        return digest.content(columns)

    def finish(self, manifest: Manifest) -> None:
        """Write what the whole comes to, last."""
        self._file.writestr(MANIFEST, manifest.model_dump_json(indent=1))


@contextmanager
def new_backup(path: Path) -> Iterator[BackupWriter]:
    """A new backup, which is at ``path`` when it is whole, and readable by its owner alone: it has everything that was typed.

    Raises ``StoreError`` when something is there already or the file cannot be written; then nothing is left.
    """
    if path.exists():
        raise StoreError(f"{path} is there already; nothing was written. Give the backup another name.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                yield BackupWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. There is no backup.") from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


class BackupReader:
    """A backup that is there."""

    def __init__(self, path: Path, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._path = path
        self._file = file
        self.manifest = manifest

    def parts(self, table: str) -> Iterator[bytes]:
        """The rows of a table. Raises ``StoreError`` at the end when they are not those that were written."""
        expected, digest = self.manifest.tables[table], TextDigest()
        with _readable(self._path), self._file.open(_member(table)) as member:
            yield from digest.watch(iter(lambda: member.read(CHUNK_BYTES), b""))
        if digest.content(expected.columns) != expected:
            raise _damaged(self._path, f"the rows of {table} are not those that were written")

    def check(self) -> None:
        """Read everything once. Raises ``StoreError`` when something is damaged or missing."""
        for table in self.manifest.tables:
            for _ in self.parts(table):
                pass


@contextmanager
def open_backup(path: Path, known_revisions: frozenset[str]) -> Iterator[BackupReader]:
    """A backup for reading. Raises ``StoreError`` when it is none, is damaged, or comes from a newer release: one with another
    format, or with tables at a migration that is not among those that are known.
    """
    with _readable(path), zipfile.ZipFile(path) as file:
        try:
            manifest = Manifest.model_validate_json(file.read(MANIFEST))
        except (KeyError, ValidationError):
            raise StoreError(
                f"{path} is no backup of a workbench, or a damaged one: its manifest cannot be read."
            ) from None
        if manifest.format > FORMAT or manifest.schema_revision not in known_revisions:
            raise StoreError(
                f"{path} was made by a newer release of the workbench (tables at {manifest.schema_revision}; this release knows "
                f"them up to {max(known_revisions)}). Use that release or a newer one."
            )
        yield BackupReader(path, file, manifest)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read why."""
    try:
        yield
    except FileNotFoundError:
        raise StoreError(f"There is no file {path}.") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
        raise _damaged(path, str(error).strip("'\"") or type(error).__name__) from None


def _damaged(path: Path, reason: str) -> StoreError:
    return StoreError(f"{path} is damaged: {reason}. Nothing was restored; take another backup.")


def _member(table: str) -> str:
    return f"tables/{table}.copy"
