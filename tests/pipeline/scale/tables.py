"""Files of job descriptions as Parquet for the tests of batches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([("id", pa.string()), ("title", pa.string()), ("text", pa.string())])


def jd(number: int, title: str = "Data Engineer") -> dict[str, Any]:
    text = (
        f"{title}, team {number}\n\nResponsibilities\n- Build pipelines in Python and Airflow for {number} sources\n"
        "- Keep the warehouse in Snowflake fast and its models tested\n\nRequirements\n- Strong SQL and Python\n- Docker is a plus\n"
    )
    return {"id": f"jd-{number}", "title": title, "text": text}


def write(file: Path, rows: Sequence[dict[str, Any]], row_group: int = 1_000) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), file, row_group_size=row_group)
    return file


def read(folder: Path) -> list[dict[str, Any]]:
    """The rows of all shards of a folder."""
    return [row for file in sorted(folder.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
