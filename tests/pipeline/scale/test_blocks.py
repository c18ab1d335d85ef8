from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.scale.blocks import blocks_of, find_tables, read_block
from tests.pipeline.scale.tables import jd, write


@pytest.mark.parametrize("row_group", [1, 3, 7, 100])
def test_blocks_have_every_row_once_whatever_the_groups_of_a_file_are(tmp_path: Path, row_group: int) -> None:
    rows = [jd(n) for n in range(23)]
    write(tmp_path / "a.parquet", rows[:20], row_group)
    write(tmp_path / "b.parquet", rows[20:], row_group)
    blocks = blocks_of(find_tables(f"{tmp_path}/*.parquet"), 6)
    assert [(Path(b.path).name, b.first, b.rows) for b in blocks] == [
        *[("a.parquet", first, min(6, 20 - first)) for first in (0, 6, 12, 18)],
        ("b.parquet", 0, 3),
    ]
    assert [row for block in blocks for row in read_block(block)] == rows
    assert len({block.shard for block in blocks}) == 5


def test_a_shard_is_named_after_what_its_file_holds(tmp_path: Path) -> None:
    def name(rows: list[dict[str, Any]]) -> str:
        (block,) = blocks_of(find_tables(str(write(tmp_path / "march 1.parquet", rows))), 10)
        return block.shard

    first = name([jd(1), jd(2)])
    assert first.startswith("march_1-") and first.endswith("-000000.parquet")
    assert name([jd(1), jd(2)]) == first
    assert name([jd(1), jd(3)]) != first


def test_files_that_are_no_job_descriptions_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("no Parquet")
    pq.write_table(pa.table({"id": ["1"], "body": ["a text"]}), tmp_path / "b.parquet")
    write(tmp_path / "c.parquet", [jd(1)])
    with pytest.raises(InputError) as error:
        find_tables(f"{tmp_path}/*.parquet")
    first, second = str(error.value).splitlines()
    assert first.startswith(f"{tmp_path}/a.parquet cannot be read as Parquet: ")
    assert second == f"{tmp_path}/b.parquet: the column 'text' is missing; it has id, body."


def test_a_pattern_that_means_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No file is .*/none\*\.parquet"):
        find_tables(f"{tmp_path}/none*.parquet")


def test_a_cell_that_is_no_text_is_an_error_in_its_place(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\4\0\0\0"), pa.py_buffer(b"\xffgood")]
    )
    pq.write_table(pa.table({"id": ["1", "2"], "text": broken}), tmp_path / "a.parquet")
    (block,) = blocks_of(find_tables(f"{tmp_path}/a.parquet"), 10)
    first, second = read_block(block)
    assert isinstance(first["text"], InputError)
    assert second == {"id": "2", "text": "goo"}
