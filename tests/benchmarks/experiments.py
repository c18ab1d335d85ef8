"""Figures of experiments: two of 10,000 job descriptions compared, and what the queue costs beside a plain loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import text

from db.server import open_database
from db.services.chunk_worker import ChunkWorker
from db.services.experiments import Way
from db.services.jd_files import JDFile, read_jd_bytes
from db.services.run_processes import RunProcesses
from db.services.workbench import Workbench
from db.stores.experiments import CHUNK_SIZE
from pages.components import links
from pages.components import workbench as process
from pipeline.settings import Settings
from tests.benchmarks import line, texts
from tests.benchmarks.pages import drawn
from tests.conftest import ROOT, SETTINGS

COMPARED, QUEUED = 10_000, 120
ROUNDS = 3
"""The best of so many rounds counts: what else the machine does only makes them slower."""
NICENESS = 5
"""That of a worker."""
_FILL = text("""
    INSERT INTO experiment_result (experiment_id, position, role_slug, "case", confidence, skills, milliseconds, is_right,
        n_predicted, n_right, n_wanted, n_found)
    SELECT :id, i.position, CASE WHEN h.h % 100 < :wrong THEN 'qa-engineer' ELSE i.gold ->> 'role' END, 'A', 0.5 + (h.h % 50) / 100.0,
        (SELECT jsonb_agg(jsonb_build_array('skill ' || s, 'skill-' || s, true, jsonb_build_array(s, s + 4)))
            FROM generate_series(1, 12 + (h.h % 3)::int) s),
        60, h.h % 100 >= :wrong, 12 + h.h % 3, 9 + h.h % 3, 13, 9 + h.h % 3
    FROM jd_set_item i CROSS JOIN LATERAL (SELECT abs(hashtext(i.position || :salt)::bigint) AS h) h WHERE i.set_id = :set_id
