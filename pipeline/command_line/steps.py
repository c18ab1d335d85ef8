"""The commands of one job description: ``extract-from-jd``, ``extract-details``, ``final-role-output`` and ``run``."""

from __future__ import annotations

import sys
from argparse import Namespace
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.command_line.files import check_wire, print_json, read_json, read_text, read_wire
from pipeline.command_line.indexes import open_indexes
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.catalog.indexes import Indexes
    from pipeline.contracts import Extraction, LibraryMatch, ReadingWarning
    from pipeline.run import Event


def extract_from_jd(args: Namespace) -> None:
    """Print step 1 of a text."""
    from pipeline.run import Extracted, RunContext, RunState, run_id_for, run_stages, until

    text = read_text(args.jd)
    context = RunContext(run_id_for(text, args.title), open_indexes(args.catalog))
    print_json(until(run_stages(RunState.from_text(text, args.title), context), Extracted).extraction.wire())


def extract_details(args: Namespace) -> None:
    """Print step 2 of a step 1."""
    from pipeline.contracts import Extraction
    from pipeline.stages.details import extract_details

    given = read_wire(args.api1, Extraction, "step 1")
    answer = extract_details(given.document, open_indexes(args.catalog))
    print_json(answer.model_copy(update={"warnings": list(given.warnings)}).wire())


def final_role_output(args: Namespace) -> None:
    """Print step 3 of a step 1 and a step 2."""
    from pipeline.contracts import Extraction
    from pipeline.stages.final_output import final_output

    if args.api1 == "-" and args.api2 == "-":
        raise InputError("--api1 and --api2 cannot both be standard input; give a file for one of them")
    given = read_wire(args.api1, Extraction, "step 1")
    indexes = open_indexes(args.catalog)
    library_match, more = _read_library_match(args.api2, given.document, indexes)
    warnings = [*_within("extraction", given.warnings), *_within("library_match", more)]
    print_json(final_output(given.document, library_match, indexes).model_copy(update={"warnings": warnings}).wire())


def _read_library_match(
    name: str, extraction: Extraction, indexes: Indexes
) -> tuple[LibraryMatch, Sequence[ReadingWarning]]:
    """Step 2 from its file; where it was not called (``{}``), what it comes to."""
    from pipeline.contracts import LibraryMatch, ReadingWarning
    from pipeline.stages.details import extract_details

    value = read_json(name)
    if value in ({}, None):
        problem = "step 2 was not called; its answer was made from step 1"
        sys.stderr.write(f"warning: {problem}\n")
        return extract_details(extraction, indexes), [ReadingWarning(path="", problem=problem)]
    given = check_wire(value, LibraryMatch, "step 2", name)
    return given.document, given.warnings


def _within(step: str, warnings: Sequence[ReadingWarning]) -> Iterator[ReadingWarning]:
    """The warnings with paths from the whole run's root: two documents are read, and each path says in which it is."""
    from pipeline.contracts import RunDocument

    for warning in warnings:
        path = f"{RunDocument.key_of(step)}.{warning.path}".rstrip(".")
        yield warning.model_copy(update={"path": path})


def run(args: Namespace) -> None:
    """Print all steps of a text, with the time of each stage in milliseconds."""
    from pipeline.run import Completed, RunContext, RunState, run_id_for, run_stages, until

    text = read_text(args.jd)
    context = RunContext(run_id_for(text, args.title), open_indexes(args.catalog))
    timings: dict[str, float] = {}
    events = _timed(run_stages(RunState.from_text(text, args.title), context), timings)
    result = until(events, Completed).run
    timings["total"] = round(sum(timings.values()), 2)
    print_json({**result.wire(), "timings_ms": timings})


def _timed(events: Iterator[Event], timings: dict[str, float]) -> Iterator[Event]:
    """The events, with the milliseconds that each stage took entered into ``timings``."""
    before = perf_counter()
    for event in events:
        now = perf_counter()
        timings[event.stage] = round((now - before) * 1000, 2)
        before = now
        yield event
