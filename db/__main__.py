"""The store's command line: ``init``, ``migrate``, ``import DIR``, ``export DIR``, ``status``."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path

from db import catalog, schema
from db.server import Database, open_database
from pipeline.errors import WorkbenchError


def _init(database: Database, args: argparse.Namespace) -> None:
    from db.workbench import initialise

    revision = initialise(database, args.author)
    print(f"ready: {database.label}, catalog revision {revision}")


def _migrate(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    print(f"tables are at {schema.current_revision(database.engine)}")


def _import(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    revision, reading = catalog.import_folder(database.engine, args.folder, args.author, args.overlay)
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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m db", description="Set up and look after the store.")
    parser.add_argument("--author", default=getpass.getuser(), help="who makes the change (default: the user's name)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("init", help="make the tables and load the catalog that ships").set_defaults(function=_init)
    commands.add_parser("migrate", help="bring the tables up to date").set_defaults(function=_migrate)
    sub = commands.add_parser("import", help="replace the catalog by that of a folder, all or nothing")
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.add_argument("--overlay", type=Path, metavar="DIR", help="a folder whose rows replace or add")
    sub.set_defaults(function=_import)
    sub = commands.add_parser("export", help="write the catalog to a folder")
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.set_defaults(function=_export)
    commands.add_parser("status", help="what is there").set_defaults(function=_status)
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
