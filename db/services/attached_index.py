"""The index of an attached experiment: a row a result with what lists and slices ask for, no texts, in a file beside the store.

It is made of the results, the job descriptions and their gold, and made anew where it is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from db.errors import StoreError
from db.services.attached_files import NEEDED, Files, connect_duck, quoted
from db.services.attached_gold import Brought, mark_brought, mark_given
from db.services.attached_sums import sums_of
from db.stores.attached import Contents
from pipeline.contracts import Decision, Extraction, RunDocument
from pipeline.experiments.columns import sliced
from pipeline.experiments.results import NO_ROLE

OWN = frozenset(("id", "title", "text", "role", "acceptable", "skills", "primary", "jd_file"))
"""Columns of job descriptions that are no way of slicing."""
_SCALARS = ("VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "DATE", "UINTEGER")
STEP = RunDocument.key_of("extraction")
"""The column of step 1, where a batch was asked for whole runs."""
NONE_PATH = "$." + ".".join((Extraction.key_of("decision"), Decision.key_of("none_probability")))
MAX_BROUGHT = 30
"""Columns of job descriptions that are looked at, by their names."""


def make_index(files: Files, gold: Brought | None, file: Path) -> Contents:
    """Write the index of some files; returns what is in it.

    Raises ``StoreError`` for results that lack a column or have an id twice, and where gold is of other job descriptions.
    """
    duck = connect_duck()
    try:
        _view_results(duck, files.shards)
        columns = _view_jds(duck, [table.path for table in files.tables])
        has_marks = _mark(duck, columns, gold)
        brought = _slices(duck, columns) if files.tables else []
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        duck.execute(
            f"COPY ({_index_query(len(brought), bool(files.tables), has_marks)}) TO {quoted(str(unfinished))} (FORMAT parquet)"
        )
        size, ids, broken, marked = duck.execute(
            f"SELECT count(*), count(DISTINCT id), count(error), count(is_right) FROM read_parquet({quoted(str(unfinished))})"
        ).fetchall()[0]
        _check(duck, size, ids, marked, gold)
        unfinished.replace(file)
    except duckdb.Error as error:
        raise StoreError(f"The results cannot be read: {str(error).splitlines()[0]}") from None
    finally:
        duck.close()
    return Contents(files.digest, size, broken, marked, tuple(brought), files.made_by, sums_of(file))


def _check(duck: duckdb.DuckDBPyConnection, size: int, ids: int, marked: int, gold: Brought | None) -> None:
    if size != ids:
        twice = duck.execute("SELECT id FROM result GROUP BY id HAVING count(*) > 1 OR id IS NULL LIMIT 1").fetchone()
        named = repr(twice[0]) if twice and twice[0] is not None else "null"
        raise StoreError(f"The id {named} stands in the results more than once, or is not given; ids must differ.")
    if gold is not None and not marked:
        raise StoreError("The gold is of other job descriptions: none of its ids is in the results.")


def file_list(paths: Sequence[str]) -> str:
    """Paths as a literal list of a query. What is a pattern to the engine is escaped."""
    return "[" + ", ".join(quoted(_literal(path)) for path in paths) + "]"


def _literal(path: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)


def _view_results(duck: duckdb.DuckDBPyConnection, shards: Sequence[str]) -> None:
    """Make the view ``result``. Raises ``StoreError`` that names a column that is missing."""
    source = f"read_parquet({file_list(shards)}, filename = 'shard')"
    names = [row[0] for row in duck.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise StoreError(
            f"{shards[0]} is no result of a batch: the column {missing[0]!r} is missing; it has {', '.join(names[:-1])}."
        )
    error = "error" if "error" in names else "NULL::VARCHAR AS error"
    # How sure an answer of none is stands in the whole of step 1 alone.
    none = f"json_extract_string({STEP}, '{NONE_PATH}')::DOUBLE" if STEP in names else "NULL::DOUBLE"
    duck.execute(
        f'CREATE TEMP VIEW result AS SELECT id::VARCHAR AS id, role, confidence, "case", skills, {error}, shard, '
        f"CASE WHEN role IS NULL THEN {none} ELSE confidence END AS answer FROM {source}"
    )


def _view_jds(duck: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> dict[str, str]:
    """Make the view ``jd`` where there are files; returns its columns with their types."""
    if not paths:
        return {}
    source = f"read_parquet({file_list(paths)}, filename = 'jd_file', union_by_name = true)"
    columns = {row[0]: row[1] for row in duck.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    title = "" if "title" in columns else ", NULL::VARCHAR AS title"
    duck.execute(f"CREATE TEMP VIEW jd AS SELECT * REPLACE (id::VARCHAR AS id){title} FROM {source}")
    return columns


def _mark(duck: duckdb.DuckDBPyConnection, columns: Mapping[str, str], gold: Brought | None) -> bool:
    """Make the table ``marks`` where there is gold."""
    if gold is not None:
        mark_given(duck, gold)
    elif "role" in columns:
        mark_brought(duck, columns)
    return gold is not None or "role" in columns


def _slices(duck: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> list[str]:
    """Make the table ``slices``: each job description with the value by which it is sliced, a column each; returns their names."""
    wanted = sorted(n for n, kind in columns.items() if n not in OWN and _is_scalar(kind))[:MAX_BROUGHT]
    cells = "".join(f", {_name(name)}::VARCHAR AS {_name(name)}" for name in wanted)
    given = duck.sql(f"SELECT id{cells} FROM jd").to_arrow_table()
    made: dict[str, Any] = {"id": given.column("id")}
    names: list[str] = []
    for name in wanted:
        values, ordered = sliced(given.column(name).to_pylist())
        if ordered:
            made[f"by_{len(names)}"] = pa.array(values).dictionary_encode()
            names.append(name)
    table = pa.table(made)
    duck.register("made_slices", table)
    duck.execute("CREATE TEMP TABLE slices AS SELECT * FROM made_slices")
    duck.unregister("made_slices")
    return names


def _name(column: str) -> str:
    """A column as the name of a query."""
    return '"' + column.replace('"', '""') + '"'


def _is_scalar(kind: str) -> bool:
    return kind in _SCALARS or kind.startswith(("TIMESTAMP", "DECIMAL"))


def _index_query(brought: int, has_jds: bool, has_marks: bool) -> str:
    """What the index is: results in their order, with the job description and the marks of each."""
    key = "coalesce(s.slug, s.skill_name)"
    of_jd = (
        "j.title, length(j.text)::INTEGER AS length, j.jd_file"
        if has_jds
        else "NULL::VARCHAR AS title, NULL::INTEGER AS length, NULL::VARCHAR AS jd_file"
    )
    of_marks = "m.gold_role, m.is_right, m.n_predicted, m.n_right, m.n_wanted, m.n_found"
    if not has_marks:
        numbers = ", ".join(f"NULL::INTEGER AS n_{name}" for name in ("predicted", "right", "wanted", "found"))
        of_marks = f"NULL::VARCHAR AS gold_role, NULL::BOOLEAN AS is_right, {numbers}"
    values = "".join(f", v.by_{n}::VARCHAR AS by_{n}" for n in range(brought))
    joins = " LEFT JOIN jd j ON j.id = r.id LEFT JOIN slices v ON v.id = r.id" if has_jds else ""
    joins += " LEFT JOIN marks m ON m.id = r.id" if has_marks else ""
    return f"""
        SELECT r.id, r.role, r.confidence, r.answer, r."case", r.error, r.shard, len(r.skills)::INTEGER AS n_skills,
            len(list_filter(r.skills, lambda s: s.slug IS NOT NULL))::INTEGER AS n_linked,
            hash(list_sort(list_transform(r.skills, lambda s: {key}))) AS skills_hash, {of_jd}, {of_marks}{values}
        FROM result r{joins}
    """


def gold_name(role: str | None) -> str | None:
    """A role of gold as a page reads it: null for none."""
    return None if role == NO_ROLE else role
