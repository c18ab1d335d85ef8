import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.scale.answers import Answer
from pipeline.scale.block_work import WORK, BlockReport, BlockWorker
from pipeline.scale.blocks import Block, blocks_of, find_tables
from pipeline.scale.parquet import schema_of
from tests.pipeline.scale.tables import jd, read, write


class Killed(BaseException):
    """Ends a process as far as a block is concerned."""


def by_id(row: Mapping[str, Any]) -> Answer:
    if row["id"] == "jd-3":
        raise RecursionError("too deep")
    return Answer(json.dumps({"id": row["id"], "role": "r", "confidence": 0.5, "case": "A", "skills": []}))


@pytest.fixture
def block(tmp_path: Path) -> Block:
    (tmp_path / "out" / WORK).mkdir(parents=True)
    write(tmp_path / "in" / "a.parquet", [jd(n) for n in range(6)])
    (found,) = blocks_of(find_tables(f"{tmp_path}/in/a.parquet"), 10)
    return found


def test_a_row_that_cannot_be_run_is_a_row_with_its_error(tmp_path: Path, block: Block) -> None:
    report = BlockWorker(by_id, tmp_path / "out", schema_of()).work(block)
    assert report == BlockReport(block.shard, 6, broken=1)
    rows = read(tmp_path / "out")
    assert [row["id"] for row in rows] == [f"jd-{n}" for n in range(6)]
    assert [row["error"] for row in rows] == [None, None, None, "RecursionError: too deep", None, None]
    assert (rows[3]["case"], rows[3]["role"], rows[3]["skills"]) == ("failed", None, [])
    assert list((tmp_path / "out" / WORK).iterdir()) == []


def test_a_row_that_ends_its_process_is_tried_three_times_and_then_left(tmp_path: Path, block: Block) -> None:
    tried = []

    def ends_at_four(row: Mapping[str, Any]) -> Answer:
        tried.append(row["id"])
        if row["id"] == "jd-4":
            raise Killed
        return by_id(row)

    worker = BlockWorker(ends_at_four, tmp_path / "out", schema_of())
    for _ in range(3):
        with pytest.raises(Killed):
            worker.work(block)
        assert not (tmp_path / "out" / block.shard).exists()
    assert worker.work(block).broken == 2
    assert tried.count("jd-4") == 3
    assert read(tmp_path / "out")[4]["error"] == "The process that ran it ended, 3 times."


def test_a_shard_that_is_there_is_not_done_again(tmp_path: Path, block: Block) -> None:
    worker = BlockWorker(by_id, tmp_path / "out", schema_of())
    worker.work(block)
    before = (tmp_path / "out" / block.shard).read_bytes()
    assert worker.work(block) == BlockReport(block.shard, 0)
    (tmp_path / "out" / block.shard).unlink()
    worker.work(block)
    assert (tmp_path / "out" / block.shard).read_bytes() == before


def test_a_file_that_has_gone_is_reported_and_leaves_no_shard(tmp_path: Path, block: Block) -> None:
    Path(block.path).unlink()
    report = BlockWorker(by_id, tmp_path / "out", schema_of()).work(block)
    assert report.problem is not None and report.problem.startswith(f"{block.path}, rows 1 to 6: cannot be read: ")
    assert not (tmp_path / "out" / block.shard).exists()


def test_the_columns_are_those_of_a_line_and_its_error(tmp_path: Path, block: Block) -> None:
    BlockWorker(by_id, tmp_path / "out", schema_of(["api1"])).work(block)
    names = pq.read_schema(tmp_path / "out" / block.shard).names
    assert names == ["id", "role", "confidence", "case", "skills", "error", "api1"]
