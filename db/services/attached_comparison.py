"""Attached experiments compared with each other, or with one of the store: pairs are joined and counted by queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.experiments.comparison import Confusion
from pipeline.experiments.counted import (
    COUNTS,
    FIGURES,
    SIDES,
    CountedComparison,
    CountedSlice,
    PairCounts,
    brier_difference,
    counted_slices,
    role_totals,
    skill_totals,
    weights,
)
from pipeline.experiments.results import NO_ROLE, Result
from pipeline.experiments.slices import CASE, FAMILY, LENGTH, LENGTHS, LONGEST, MAX_FAMILIES, NO_FAMILY

MAX_CONFUSIONS = 2_000
_SUMMED = [f"{side}_{name}" for side in SIDES for name in COUNTS]


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
        self._columns = list(columns)
        by = "".join(f", a.by_{n}" for n in range(len(self._columns)))
        duck.execute(f"""
            CREATE TEMP TABLE pair AS
            SELECT a.id, a.title, a.length, a."case", a.gold_role{by}, a.role AS role_a, b.role AS role_b,
                a.confidence AS confidence_a, b.confidence AS confidence_b, a.skills_hash <> b.skills_hash AS skills_moved,
                a.is_right AS right_a, b.is_right AS right_b, {_counted("a")}, {_counted("b")}
            FROM side_a a JOIN side_b b ON b.id = a.id
        """)
        marked = duck.execute("SELECT count(*) FROM pair WHERE right_a IS NOT NULL AND right_b IS NOT NULL").fetchone()
        self.is_marked = bool(marked and marked[0])
        if self.is_marked:
            duck.execute("DELETE FROM pair WHERE right_a IS NULL OR right_b IS NULL")

    def comparison(self) -> CountedComparison:
        """B beside A, in totals and slices."""
        whole = self._groups("'all'")
        counts = whole["all"] if whole else PairCounts(0, 0, 0, 0, 0, dict.fromkeys(_SUMMED, 0.0))
        variances = self._variances("'all'", whole).get("all", dict.fromkeys(FIGURES, 0.0))
        one = self._duck.execute
        moved = one(
            "SELECT count(*) FILTER (role_a IS DISTINCT FROM role_b),"
            " count(*) FILTER (skills_moved OR role_a IS DISTINCT FROM role_b) FROM pair"
        ).fetchall()[0]
        only = [
            one(f"SELECT count(*) FROM side_{x} x ANTI JOIN side_{y} y ON y.id = x.id").fetchall()[0][0]
            for x, y in (("a", "b"), ("b", "a"))
        ]
        nothing = self._groups("'all'", f"WHERE gold_role = '{NO_ROLE}'").get("all") if self.is_marked else None
        return CountedComparison(
            pairs=(),
            roles=role_totals(counts) if self.is_marked else role_totals(PairCounts(0, 0, 0, 0, 0, {})),
            no_role=role_totals(nothing) if nothing else None,
            skills=skill_totals(counts, variances) if self.is_marked else None,
            brier=brier_difference(counts, variances["brier"]) if self.is_marked else None,
            slices=tuple(self._slices()) if self.is_marked else (),
            confusions=self._confusions(),
            changed=(),
            only_a=only[0],
            only_b=only[1],
            size=self._size(),
            other_roles=moved[0],
            others=moved[1],
            is_marked=self.is_marked,
        )

    def _size(self) -> int:
        return int(self._duck.execute("SELECT count(*) FROM pair").fetchall()[0][0])

    def _slices(self) -> list[CountedSlice]:
        found: list[CountedSlice] = []
        for name, value in self._ways().items():
            # The value is made once, since it is grouped by twice.
            self._duck.execute(f"CREATE OR REPLACE TEMP VIEW sliced AS SELECT *, {value} AS value FROM pair")
            groups = self._groups("value", source="sliced")
            if len(groups) < 2:
                continue
            variances = self._variances("value", groups, source="sliced")
            ordered = sorted(groups, key=lambda v: (-groups[v].n, v))[: 3 * MAX_FAMILIES]
            found += counted_slices(name, [(v, groups[v], variances[v]) for v in ordered])
        return found

    def _ways(self) -> dict[str, str]:
        """The ways of slicing, each as a query has its value."""
        brought = {name: f"by_{n}" for n, name in enumerate(self._columns)}
        return {FAMILY: family_query("gold_role"), LENGTH: length_query("length"), CASE: '"case"', **brought}

    def _groups(self, value: str, where: str = "", source: str = "pair") -> dict[str, PairCounts]:
        """The counts of the pairs of each value."""
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in _SUMMED)
        rows = self._duck.execute(f"""
            SELECT {value} AS value, count(*), count(*) FILTER (right_a), count(*) FILTER (right_b),
                count(*) FILTER (right_b AND NOT right_a), count(*) FILTER (right_a AND NOT right_b), {sums}
            FROM {source} {where} GROUP BY 1 HAVING value IS NOT NULL
        """).fetchall()
        return {
            row[0]: PairCounts(
                row[1], row[2], row[3], row[4], row[5], dict(zip(_SUMMED, map(float, row[6:]), strict=True))
            )
            for row in rows
        }

    def _variances(
        self, value: str, groups: Mapping[str, PairCounts], source: str = "pair"
    ) -> dict[str, dict[str, float]]:
        """The variance of each figure's difference within each value: the sum of the squares of what each pair moves it by."""
        if not groups:
            return {}
        rows = []
        for name, counts in groups.items():
            of = weights(counts)
            rows.append({"value": name, **{f"{f}_{c}": w for f in FIGURES for c, w in of[f].items()}})
        names = [name for name in rows[0] if name != "value"]
        self._duck.register("weight", pa.table({key: [row[key] for row in rows] for key in ("value", *names)}))
        moved = []
        for figure in FIGURES:
            terms = " + ".join(f"w.{n} * p.{n.removeprefix(figure + '_')}" for n in names if n.startswith(f"{figure}_"))
            moved.append(f"sum(power({terms}, 2))")
        found = self._duck.execute(f"""
            SELECT w.value, {", ".join(moved)} FROM (SELECT *, {value} AS of_value FROM {source}) p
                JOIN weight w ON w.value = p.of_value GROUP BY 1
        """).fetchall()
        self._duck.unregister("weight")
        return {row[0]: dict(zip(FIGURES, map(float, row[1:]), strict=True)) for row in found}

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
        within = f"{self._ways()[by]} = ?" if by in self._ways() else "true"
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
            [value] if by in self._ways() else [],
        ).fetchall()
        return [ChangedPair(*row) for row in rows]


def _counted(side: str) -> str:
    """The counts of a side as columns of a pair."""
    counts = [f"coalesce({side}.n_{name}, 0) AS {side}_{name}" for name in COUNTS[:4]]
    chosen = f"({side}.error IS NULL AND {side}.role IS NOT NULL)"
    square = (
        f"CASE WHEN {chosen} THEN power({side}.confidence - {side}.is_right::INTEGER, 2) ELSE 0 END AS {side}_square"
    )
    return ", ".join([*counts, square, f"{chosen}::INTEGER AS {side}_chosen"])
