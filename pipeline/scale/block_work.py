"""What is done with a block: each of its rows answered, one shard written. Whoever does it anew writes the same bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError
from pipeline.scale.answers import Answer, AnswerRow, failed
from pipeline.scale.blocks import Block, read_block
from pipeline.scale.parquet import table_of

WORK = ".work"
"""The folder beside the shards where those that are being written lie, and which row is tried."""
MAX_ATTEMPTS = 3
"""How often a job description is begun that ends the process which runs it, before it is recorded as failed."""


@dataclass(frozen=True)
class BlockReport:
    """What became of a block: rows that were answered and how many of them are broken; or why it could not be read."""

    shard: str
    rows: int
    broken: int = 0
    problem: str | None = None


class BlockWorker:
    """Answers blocks in a process, into the shards of a folder."""

    def __init__(self, answer: AnswerRow, folder: Path, schema: pa.Schema) -> None:
        self._answer = answer
        self._folder = folder
        self._schema = schema

    def work(self, block: Block) -> BlockReport:
        """Answer a block unless its shard is there; the shard has its name when it is whole."""
        shard = self._folder / block.shard
        if shard.exists():
            return BlockReport(block.shard, 0)
        tried = self._folder / WORK / f"{block.shard}.tried"
        try:
            answers = list(self._answers(block, tried))
        except InputError as error:
            return BlockReport(block.shard, 0, problem=str(error))
        self._write(answers, shard)
        tried.unlink(missing_ok=True)
        return BlockReport(block.shard, len(answers), sum(one.error is not None for one in answers))

    def _answers(self, block: Block, tried: Path) -> Iterator[Answer]:
        """Answer the rows in turn; before each, the disk has which it is and how often it has been begun."""
        died_at, died = _read_tried(tried)
        for place, row in enumerate(read_block(block)):
            attempt = died + 1 if place == died_at else 1
            if attempt > MAX_ATTEMPTS:
                yield failed(_id(row), f"The process that ran it ended, {MAX_ATTEMPTS} times.")
                continue
            tried.write_text(json.dumps([place, attempt]), encoding="ascii")
            yield self._safely(row)

    def _safely(self, row: Mapping[str, Any]) -> Answer:
        """The answer of a row; whatever is wrong with it is its own matter."""
        try:
            return self._answer(row)
        except Exception as error:
            return failed(_id(row), f"{type(error).__name__}: {error}")

    def _write(self, answers: list[Answer], shard: Path) -> None:
        unfinished = self._folder / WORK / f"{shard.name}.{os.uname().nodename}.{os.getpid()}"
        with unfinished.open("wb") as target:
            pq.write_table(table_of(answers, self._schema), target, compression="zstd")
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(shard)


def _id(row: Mapping[str, Any]) -> object:
    found = row.get("id")
    return None if isinstance(found, InputError) else found


def _read_tried(tried: Path) -> tuple[int, int]:
    """Which row was being run when a process ended, and how often it had been begun; (-1, 0) for none."""
    try:
        place, attempts = json.loads(tried.read_bytes())
        return int(place), int(attempts)
    except (OSError, ValueError, TypeError):
        return -1, 0
