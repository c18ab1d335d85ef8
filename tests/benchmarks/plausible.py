"""Plausible results of a batch in any number, as Parquet, and the job descriptions that go with them, with gold: made by queries."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from db.services.attached_files import connect_duck
from pipeline.catalog import Catalog
from pipeline.catalog.folder import read_folder
from tests.conftest import SEED_CATALOG

SOURCES = ("board", "agency", "own site", "referral")
SHARDS = 20
STACKS, SKILLS = 2_000, 12
"""Lists of skills that texts have, and how long each is."""


def write_results(folder: Path, size: int, seed: int, right: float) -> None:
    """Write shards of results for so many job descriptions; a share of the roles is right.

    What is right for a text does not depend on the seed, so that results of two seeds are two ways of one set.
    """
    duck = _with_catalog(folder)
    roles = len(read_folder(SEED_CATALOG).catalog.roles)
    for shard in range(SHARDS):
        first, last = shard * size // SHARDS, (shard + 1) * size // SHARDS
        duck.execute(f"""
            COPY (
                SELECT 'jd-' || i AS id, r.slug AS role, confidence, ['A', 'B', 'C', 'DOMAIN'][1 + (hash(i, 9) % 4)::INTEGER] AS "case",
                    s.skills, CASE WHEN hash(i, 5) % 2000 = 0 THEN '“text” is missing.' END AS error
                FROM (
                    SELECT i, hash(i) % {roles} AS gold, hash(i, {seed}, 1) % 1000 < {right * 1000:.0f} AS is_right,
                        0.3 + 0.7 * (hash(i, {seed}, 2) % 1000) / 1000.0 AS confidence,
                        (hash(i, 4) + CASE WHEN hash(i, {seed}, 3) % 10 = 0 THEN 1 ELSE 0 END) % {STACKS} AS stack
                    FROM range({first}, {last}) t(i)
                ) t JOIN role r ON r.number = (CASE WHEN is_right THEN gold ELSE gold + 1 + i % 5 END) % {roles}
                    JOIN stack s ON s.number = t.stack
            ) TO '{folder}/part-{shard:04d}.parquet' (FORMAT parquet, COMPRESSION zstd)
        """)
    duck.close()


def write_jds(folder: Path, size: int) -> None:
    """Write the job descriptions of such results: title, a short text, source, month, and gold: the right role and skills."""
    duck = _with_catalog(folder)
    roles = len(read_folder(SEED_CATALOG).catalog.roles)
    listed = ", ".join(f"'{source}'" for source in SOURCES)
    duck.execute(f"""
        COPY (
            SELECT 'jd-' || i AS id, r.name AS title,
                repeat('We look for somebody who runs what we sell. ', 1 + (hash(i, 6) % 180)::INTEGER) AS text,
                [{listed}][1 + (hash(i, 7) % {len(SOURCES)})::INTEGER] AS source,
                '2026-0' || (1 + hash(i, 8) % 6)::VARCHAR AS month, r.slug AS role, s.slugs AS skills
            FROM range({size}) t(i) JOIN role r ON r.number = hash(i) % {roles}
                JOIN stack s ON s.number = hash(i, 4) % {STACKS}
        ) TO '{folder}/jds.parquet' (FORMAT parquet, COMPRESSION zstd)
    """)
    duck.close()


def _with_catalog(folder: Path) -> duckdb.DuckDBPyConnection:
    """An engine with the roles of the shipped catalog, and stacks of its skills."""
    folder.mkdir(parents=True)
    catalog = read_folder(SEED_CATALOG).catalog
    duck = connect_duck()
    names = {"number": range(len(catalog.roles)), "slug": [r.slug for r in catalog.roles]}
    duck.register(
        "role", pa.table({k: list(v) for k, v in names.items()} | {"name": [r.display_name for r in catalog.roles]})
    )
    duck.register("given", pa.Table.from_pylist([_stack(catalog, n) for n in range(STACKS)]))
    duck.execute("CREATE TEMP TABLE stack AS SELECT * FROM given")
    return duck


def _stack(catalog: Catalog, number: int) -> dict[str, object]:
    found = [catalog.skills[(7 * number + 31 * n) % len(catalog.skills)] for n in range(SKILLS)]
    skills = [
        {
            "skill_name": skill.display_name,
            "slug": skill.slug,
            "is_primary": n % 3 == 0,
            "evidence": [{"start": 40 * n, "end": 40 * n + len(skill.display_name), "text": skill.display_name}],
        }
        for n, skill in enumerate(found)
    ]
    return {"number": number, "skills": skills, "slugs": [skill.slug for skill in found[: SKILLS - 2]]}
