"""Results of a batch as Parquet, made by hand for the tests of attached experiments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.scale.answers import Answer
from pipeline.scale.manifest import Fingerprint, Manifest, catalog_digest, write_manifest
from pipeline.scale.parquet import schema_of, table_of

Said = Mapping[str, tuple[str | None, float, Sequence[str]]]
"""By the id of a job description: a role, its confidence, and skills by their slugs."""
BROKEN = "“text” is missing."


def write_results(folder: Path, said: Said, broken: Sequence[str] = (), shards: int = 2) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    answers = [_answer(jd_id, *what) for jd_id, what in said.items()]
    answers += [Answer(_answer(jd_id, None, 0.0, ()).line, BROKEN) for jd_id in broken]
    for shard in range(shards):
        pq.write_table(table_of(answers[shard::shards], schema_of()), folder / f"part-{shard}.parquet")
    return folder


def write_made_by(folder: Path, catalog: Path) -> None:
    """The manifest of a batch on the catalog of a folder."""
    made_by = Fingerprint(catalog=catalog_digest(catalog), program="p", model="m")
    write_manifest(folder, Manifest(made_by=made_by, hide_title=True, shard_rows=10, inputs=()))


def _answer(jd_id: str, role: str | None, confidence: float, skills: Sequence[str]) -> Answer:
    found = [
        {
            "skill_name": slug.title(),
            "slug": slug,
            "is_primary": True,
            "evidence": [{"start": 0, "end": 4, "text": "Text"}],
        }
        for slug in skills
    ]
    case = "A" if role else "D"
    return Answer(json.dumps({"id": jd_id, "role": role, "confidence": confidence, "case": case, "skills": found}))


def write_jds(file: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), file)
    return file
