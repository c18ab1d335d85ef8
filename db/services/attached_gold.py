"""What is right for the job descriptions of an attached experiment, and how its results stand beside that, as a table of marks."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.experiments.results import NO_ROLE, Gold, Outcome, Skill, mark

ROWS_AT_ONCE = 5_000
COUNTS = ("n_predicted", "n_right", "n_wanted", "n_found")
_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("gold_role", pa.string()),
        ("is_right", pa.bool_()),
        *((name, pa.int32()) for name in COUNTS),
    ]
)
MAX_KEPT = 32 * 2**20
"""Bytes of compressed gold that are kept with an attached experiment; of more than that the file must stay."""
Brought = Mapping[str, tuple[Gold, str]]
"""Gold by the id of its job description, with the text whose words it may name."""


def packed(given: Brought) -> bytes | None:
    """Gold as it is kept: compressed lines of JSON, with the texts whose words it names; null where that would be too much."""
    lines = (
        json.dumps([jd_id, gold.wire(), text if gold.surfaces is not None else ""], ensure_ascii=False) + "\n"
        for jd_id, (gold, text) in given.items()
    )
    found = zlib.compress("".join(lines).encode())
    return found if len(found) <= MAX_KEPT else None


def unpacked(labels: bytes) -> Brought:
    """Gold from what is kept of it."""
    found: dict[str, tuple[Gold, str]] = {}
    for line in zlib.decompress(labels).decode().split("\n")[:-1]:
        jd_id, wire, text = json.loads(line)
        gold = Gold.of_row(wire)
        if gold is not None:
            found[jd_id] = (gold, text)
    return found


def mark_given(duck: duckdb.DuckDBPyConnection, given: Brought) -> None:
    """Make the table ``marks`` of gold that comes from elsewhere, beside the view ``result``."""
    wanted = pa.table({"id": list(given)})
    duck.register("wanted", wanted)
    rows = duck.execute(
        'SELECT r.id, r.role, r.confidence, r."case", r.skills, r.error FROM result r SEMI JOIN wanted w ON w.id = r.id'
    )
    _make(duck, _marks(_dicts(rows), lambda row: given[row["id"]]))
    duck.unregister("wanted")


def mark_brought(duck: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> None:
    """Make the table ``marks`` of gold that the job descriptions brought as columns, by name with their types."""
    if columns.get("skills", "VARCHAR[]") == "VARCHAR[]" and columns.get("acceptable", "VARCHAR[]") == "VARCHAR[]":
        duck.execute(_brought_query(columns))
        return
    names = ", ".join(f'j."{name}"' for name in ("acceptable", "skills") if name in columns)
    rows = duck.execute(
        'SELECT r.id, r.role, r.confidence, r."case", r.skills AS found, r.error, j.role AS gold_role, j.text'
        f"{', ' * bool(names)}{names} FROM result r JOIN jd j ON j.id = r.id WHERE j.role IS NOT NULL"
    )

    def gold_of(row: Mapping[str, Any]) -> tuple[Gold, str] | None:
        gold = Gold.of_row({"role": row["gold_role"], "acceptable": row.get("acceptable"), "skills": row.get("skills")})
        return (gold, row["text"] or "") if gold else None

    _make(duck, _marks(_dicts(rows), gold_of, skills="found"))


def _brought_query(columns: Mapping[str, str]) -> str:
    """Roles, and skills by their slugs, marked by a query: millions are in a second."""
    accepted = "coalesce(nullif(j.acceptable, []), [j.role])" if "acceptable" in columns else "[j.role]"
    wanted, found = "list_distinct(j.skills)", "list_distinct(list_filter(r.slugs, lambda s: s IS NOT NULL))"
    both = f"len(list_intersect({wanted}, {found}))"
    asked = f"j.skills IS NOT NULL AND j.role <> '{NO_ROLE}'" if "skills" in columns else "false"
    figures = (f"len({found})", both, f"len({wanted})", both) if "skills" in columns else ("NULL",) * 4
    counts = ", ".join(
        f"CASE WHEN {asked} THEN ({figure}) END::INTEGER AS {name}"
        for name, figure in zip(COUNTS, figures, strict=True)
    )
    return f"""
        CREATE TEMP TABLE marks AS SELECT r.id, j.role AS gold_role,
            r.error IS NULL AND list_contains({accepted}, coalesce(r.role, '{NO_ROLE}')) AS is_right, {counts}
        FROM (SELECT id, role, error, list_transform(skills, lambda s: s.slug) AS slugs FROM result) r
            JOIN jd j ON j.id = r.id WHERE j.role IS NOT NULL
    """


def _make(duck: duckdb.DuckDBPyConnection, rows: Iterator[dict[str, Any]]) -> None:
    made = pa.Table.from_pylist(list(rows), _SCHEMA)
    duck.register("made", made)
    duck.execute("CREATE TEMP TABLE marks AS SELECT * FROM made")
    duck.unregister("made")


def _dicts(rows: Any) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in rows.description]
    while part := rows.fetchmany(ROWS_AT_ONCE):
        yield from (dict(zip(names, row, strict=True)) for row in part)


def _marks(
    rows: Iterable[Mapping[str, Any]],
    gold_of: Callable[[Mapping[str, Any]], tuple[Gold, str] | None],
    skills: str = "skills",
) -> Iterator[dict[str, Any]]:
    for row in rows:
        known = gold_of(row)
        if known is None:
            continue
        gold, text = known
        marks = mark(gold, text, outcome_of(row, row[skills]))
        counts: Sequence[int | None] = (None,) * 4
        if marks.skills:
            counts = (marks.skills.predicted, marks.skills.right, marks.skills.wanted, marks.skills.found)
        yield {
            "id": row["id"],
            "gold_role": gold.roles[0] or NO_ROLE,
            "is_right": marks.is_right,
            **dict(zip(COUNTS, counts, strict=True)),
        }


def outcome_of(row: Mapping[str, Any], skills: Iterable[Mapping[str, Any]] | None) -> Outcome:
    """The outcome in a row of results."""
    found = tuple(
        Skill(
            skill["skill_name"],
            skill["slug"],
            bool(skill.get("is_primary")),
            tuple((place["start"], place["end"]) for place in skill.get("evidence") or ()),
        )
        for skill in skills or ()
    )
    return Outcome(row["role"], row["confidence"] or 0.0, row["case"], found, row["error"])
