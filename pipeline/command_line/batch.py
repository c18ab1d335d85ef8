"""The commands of many job descriptions: ``batch`` writes role and skills of each, ``eval`` scores them."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from glob import escape
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.command_line.answers import Asked, answered, steps
from pipeline.command_line.files import print_json, read_json_lines, write_lines
from pipeline.command_line.indexes import open_indexes, read_catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.catalog.indexes import Indexes
    from pipeline.scale.answers import Answer

PARQUET = ".parquet"
MIN_ROWS = 40
"""Texts from which on a process of its own is worth its start."""
ANSWERS = ("role", "acceptable", "skills")
"""What a line of gold says is right; a text of which only its parse label is known has none of it."""
MAX_AHEAD = 4
"""Texts for each process that are run before the first of them is written."""


def batch(args: Namespace) -> None:
    """Write what each text comes to, in their order; a text that cannot be read is a rejected one. Files are of JSON Lines, or of
    Parquet where they are named so.
    """
    if args.engine == "ray":
        from pipeline.command_line.ray_batch import ray_batch

        return ray_batch(args)
    rows = _read_rows(args.jds)
    # What is wrong with the catalog is said once, before any process is started.
    read_catalog(args.catalog)
    asked = Asked(args.catalog, args.hide_title, args.full)
    processes = min(os.cpu_count() or 1, len(rows) // MIN_ROWS)
    # A whole run has some hundred kilobytes: few are made before the first of them is written.
    answers = _by_processes(asked, rows, processes) if processes > 1 else (_answered(asked, row) for row in rows)
    _write_answers(answers, args)
    if args.out != "-":
        print(f"{len(rows)} job descriptions written to {args.out}", file=sys.stderr)
    return None


def _read_rows(name: str) -> list[dict[str, Any]]:
    """The job descriptions of a file. Raises ``InputError`` that names the line, or the file of Parquet."""
    if not name.endswith(PARQUET):
        return list(read_json_lines(name, "id", "text"))
    from pipeline.scale.blocks import blocks_of, find_tables, read_block

    (table,) = find_tables(escape(name))
    return [row for block in blocks_of([table], max(1, table.rows)) for row in read_block(block)]


def _write_answers(answers: Iterable[Answer], args: Namespace) -> None:
    if not args.out.endswith(PARQUET):
        return write_lines((answer.line for answer in answers), args.out)
    from pipeline.scale.parquet import schema_of, write_answers

    return write_answers(answers, Path(args.out), schema_of(steps(args.full)))


@cache
def _indexes(catalog: Path) -> Indexes:
    """The indexes of a catalog, opened once in a process."""
    return open_indexes(catalog, warn=False)


def answer(asked: Asked, row: Mapping[str, Any]) -> str:
    """Return the line of one text."""
    return _answered(asked, row).line


def _answered(asked: Asked, row: Mapping[str, Any]) -> Answer:
    return answered(asked, _indexes(asked.catalog), row)


def _by_processes(asked: Asked, rows: Sequence[Mapping[str, Any]], processes: int) -> Iterator[Answer]:
    """Yield the answers in the order of the rows; each process takes one row at a time."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting: deque[Future[Answer]] = deque()
        for row in rows:
            waiting.append(pool.submit(_answered, asked, row))
            if len(waiting) > MAX_AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def evaluate(args: Namespace) -> None:
    """Print the figures of runs against gold data."""
    from pipeline.config import Config
    from pipeline.evaluation import Score
    from pipeline.run import run, run_id_for

    given = list(read_json_lines(args.gold, "id", "title", "text", *ANSWERS, together=ANSWERS))
    rows = [row for row in given if "role" in row]
    if len(rows) < len(given):
        print(f"texts without role and skills, left out: {len(given) - len(rows)}", file=sys.stderr)
    indexes = open_indexes(args.catalog)
    config = Config(hide_title=args.hide_title)
    score = Score()
    for row in rows:
        score.add(row, run(row["text"], row["title"], run_id_for(row["text"], None), indexes, config))
    print_json(score.report())
