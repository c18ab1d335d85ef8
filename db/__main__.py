"""The store's command line: ``init``, ``migrate``, ``import``, ``export``, ``status``, ``reset``, ``update``, ``changes``, ``undo``,
``record``, ``purge``, ``export-gold``, ``import-runs``, those of ``db.upkeep``: ``backup``, ``restore``, ``verify``, ``doctor``,
those of ``db.experiment_commands``: ``experiment``, ``worker``, and ``gold`` of ``db.gold_commands``, and
``check`` of ``db.gate_commands``.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from db import experiment_commands, gate_commands, gold_commands, schema
from db.errors import StoreError, describe_error
from db.gate_commands import add_override, gated_change_sets
from db.server import Database, open_database
from db.services.editions import Editions, initialise
from db.services.old_runs import OUTCOME_NAMES, FileReport, OldRunImport
from db.services.parse_gold import GOLD_FILE, TEXTS_FILE, export_gold
from db.services.shipped import EDITIONS
from db.stores.assignment_progress import AssignmentProgress
from db.stores.assignments import AssignmentStore
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from db.stores.parse_verdicts import ParseVerdictStore
from db.stores.run_deletions import RunDeletions
from db.upkeep.commands import add_commands
from pipeline.catalog.describe import change_text
from pipeline.gate import check_named
from pipeline.settings import read_settings


def _init(database: Database, args: argparse.Namespace) -> None:
    revision = initialise(database, args.edition or args.settings.edition, args.author)
    print(f"ready: {database.label}, catalog revision {revision}")


def _migrate(database: Database, _: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    print(f"tables are at {schema.current_revision(database.engine)}")


def _import(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    with gated_change_sets(database, args) as change_sets:
        editions = Editions(database.engine, change_sets)
        revision, reading = editions.import_folder(args.folder, args.author, args.overlay, args.override)
    for warning in reading.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    counts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in reading.catalog.counts().items())
    print(f"imported as revision {revision}: {counts}")


def _export(database: Database, args: argparse.Namespace) -> None:
    revision = CatalogStore(database.engine).export(args.folder)
    print(f"revision {revision} written to {args.folder}")


def _status(database: Database, _: argparse.Namespace) -> None:
    with database.engine.connect() as connection:
        version = connection.execute(text("SHOW server_version")).scalar_one()
    tables = schema.current_revision(database.engine)
    status = {
        "database": database.label,
        "version": version,
        "tables": tables,
        "newest": schema.newest_revision(database.engine),
    }
    if tables is not None:
        revision, catalog = CatalogStore(database.engine).load()
        with database.engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM run")).scalar_one()
        status |= {"catalog_revision": revision, "catalog": catalog.counts(), "runs": count}
    print(json.dumps(status, indent=2))


def _reset(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    pending = 0 if args.yes else Editions(database.engine).count_differences(args.edition)
    if pending:
        print(
            f"This changes {pending} rows of the catalog in {database.label}; it can be undone. Go on? [y/N] ",
            end="",
            file=sys.stderr,
            flush=True,
        )
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise StoreError("Nothing was changed.")
    with gated_change_sets(database, args) as change_sets:
        number, size = Editions(database.engine, change_sets).put_back(args.edition, args.author, args.override)
    if number is None:
        print("nothing differs")
    else:
        print(f"change set {number}: {size} rows; 'python -m db undo {number}' takes it back")


def _update(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    with gated_change_sets(database, args) as change_sets:
        number, kept = Editions(database.engine, change_sets).update_to_shipped(args.author, args.override)
    unchanged = f"; {kept} rows that curators touched stay as they are" if kept else ""
    print(("nothing is newer" if number is None else f"change set {number} is committed") + unchanged)


def _changes(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    store = ChangeSetStore(database.engine)
    if args.number is None:
        for found in store.newest():
            print(
                f"{found.id}  {found.status}  {found.created_at:%Y-%m-%d %H:%M}  {found.author}  {found.title} ({found.size} rows)"
            )
        return
    found = store.load(args.number)
    if found.override_checks:
        listed = ", ".join(check_named(name).label for name in found.override_checks)
        print(f"committed by {found.committer} although this did not hold: {listed}; why: {found.override_why}")
    for change in store.load_changes(args.number):
        print(change_text(change))


def _undo(database: Database, args: argparse.Namespace) -> None:
    with gated_change_sets(database, args) as change_sets:
        number = change_sets.undo(args.number, args.author, args.override)
    print(f"change set {number} undoes change set {args.number}")


def _purge(database: Database, _: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    erased = RunDeletions(database.engine).purge(timedelta(0))
    print(f"erased what was set aside of {erased} deleted run{'' if erased == 1 else 's'}; kept quotations stay")


def _assignments(database: Database, _: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    progress = AssignmentProgress(database.engine).of_all()
    for found in AssignmentStore(database.engine).all():
        state = "open" if found.is_open else "closed"
        print(f"{found.id}  {state}  {found.runs} runs, {found.shared} judged by {found.judges}  {found.name}")
        for one in progress.get(found.id, ()):
            print(f"    {one.reviewer}: {one.done} of {one.runs} judged, {one.skipped} skipped, {one.left} left")


def _record(database: Database, args: argparse.Namespace) -> None:
    from db.stores.model_calls import ModelCallStore

    schema.migrate(database.engine)
    lines = ModelCallStore(database.engine).recording(args.run)
    if not lines:
        raise StoreError(f"The run {args.run} has no answers of a model; run it with the model engine first.")
    with args.file.open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    print(f"{len(lines)} answers added to {args.file}")


def _export_gold(database: Database, args: argparse.Namespace) -> None:
    schema.migrate(database.engine)
    count = export_gold(ParseVerdictStore(database.engine).judged(), args.folder)
    print(f"{count} judged text{'' if count == 1 else 's'} written to {args.folder}: {GOLD_FILE}, {TEXTS_FILE}")


def _import_runs(database: Database, args: argparse.Namespace) -> None:
    """Import files of the old system, with a line for each; those that were refused are named on stderr."""
    schema.migrate(database.engine)
    files: list[tuple[str, bytes]] = []
    unread = []
    for path in args.files:
        try:
            files.append((path.name, path.read_bytes()))
        except OSError as error:
            unread.append(FileReport(str(path), "refused", f"It cannot be read: {error.strerror}."))
    reports = [*unread, *OldRunImport(database.engine).import_files(files, args.author)]
    for report in reports:
        more = f" {report.warnings} things were not understood: see the run's page." if report.warnings else ""
        stream = sys.stderr if report.outcome == "refused" else sys.stdout
        named = "" if report.sentence.startswith(report.file) else f"{report.file}: "
        print(f"{named}{report.sentence}{more}", file=stream)
    counts = Counter(report.outcome for report in reports)
    summary = ", ".join(f"{counts[outcome]} {word}" for outcome, word in OUTCOME_NAMES.items() if counts[outcome])
    if counts["refused"]:
        raise StoreError(f"{summary}. The refused ones can be imported again once that is put right.")
    print(summary)


def _user_name() -> str:
    """Who runs the command: a user without a name is called by the number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _add_assignments(commands: Any) -> None:
    sub = commands.add_parser("assignments", help="what reviewers were given to judge, and how far they are")
    sub.add_argument("action", choices=["list"])
    sub.set_defaults(function=_assignments)


