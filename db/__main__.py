"""The store's command line: ``init``, ``migrate``, ``import``, ``export``, ``status``, ``reset``, ``update``, ``changes``, ``undo``,
``record``."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path
from uuid import UUID

from db import catalog, curation, editions, schema
from db.errors import StoreError
from db.server import Database, open_database
from pipeline.catalog import changes
from pipeline.errors import WorkbenchError


def _init(database: Database, args: argparse.Namespace) -> None:
    from db.workbench import initialise

    revision = initialise(database, args.author, args.edition)
    print(f"ready: {database.label}, catalog revision {revision}")


def _migrate(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    print(f"tables are at {schema.current_revision(database.engine)}")


def _import(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    revision, reading = editions.import_folder(database.engine, args.folder, args.author, args.overlay)
    for warning in reading.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    counts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in reading.catalog.counts().items())
    print(f"imported as revision {revision}: {counts}")


def _export(database: Database, args: argparse.Namespace) -> None:
    revision = catalog.export_folder(database.engine, args.folder)
    print(f"revision {revision} written to {args.folder}")


def _status(database: Database, args: argparse.Namespace) -> None:
    from sqlalchemy import text

    with database.engine.connect() as connection:
        version = connection.execute(text("SHOW server_version")).scalar_one()
    tables = schema.current_revision(database.engine)
    status = {"database": database.label, "version": version, "tables": tables, "newest": schema.newest_revision(database.engine)}
    if tables is not None:
        revision, value = catalog.load_catalog(database.engine)
        with database.engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM run")).scalar_one()
        status |= {"catalog_revision": revision, "catalog": value.counts(), "runs": count}
    print(json.dumps(status, indent=2))


def _reset(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    with database.engine.connect() as connection:
        pending = len(changes.diff(catalog.read_catalog(connection), catalog.shipped(args.edition)[0]))
    if pending and not args.yes:
        print(f"This changes {pending} rows of the catalog in {database.label}; it can be undone. Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise StoreError("Nothing was changed.")
    number, size = editions.put_back(database.engine, args.edition, args.author)
    print("nothing differs" if number is None else f"change set {number}: {size} rows; 'python -m db undo {number}' takes it back")


def _update(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    number, kept = editions.update_to_shipped(database.engine, args.author)
    theirs = f"; {kept} rows that curators touched stay as they are" if kept else ""
    print(("nothing is newer" if number is None else f"change set {number} is committed") + theirs)


def _changes(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    if args.number is None:
        for found in curation.list_change_sets(database.engine):
            print(f"{found.id}  {found.status}  {found.created_at:%Y-%m-%d %H:%M}  {found.author}  {found.title} ({found.size} rows)")
        return
    curation.load_change_set(database.engine, args.number)
    for change in curation.load_changes(database.engine, args.number):
        print(change.words())


def _undo(database: Database, args: argparse.Namespace) -> None:
    number = curation.undo(database.engine, args.number, args.author)
    print(f"change set {number} undoes change set {args.number}")


def _record(database: Database, args: argparse.Namespace) -> None:
    from db.model_calls import recording_of

    schema.migrate(database.engine)
    lines = recording_of(database.engine, args.run)
    if not lines:
        raise StoreError(f"The run {args.run} has no answers of a model; run it with the model engine first.")
    with args.file.open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    print(f"{len(lines)} answers added to {args.file}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m db", description="Set up and look after the store.")
    parser.add_argument("--author", default=getpass.getuser(), help="who makes the change (default: the user's name)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    sub = commands.add_parser("init", help="make the tables and load the catalog that ships")
    sub.add_argument("--edition", choices=[*catalog.EDITIONS], help="default: legacy when embedded, clean with DATABASE_URL")
    sub.set_defaults(function=_init)
    commands.add_parser("migrate", help="bring the tables up to date").set_defaults(function=_migrate)
    sub = commands.add_parser("import", help="replace the catalog by that of a folder, all or nothing")
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.add_argument("--overlay", type=Path, metavar="DIR", help="a folder whose rows replace or add")
    sub.set_defaults(function=_import)
    sub = commands.add_parser("export", help="write the catalog to a folder")
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.set_defaults(function=_export)
    commands.add_parser("status", help="what is there").set_defaults(function=_status)
    sub = commands.add_parser("reset", help="put the catalog back to a shipped edition, as a change set")
    sub.add_argument("edition", choices=[*catalog.EDITIONS])
    sub.add_argument("--yes", action="store_true", help="do not ask")
    sub.set_defaults(function=_reset)
    commands.add_parser("update", help="bring a newer shipped catalog, curators' rows left alone").set_defaults(function=_update)
    sub = commands.add_parser("changes", help="the change sets, or one in words")
    sub.add_argument("number", type=int, nargs="?", metavar="N")
    sub.set_defaults(function=_changes)
    sub = commands.add_parser("undo", help="undo a committed change set")
    sub.add_argument("number", type=int, metavar="N")
    sub.set_defaults(function=_undo)
    sub = commands.add_parser("record", help="add a run's model answers to a recording, which replays them without a server")
    sub.add_argument("run", type=UUID, metavar="RUN")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.set_defaults(function=_record)
    args = parser.parse_args()
    try:
        database = open_database()
        try:
            args.function(database, args)
        finally:
            database.close()
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
