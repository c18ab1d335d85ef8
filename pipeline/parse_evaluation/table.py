"""The figures of parsed fields as lines of text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pipeline.parse_evaluation.figures import ParseSummary
from pipeline.parse_evaluation.marks import EXTRA_FIELDS, FIELDS, MarkedParse

MIN_RIGHT = 0.995
"""The mark from which on a value is right."""


def table(summary: ParseSummary) -> Iterator[str]:
    """Yield the lines of a table: a row a field, then the duties, then the macro figure with its interval."""
    yield f"{'field':20} present  right   absent  wrongly filled   score"
    for row in summary.fields:
        if row.field == EXTRA_FIELDS[0]:
            yield "-- not in the macro figure"
        filled = f"{_cell(row.wrongly_filled)}  {_cell(row.score)}"
        yield f"{row.field:20} {row.n_present:7} {_cell(row.right)}  {row.n_absent:7}          {filled}"
    duties = summary.duties
    yield (
        f"responsibilities: recall {_share(duties.recall)}, precision {_share(duties.precision)} (strict "
        f"{_share(duties.strict_precision)}); both >= 0.8 in {duties.n_good} of {duties.n}; no duty found in {duties.n_none}"
    )
    yield f"mean of the fields where the text gives a value {_share(summary.mean_present)}"
    interval = f" [{summary.interval[0]:.3f} {summary.interval[1]:.3f}]" if summary.interval else ""
    yield f"macro {_share(summary.macro)}{interval} of {summary.n} JDs"


def wrong_values(parses: Sequence[MarkedParse]) -> Iterator[str]:
    """Yield a line for each value that is not right: the JD, the field, its mark, what the gold has and what was found."""
    for parse in parses:
        for name in FIELDS + EXTRA_FIELDS:
            mark = parse.marks[name]
            if mark.value < MIN_RIGHT:
                gold, found = (json.dumps(value, ensure_ascii=False) for value in (mark.gold, mark.found))
                yield f"{parse.jd_id:26} {name:20} {mark.value:.2f}  gold {gold}  found {found}"


def _cell(value: float | None) -> str:
    return "     –" if value is None else f"{value:6.3f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
