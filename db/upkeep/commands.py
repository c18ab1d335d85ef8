"""The commands that look after a store, for ``python -m db``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from db.server import Database
from db.upkeep import backups
from db.upkeep.bundle import write_bundle
from db.upkeep.doctor import examine


def add_commands(commands: Any) -> None:
    """Add the commands to those of the command line; ``opens_store`` says whether one wants the store opened for it."""
    sub = commands.add_parser("backup", help="write the whole store to a file, also while the workbench is used")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.set_defaults(function=_backup)
    sub = commands.add_parser("restore", help="bring a backup into an empty store")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.set_defaults(function=_restore)
    sub = commands.add_parser("verify", help="try a backup out in a server of its own, and compare everything")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.set_defaults(function=_verify, opens_store=False)
    sub = commands.add_parser(
        "doctor", help="look at everything, and say what is wrong: 0 nothing, 1 something, 2 no store"
    )
    sub.add_argument(
        "--bundle", type=Path, metavar="FILE", help="write what was found and the log's end, nothing personal"
    )
    sub.set_defaults(function=_doctor, opens_store=False)


def _backup(database: Database, args: argparse.Namespace) -> None:
    made = backups.back_up(database, args.file)
    size = args.file.stat().st_size / 1e6
    print(f"{made.rows} rows of {len(made.tables)} tables written to {args.file} ({size:.1f} MB)")


def _restore(database: Database, args: argparse.Namespace) -> None:
    made = backups.restore(database, args.file)
    print(f"{made.rows} rows restored into {database.label}, catalog revision {made.catalog_revision}")


def _verify(args: argparse.Namespace) -> int:
    made = backups.verify(args.file, args.settings.data_dir)
    print(f"{args.file} is good: {made.rows} rows of {made.made_at:%Y-%m-%d %H:%M} UTC come out as they went in")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    report = examine(args.settings, lambda step: print(step, file=sys.stderr))
    print(report.text())
    if args.bundle:
        write_bundle(report, args.settings.data_dir, args.bundle)
    return report.verdict
