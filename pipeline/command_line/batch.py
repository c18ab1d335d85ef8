"""The commands of many job descriptions: ``batch`` writes role and skills of each, ``eval`` scores them."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.command_line.files import print_json, read_json_lines, write_lines
from pipeline.command_line.indexes import open_indexes, read_catalog
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.catalog.indexes import Indexes
    from pipeline.run import Run

UNREADABLE: dict[str, Any] = {"role": None, "confidence": 0.0, "case": "rejected", "skills": []}
"""The answer for data that is no text."""
MIN_ROWS = 40
"""Texts from which on a process of its own is worth its start."""
MAX_AHEAD = 4
"""Texts for each process that are run before the first of them is written."""


def batch(args: Namespace) -> None:
    """Write one line of JSON for each text, in their order; a text that cannot be read is a rejected one."""
    rows = list(read_json_lines(args.jds, "id", "text"))
    # What is wrong with the catalog is said once, before any process is started.
    read_catalog(args.catalog)
    asked = Asked(args.catalog, args.hide_title, args.full)
    processes = min(os.cpu_count() or 1, len(rows) // MIN_ROWS)
    # A whole run has some hundred kilobytes: few are made before the first of them is written.
    write_lines(_by_processes(asked, rows, processes) if processes > 1 else (answer(asked, r) for r in rows), args.out)
    if args.out != "-":
        print(f"{len(rows)} job descriptions written to {args.out}", file=sys.stderr)


@dataclass(frozen=True)
class Asked:
    """What is asked of every text of a batch."""

    catalog: Path
    hide_title: bool
    full: bool


@cache
def _indexes(catalog: Path) -> Indexes:
    """The indexes of a catalog, opened once in a process."""
    return open_indexes(catalog, warn=False)


def answer(asked: Asked, row: Mapping[str, Any]) -> str:
    """Return the line of one text."""
    from pipeline.config import Config
    from pipeline.contracts import RunDocument
    from pipeline.run import run, run_id_for

    text, title = str(row["text"]), row.get("title")
    config = Config(hide_title=asked.hide_title)
    try:
        result = run(text, str(title) if title else None, run_id_for(text, None), _indexes(asked.catalog), config)
    except InputError as error:
        print(f"{row['id']}: {error}", file=sys.stderr)
        no_steps: dict[str, Any] = (
            {RunDocument.key_of(step): {} for step in RunDocument.model_fields} if asked.full else {}
        )
        return json.dumps({"id": row["id"], **UNREADABLE, **no_steps})
    return json.dumps(_answer(row["id"], result) | (result.wire() if asked.full else {}))


def _by_processes(asked: Asked, rows: Sequence[Mapping[str, Any]], processes: int) -> Iterator[str]:
    """Yield the answers in the order of the rows; each process takes one row at a time."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting: deque[Future[str]] = deque()
        for row in rows:
            waiting.append(pool.submit(answer, asked, row))
            if len(waiting) > MAX_AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _answer(row_id: object, run: Run) -> dict[str, Any]:
    """The JSON object of one run; soft skills are left out."""
    decision = run.extraction.decision
    return {
        "id": row_id,
        "role": decision.chosen_role.slug if decision.chosen_role else None,
        "confidence": decision.confidence,
        "case": decision.case,
        "skills": [
            {
                "skill_name": s.skill_name,
                "slug": s.slug,
                "is_primary": s.is_primary,
                "evidence": [{"start": m.start, "end": m.end, "text": m.text} for m in s.mentions],
            }
            for s in run.extraction.skills
            if s.skill_nature != "SOFT_SKILL"
        ],
    }


def evaluate(args: Namespace) -> None:
    """Print the figures of runs against gold data."""
    from pipeline.config import Config
    from pipeline.evaluation import Score
    from pipeline.run import run, run_id_for

    rows = list(read_json_lines(args.gold, "id", "title", "text", "role", "acceptable", "skills"))
    indexes = open_indexes(args.catalog)
    config = Config(hide_title=args.hide_title)
    score = Score()
    for row in rows:
        score.add(row, run(row["text"], row["title"], run_id_for(row["text"], None), indexes, config))
    print_json(score.report())