""")
_CLOSE = text(
    "UPDATE experiment_chunk SET done = size, ended_at = now(), begun_at = now(), touched_at = now() WHERE experiment_id = :id"
)
_FINISH = text("UPDATE experiment SET status = 'finished', ended_at = now() WHERE id = :id")


def bench_experiments(rows: list[dict[str, Any]]) -> None:
    """What a person waits for before two large experiments, and what workers lose by the queue."""
    print(f"Experiments: two of {COMPARED:,} job descriptions compared; {QUEUED} run by the queue beside a plain loop")
    with _workbench() as (bench, _):
        _compare(bench)
    _overhead(rows)


@contextmanager
def _workbench() -> Iterator[tuple[Workbench, Settings]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = SETTINGS.model_copy(update={"data_dir": Path(folder)})
        bench = Workbench(open_database(None, Path(folder)), settings)
        process._open[:] = [bench]
        yield bench, settings
        bench.close()


def _compare(bench: Workbench) -> None:
    roles = [role.slug for role in bench.snapshots.current().catalog.roles]
    lines = (
        {
            "id": i,
            "title": f"Title {i}",
            "text": f"Text of {i}. " * (40 + i % 200),
            "role": roles[i % len(roles)],
            "source": ("board", "mail", "career page")[i % 3],
            "pay": 20_000 + 7 * (i % 997),
            "city": f"City {i % 400}",
        }
        for i in range(COMPARED)
    )
    jds = read_jd_bytes("bench.jsonl", "\n".join(map(json.dumps, lines)).encode())
    made = [bench.experiments.start(name, "Bench", jds, Way()) for name in ("A", "B", "C")]
    with bench.database.engine.begin() as connection:
        for wrong, one in enumerate(made, 8):
            asked = {"id": one.id, "set_id": one.set_id, "wrong": wrong, "salt": f"salt {wrong}"}
            for statement in (_FILL, _CLOSE, _FINISH):
                connection.execute(statement, asked)
    for b in ("B", "C"):
        began, computed = perf_counter(), process_time()
        found = bench.experiments.compare("A", b).comparison
        took, own = perf_counter() - began, process_time() - computed
        named = f"compare() of two, {found.n:,} pairs, {len(found.slices)} slices"
        line(named, f"{took:.2f} s ({own:.2f} s computing)", "2 s")
    place = {"a": str(made[1].id), "b": str(made[2].id)}
    for name in ("the page of two, first", "the page of two, again"):
        wall, own = drawn(links.EXPERIMENTS.module, place)
        line(name, f"{wall:.0f} ms ({own:.0f} ms computing)", "2 s")


# --- the queue beside a plain loop --------------------------------------------------------------------------------


def _overhead(rows: list[dict[str, Any]]) -> None:
    chosen = [{"id": i, "title": row.get("title"), "text": row["text"]} for i, row in enumerate(rows[:QUEUED])]
    jds = read_jd_bytes("bench.jsonl", "\n".join(map(json.dumps, chosen)).encode())
    with _workbench() as (bench, settings):
        _machinery(bench, jds)
        for count in (1, 2):
            loop = max(_loops(count) for _ in range(ROUNDS))
            queue = max(_queue(bench, jds, settings.model_copy(update={"workers": count}), n) for n in range(ROUNDS))
            line(
                f"{count} worker{'s' if count > 1 else ''}, {queue:.2f} a second; as many plain loops {loop:.2f}",
                f"{1 - queue / loop:+.1%} slower",
                "5 %",
            )


def _machinery(bench: Workbench, jds: JDFile) -> None:
    """The same process does the same texts in a plain loop and as chunks, in turns: computing and waiting of either."""
    worker = ChunkWorker(bench.database.engine, bench.encoder, bench.models, bench.snapshots)
    first = bench.experiments.start("warm", "Bench", jds, Way())
    worker.work(first.id, 0, lambda _: nullcontext())
    way = worker._way(first.id)
    best = {"loop": [float("inf")] * 2, "chunks": [float("inf")] * 2}
    for n in range(ROUNDS):
        found = bench.experiments.start(f"chunks {n}", "Bench", jds, Way())
        chunks = range(-(-found.size // CHUNK_SIZE))

        def loop() -> None:
            for jd in jds.jds:
                worker._extract(jd, way, [])  # type: ignore[arg-type]

        def queue(number: int = found.id, chunks: range = chunks) -> None:
            for chunk in chunks:
                worker.work(number, chunk, lambda _: nullcontext())

        for name, act in (("loop", loop), ("chunks", queue)):
            began, computed = perf_counter(), process_time()
            act()
            took = [perf_counter() - began, process_time() - computed]
            best[name] = [min(pair) for pair in zip(best[name], took, strict=True)]
    wall, cpu = (chunks / loop - 1 for loop, chunks in zip(best["loop"], best["chunks"], strict=True))
    line(f"chunks in the process of the loop; its own computing {cpu:+.1%}", f"{wall:+.1%} slower", "5 %")


def _queue(bench: Workbench, jds: JDFile, settings: Settings, n: int) -> float:
    """Job descriptions a second of some workers, from the first that is begun to the last that is done."""
    processes = RunProcesses(bench.database.engine, settings)
    processes.start_all()
    try:
        while bench.experiments.living_workers() < settings.workers or not all(
            p.is_ready for p in processes._processes
        ):
            time.sleep(0.1)
        found = bench.experiments.start(f"{settings.workers} workers, {n}", "Bench", jds, Way())
        while not (found := bench.experiments.load(found.id)).is_over:
            time.sleep(0.1)
        assert found.seconds is not None and not found.failed
        return found.done / found.seconds
    finally:
        processes.close()


def _loops(count: int) -> float:
    """The same of as many processes that run the texts one after the other, without a store."""
    command = [sys.executable, "-m", "tests.benchmarks.experiments"]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for one in started:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    rates = [one.communicate("\n")[0] for one in started]
    return sum(float(rate) for rate in rates)


def _loop() -> None:
    """A plain loop in this process: says that it is ready, waits for a line, and says how many it did a second."""
    from pipeline.catalog.folder import read_folder
    from pipeline.catalog.indexes import Indexes
    from pipeline.config import Config
    from pipeline.file_store import FileStore
    from pipeline.learned.encoder import CachedEncoder
    from pipeline.learned.shipped_vectors import ShippedFirst
    from pipeline.learned.threads import one_thread, passive_waiting, products_in_own_thread
    from pipeline.run import Extracted, RunContext, RunState, run_stages, until
    from tests.conftest import SEED_CATALOG

    os.nice(NICENESS)
    passive_waiting()
    one_thread()
    products_in_own_thread()
    encoder = CachedEncoder(ShippedFirst(FileStore(SETTINGS.vector_file)))
    indexes = Indexes(read_folder(SEED_CATALOG).catalog, encoder)
    indexes.warm()
    rows = texts()[:QUEUED]

    def work(row: dict[str, Any]) -> None:
        state = RunState.from_text(str(row["text"]), row.get("title"))
        until(run_stages(state, RunContext("loop", indexes, Config())), Extracted)

    work(rows[0])
    print("ready", flush=True)
    sys.stdin.readline()
    began = perf_counter()
    for row in rows:
        work(row)
    print(len(rows) / (perf_counter() - began))


if __name__ == "__main__":
    _loop()
