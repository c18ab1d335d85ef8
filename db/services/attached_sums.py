"""What the results of an index came to in sums, and how sure and right its answers are: what trends and thresholds are drawn of."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from db.services.attached_files import connect_duck, quoted
from db.stores.attached import Sums
from pipeline.experiments.counted import SUMMED, Moments, PairCounts, skill_totals
from pipeline.intervals import Interval
from pipeline.thresholds import JudgedAnswer

_COUNTS = ("predicted", "right", "wanted", "found")
_PAIRS = [(one, other) for place, one in enumerate(_COUNTS) for other in _COUNTS[place:]]
_TAKEN = "error IS NULL"


def sums_of(file: Path) -> Sums:
    """What the results of an index came to; broken ones count for nothing."""
    with closing(_opened(file)) as duck:
        linked = "sum(n_linked)" if "n_linked" in _columns(duck) else "NULL"
        n, with_role, skills, n_linked, judged, right = _row(
            duck,
            f"SELECT count(*), count(role), coalesce(sum(n_skills), 0), {linked}, count(is_right), count(*) FILTER (is_right) "
            f"FROM result WHERE {_TAKEN}",
        )
        f1 = _skills_f1(duck)
    return Sums(n, with_role, int(skills), None if n_linked is None else int(n_linked), judged, right, *f1)


def answers_of(file: Path) -> list[JudgedAnswer]:
    """How sure the answers of an index with gold are, and whether they are right, alike ones together. Rejected texts have no answer;
    where it was not kept how sure an answer of none is, it is 0.
    """
    with closing(_opened(file)) as duck:
        sure = "answer" if "answer" in _columns(duck) else "CASE WHEN role IS NOT NULL THEN confidence END"
        rows = duck.execute(
            f"SELECT coalesce({sure}, 0.0), is_right, count(*) FROM result "
            f"WHERE {_TAKEN} AND is_right IS NOT NULL AND \"case\" <> 'rejected' GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    return [JudgedAnswer(*row) for row in rows]


def keeps_none(file: Path) -> bool:
    """Whether an index has how sure answers of none are."""
    with closing(_opened(file)) as duck:
        if "answer" not in _columns(duck):
            return False
        none, known = _row(
            duck,
            f"SELECT count(*), count(answer) FROM result WHERE role IS NULL AND {_TAKEN} AND \"case\" <> 'rejected'",
        )
    return bool(known) or not none


def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    duck = connect_duck()
    duck.execute(f"CREATE TEMP VIEW result AS SELECT * FROM read_parquet({quoted(str(file))})")
    return duck


def _columns(duck: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in duck.execute("DESCRIBE result").fetchall()}


def _row(duck: duckdb.DuckDBPyConnection, query: str) -> Sequence[Any]:
    return duck.execute(query).fetchall()[0]


def _skills_f1(duck: duckdb.DuckDBPyConnection) -> tuple[float | None, float | None, float | None]:
    """The F1 of skills and its interval; nulls where none are asked for.

    It is the difference to a side that has found nothing and lacks nothing, whose F1 is 0 and does not vary.
    """
    sums = [f"sum(n_{name})" for name in _COUNTS]
    products = [f"sum(n_{one}::DOUBLE * n_{other})" for one, other in _PAIRS]
    n, *figures = _row(
        duck,
        f"SELECT count(n_wanted), {', '.join([*sums, *products])} FROM result WHERE {_TAKEN} AND n_wanted IS NOT NULL",
    )
    if not n:
        return None, None, None
    given = dict.fromkeys(SUMMED, 0.0)
    given |= {f"b_{name}": float(figure) for name, figure in zip(_COUNTS, figures, strict=False)}
    of_pairs = zip(_PAIRS, figures[len(_COUNTS) :], strict=True)
    moments = Moments(
        PairCounts(n, 0, 0, 0, 0, given),
        {(f"b_{one}", f"b_{other}"): float(figure) for (one, other), figure in of_pairs},
    )
    totals = skill_totals(moments)
    if totals is None:
        return None, None, None
    within = totals.f1.interval if n > 1 else Interval(0.0, 1.0)
    return totals.f1.b, max(0.0, within.low), min(1.0, within.high)
