"""A worker process: executes queued runs and the job descriptions of experiments, one at a time, until the workbench that started
it tells it to end, or is gone.

``db/services/run_processes.py`` starts it and writes its order to its standard input. What it runs shares neither process nor
interpreter with the pages. The kernel ends it when a run takes too long, whatever the run is doing; a run that wants too much
memory gets a ``MemoryError``. Runs come first: those that wait are executed before the next job description of an experiment.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import logging
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, Any

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from db.logs import configure_logs
from db.server import Database, open_database
from db.services.chunk_queue import ChunkQueue
from db.services.chunk_worker import ChunkWorker
from db.services.run_worker import RunWorker
from db.services.snapshots import CatalogSnapshots
from db.services.workbench import Models
from db.services.worker_messages import WorkerMessage, WorkerOrder, deadline_seconds
from db.stores.jobs import LEASE, JobListener, Lease
from pipeline.config import Config
from pipeline.learned.threads import one_thread, passive_waiting, products_in_own_thread
from pipeline.stages import parse

log = logging.getLogger("workbench")

NICENESS = 5
"""How far a worker stands back behind the pages and the database when they want the same core."""
RETRY_SECONDS, MAX_RETRY_SECONDS = 1.0, 30.0
"""How long a worker waits when the database is away: each time twice as long as before, up to the longest."""
PR_SET_PDEATHSIG, M_ARENA_MAX = 1, -8
"""Numbers of Linux's ``prctl`` and of glibc's ``mallopt``."""
MAX_ARENAS = 2
"""Each thread would otherwise keep memory of its own that another's run cannot use."""
STDERR = 2


class Worker:
    """One worker in its process."""

    def __init__(self, order: WorkerOrder, output: IO[str]) -> None:
        self._order = order
        self._output = output
        self._memory_limit = resource.RLIM_INFINITY
        self._is_ending = False
        self._busy = threading.Lock()
        self._no_run_waits = threading.Event()
        """Not while runs may wait, which come first: what holds the lock again and again lets go of it until it has been looked."""

    def run(self) -> None:
        """Get ready, then execute runs and chunks of experiments until told to end."""
        database, worker, chunks = self._get_ready()
        self._say(WorkerMessage(kind="ready"))
        threading.Thread(target=self._end_when_told, args=(chunks,), daemon=True).start()

        @contextmanager
        def turn(config: Config) -> Iterator[None]:
            self._no_run_waits.wait()
            with self._busy, self._bounded(config):
                yield

        find_causes = partial(chunks.find_causes, turn=turn)
        queue = ChunkQueue(database.engine, database.address, partial(chunks.work, turn=turn), find_causes)
        threading.Thread(target=queue.serve, name="chunks", daemon=True).start()
        listener, pause = JobListener(database.engine), RETRY_SECONDS
        while True:
            try:
                self._no_run_waits.clear()
                with self._busy:
                    if self._is_ending:
                        return
                    found = worker.work(self._order.name, self._holding)
                if not found:
                    self._no_run_waits.set()
                    listener.wait()
                pause = RETRY_SECONDS
                continue
            except (OperationalError, psycopg.OperationalError) as error:
                log.warning("the database does not answer: %s", str(error).splitlines()[0])
            except Exception:
                log.exception("a run could not be taken off the queue or written down")
            self._no_run_waits.set()
            time.sleep(pause)
            pause = min(pause * 2, MAX_RETRY_SECONDS)

    def _get_ready(self) -> tuple[Database, RunWorker, ChunkWorker]:
        """Open the database and make the model and the catalog ready, so that no run waits for them."""
        settings = self._order.settings
        database = open_database(settings.database_url, settings.data_dir, self._order.database)
        event.listen(database.engine, "connect", _bound_transactions)
        # Connections that were opened before have no bound.
        database.engine.dispose()
        models = Models.of_settings(settings, database.engine)
        snapshots = CatalogSnapshots(database.engine, models.encoder)
        worker = RunWorker(database.engine, models.encoder, models.provider, snapshots)
        chunks = ChunkWorker(database.engine, models.encoder, models.provider, snapshots, lambda: self._is_ending)
        models.encoder.load()
        parse.warm()
        snapshots.current().indexes.warm()
        gc.collect()
        gc.freeze()
        self._memory_limit = used_memory() + settings.run_memory_mb * 1024 * 1024
        return database, worker, chunks

    @contextmanager
    def _holding(self, lease: Lease, config: Config) -> Iterator[None]:
        """Bound a run on lease, and let the workbench renew that meanwhile."""
        self._say(WorkerMessage.begun(lease, deadline_seconds(config, self._order.settings)))
        try:
            with self._bounded(config):
                yield
        finally:
            self._say(WorkerMessage(kind="ended"))

    @contextmanager
    def _bounded(self, config: Config) -> Iterator[None]:
        """Bound a run: the alarm is the kernel's and ends the process, and shortly before it the log is told where each thread
        stands; the memory that a run cannot have is an error in it, which is written down without that bound.
        """
        seconds = deadline_seconds(config, self._order.settings)
        faulthandler.dump_traceback_later(seconds * 0.95, file=STDERR)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        bound_memory(self._memory_limit)
        try:
            yield
        finally:
            bound_memory(resource.RLIM_INFINITY)
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()

    def _say(self, message: WorkerMessage) -> None:
        print(message.model_dump_json(), file=self._output, flush=True)

    def _end_when_told(self, chunks: ChunkWorker) -> None:
        sys.stdin.read()
        self._is_ending = True
        with self._busy:
            with suppress(Exception):
                chunks.give_back()
            os._exit(0)


def _bound_transactions(connection: psycopg.Connection[Any], _: object) -> None:
    """Let the database end a transaction that stands still for as long as a lease: it would keep the run from its next worker."""
    milliseconds = int(LEASE.total_seconds() * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {milliseconds}")
    connection.commit()


def die_with(parent: int) -> None:
    """Let the kernel end this process when its parent ends, however that ends; end now if it has."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)


def used_memory() -> int:
    """Bytes of data that this process has."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))


def bound_memory(limit: int) -> None:
    """Let this process have as many bytes of data, and no more."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def main() -> None:
    """Read the order, and work. What anything prints goes to the log; the messages have a pipe of their own."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    order = WorkerOrder.model_validate_json(sys.stdin.readline())
    die_with(order.parent)
    configure_logs(order.settings.data_dir)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, MAX_ARENAS)
    passive_waiting()
    one_thread()
    products_in_own_thread()
    Worker(order, output).run()


if __name__ == "__main__":
    main()
