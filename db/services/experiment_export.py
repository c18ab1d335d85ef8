"""Results of an experiment as a file: JSON Lines and Parquet with the columns of a batch's lines, or a report to be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from db.errors import StoreError
from db.services.experiment_report import report
from db.services.experiments import Experiments
from db.stores.experiment_results import WholeResult
from db.stores.experiments import Experiment
from pipeline.contracts import wire_score

ROWS_AT_ONCE = 1_000
"""Rows of Parquet that are in memory at once."""


def export(experiments: Experiments, reference: str, file: Path, against: str | None = None) -> int:
    """Write the results of an experiment to a file of the form that its ending says; returns how many there are.

    Raises ``StoreError`` for another ending, and for a comparison in anything but a report.
    """
    write = FORMATS.get(file.suffix.lower())
    if write is None:
        raise StoreError(f"{file.name}: the ending says the form; it must be {', '.join(FORMATS)}.")
    found = experiments.load(reference)
    if against is not None and file.suffix.lower() != ".html":
        raise StoreError("Only a report (.html) compares with another experiment.")
    if file.suffix.lower() == ".html":
        file.write_text(report(experiments, found, against), encoding="utf-8")
        return found.done
    return write(experiments, found, file)


def jsonl(experiments: Experiments, found: Experiment) -> Iterator[str]:
    """The lines of JSON, in the order of the set."""
    for result in experiments.whole(found):
        yield json.dumps(line_of(result), ensure_ascii=False)


def line_of(result: WholeResult) -> dict[str, Any]:
    """The object of a line: that of a batch, and beside it what went wrong, how it was marked, time and cost."""
    outcome, text = result.outcome, result.jd.text
    return {
        "id": result.jd.id,
        "role": outcome.role,
        "confidence": wire_score(outcome.confidence),
        "case": outcome.case,
        "skills": [
            {
                "skill_name": skill.name,
                "slug": skill.slug,
                "is_primary": skill.is_primary,
                "evidence": [{"start": a, "end": b, "text": text[a:b]} for a, b in skill.places],
            }
            for skill in outcome.skills
        ],
        "error": outcome.error,
        "is_right": result.marks.is_right if result.marks else None,
        "milliseconds": result.milliseconds,
        "cost_usd": result.cost_usd,
    }


def _write_jsonl(experiments: Experiments, found: Experiment, file: Path) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as target:
        for line in jsonl(experiments, found):
            target.write(line + "\n")
            count += 1
    return count


def write_parquet(experiments: Experiments, found: Experiment, file: Any) -> int:
    """Write the results as Parquet to a path or an open file; returns how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
    skill = pa.struct(
        [
            ("skill_name", pa.string()),
            ("slug", pa.string()),
            ("is_primary", pa.bool_()),
            ("evidence", pa.list_(place)),
        ]
    )
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("role", pa.string()),
            ("confidence", pa.float64()),
            ("case", pa.string()),
            ("skills", pa.list_(skill)),
            ("error", pa.string()),
            ("is_right", pa.bool_()),
            ("milliseconds", pa.float64()),
            ("cost_usd", pa.float64()),
        ]
    )
    count, rows = 0, list[dict[str, Any]]()
    with pq.ParquetWriter(file, schema) as writer:
        for result in experiments.whole(found):
            rows.append(line_of(result))
            count += 1
            if len(rows) == ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()
        writer.write_table(pa.Table.from_pylist(rows, schema))
    return count


def _write_report(experiments: Experiments, found: Experiment, file: Path) -> int:
    file.write_text(report(experiments, found), encoding="utf-8")
    return found.done


FORMATS: Mapping[str, Callable[[Experiments, Experiment, Path], int]] = {
    ".parquet": write_parquet,
    ".jsonl": _write_jsonl,
    ".html": _write_report,
}
"""Ending of a file -> what writes it."""
