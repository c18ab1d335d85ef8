"""``make bench``: the figures, printed with the machine's core count. Parts that need the evaluation data say so.

``python -m tests.benchmarks PART ...`` prints some of them: start, run, matching, growth, history, quality, titles,
linking, audit, impact, search, spans, pages, many_runs, sessions, queue, review, memory, captured, dimensions,
old_pages, repair, live, client_output, gate, experiments, scale.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from uuid import uuid4

from tests.benchmarks import texts
from tests.benchmarks.client_output import bench_client_output
from tests.benchmarks.curation import bench_audit, bench_impact, bench_search
from tests.benchmarks.experiments import bench_experiments
from tests.benchmarks.gate import bench_gate
from tests.benchmarks.judgement import bench_linking, bench_quality, bench_spans, bench_titles
from tests.benchmarks.live import bench_live
from tests.benchmarks.many_runs import bench_many_runs
from tests.benchmarks.memory import bench_memory
from tests.benchmarks.old_pages import bench_old_pages
from tests.benchmarks.pages import bench_pages
from tests.benchmarks.reading import bench_captured, bench_dimensions
from tests.benchmarks.repair import bench_repair
from tests.benchmarks.review import bench_review
from tests.benchmarks.scale import bench_scale
from tests.benchmarks.sessions import bench_queue, bench_sessions
from tests.benchmarks.speed import bench_growth, bench_history, bench_matching, bench_run, bench_start


def main() -> None:
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, run {uuid4().hex[:6]}")
    rows = texts()
    parts: dict[str, Callable[[], None]] = {
        "start": bench_start,
        "run": lambda: bench_run(rows),
        "matching": lambda: bench_matching(rows),
        "growth": lambda: bench_growth(rows),
        "history": bench_history,
        "quality": bench_quality,
        "titles": bench_titles,
        "linking": bench_linking,
        "audit": bench_audit,
        "impact": bench_impact,
        "search": bench_search,
        "pages": lambda: bench_pages(rows),
        "many_runs": lambda: bench_many_runs(rows),
        "sessions": lambda: bench_sessions(rows),
        "queue": lambda: bench_queue(rows),
        "review": lambda: bench_review(rows),
        "memory": lambda: bench_memory(rows),
        "captured": bench_captured,
        "dimensions": bench_dimensions,
        "old_pages": bench_old_pages,
        "repair": bench_repair,
        "live": lambda: bench_live(rows),
        "client_output": bench_client_output,
        "gate": lambda: bench_gate(rows),
        "experiments": lambda: bench_experiments(rows),
        "scale": lambda: bench_scale(rows),
        "spans": lambda: bench_spans("spans" in sys.argv),
    }
    for name, part in parts.items():
        if len(sys.argv) < 2 or name in sys.argv:
            part()


if __name__ == "__main__":
    main()
