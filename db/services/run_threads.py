"""Runs executed by threads of the workbench itself, where it is told to start no processes: nothing bounds their time or memory."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from uuid import UUID

from db.services.lease_keeper import LeaseKeeper
from db.services.run_worker import RunWorker
from db.stores.jobs import JobStore, Lease
from pipeline.config import Config

log = logging.getLogger("workbench")

MAX_THREADS = 2
CLOSE_SECONDS = 15.0
"""How long the end of the process waits for runs."""


class RunThreads:
    """A few threads, begun as runs are queued; each works until the queue is empty."""

    count = MAX_THREADS
    is_ready = True

    def __init__(self, worker: RunWorker, jobs: JobStore) -> None:
        self._worker = worker
        self._keeper = LeaseKeeper(jobs, lambda lease: self.stop(lease.run_id))
        self._threads = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="run")
        self._futures: set[Future[None]] = set()
        self._is_closing = False

    def wake(self) -> None:
        """A run was queued."""
        try:
            future = self._threads.submit(self._drain)
        except RuntimeError:
            # The process ends; another executes what is queued.
            return
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)

    def stop(self, run_id: UUID) -> None:
        """A run was stopped: its thread waits for no model any more, goes on to its next stage and finds that it may not write."""
        self._worker.cancel(run_id)

    def close(self) -> None:
        """Wait a while for what is being executed; what is queued stays so."""
        self._is_closing = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        if wait(self._futures, CLOSE_SECONDS).not_done:
            log.warning("runs are left unfinished; they are taken up again by the next workbench")
        self._keeper.close()

    def execute(self, run_id: UUID) -> bool:
        """Execute one queued run in the calling thread; whether it could be had."""
        return self._worker.work(self._name(), self._holding, run_id)

    def _drain(self) -> None:
        try:
            while not self._is_closing and self._worker.work(self._name(), self._holding):
                pass
        except Exception:
            log.exception("a run could not be taken off the queue or written down")

    @contextmanager
    def _holding(self, lease: Lease, _: Config) -> Iterator[None]:
        self._keeper.keep(lease)
        try:
            yield
        finally:
            self._keeper.drop(lease)

    def _name(self) -> str:
        return f"thread of process {os.getpid()}"
