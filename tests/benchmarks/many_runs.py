"""Figures of a store with 100,000 runs: each page as it is first opened, the impact of edits, a deletion, the recount."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import streamlit as st

from pipeline.catalog.operations import ChangeReason, move_link, retire
from tests.benchmarks import line
from tests.benchmarks.pages import drawn, in_use, places

RUNS = 100_000
DELETED = 20


def bench_many_runs(rows: list[dict[str, Any]]) -> None:
    """What a curator waits for when there are many runs."""
    print(f"A store with {RUNS:,} runs")
    with in_use(rows, RUNS) as workbench:
        for name, module, query in places(workbench):
            st.cache_data.clear()
            line(f"first view of {name}", f"{drawn(module, query)[0]:.0f} ms", "2 s")
        catalog = workbench.snapshots.current().catalog
        kra = next(k for k in catalog.role_kras if k.role_slug == "data-engineer")
        old = catalog.dimensions_of_skill["python"][0].slug
        edits = {
            "retire Python": retire(catalog, "skills", "python", ChangeReason()),
            "move a link of Python": move_link(catalog, "python", old, "cloud-platforms", ChangeReason()),
            "a KRA fewer": (ChangeReason().change(kra, None),),
        }
        for name, changes in edits.items():
            found, took = _timed(partial(workbench.impacts.of_changes, changes))
            of = (
                f"{found.touched} replayed, the newest of {found.among:,}"
                if found.among
                else f"{found.touched} replayed"
            )
            line(f"impact of: {name}; {of}", f"{took:.1f} s", "5 s")
        ids = [run.id for run in workbench.history.recent(DELETED)]
        _, took = _timed(lambda: workbench.deletions.delete(ids, "Bench"))
        line(f"{DELETED} runs deleted", f"{took:.2f} s")
        different, took = _timed(workbench.usage.differences)
        line(f"all counts held against the runs, {len(different)} differ", f"{took:.1f} s")


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """What an act returns, and the seconds that it takes."""
    began = perf_counter()
    found = act()
    return found, perf_counter() - began
