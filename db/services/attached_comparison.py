"""Attached experiments compared with each other, or with one of the store: pairs are joined and counted by queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.experiments.columns import NO_VALUE
from pipeline.experiments.comparison import Confusion
from pipeline.experiments.counted import (
    COUNTS,
    PRODUCTS,
    SIDES,
    SUMMED,
    CountedComparison,
    CountedSlice,
    Moments,
    PairCounts,
    brier_difference,
    counted_slices,
    role_totals,
    skill_totals,
    sum_of,
)
from pipeline.experiments.results import NO_ROLE, Result
from pipeline.experiments.slices import CASE, FAMILY, LENGTH, LENGTHS, LONGEST, NO_FAMILY

MAX_CONFUSIONS = 2_000
MAX_COMBINATIONS = 20_000
"""Combinations of values that are grouped by at once."""
MAX_SLICES = 40
_FAMILY = f"CASE WHEN a.gold_role IS NULL OR a.gold_role = '{NO_ROLE}' THEN '{NO_FAMILY}' ELSE coalesce(f.name, a.gold_role) END"
_SUMS = [f"sum({name})" for name in SUMMED] + [f"sum({one} * {other})" for one, other in PRODUCTS]


@dataclass(frozen=True)
class ChangedPair:
    """A job description that came out differently: what each side said, and whether that is right (null: not known)."""

    id: str
    title: str
    kind: str
    role_a: str | None
    role_b: str | None
    confidence_a: float
    confidence_b: float
    is_right_a: bool | None
    is_right_b: bool | None


def family_query(role: str, families: str = "family") -> str:
    """The family of a role as a query has it, from a table of families."""
    return (
        f"CASE WHEN {role} IS NULL OR {role} = '{NO_ROLE}' THEN '{NO_FAMILY}' "
        f"ELSE coalesce((SELECT f.name FROM {families} f WHERE f.slug = {role}), {role}) END"
    )


def length_query(length: str) -> str:
    """The band of lengths of a text."""
    bands = " ".join(f"WHEN {length} < {bound} THEN '{name}'" for bound, name in LENGTHS)
    return f"CASE WHEN {length} IS NULL THEN NULL {bands} ELSE '{LONGEST}' END"


def register_families(duck: duckdb.DuckDBPyConnection, families: Mapping[str, str]) -> None:
    """Make the table ``family`` of roles by their slugs."""
    duck.register("family_given", pa.table({"slug": list(families), "name": list(families.values())}))
    duck.execute("CREATE TEMP TABLE family AS SELECT * FROM family_given")


def table_of_results(results: Sequence[Result]) -> pa.Table:
    """Results of the store as rows of an index, without the columns that they are sliced by."""
    counts = [r.marks.skills if r.marks else None for r in results]
    columns: dict[str, Any] = {
        "id": [r.id for r in results],
        "title": [r.title for r in results],
        "length": pa.array([r.length for r in results], pa.int32()),
        "role": pa.array([r.role for r in results], pa.string()),
        "confidence": [r.confidence for r in results],
        "case": [r.case for r in results],
        "error": pa.array([r.error for r in results], pa.string()),
        "skills": [sorted(r.skills) for r in results],
        "gold_role": pa.array([(r.gold_role or NO_ROLE) if r.marks else None for r in results], pa.string()),
        "is_right": pa.array([r.is_right for r in results], pa.bool_()),
    }
    for name in ("predicted", "right", "wanted", "found"):
        columns[f"n_{name}"] = pa.array([getattr(c, name) if c else None for c in counts], pa.int32())
    return pa.table(columns)


class Pairs:
    """The pairs of two indexes, joined once. ``columns`` are those by which A is sliced, by their names."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
        """Join the views ``side_a`` and ``side_b``, beside the table ``family``."""
        self._duck = duck
        brought = {name: f"a.by_{n}" for n, name in enumerate(columns)}
        values = {FAMILY: _FAMILY, LENGTH: length_query("a.length"), CASE: 'a."case"', **brought}
        self._ways = {name: f"way_{n}" for n, name in enumerate(values)}
        ways = ", ".join(f"{value} AS {self._ways[name]}" for name, value in values.items())
        duck.execute(f"""
            CREATE TEMP TABLE pair AS
            SELECT a.id, a.title, a.gold_role, {ways}, a.role AS role_a, b.role AS role_b,
                a.confidence AS confidence_a, b.confidence AS confidence_b, a.skills_hash <> b.skills_hash AS skills_moved,
                a.is_right AS right_a, b.is_right AS right_b, {_counted("a")}, {_counted("b")}
            FROM side_a a JOIN side_b b ON b.id = a.id LEFT JOIN family f ON f.slug = a.gold_role
        """)
        joined, marked = self._row(
            "SELECT count(*), count(*) FILTER (right_a IS NOT NULL AND right_b IS NOT NULL) FROM pair"
        )
        # Ids are given once on each side.
        self._only = [self._row(f"SELECT count(*) FROM side_{side}")[0] - joined for side in SIDES]
        self.is_marked = bool(marked)
        if marked and marked < joined:
            duck.execute("DELETE FROM pair WHERE right_a IS NULL OR right_b IS NULL")

    def _row(self, query: str) -> tuple[Any, ...]:
        return self._duck.execute(query).fetchall()[0]

    def comparison(self) -> CountedComparison:
        """B beside A, in totals and slices."""
        size, other_roles, others, *nothing = self._row(f"""
            SELECT count(*), count(*) FILTER (role_a IS DISTINCT FROM role_b),
                count(*) FILTER (skills_moved OR role_a IS DISTINCT FROM role_b), {_role_counts("gold_role = '" + NO_ROLE + "'")} FROM pair
        """)
        by_way = self._moments() if self.is_marked else {}
        whole = sum_of(next(iter(by_way.values())).values()) if by_way else None
        slices = [s for name, values in by_way.items() if len(values) > 1 for s in _slices(name, values)]
        return CountedComparison(
            pairs=(),
            roles=role_totals(whole.counts if whole else PairCounts(0, 0, 0, 0, 0, {})),
            no_role=role_totals(_pair_counts(nothing, {})) if nothing[0] and whole else None,
            skills=skill_totals(whole) if whole else None,
            brier=brier_difference(whole) if whole else None,
            slices=tuple(slices),
            confusions=self._confusions(),
            changed=(),
            only_a=self._only[0],
            only_b=self._only[1],
            size=size,
            other_roles=other_roles,
            others=others,
            is_marked=self.is_marked,
        )

    def _moments(self) -> dict[str, dict[str, Moments]]:
        """The counts and moments of the pairs of each value of each way of slicing.

        Several ways are grouped by at once, as long as few combinations of their values come of it: one pass serves all of them.
        """
        found: dict[str, dict[str, Moments]] = {}
        for names in self._packs():
            columns = [self._ways[name] for name in names]
            rows = self._duck.execute(f"""
                SELECT {", ".join(columns)}, {_role_counts("true")}, {", ".join(_SUMS)} FROM pair GROUP BY ALL
            """).fetchall()
            for place, name in enumerate(names):
                groups: dict[str, list[Moments]] = {}
                for row in rows:
                    value = NO_VALUE if row[place] is None else row[place]
                    groups.setdefault(value, []).append(_moments_of(row[len(names) :]))
                found[name] = {value: sum_of(parts) for value, parts in groups.items()}
        return found

    def _packs(self) -> list[list[str]]:
        """The ways of slicing in parts, each with few combinations of values."""
        counts = self._row(
            f"SELECT {', '.join(f'count(DISTINCT {column})' for column in self._ways.values())} FROM pair"
        )
        packs: list[list[str]] = []
        combinations = MAX_COMBINATIONS + 1
        for name, count in zip(self._ways, counts, strict=True):
            combinations *= count + 1
            if combinations > MAX_COMBINATIONS:
                packs.append([])
                combinations = count + 1
            packs[-1].append(name)
        return packs

    def _confusions(self) -> tuple[Confusion, ...]:
        if not self.is_marked:
            return ()
        rows = self._duck.execute(f"""
            SELECT gold, said, sum(a)::INTEGER, sum(b)::INTEGER FROM (
                SELECT gold_role AS gold, role_a AS said, 1 AS a, 0 AS b FROM pair WHERE NOT right_a
                UNION ALL SELECT gold_role, role_b, 0, 1 FROM pair WHERE NOT right_b
            ) GROUP BY ALL ORDER BY 4 DESC, 3 DESC, 1, 2 LIMIT {MAX_CONFUSIONS}
        """).fetchall()
        return tuple(Confusion(None if gold == NO_ROLE else gold, said, a, b) for gold, said, a, b in rows)

    def changed(self, kind: str, most: int, of_slice: tuple[str, str] | None = None) -> list[ChangedPair]:
        """The pairs whose roles came out differently, of one kind and of a slice: those that were broken by A's confidence, others
        by B's.
        """
        by, value = of_slice or ("", "")
        within = f"coalesce({self._ways[by]}, '{NO_VALUE}') = ?" if by in self._ways else "true"
        conditions = {
            "broken": "right_a AND NOT right_b",
            "fixed": "right_b AND NOT right_a",
            "moved": "role_a IS DISTINCT FROM role_b AND right_a IS NOT DISTINCT FROM right_b",
        }
        side = "a" if kind == "broken" else "b"
        rows = self._duck.execute(
            f"""
            SELECT id, coalesce(title, ''), '{kind}', role_a, role_b, confidence_a, confidence_b, right_a, right_b FROM pair
            WHERE {conditions[kind]} AND {within} ORDER BY confidence_{side} DESC, id LIMIT {most:d}
        """,
            [value] if by in self._ways else [],
        ).fetchall()
        return [ChangedPair(*row) for row in rows]


