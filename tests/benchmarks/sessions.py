"""A running workbench under load: many people open pages while two workers execute runs; and a thousand runs asked for at once."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psutil
from sqlalchemy import text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from db.server import Database, open_database
from db.stores.jobs import JobStore
from db.stores.runs import RunStore
from pipeline.config import Config
from tests.benchmarks import line
from tests.e2e.conftest import serving

SESSIONS, SECONDS, THINKING = 30, 60.0, 4.0
"""People at the workbench, for how long, and how long each looks at a page before the next, on average."""
PAGES = ("", "history", "new_run", "roles", "skills", "aliases", "review_queue", "changes", "run")
RUNS_A_MINUTE = 60
AT_ONCE, CALLERS = 1000, 100
"""Runs asked for at once, by so many callers beside each other."""


def bench_sessions(rows: list[dict[str, Any]]) -> None:
    """Thirty people beside two workers: how long a page takes from asking to its end, and a run from asking to its result."""
    with running() as (base, database):
        runs = RunStore(database.engine)
        first = runs.create(rows[0]["text"], rows[0]["title"], Config())
        until_empty(database)
        with ThreadPoolExecutor(1) as aside:
            asked = aside.submit(ask_for_runs, runs, rows)
            took = asyncio.run(all_sessions(base, first))
            ids = asked.result()
        until_empty(database)
        waits = waited(database, ids)
        print(f"{SESSIONS} sessions, a page every {THINKING:g} s each, beside {len(ids)} runs in {SECONDS:g} s")
        line("pages, median of " + f"{len(took):,}", f"{1000 * statistics.median(took):.0f} ms", "1,000 ms")
        line("pages, p95", f"{1000 * np.percentile(took, 95):.0f} ms")
        line("a run from asking to its result, median", f"{statistics.median(waits):.2f} s")
        line("the same, p95", f"{np.percentile(waits, 95):.2f} s")


def bench_queue(rows: list[dict[str, Any]]) -> None:
    """A thousand runs asked for at once, by a hundred callers, while pages are opened."""
    with running() as (base, database):
        runs = RunStore(database.engine)
        first = runs.create(rows[0]["text"], rows[0]["title"], Config())
        until_empty(database)
        began = time.perf_counter()
        with ThreadPoolExecutor(CALLERS) as callers:
            texts = [(rows[n % len(rows)], n) for n in range(AT_ONCE)]
            ids = [
                *callers.map(
                    lambda t: runs.create(f"{t[0]['text']}\n\nReference {t[1]}", t[0]["title"], Config()), texts
                )
            ]
        stored = time.perf_counter() - began
        took = asyncio.run(some_pages(base, first))
        until_empty(database, left=AT_ONCE // 2)
        amid = memory_of_workers()
        until_empty(database)
        last = memory_of_workers()
        took_all = time.perf_counter() - began
        with database.engine.connect() as connection:
            ended = connection.execute(
                text("SELECT status, count(*) FROM run WHERE id = ANY(:ids) GROUP BY 1"), {"ids": ids}
            ).all()
        print(f"{AT_ONCE:,} runs asked for at once by {CALLERS} callers")
        line("all stored and queued", f"{stored:.1f} s")
        line("how they ended", ", ".join(f"{count} {status}" for status, count in ended), f"all {AT_ONCE}")
        line("all done", f"{took_all:.0f} s, {AT_ONCE / took_all:.1f} a second")
        line("pages meanwhile, median", f"{1000 * statistics.median(took):.0f} ms", "1,000 ms")
        grown = [f"{a:.0f} -> {b:.0f} MB" for a, b in zip(amid, last, strict=False)]
        line("memory of each worker over the second half", ", ".join(grown), "flat")


@contextmanager
def running() -> Iterator[tuple[str, Database]]:
    """A workbench of its own with two workers that are ready: its address and its database."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        data = Path(folder) / "data"
        with serving(data, Path(folder) / "log", workers=2) as base:
            database = open_database(None, data)
            try:
                yield base, database
            finally:
                database.close()


def ask_for_runs(runs: RunStore, rows: Sequence[dict[str, Any]]) -> list[UUID]:
    """Ask for runs at an even pace for as long as the sessions go on."""
    ids = []
    for n in range(int(RUNS_A_MINUTE * SECONDS / 60)):
        row = rows[n % len(rows)]
        ids.append(runs.create(f"{row['text']}\n\nReference {n}", row["title"], Config()))
        time.sleep(60 / RUNS_A_MINUTE)
    return ids


def until_empty(database: Database, left: int = 0) -> None:
    """Wait until no run is queued or executed, or no more than some."""
    jobs = JobStore(database.engine)
    while len(jobs.pending()) > left:
        time.sleep(0.2)


def memory_of_workers() -> list[float]:
    """Megabytes that each worker process has in memory."""
    below = psutil.Process().children(recursive=True)
    return [p.memory_info().rss / 1e6 for p in below if "db.worker" in p.cmdline()]


def waited(database: Database, ids: Sequence[UUID]) -> list[float]:
    """Seconds from asking for each run to its end."""
    query = text(
        "SELECT extract(epoch FROM updated_at - created_at) FROM run WHERE id = ANY(:ids) AND status = 'completed'"
    )
    with database.engine.connect() as connection:
        return [float(s) for s in connection.execute(query, {"ids": list(ids)}).scalars()]


async def all_sessions(base: str, run_id: UUID) -> list[float]:
    """The seconds that each page took, of all sessions."""
    found = await asyncio.gather(*(one_session(base, run_id, random.Random(n)) for n in range(SESSIONS)))
    return [took for of_one in found for took in of_one]


async def one_session(base: str, run_id: UUID, chance: random.Random) -> list[float]:
    """One person: opens a page, looks at it, opens another."""
    took = []
    end = time.perf_counter() + SECONDS
    await asyncio.sleep(chance.uniform(0, THINKING))
    async with session(base) as socket:
        while time.perf_counter() < end:
            name = chance.choice(PAGES)
            took.append(await open_page(socket, name, f"id={run_id}" if name == "run" else ""))
            await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKING)
    return took


async def some_pages(base: str, run_id: UUID) -> list[float]:
    """Seconds that pages took which one person opens."""
    async with session(base) as socket:
        return [await open_page(socket, name, f"id={run_id}" if name == "run" else "") for name in PAGES * 2]


def session(base: str) -> connect:
    """A browser's connection to the workbench."""
    address = base.replace("http", "ws") + "/_stcore/stream"
    return connect(address, origin=base, subprotocols=[Subprotocol("streamlit")], max_size=None)  # type: ignore[arg-type]


async def open_page(socket: ClientConnection, name: str, query: str) -> float:
    """Ask for a page as the browser does; returns the seconds until it was drawn to its end."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = name
    began = time.perf_counter()
    await socket.send(asked.SerializeToString())
    while True:
        message = ForwardMsg()
        message.ParseFromString(await socket.recv(decode=False))
        if message.WhichOneof("type") == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
        ):
            return time.perf_counter() - began
