"""A store written to a file, restored from one, and a file tried out: what is restored is equal to the byte."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import Connection, text

from db import schema
from db.errors import StoreError
from db.models import metadata
from db.server import Database, open_database
from db.stores.catalog import current_revision, lock_catalog, read_catalog
from db.upkeep.backup_file import FORMAT, BackupReader, Manifest, TableContent, content_of, new_backup, open_backup
from db.upkeep.table_copies import (
    filled_tables,
    next_numbers,
    read_tables,
    rows_as_text,
    set_next_numbers,
    write_rows,
)
from pipeline.catalog.folder import write_folder
from pipeline.catalog.tables import TABLES


def back_up(database: Database, path: Path) -> Manifest:
    """Write the whole store to a new file, as it is at one moment, whatever goes on meanwhile.

    Tables that are not the workbench's own are left out. Raises ``StoreError`` when there is no store, or no file can be written.
    """
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        revision = schema.revision_of(connection)
        if revision is None:
            raise StoreError(f"There is nothing to back up: {database.label} has no tables of the workbench.")
        is_newest = revision == schema.newest_revision(database.engine)
        tables = [t for t in read_tables(connection) if not is_newest or t.name in metadata.tables]
        with new_backup(path) as writer:
            contents = {t.name: writer.add(t.name, t.columns, rows_as_text(connection, t)) for t in tables}
            manifest = Manifest(
                format=FORMAT,
                made_at=datetime.now(UTC),
                server_version=str(connection.execute(text("SHOW server_version")).scalar_one()),
                schema_revision=revision,
                catalog_revision=current_revision(connection),
                catalog_sha256=catalog_digest(connection) if is_newest else None,
                tables=contents,
                sequences=next_numbers(connection, contents),
            )
            writer.finish(manifest)
    return manifest


def restore(database: Database, path: Path) -> Manifest:
    """Bring what a file holds into an empty store, all or nothing, and its tables up to date.

    Raises ``StoreError`` when the store is not empty, or the file is damaged or of a newer release.
    """
    with open_backup(path, schema.known_revisions(database.engine)) as backup:
        with database.engine.connect() as connection:
            _refuse_filled(connection)
        backup.check()
        _load(database, backup)
        schema.migrate(database.engine)
        return backup.manifest


def verify(path: Path, data_dir: Path) -> Manifest:
    """Try a file out in a server of its own below ``data_dir``, which is taken away again; no store is touched.

    Raises ``StoreError`` as ``try_out`` does.
    """
    scratch = data_dir / f"verify-{uuid4().hex[:8]}"
    try:
        database = open_database(None, scratch)
        try:
            return try_out(database, path)
        finally:
            database.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def try_out(database: Database, path: Path) -> Manifest:
    """Restore a file into an empty database, and compare every table and the exported catalog with what it says of them.

    Raises ``StoreError`` when it is damaged, of a newer release, or comes to something else.
    """
    with open_backup(path, schema.known_revisions(database.engine)) as backup:
        _load(database, backup)
        with database.engine.connect() as connection:
            restored = {t.name: content_of(t.columns, rows_as_text(connection, t)) for t in read_tables(connection)}
    said = backup.manifest
    differing = sorted(name for name in restored if restored[name] != said.tables.get(name))
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        exported = catalog_digest(connection, said.tables)
    if said.catalog_sha256 not in (None, exported):
        differing.append("the exported catalog")
    if differing:
        raise StoreError(f"{path} does not come to what was backed up; what differs: {', '.join(differing)}.")
    return said


def catalog_digest(connection: Connection, as_in: Mapping[str, TableContent] | None = None) -> str:
    """Hash of the files to which the stored catalog is exported.

    ``as_in`` are the tables of a backup: tables and columns that the release which made it did not have are left out.
    """
    columns = None
    if as_in is not None:
        columns = {
            t.name: [c for c in t.columns if c in as_in[t.row_name].columns] for t in TABLES if t.row_name in as_in
        }
    digest = sha256()
    with TemporaryDirectory(prefix="workbench-export-") as folder:
        write_folder(read_catalog(connection), Path(folder), columns)
        for file in sorted(Path(folder).iterdir()):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _load(database: Database, backup: BackupReader) -> None:
    """Make the tables that a backup is of, and put its rows into them in one transaction."""
    if schema.current_revision(database.engine) is not None:
        # They are empty, but may be of another release than the rows.
        schema.downgrade(database.engine)
    schema.migrate(database.engine, backup.manifest.schema_revision)
    with database.engine.begin() as connection:
        lock_catalog(connection)
        _refuse_filled(connection)
        tables = read_tables(connection)
        if missing := sorted(set(backup.manifest.tables) - {table.name for table in tables}):
            raise StoreError(f"The backup has tables that the workbench does not know: {', '.join(missing)}.")
        for table in tables:
            if content := backup.manifest.tables.get(table.name):
                write_rows(connection, replace(table, columns=content.columns), backup.parts(table.name))
        set_next_numbers(connection, backup.manifest.sequences)
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _refuse_filled(connection: Connection) -> None:
    if filled := filled_tables(connection):
        raise StoreError(
            f"The store is not empty: {len(filled)} of its tables have rows ({', '.join(filled[:3])} ...). Nothing was restored. "
            "Restore into a new store: name an empty database with DATABASE_URL, or a new folder with WORKBENCH_DATA."
        )
