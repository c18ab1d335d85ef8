"""Batches on Ray beside a plain loop, and a million results: attached, listed, sliced, compared, and what one takes on the disk."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import text

from db.server import open_database
from db.services.attached import AttachedExperiments
from db.services.attached_queries import Wanted
from db.services.workbench import Workbench
from db.stores.attached import Source
from pages.components import workbench as process
from pipeline.command_line.answers import Asked, answered
from pipeline.command_line.indexes import open_indexes
from pipeline.learned.threads import one_thread, passive_waiting
from pipeline.scale import ray_engine
from pipeline.scale.block_work import WORK, BlockReport, BlockWorker
from pipeline.scale.blocks import Block, blocks_of, find_tables
from pipeline.scale.parquet import schema_of
from pipeline.stages import parse
from tests.benchmarks import line
from tests.benchmarks.pages import drawn
from tests.benchmarks.plausible import write_jds, write_results
from tests.conftest import SEED_CATALOG, SETTINGS
from tests.db.stored_results import stored

TEXTS, SHARD_ROWS, WARMING = 320, 20, 20
"""Texts that are run in all, the rows of a shard, and the texts after which a process is taken for warm."""
MOST_OVERHEAD = 0.10
RESULTS = 1_000_000
STORED = 2_000
_SKILLS = text("""
    UPDATE experiment_result SET skills = (
        SELECT jsonb_agg(jsonb_build_array('Skill ' || n * position, 'skill-' || n * position, true, jsonb_build_array(40 * n, 40 * n + 9)))
        FROM generate_series(1, 12) n
    )
""")
ASKED = Asked(SEED_CATALOG, hide_title=False, full=False)


def bench_scale(rows: list[dict[str, Any]]) -> None:
    """All of it."""
    bench_actors(rows)
    bench_shards(rows[:TEXTS])
    bench_million()


# --- documents a second -------------------------------------------------------------------------------------------


def bench_actors(rows: list[dict[str, Any]]) -> None:
    """Documents a second of warm processes: plain loops, one and two at once, and as many actors of Ray."""
    texts = [{"id": str(n), "title": row["title"], "text": row["text"]} for n, row in enumerate(rows[:TEXTS])]
    print(f"A batch of {len(texts)} texts: documents a second once warm; milliseconds of processor time a document")
    for count in (1, 2):
        plain, plain_cpu = _plain(texts, count)
        actors, actor_cpu = _actors(texts, count)
        line(f"plain loops, {count}", f"{plain:.2f} a second, {plain_cpu:.0f} ms")
        overhead, cpu = 1 - actors / plain, actor_cpu / plain_cpu - 1
        figure = f"{actors:.2f} a second, {actor_cpu:.0f} ms: {overhead:+.1%}, {cpu:+.1%}"
        line(f"actors of Ray, {count}: overhead by the clock, of the processor", figure, f"at most {MOST_OVERHEAD:.0%}")


def _plain(texts: Sequence[dict[str, Any]], count: int) -> tuple[float, float]:
    """Documents a second of plain loops at once, and the processor's milliseconds a document."""
    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        took = list(pool.map(_loop, [texts[part::count] for part in range(count)]))
    return sum(n / wall for n, wall, _ in took), 1000 * sum(cpu for *_, cpu in took) / sum(n for n, *_ in took)


def _loop(texts: Sequence[dict[str, Any]]) -> tuple[int, float, float]:
    answer = _warm_answer()
    for row in texts[:WARMING]:
        answer(row)
    began, began_cpu = time.perf_counter(), time.process_time()
    for row in texts[WARMING:]:
        answer(row)
    return len(texts) - WARMING, time.perf_counter() - began, time.process_time() - began_cpu


def _warm_answer() -> Callable[[Any], Any]:
    passive_waiting()
    one_thread()
    indexes = open_indexes(SEED_CATALOG, warn=False, keeps_vectors=False)
    indexes.warm()
    parse.warm()
    return partial(answered, ASKED, indexes)


class _TimedWorker(BlockWorker):
    """Notes when each block was done, and the processor time of its process until then."""

    def work(self, block: Block) -> BlockReport:
        report = super().work(block)
        note = f"{time.perf_counter()} {time.process_time()} {report.rows}"
        with (self._folder / f"{id(self)}.notes").open("a", encoding="ascii") as file:
            file.write(note + "\n")
        return report


def _timed_worker(folder: Path) -> BlockWorker:
    return _TimedWorker(_warm_answer(), folder, schema_of())


