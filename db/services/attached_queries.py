"""What is asked of the index of one attached experiment: its figures, its slices, a page of its results, one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from db.services.attached_comparison import family_query, length_query, register_families
from db.services.attached_files import connect_duck, quoted
from db.services.attached_gold import outcome_of
from db.services.attached_index import file_list, gold_name
from pipeline.evaluation import SkillCounts
from pipeline.experiments.columns import NO_VALUE
from pipeline.experiments.results import NO_ROLE, Outcome
from pipeline.experiments.slices import CASE, FAMILY, LENGTH, NO_FAMILY

PAGE_ROWS = 50
MAX_VALUES = 40
"""Values of a way of slicing that are shown, those with most results."""


@dataclass(frozen=True)
class Row:
    """A result in a list; ``gold_role`` is null for none, which is right where ``is_right`` is known."""

    id: str
    title: str
    role: str | None
    confidence: float
    case: str
    error: str | None
    gold_role: str | None
    is_right: bool | None


@dataclass(frozen=True)
class SliceFigures:
    """The results that have one value: how many, how many have no role, and how many of those with gold are right."""

    value: str
    n: int
    no_role: int
    broken: int
    marked: int
    right: int
    confidence: float
    """The mean of those that have a role; 0 without any."""


@dataclass(frozen=True)
class Wanted:
    """Which results a list has: those of a value of a way of slicing, or with words in id, title or role; null for all."""

    by: str | None = None
    value: str | None = None
    words: str | None = None
    only: str = "all"


@dataclass(frozen=True)
class Listed:
    """A page of results, and how many there are in all."""

    rows: Sequence[Row]
    total: int


@dataclass(frozen=True)
class WholeRow:
    """A result with its skills, and the job description that goes with it (null: none was attached, or it has gone)."""

    row: Row
    outcome: Outcome
    text: str | None


ONLY = {
    "all": "true",
    "wrong": "is_right = false",
    "no role": "role IS NULL AND error IS NULL",
    "broken": "error IS NOT NULL",
}
"""Parts of the results that a list may be of."""
_ROW = "id, coalesce(title, ''), role, confidence, \"case\", error, gold_role, is_right"


class IndexQueries:
    """Queries on an index. Each opens the file anew: nothing is held between two pages."""

    def __init__(self, file: Path, columns: Sequence[str], families: Mapping[str, str]) -> None:
        self._file = file
        self._families = families
        self._ways = {FAMILY: "", LENGTH: length_query("length"), CASE: '"case"'}
        self._ways |= {name: f"by_{n}" for n, name in enumerate(columns)}

    @property
    def ways(self) -> list[str]:
        """The ways of slicing."""
        return list(self._ways)

    def _open(self) -> duckdb.DuckDBPyConnection:
        duck = connect_duck()
        duck.execute(f"CREATE TEMP VIEW result AS SELECT * FROM read_parquet({quoted(str(self._file))})")
        register_families(duck, self._families)
        return duck

    def _value(self, by: str) -> str:
        return family_query("coalesce(gold_role, role)") if by == FAMILY else self._ways[by]

    def skill_counts(self) -> SkillCounts | None:
        """The counts of skills of those that are marked; null where none are."""
        with self._open() as duck:
            row = duck.execute(
                "SELECT count(n_wanted), sum(n_predicted), sum(n_right), sum(n_wanted), sum(n_found) FROM result"
            ).fetchall()[0]
        return SkillCounts(*(int(n) for n in row[1:])) if row[0] else None

    def slices(self, by: str) -> list[SliceFigures]:
        """The results by the values of a way of slicing, those with most first; one slice of all for a way that is not known."""
        value = self._value(by) if by in self._ways else "'all'"
        with self._open() as duck:
            rows = duck.execute(f"""
                SELECT coalesce({value}, '{NO_VALUE}'), count(*), count(*) FILTER (role IS NULL AND error IS NULL), count(error),
                    count(is_right), count(*) FILTER (is_right), coalesce(avg(confidence) FILTER (role IS NOT NULL), 0)
                FROM result GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MAX_VALUES}
            """).fetchall()
        return [SliceFigures(*row) for row in rows]

    def listed(self, wanted: Wanted, page: int) -> Listed:
        """A page of results: wrong ones the surest first, others the least sure first."""
        conditions, values = [ONLY.get(wanted.only, "true")], list[str]()
        if wanted.by in self._ways and wanted.value is not None:
            conditions.append(self._has_value(wanted.by, wanted.value, values))
        if wanted.words:
            conditions.append("(contains(lower(coalesce(title, '')), lower(?)) OR id = ? OR role = ?)")
            values += [wanted.words] * 3
        where = " AND ".join(f"({c})" for c in conditions)
        order = "confidence DESC, id" if wanted.only == "wrong" else "error IS NULL, confidence, id"
        with self._open() as duck:
            total = duck.execute(f"SELECT count(*) FROM result WHERE {where}", values).fetchall()[0][0]
            rows = duck.execute(
                f"SELECT {_ROW} FROM result WHERE {where} ORDER BY {order} LIMIT {PAGE_ROWS} OFFSET {page * PAGE_ROWS:d}",
                values,
            ).fetchall()
        return Listed([_row(row) for row in rows], int(total))

    def _has_value(self, by: str, value: str, values: list[str]) -> str:
        """The condition that a result has a value of a way of slicing; what it compares with is added to ``values``."""
        if by != FAMILY:
            values.append(value)
            return f"coalesce({self._ways[by]}, '{NO_VALUE}') = ?"
        role = "coalesce(gold_role, role)"
        if value == NO_FAMILY:
            return f"{role} IS NULL OR {role} = '{NO_ROLE}'"
        listed = [value, *(slug for slug, family in self._families.items() if family == value)]
        return f"{role} IN ({', '.join(map(quoted, listed))})"

    def find(self, jd_id: str) -> WholeRow | None:
        """One result by its id, with its skills from its shard and its text from where it lies; null where there is none."""
        with self._open() as duck:
            found = duck.execute(f"SELECT {_ROW}, shard, jd_file FROM result WHERE id = ?", [jd_id]).fetchone()
            if found is None:
                return None
            row = _row(found[:8])
            try:
                skills = duck.execute(
                    f"SELECT skills FROM read_parquet({file_list([found[8]])}) WHERE id::VARCHAR = ?", [jd_id]
                ).fetchone()
            except duckdb.Error:
                skills = None
            outcome = outcome_of(
                {"role": row.role, "confidence": row.confidence, "case": row.case, "error": row.error},
                skills[0] if skills else (),
            )
            return WholeRow(row, outcome, self._text(duck, found[9], jd_id))

    @staticmethod
    def _text(duck: duckdb.DuckDBPyConnection, jd_file: str | None, jd_id: str) -> str | None:
        if jd_file is None:
            return None
        try:
            found = duck.execute(
                f"SELECT text FROM read_parquet({file_list([jd_file])}) WHERE id::VARCHAR = ?", [jd_id]
            ).fetchone()
        except duckdb.Error:
            return None
        return str(found[0]) if found and found[0] is not None else None


def _row(row: Sequence[Any]) -> Row:
    return Row(row[0], row[1], row[2], row[3], row[4], row[5], gold_name(row[6]), row[7])