def _counted(side: str) -> str:
    """The counts of a side as columns of a pair."""
    counts = [f"coalesce({side}.n_{name}, 0)::DOUBLE AS {side}_{name}" for name in COUNTS[:4]]
    chosen = f"({side}.error IS NULL AND {side}.role IS NOT NULL)"
    square = (
        f"CASE WHEN {chosen} THEN power({side}.confidence - {side}.is_right::INTEGER, 2) ELSE 0 END AS {side}_square"
    )
    return ", ".join([*counts, square, f"{chosen}::DOUBLE AS {side}_chosen"])


def _role_counts(condition: str) -> str:
    """The counts of roles over the pairs for which a condition holds."""
    parts = ("true", "right_a", "right_b", "right_b AND NOT right_a", "right_a AND NOT right_b")
    return ", ".join(f"count(*) FILTER ({condition} AND {part})" for part in parts)


def _moments_of(row: Sequence[Any]) -> Moments:
    sums = dict(zip(SUMMED, map(float, row[5 : 5 + len(SUMMED)]), strict=True))
    products = dict(zip(PRODUCTS, map(float, row[5 + len(SUMMED) :]), strict=True))
    return Moments(_pair_counts(row, sums), products)


def _pair_counts(row: Sequence[int], sums: Mapping[str, float]) -> PairCounts:
    return PairCounts(row[0], row[1], row[2], row[3], row[4], sums)


def _slices(name: str, values: Mapping[str, Moments]) -> list[CountedSlice]:
    """The slices of a way, those with most pairs first; what is not given stands last."""
    ordered = sorted(values, key=lambda value: (value == NO_VALUE, -values[value].counts.n, value))
    return counted_slices(name, [(value, values[value]) for value in ordered[:MAX_SLICES]])