def _parser() -> argparse.ArgumentParser:
    """The commands and their options; each sets ``function``."""
    parser = argparse.ArgumentParser(prog="python -m db", description="Set up and look after the store.")
    parser.set_defaults(opens_store=True)
    parser.add_argument("--author", default=_user_name(), help="who makes the change (default: the user's name)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    sub = commands.add_parser("init", help="make the tables and load the catalog that ships")
    sub.add_argument("--edition", choices=[*EDITIONS], help="default: legacy when embedded, clean with DATABASE_URL")
    sub.set_defaults(function=_init)
    commands.add_parser("migrate", help="bring the tables up to date").set_defaults(function=_migrate)
    sub = commands.add_parser("import", help="replace the catalog by that of a folder, all or nothing")
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.add_argument("--overlay", type=Path, metavar="DIR", help="a folder whose rows replace or add")
    add_override(sub)
    sub.set_defaults(function=_import)
    sub = commands.add_parser("export", help="write the catalog to a folder")
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.set_defaults(function=_export)
    commands.add_parser("status", help="what is there").set_defaults(function=_status)
    sub = commands.add_parser("reset", help="put the catalog back to a shipped edition, as a change set")
    sub.add_argument("edition", choices=[*EDITIONS])
    sub.add_argument("--yes", action="store_true", help="do not ask")
    add_override(sub)
    sub.set_defaults(function=_reset)
    sub = commands.add_parser("update", help="bring a newer shipped catalog, curators' rows left alone")
    add_override(sub)
    sub.set_defaults(function=_update)
    sub = commands.add_parser("changes", help="the change sets, or one in words")
    sub.add_argument("number", type=int, nargs="?", metavar="N")
    sub.set_defaults(function=_changes)
    sub = commands.add_parser("undo", help="undo a committed change set")
    sub.add_argument("number", type=int, metavar="N")
    add_override(sub)
    sub.set_defaults(function=_undo)
    _add_assignments(commands)
    commands.add_parser("purge", help="erase deleted runs now, so that none can be put back").set_defaults(
        function=_purge
    )
    sub = commands.add_parser(
        "export-gold", help="write what reviewers say of parsed texts as gold labels, and the texts"
    )
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.set_defaults(function=_export_gold)
    sub = commands.add_parser(
        "record", help="add a run's model answers to a recording, which replays them without a server"
    )
    sub.add_argument("run", type=UUID, metavar="RUN")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.set_defaults(function=_record)
    sub = commands.add_parser(
        "import-runs", help="import pages and JSON documents of the old system as runs beside ours"
    )
    sub.add_argument("files", type=Path, nargs="+", metavar="FILE")
    sub.set_defaults(function=_import_runs)
    add_commands(commands)
    experiment_commands.add_commands(commands)
    gate_commands.add_commands(commands)
    gold_commands.add_commands(commands)
    return parser


def main() -> int:
    """Run a command; returns the exit code: 2, with the reason on stderr, when it fails."""
    args = _parser().parse_args()
    try:
        args.settings = read_settings()
        if not args.opens_store:
            return int(args.function(args))
        database = open_database(args.settings.database_url, args.settings.data_dir)
        try:
            args.function(database, args)
        finally:
            database.close()
    except Exception as error:
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else describe_error(error)
        if reason is None:
            raise
        print(reason, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
