"""The metrics of a workbench that all of its processes share: read from the store when they are asked for, so that they are true
whoever did the work. What counts up counts from the first time that they are asked for.
"""

from __future__ import annotations

import threading

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Engine

from db.server import WatchedPool
from db.stores.jobs import JobStore
from db.stores.tallies import Tallies

STAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
CALL_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class StoreMetrics:
    """Runs, stages, model calls and connections, as text for Prometheus. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs = JobStore(engine)
        self._lock = threading.Lock()
        self._tallies: Tallies | None = None
        self._registry = registry = CollectorRegistry()
        self._runs = Gauge("workbench_runs", "Runs that are stored, by status.", ["status"], registry=registry)
        self._queue = Gauge(
            "workbench_queue_runs",
            "Runs in the queue: waiting for a worker, or executing.",
            ["state"],
            registry=registry,
        )
        self._oldest = Gauge(
            "workbench_queue_oldest_seconds", "How long the oldest of the waiting has waited.", registry=registry
        )
        self._stages = Histogram(
            "workbench_stage_seconds",
            "Time of each stage of the runs that came to their end.",
            ["stage"],
            buckets=STAGE_BUCKETS,
            registry=registry,
        )
        of_model = ["model", "judgement"]
        self._calls = Histogram(
            "workbench_model_call_seconds",
            "Calls to models and how long each took: answered, from the kept answer, or failed.",
            [*of_model, "outcome"],
            buckets=CALL_BUCKETS,
            registry=registry,
        )
        self._tokens = Counter(
            "workbench_model_tokens",
            "Tokens as the model server counted them.",
            [*of_model, "direction"],
            registry=registry,
        )
        self._cost = Counter("workbench_model_cost_dollars", "What calls to models cost.", of_model, registry=registry)
        self._connections = Gauge(
            "workbench_pool_connections", "Database connections of this process.", ["state"], registry=registry
        )
        self._waiting = Gauge(
            "workbench_pool_waiting", "Threads of this process that wait for a database connection.", registry=registry
        )
        self._workers = Gauge(
            "workbench_worker_processes", "Processes that execute runs for this one.", registry=registry
        )
        self._worker_memory = Gauge(
            "workbench_worker_memory_bytes", "Resident memory of these, all together.", registry=registry
        )

    def exposition(self) -> bytes:
        """All of them in Prometheus's text format. Raises where the store is not there."""
        with self._lock:
            self._note_pool()
            self._note_workers()
            self._note_store()
            return generate_latest(self._registry)

    def _note_store(self) -> None:
        if self._tallies is None:
            self._tallies = Tallies(self._engine)
        self._runs.clear()
        for status, count in self._tallies.runs_by_status().items():
            self._runs.labels(status).set(count)
        length = self._jobs.length()
        self._queue.labels("waiting").set(length.queued)
        self._queue.labels("executing").set(length.executing)
        self._oldest.set(length.oldest_seconds)
        for timings in self._tallies.new_timings():
            for stage, milliseconds in timings.items():
                self._stages.labels(stage).observe(milliseconds / 1000)
        for call in self._tallies.new_calls():
            self._calls.labels(call.model, call.judgement, call.outcome).observe(call.seconds)
            self._tokens.labels(call.model, call.judgement, "in").inc(call.input_tokens)
            self._tokens.labels(call.model, call.judgement, "out").inc(call.output_tokens)
            self._cost.labels(call.model, call.judgement).inc(call.cost_usd)

    def _note_pool(self) -> None:
        pool = self._engine.pool
        assert isinstance(pool, WatchedPool)
        self._connections.labels("in use").set(pool.checkedout())
        self._connections.labels("idle").set(pool.checkedin())
        self._connections.labels("at most").set(pool.most)
        self._waiting.set(pool.waiting)

    def _note_workers(self) -> None:
        memory = []
        for child in psutil.Process().children():
            try:
                if "db.worker" in child.cmdline():
                    memory.append(child.memory_info().rss)
            except psutil.Error:
                continue
        self._workers.set(len(memory))
        self._worker_memory.set(sum(memory))
