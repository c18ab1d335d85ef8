"""The commands of many job descriptions: ``batch`` writes role and skills of each, ``eval`` scores them."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from pipeline.command_line.files import print_json, read_json_lines, write_lines
from pipeline.command_line.indexes import open_indexes
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.run import Run

UNREADABLE: dict[str, Any] = {"role": None, "confidence": 0.0, "case": "rejected", "skills": []}
"""The answer for data that is no text."""


def batch(args: Namespace) -> None:
    """Write one line of JSON for each text, in their order; a text that cannot be read is a rejected one."""
    from pipeline.config import Config
    from pipeline.contracts import RunDocument
    from pipeline.run import run, run_id_for

    rows = list(read_json_lines(args.jds, "id", "text"))
    indexes = open_indexes(args.catalog)
    config = Config(hide_title=args.hide_title)
    no_steps: dict[str, Any] = {RunDocument.key_of(step): {} for step in RunDocument.model_fields} if args.full else {}

    def answers() -> Iterator[str]:
        for row in rows:
            text, title = str(row["text"]), row.get("title")
            try:
                result = run(text, str(title) if title else None, run_id_for(text, None), indexes, config)
            except InputError as error:
                print(f"{row['id']}: {error}", file=sys.stderr)
                yield json.dumps({"id": row["id"], **UNREADABLE, **no_steps})
            else:
                yield json.dumps(_answer(row["id"], result) | (result.wire() if args.full else {}))

    # A whole run has some hundred kilobytes: each is written before the next one is made.
    write_lines(answers(), args.out)
    if args.out != "-":
        print(f"{len(rows)} job descriptions written to {args.out}", file=sys.stderr)


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
