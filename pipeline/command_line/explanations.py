"""The commands on why a job description came to what it came to: ``explain``, and ``repair``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from pipeline.command_line.files import print_json, read_text
from pipeline.command_line.indexes import open_indexes

if TYPE_CHECKING:
    from pipeline.catalog.indexes import Indexes
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
