"""Whether a process that executes run after run stays as large as it is."""

from __future__ import annotations

import ctypes
import gc
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from db.server import open_database
from db.services.workbench import Workbench
from pipeline.config import Config
from tests.benchmarks import line
from tests.conftest import SETTINGS

TEXTS = 60
WARM_SECONDS, SECONDS = 50, 120
"""How long runs warm the process, and how long they are measured then."""
PROMISED = 10_000
"""Runs over which memory shall be flat."""


def bench_memory(rows: list[dict[str, Any]]) -> None:
    """Runs, each of a text of its own, for three minutes: what the process has grown by since it was warm.

    The texts are some real ones, again and again, with a line of their own: the bounded caches are full of them when it is
    warm, and each run brings what a cache has not met yet.
    """
    rows = rows[:TEXTS]
    print("Memory of a process that executes run after run, each of another text")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        workbench = Workbench(open_database(None, Path(folder)), SETTINGS)
        workbench.warm()
        warming = _execute(workbench, rows, 0, WARM_SECONDS)
        warm = _size()
        runs = _execute(workbench, rows, warming, SECONDS)
        now = _size()
        workbench.close()
    of_all = PROMISED / runs
    grown, objects = now[0] - warm[0], now[1] - warm[1]
    line(
        f"{runs:,} runs after {warming:,} that warmed it", f"{grown:+.1f} MB of {warm[0]:.0f} MB, {objects:+,} objects"
    )
    line(f"    at this rate over {PROMISED:,}", f"{grown * of_all:+.0f} MB, {objects * of_all:+,.0f} objects", "flat")
    line("    a whole collection of garbage", f"{now[2]:.0f} ms, {warm[2]:.0f} ms when warm")


def _execute(workbench: Workbench, rows: list[dict[str, Any]], first: int, seconds: float) -> int:
    """Execute runs for some seconds; returns how many. ``first`` is the number of the first, which its text has in it."""
    began, done = perf_counter(), 0
    while perf_counter() - began < seconds:
        row = rows[(first + done) % len(rows)]
        text = f"{row['text']}\n\nReference {first + done}"
        workbench.executor.execute(workbench.runs.create(text, row["title"], Config()))
        done += 1
    return done


def _size() -> tuple[float, int, float]:
    """Megabytes in use, without what the allocator keeps of freed ones; objects that the collector follows, and the milliseconds
    that it takes.
    """
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    began = perf_counter()
    gc.collect()
    took = (perf_counter() - began) * 1000
    return psutil.Process().memory_info().rss / 1e6, len(gc.get_objects()), took