def _actors(texts: Sequence[dict[str, Any]], count: int) -> tuple[float, float]:
    """The same of actors; the first block of each is taken for its warming."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / WORK).mkdir()
        pq.write_table(pa.Table.from_pylist(list(texts)), folder / "jds.parquet")
        blocks = blocks_of(find_tables(str(folder / "jds.parquet")), SHARD_ROWS)
        with ray_engine.connected(None, count):
            for _ in ray_engine.answer_blocks(blocks, partial(_timed_worker, folder), count):
                pass
        notes = [
            [tuple(map(float, note.split())) for note in file.read_text().splitlines()]
            for file in folder.glob("*.notes")
        ]
    took = [
        (sum(n for *_, n in own[1:]), own[-1][0] - own[0][0], own[-1][1] - own[0][1]) for own in notes if len(own) > 1
    ]
    documents = sum(n for n, *_ in took)
    return sum(n / wall for n, wall, _ in took), 1000 * sum(cpu for *_, cpu in took) / documents


# --- a million results --------------------------------------------------------------------------------------------


def bench_million() -> None:
    """A million results of two batches as experiments: what attaching takes, and each view of them."""
    print(f"{RESULTS:,} results of each of two batches, attached; each figure the least of three")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, _workbench(Path(name) / "data") as bench:
        folder = Path(name)
        began = time.perf_counter()
        write_jds(folder / "jds", RESULTS)
        for seed, right in ((1, 0.80), (2, 0.81)):
            write_results(folder / f"{seed}", RESULTS, seed, right)
        line("made, with their job descriptions", f"{time.perf_counter() - began:.0f} s")
        began, began_cpu = time.perf_counter(), time.process_time()
        for seed in (1, 2):
            bench.attached.attach(
                f"batch {seed}", "Bench", Source(str(folder / f"{seed}"), str(folder / "jds" / "*.parquet"))
            )
        took = (time.perf_counter() - began) / 2, (time.process_time() - began_cpu) / 2
        line("attaching one", f"{took[0]:.0f} s, {took[1]:.0f} s of processor")
        _views(bench.attached)
        _drawings()
        _sizes(bench, folder)


def _views(attached: AttachedExperiments) -> None:
    queries = attached.queries(attached.load(1))

    def compare() -> None:
        attached._compared.clear()
        attached.compare("attached:1", "attached:2")

    for name, act in (
        ("listed: a page of the wrong ones", lambda: queries.listed(Wanted(only="wrong"), 3)),
        ("listed: found by words", lambda: queries.listed(Wanted(words="engineer"), 0)),
        ("listed: those of a family", lambda: queries.listed(Wanted("family", "Data & Analytics"), 0)),
        ("sliced by family", lambda: queries.slices("family")),
        ("sliced by a column of the texts", lambda: queries.slices("source")),
        ("one result by its id", lambda: queries.find("jd-777777")),
        ("compared, with all slices", compare),
    ):
        _timed(name, act)


def _timed(name: str, act: Callable[[], object], wanted: str = "1 s") -> None:
    took = []
    for _ in range(3):
        began, began_cpu = time.perf_counter(), time.process_time()
        act()
        took.append((time.perf_counter() - began, time.process_time() - began_cpu))
    wall, cpu = min(took)
    line(name, f"{wall:.2f} s, {cpu:.2f} s of processor", wanted)


def _drawings() -> None:
    """The pages as a person opens them."""
    for name, query in (
        ("the page of one", {"attached": "1"}),
        ("the page of one, the list of a slice", {"attached": "1", "by": "source", "value": "board"}),
        ("the page of two", {"a": "attached:1", "b": "attached:2"}),
    ):
        took = min(drawn("pages.experiments", query)[0] for _ in range(3))
        line(name, f"{took / 1000:.2f} s", "1 s")


def _sizes(bench: Workbench, folder: Path) -> None:
    """What a result takes: as Parquet, in the index, and in PostgreSQL."""
    index = sum(file.stat().st_size for file in bench.attached._folder.glob("*.parquet")) / 2
    line("a result in the index, with what its text brought", f"{index / RESULTS:.0f} bytes")
    stored(bench, "stored", [("data-engineer", 0.9, True)] * STORED)
    with bench.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(_SKILLS)
        connection.execute(text("VACUUM FULL experiment_result"))
        size = connection.execute(text("SELECT pg_total_relation_size('experiment_result')")).scalar_one()
    line("a result with twelve skills in PostgreSQL", f"{size / STORED:.0f} bytes")


@contextmanager
def _workbench(folder: Path) -> Iterator[Workbench]:
    """The workbench of the process on a store of its own."""
    bench = Workbench(open_database(None, folder), SETTINGS.model_copy(update={"data_dir": folder}))
    process._open[:] = [bench]
    try:
        yield bench
    finally:
        process._open.clear()
        bench.close()


def bench_shards(rows: list[dict[str, Any]]) -> None:
    """What a real result takes as Parquet, its text beside."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / WORK).mkdir()
        texts = [{"id": str(n), "title": row["title"], "text": row["text"]} for n, row in enumerate(rows)]
        pq.write_table(pa.Table.from_pylist(texts), folder / "jds.parquet", compression="zstd")
        (block,) = blocks_of(find_tables(str(folder / "jds.parquet")), len(texts))
        BlockWorker(_warm_answer(), folder, schema_of()).work(block)
        sizes = [(folder / file).stat().st_size / len(texts) for file in ("jds.parquet", block.shard)]
    line("a real text as Parquet; its result", f"{sizes[0]:.0f} bytes; {sizes[1]:.0f} bytes")
