"""The commands of experiments, for ``python -m db``: ``experiment`` with its actions, and ``worker``."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from db import attached_commands, schema
from db.errors import StoreError
from db.logs import configure_logs
from db.server import Database
from db.services.experiment_causes import KeptCauses, bounds_text, causes_wire
from db.services.experiment_export import FORMATS, export
from db.services.experiments import ComparedExperiments, Experiments, Way
from db.services.jd_files import read_jds
from db.services.run_processes import RunProcesses
from db.services.snapshots import CatalogSnapshots
from db.services.workbench import Models
from db.stores.experiments import Experiment
from pipeline.config import Config
from pipeline.experiments.bootstrap import LEVEL
from pipeline.experiments.several import Several
from pipeline.experiments.verdict import p_text, verdict
from pipeline.experiments.wire import comparison_wire, several_wire
from pipeline.learned.threads import products_in_own_thread

WATCH_SECONDS, SAY_SECONDS = 0.3, 5.0
"""How often progress is looked at, and how often it is written where that is no terminal."""

_ACTIONS = """\
start --name N --jds FILE [--revision R | --draft D] [--config FILE] [--hide-title] [--wait]
attach --name N --results DIR [--jds 'DIR/*.parquet'] [--gold FILE|gold:NAME]
export N FILE [--against A]
compare A B [C ...] [--causes] [--json]
"""
SHOWN_BROKEN = 10
"""Broken job descriptions that are named without ``--json``."""


def add_commands(commands: Any) -> None:
    """Add the commands to those of the command line."""
    sub = commands.add_parser(
        "worker", help="execute runs and experiments, on this or any machine that reaches the database"
    )
    sub.add_argument("--processes", type=_count, default=1, metavar="K", help="how many at once (default: 1)")
    sub.set_defaults(function=_work)
    group = commands.add_parser(
        "experiment",
        help="run many job descriptions in one way, and compare two ways",
        epilog=_ACTIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_start(actions)
    attached_commands.add_attach(actions)
    actions.add_parser("list", help="all experiments, the newest first").set_defaults(function=_list)
    for name, function, text in (
        ("show", _show, "one experiment: how far it is, and with what it runs, as JSON"),
        ("pause", _pause, "begin no other job description"),
        ("resume", _resume, "go on with one that was paused"),
        ("cancel", _cancel, "do nothing more; what is done stays"),
    ):
        sub = actions.add_parser(name, help=text)
        sub.add_argument("experiment", metavar="NAME|NUMBER")
        sub.set_defaults(function=function)
    sub = actions.add_parser("export", help=f"write the results to a file, by its ending: {', '.join(FORMATS)}")
    sub.add_argument("experiment", metavar="NAME|NUMBER")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.add_argument("--against", metavar="NAME|NUMBER", help="in a report (.html): compare with this one, as A")
    sub.set_defaults(function=_export)
    sub = actions.add_parser(
        "compare", help="others beside A, the baseline: what was fixed and broken, and whether that is more than chance"
    )
    sub.add_argument("a", metavar="A")
    sub.add_argument("b", metavar="B", nargs="+")
    sub.add_argument(
        "--causes", action="store_true", help="replay what made the difference, unless that is known already"
    )
    sub.add_argument("--json", action="store_true", help="everything, as JSON")
    sub.set_defaults(function=_compare)


def _add_start(actions: Any) -> None:
    sub = actions.add_parser("start", help="begin an experiment")
    sub.add_argument("--name", required=True, metavar="N")
    sub.add_argument("--jds", required=True, metavar="FILE", help="FILE.jsonl, FILE.parquet, or gold:NAME of the store")
    catalog = sub.add_mutually_exclusive_group()
    catalog.add_argument("--revision", type=int, metavar="R", help="the catalog of a revision (default: today's)")
    catalog.add_argument("--draft", type=int, metavar="D", help="today's catalog with a draft over it")
    sub.add_argument("--config", type=Path, metavar="FILE", help="settings of the runs, a JSON object")
    sub.add_argument("--hide-title", action="store_true", help="judge by the text alone")
    sub.add_argument("--wait", action="store_true", help="show the progress, and end with the experiment")
    sub.set_defaults(function=_start)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("between 1 and 64")
    return number


# --- the commands -------------------------------------------------------------------------------------------------


def _experiments(database: Database, args: argparse.Namespace) -> Experiments:
    products_in_own_thread()
    schema.migrate(database.engine)
    encoder = Models.of_settings(args.settings, database.engine).encoder
    return Experiments(database.engine, CatalogSnapshots(database.engine, encoder))


def _start(database: Database, args: argparse.Namespace) -> None:
    experiments = _experiments(database, args)
    way = Way(args.revision, args.draft, _config(args.config, args.hide_title))
    found = experiments.start(args.name, args.author, read_jds(args.jds, database.engine), way)
    print(f"experiment {found.id} “{found.name}”: {found.size} job descriptions of {found.set_name}, {found.way}")
    if args.wait:
        _wait(database, experiments, args, found.id)
    elif not experiments.living_workers():
        print("No worker runs; 'python -m db worker' or the workbench begins it.", file=sys.stderr)


def _config(file: Path | None, hide_title: bool) -> Config:
    """The config of a file. Raises ``StoreError`` that names the setting."""
    values: Any = {}
    if file is not None:
        try:
            values = json.loads(file.read_bytes())
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise StoreError(f"{file} is not JSON: {error}") from None
        if not isinstance(values, dict):
            raise StoreError(f'{file} must hold an object with settings, as {{"min_field": 0.6}}.')
    try:
        return Config.model_validate({**values, **({"hide_title": True} if hide_title else {})})
    except ValidationError as error:
        lines = [f"{file}, {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)]
        raise StoreError("\n".join(lines)) from None


def _wait(database: Database, experiments: Experiments, args: argparse.Namespace, number: int) -> None:
    with _a_worker(database, experiments, args):
        found, said = experiments.load(number), 0.0
        is_terminal = sys.stderr.isatty()
        while not found.is_over:
            if is_terminal or time.monotonic() - said > SAY_SECONDS:
                print(progress_line(found), end="\r" if is_terminal else "\n", file=sys.stderr, flush=True)
                said = time.monotonic()
            time.sleep(WATCH_SECONDS)
            found = experiments.load(number)
    print(progress_line(found))
    if found.status == "cancelled":
        raise StoreError(f"The experiment “{found.name}” was cancelled.")


@contextmanager
def _a_worker(database: Database, experiments: Experiments, args: argparse.Namespace) -> Iterator[None]:
    """Have a worker for a while, where none runs."""
    if experiments.living_workers():
        yield
        return
    processes = RunProcesses(database.engine, args.settings.model_copy(update={"workers": 1}))
    processes.start_all()
    try:
        yield
    finally:
        processes.close()


def progress_line(found: Experiment) -> str:
    """How far an experiment is, in a line."""
    parts = [f"{found.name}: {found.status}", f"{found.done} of {found.size} done"]
    if found.failed:
        parts.append(f"{found.failed} failed")
    if found.status == "running" and found.rate:
        parts.append(f"{found.rate:.1f} a second")
    if found.seconds_left is not None:
        parts.append(f"{timedelta(seconds=round(found.seconds_left))} left")
    elif found.is_over and found.seconds is not None:
        parts.append(f"{found.seconds:.1f} s")
    return ", ".join(parts) + "    "


def _list(database: Database, args: argparse.Namespace) -> None:
    for found in _experiments(database, args).all():
        print(
            f"{found.id}  {found.created_at:%Y-%m-%d %H:%M}  {found.author}  {progress_line(found).strip()}  ({found.way})"
        )
    attached_commands.print_all(database, args)


def _show(database: Database, args: argparse.Namespace) -> None:
    experiments = _experiments(database, args)
    found = experiments.load(args.experiment)
    costs = experiments.costs(found)
    print(
        json.dumps(
            {
                **{k: getattr(found, k) for k in ("id", "name", "author", "status", "size", "done", "failed", "gold")},
                "created_at": found.created_at.isoformat(),
                "ended_at": found.ended_at.isoformat() if found.ended_at else None,
                "rate": found.rate and round(float(found.rate), 2),
                "seconds_left": found.seconds_left and round(float(found.seconds_left)),
                "jds": found.set_name,
                "revision": found.revision_id,
                "draft": found.draft,
                "changes": len(found.changes),
                "config": dict(found.config),
                "cost_usd": round(costs.cost_usd, 4),
                "milliseconds": costs.milliseconds and round(costs.milliseconds, 1),
            },
            indent=2,
        )
    )


def _pause(database: Database, args: argparse.Namespace) -> None:
    print(progress_line(_experiments(database, args).pause(args.experiment)))


def _resume(database: Database, args: argparse.Namespace) -> None:
    print(progress_line(_experiments(database, args).resume(args.experiment)))


def _cancel(database: Database, args: argparse.Namespace) -> None:
    print(progress_line(_experiments(database, args).cancel(args.experiment)))


def _export(database: Database, args: argparse.Namespace) -> None:
    count = export(_experiments(database, args), args.experiment, args.file, args.against)
    print(f"{count} results written to {args.file}")


def _compare(database: Database, args: argparse.Namespace) -> None:
    experiments = _experiments(database, args)
    if attached_commands.print_compared(database, args):
        return
    found = experiments.compare_several(args.a, args.b)
    causes = [_causes(experiments, both, args.causes) for both in found]
    if args.json:
        print(json.dumps(_compared_wire(found, causes), indent=2))
        return
    corrected = Several([both.comparison for both in found]).roles_p
    for i, (both, known) in enumerate(zip(found, causes, strict=True)):
        print("\n" * (i > 0), end="")
        for line in (*compared_lines(both), *(cause_lines(known) if known else ())):
            print(line)
        if len(found) > 1:
            print(f"corrected for {len(found)} experiments beside one baseline: roles {p_text(corrected[i])}")


def _compared_wire(found: Sequence[ComparedExperiments], causes: Sequence[KeptCauses | None]) -> dict[str, Any]:
    """Two as one object; several as a list of such objects beside the baseline."""
    known = [{"causes": causes_wire(one)} if one else {} for one in causes]
    if len(found) == 1:
        return {**comparison_wire(found[0].comparison), **known[0]}
    wire = several_wire(found[0].a.name, {both.b.name: both.comparison for both in found})
    return {**wire, "compared": [{**one, **more} for one, more in zip(wire["compared"], known, strict=True)]}


def _causes(experiments: Experiments, both: ComparedExperiments, is_asked: bool) -> KeptCauses | None:
    """What made the difference, where it is known; with ``is_asked`` it is found first."""
    if not is_asked:
        return experiments.causes.known(both.a, both.b)
    is_terminal = sys.stderr.isatty()

    def watch(replays: int) -> None:
        if is_terminal:
            print(f"{replays} replays", end="\r", file=sys.stderr, flush=True)

    state = experiments.causes.find_now(both.a, both.b, both.comparison, watch)
    if state.why_not:
        print(f"{both.b.name}: {state.why_not}", file=sys.stderr)
    return state.found


def cause_lines(found: KeptCauses) -> Iterator[str]:
    """What made the difference, a change a line."""
    yield f"what made the difference, by {found.replays} replays:"
    for factor in found.shown:
        where = f" (revision {factor.revision})" if factor.revision else ""
        moved = f", {len(factor.moved)} moved" if factor.moved else ""
        yield f"  {factor.label}{where}: {len(factor.broken)} broken, {len(factor.fixed)} fixed{moved}"
    if found.skipped:
        yield f"  {found.skipped} job descriptions were not looked at: no more is replayed than {bounds_text()}"


def compared_lines(found: ComparedExperiments) -> Iterator[str]:
    """A comparison in a few lines: the verdict, the surest slices, the worst losses."""
    comparison = found.comparison
    yield f"A: {found.a.name}, {found.a.way}"
    yield f"B: {found.b.name}, {found.b.way}"
    yield verdict(comparison).sentence
    for part in comparison.slices:
        if part.p_corrected < LEVEL:
            yield f"{part.by} {part.value}: {part.roles.fixed} fixed, {part.roles.broken} broken of {part.n}, corrected {p_text(part.p_corrected)}"
    for pair in [pair for pair in comparison.changed if pair.kind == "broken"][:SHOWN_BROKEN]:
        yield f"broken: {pair.id}: {pair.a.role or 'no role'} ({pair.a.confidence:.2f}) is now {pair.b.role or 'no role'} ({pair.b.confidence:.2f})"


def _work(database: Database, args: argparse.Namespace) -> None:
    """Run worker processes until told to end; what they have in hand is given back."""
    schema.migrate(database.engine)
    configure_logs(args.settings.data_dir)
    processes = RunProcesses(database.engine, args.settings.model_copy(update={"workers": args.processes}))
    ended = _until_signal()
    processes.start_all()
    print(
        f"{args.processes} worker{'' if args.processes == 1 else 's'} on {database.label}, process {os.getpid()}; Ctrl-C ends",
        flush=True,
    )
    try:
        ended()
    finally:
        processes.close()


def _until_signal() -> Callable[[], object]:
    """Keep SIGINT and SIGTERM for a function that waits for one of them."""
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    return lambda: signal.sigwait(signals)
