"""What one process measures of itself for ``/metrics``: pages drawn, what was logged, memory. Counts of the store are not kept here:
several processes work on it.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

PROCESS = CollectorRegistry()
ProcessCollector(registry=PROCESS)

PAGE_SECONDS = Histogram(
    "workbench_page_seconds",
    "Time in which this process drew a page, whole or broken off.",
    ["page"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0),
    registry=PROCESS,
)
LOGGED = Counter(
    "workbench_log_lines", "Lines of the log that this process wrote, from warnings on.", ["level"], registry=PROCESS
)
