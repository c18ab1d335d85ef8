"""``batch --engine ray``: any number of job descriptions as Parquet, by actors of Ray, into shards of Parquet."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.command_line.answers import Asked, answered, steps
from pipeline.command_line.indexes import model_name, open_indexes, read_catalog
from pipeline.errors import InputError
from pipeline.learned.threads import one_thread, passive_waiting
from pipeline.scale import ray_engine
from pipeline.scale.block_work import WORK, BlockReport, BlockWorker
from pipeline.scale.blocks import Block, JDTable, blocks_of, find_tables
from pipeline.scale.manifest import (
    FILE,
    Fingerprint,
    Manifest,
    fingerprint,
    inputs_of,
    merged,
    read_manifest,
    write_manifest,
)
from pipeline.scale.parquet import schema_of
from pipeline.stages import parse

SAY_SECONDS = 10.0
"""How often progress is written."""
BLOCKS_PER_CORE = 20
"""So many blocks a core and more, where there is enough to do: then none is left alone with the last one for long."""
FEWEST_ROWS, MOST_ROWS = 50, 2_000
"""Bounds of the rows of a shard: below, reading and writing takes too much of the time; above, too much is lost with a machine."""
MAX_PROBLEMS_SHOWN = 10


def ray_batch(args: Namespace) -> None:
    """Answer the job descriptions of all files that ``--jds`` means; what has been done before is not done again."""
    tables = find_tables(args.jds)
    read_catalog(args.catalog)
    made_by = fingerprint(args.catalog, model_name())
    folder = Path(args.out).resolve()
    if any(Path(table.path).resolve().parent == folder for table in tables):
        raise InputError(f"{args.out} holds the job descriptions; choose another folder for --out.")
    # What cannot be gone on with is said before anything is started.
    before = read_manifest(folder)
    merged(folder, before, _manifest(args, made_by, tables, 1))
    with ray_engine.connected(args.address, args.actors) as cores:
        rows = before.shard_rows if before else args.shard_rows or _shard_rows(tables, args.actors or cores)
        manifest = merged(folder, before, _manifest(args, made_by, tables, rows))
        if args.shard_rows not in (None, rows):
            raise InputError(f"--shard-rows is {rows} in {args.out}, where this batch was begun; leave it out.")
        _prepare(folder, manifest)
        asked = Asked(args.catalog.resolve(), args.hide_title, args.full)
        blocks = [block for block in blocks_of(tables, rows) if not (folder / block.shard).exists()]
        make_worker = partial(_worker, asked, folder, made_by)
        reports = _followed(blocks, make_worker, args.actors)
    _say_end(args.out, manifest, blocks, reports)


def _manifest(args: Namespace, made_by: Fingerprint, tables: Sequence[JDTable], rows: int) -> Manifest:
    return Manifest(
        made_by=made_by,
        hide_title=args.hide_title,
        full=args.full,
        shard_rows=rows,
        inputs=inputs_of(tables),
    )


def _shard_rows(tables: Sequence[JDTable], cores: int) -> int:
    rows = sum(table.rows for table in tables)
    return min(MOST_ROWS, max(FEWEST_ROWS, rows // (BLOCKS_PER_CORE * cores)))


def _prepare(folder: Path, manifest: Manifest) -> None:
    """Make the folder with its manifest, and forget what an earlier run left half done."""
    work = folder / WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
        for left in work.iterdir():
            left.unlink(missing_ok=True)
        write_manifest(folder, manifest)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}.") from None


def _worker(asked: Asked, folder: Path, made_by: Fingerprint) -> BlockWorker:
    """What answers blocks, in an actor's process. Raises ``InputError`` where its machine would give other answers."""
    passive_waiting()
    one_thread()
    if not (folder / FILE).is_file():
        raise InputError(f"{folder} is not there on a machine of the cluster; all must see it, by the same path.")
    different = made_by.differences(fingerprint(asked.catalog, model_name()))
    if different:
        raise InputError(f"On a machine of the cluster {', '.join(different)} is another; all must have the same.")
    indexes = open_indexes(asked.catalog, warn=False, keeps_vectors=False)
    indexes.warm()
    parse.warm()
    return BlockWorker(partial(answered, asked, indexes), folder, schema_of(steps(asked.full)))


@dataclass
class _Progress:
    """How far a run is; each line of it says what was done since it began."""

    wanted: int
    began: float
    done: int = 0
    said: float = 0.0

    def add(self, rows: int) -> None:
        """Count rows, and write a line from time to time."""
        self.done += rows
        now = time.monotonic()
        if now - self.said > SAY_SECONDS and self.done:
            self.said = now
            rate = self.done / (now - self.began)
            left = (self.wanted - self.done) / rate
            print(
                f"{self.done:,} of {self.wanted:,}, {rate:.1f} a second, {left / 60:.0f} minutes left", file=sys.stderr
            )


def _followed(blocks: Sequence[Block], make_worker: ray_engine.MakeWorker, actors: int | None) -> list[BlockReport]:
    """Answer blocks, and write how far that is."""
    began = time.monotonic()
    progress = _Progress(sum(block.rows for block in blocks), began, said=began)
    reports = []
    for report in ray_engine.answer_blocks(blocks, make_worker, actors) if blocks else ():
        reports.append(report)
        progress.add(report.rows)
    return reports


def _say_end(out: str, manifest: Manifest, blocks: Sequence[Block], reports: Sequence[BlockReport]) -> None:
    """Say what was done. Raises ``InputError`` where something could not be read, so that the batch is not whole."""
    done, broken = sum(one.rows for one in reports), sum(one.broken for one in reports)
    before = manifest.rows - sum(block.rows for block in blocks)
    said = f"{done:,} job descriptions written to {out}, {broken:,} of them broken"
    print(said + (f"; {before:,} were there" if before else ""), file=sys.stderr)
    problems = [one.problem for one in reports if one.problem]
    if problems:
        more = [f"and {len(problems) - MAX_PROBLEMS_SHOWN} more"] if len(problems) > MAX_PROBLEMS_SHOWN else []
        left = "The rest is done; once this is put right, the same command does what is missing."
        raise InputError("\n".join([*problems[:MAX_PROBLEMS_SHOWN], *more, left]))
