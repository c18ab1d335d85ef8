"""The commands of gold sets, for ``python -m db``: ``gold`` with its actions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from db.errors import StoreError
from db.server import Database
from db.services.gold_files import export_bytes, export_lines, import_gold, read_gold_file
from db.services.gold_samples import open_gold_sets
from db.stores.gold_sets import split_name
from db.stores.gold_versions import GoldWritten

_ACTIONS = """\
import NAME FILE.jsonl [FILE.jsonl ...] [--parse] [--reason WHY]
export NAME[@VERSION] FILE.jsonl [--parse] [--version V]
list [NAME]
"""


def add_commands(commands: Any) -> None:
    """Add the command to those of the command line."""
    group = commands.add_parser(
        "gold",
        help="gold sets: job descriptions with what is right of them, under a name, in versions",
        epilog=_ACTIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    sub = actions.add_parser(
        "import", help="add the lines of a file to a set, all or nothing; the same again changes nothing"
    )
    sub.add_argument("name", metavar="NAME")
    sub.add_argument(
        "files",
        type=Path,
        metavar="FILE",
        nargs="+",
        help="lines in the format of eval, or of parse-eval; texts alone beside their labels",
    )
    sub.add_argument("--parse", action="store_true", help="all lines are parse labels (default: told by their keys)")
    sub.add_argument("--reason", default="", metavar="WHY", help="why; default: the name of the file")
    sub.set_defaults(function=_import)
    sub = actions.add_parser(
        "export", help="write a set to a file as it was imported, for eval; with --parse for parse-eval"
    )
    sub.add_argument("name", metavar="NAME")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.add_argument("--parse", action="store_true", help="the parse labels")
    sub.add_argument("--version", type=int, metavar="V", help="default: the newest")
    sub.set_defaults(function=_export)
    sub = actions.add_parser("list", help="the gold sets, or the versions of one")
    sub.add_argument("name", nargs="?", metavar="NAME")
    sub.set_defaults(function=_list)


def _import(database: Database, args: argparse.Namespace) -> None:
    files = [read_gold_file(file, args.parse) for file in args.files]
    done = import_gold(open_gold_sets(database.engine), args.name, files, args.author, args.reason)
    print(f"gold set {args.name.strip()!r}, version {done.version}: {written_text(done)}")
    if done.unlabelled:
        print(
            f"The parse labels of {', '.join(done.unlabelled)} are of the text of before and stay with version {done.version - 1}.",
            file=sys.stderr,
        )


def written_text(done: GoldWritten) -> str:
    """What came of an addition or a removal, in a few words."""
    counts = {word: len(getattr(done, word)) for word in ("added", "changed", "removed", "unchanged")}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def _export(database: Database, args: argparse.Namespace) -> None:
    name, version = split_name(args.name)
    if version is not None and args.version not in (None, version):
        raise StoreError(f"{args.name} says version {version}, --version says {args.version}; give one of them.")
    items = open_gold_sets(database.engine).items(name, args.version if version is None else version)
    args.file.write_bytes(export_bytes(items, args.parse))
    count = len(export_lines(items, args.parse))
    print(f"{_count(count, 'parse label' if args.parse else 'item')} written to {args.file}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _list(database: Database, args: argparse.Namespace) -> None:
    sets = open_gold_sets(database.engine)
    if args.name is not None:
        for v in sets.versions(args.name):
            did = f"{v.n_added} added, {v.n_changed} changed, {v.n_removed} removed"
            print(
                f"{args.name}@{v.number}  {v.created_at:%Y-%m-%d %H:%M}  {v.author}  {_count(v.n_items, 'item')}  {did}  {v.reason}"
            )
        return
    for s in sets.all():
        print(
            f"{s.name}  version {s.version}  {_count(s.n_items, 'item')}, {_count(s.n_roles, 'role')}, {s.n_labelled} with parse labels  "
            f"{s.changed_at:%Y-%m-%d %H:%M}  {s.changed_by}"
        )
