"""The commands of attached experiments, among those of ``python -m db experiment``: ``attach``, and what lists and compares."""

from __future__ import annotations

import argparse
import json
from typing import Any

from db import schema
from db.server import Database
from db.services.attached import ATTACHED, SIGN, AttachedExperiments, ComparedAttached
from db.services.experiments import Experiments
from db.services.snapshots import CatalogSnapshots
from db.services.workbench import Models
from db.stores.attached import Attached, Source
from pipeline.experiments.bootstrap import LEVEL
from pipeline.experiments.verdict import p_text, verdict
from pipeline.experiments.wire import comparison_wire

SHOWN_BROKEN = 10
_STATES = {"there": "", "moved": ", files not there", "changed": ", files changed since"}


def add_attach(actions: Any) -> None:
    """Add ``attach`` to the actions of ``experiment``."""
    sub = actions.add_parser("attach", help="make results of a batch an experiment, read where they lie as Parquet")
    sub.add_argument("--name", required=True, metavar="N")
    sub.add_argument("--results", required=True, metavar="DIR", help="what 'python -m pipeline batch' has written")
    sub.add_argument("--jds", metavar="'DIR/*.parquet'", help="its job descriptions, for titles, texts and slices")
    sub.add_argument("--gold", metavar="FILE|gold:NAME", help="what is right (default: the columns of --jds, if any)")
    sub.add_argument(
        "--revision", type=int, metavar="R", help="of the catalog, on which it ran (default: as its manifest says)"
    )
    sub.set_defaults(function=_attach)


def _attached(database: Database, args: argparse.Namespace) -> AttachedExperiments:
    schema.migrate(database.engine)
    snapshots = CatalogSnapshots(database.engine, Models.of_settings(args.settings, database.engine).encoder)
    experiments = Experiments(database.engine, snapshots)
    return AttachedExperiments(database.engine, snapshots, experiments, args.settings.data_dir / ATTACHED)


def _attach(database: Database, args: argparse.Namespace) -> None:
    source = Source(args.results, args.jds, args.gold)
    found = _attached(database, args).attach(args.name, args.author, source, args.revision)
    print(line_of(found))


def line_of(found: Attached) -> str:
    """An attached experiment in a line."""
    contents = found.contents
    gold = f"{contents.marked:,} with gold" if contents.marked else "no gold"
    on = f", on revision {found.revision}" if found.revision is not None else ""
    return f"{SIGN}{found.id}  {found.name}: {contents.size:,} results in {found.source.results}, {contents.broken:,} broken, {gold}{on}"


def print_all(database: Database, args: argparse.Namespace) -> None:
    """Print a line for each attached experiment."""
    attached = _attached(database, args)
    for found in attached.all():
        print(line_of(found) + _STATES[attached.state(found)])


def print_compared(database: Database, args: argparse.Namespace) -> bool:
    """Print B beside A where one of them is attached; returns whether that is so."""
    attached = _attached(database, args)
    if not any(attached.find(reference) for reference in (args.a, *args.b)):
        return False
    for b in args.b:
        found = attached.compare(args.a, b)
        if args.json:
            print(json.dumps(comparison_wire(found.comparison), indent=2))
        else:
            print("\n".join(compared_lines(found)))
    return True


def compared_lines(found: ComparedAttached) -> list[str]:
    """A comparison in a few lines: the verdict, the surest slices, the worst losses."""
    comparison = found.comparison
    lines = [f"A: {found.a.name}", f"B: {found.b.name}", verdict(comparison).sentence]
    for part in comparison.slices:
        if part.p_corrected < LEVEL:
            roles = part.roles
            lines.append(
                f"{part.by} {part.value}: {roles.fixed} fixed, {roles.broken} broken of {part.n}, corrected {p_text(part.p_corrected)}"
            )
    for pair in [pair for pair in found.changed if pair.kind == "broken"][:SHOWN_BROKEN]:
        before, after = pair.role_a or "no role", pair.role_b or "no role"
        lines.append(f"broken: {pair.id}: {before} ({pair.confidence_a:.2f}) is now {after} ({pair.confidence_b:.2f})")
    return lines
