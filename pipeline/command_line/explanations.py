"""The commands on why a job description came to what it came to: ``explain``, and ``repair``."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from pipeline.command_line.files import print_json, read_json_lines, read_text
from pipeline.command_line.indexes import open_indexes

if TYPE_CHECKING:
    from pipeline.catalog.indexes import Indexes
    from pipeline.repair import Want
    from pipeline.stages.encoding import EncodedJD


def explain(args: Namespace) -> None:
    """Print why a text came to its role, or how another role stands beside it."""
    from pipeline.config import Config
    from pipeline.explain import explain

    text, indexes = read_text(args.jd), open_indexes(args.catalog)
    print_json(explain(_encoded(text, args.title, indexes), indexes, Config(), args.role).wire())


def _encoded(text: str, title: str | None, indexes: Indexes) -> EncodedJD:
    """A text with its parsed fields and its vectors, as a run has them."""
    from pipeline.run import Encoded, RunContext, RunState, run_id_for, run_stages, until

    context = RunContext(run_id_for(text, title), indexes)
    return until(run_stages(RunState.from_text(text, title), context), Encoded).jd


def repair(args: Namespace) -> None:
    """Print the smallest changes that put a run right, the best first; where there is none, the reason goes to standard error."""
    from pipeline.catalog.index_edits import IndexEdits
    from pipeline.config import Config
    from pipeline.experiments.results import Gold
    from pipeline.held import HeldRun
    from pipeline.repair import JudgedRun, Repairer

    want = _want(args)
    gold = list(read_json_lines(args.gold, "id", "text", "role", "acceptable", "skills")) if args.gold else []
    text, indexes = read_text(args.jd), open_indexes(args.catalog)
    held = HeldRun(_encoded(text, args.title, indexes), indexes, Config())
    judged = [
        JudgedRun(
            str(row["id"]),
            HeldRun(_encoded(row["text"], row.get("title"), indexes), indexes, Config()),
            gold=Gold.of_row(row),
        )
        for row in gold
    ]
    found = Repairer(IndexEdits(indexes)).repair(held, want, judged)
    print_json(found.wire())
    if found.reason:
        print(found.reason, file=sys.stderr)


def _want(args: Namespace) -> Want:
    """What the run should have been. Raises ``InputError`` for what is no skill at a place, or in a dimension."""
    from pipeline.repair import NotSkill, WantRole, skill_at, skill_in_dimension

    if args.want_skill is not None:
        return skill_at(args.want_skill)
    if args.want_dimension is not None:
        return skill_in_dimension(args.want_dimension)
    return NotSkill(args.not_skill) if args.not_skill is not None else WantRole(args.want_role)
