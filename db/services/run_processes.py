"""Runs executed by processes beside the workbench: one that hangs or wants too much memory is ended and replaced, and its run
given back to the queue, or failed with the reason where it was the run's fault.

The first process starts when the workbench does, others when a run would have to wait. Each is watched by a thread of its own.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, text

from db.errors import LostLease, describe_error
from db.services.lease_keeper import LeaseKeeper
from db.services.run_worker import MAX_ATTEMPTS, given_up
from db.services.worker_messages import WorkerMessage, WorkerOrder
from db.stores.jobs import JobStore, Lease
from db.stores.run_records import RunRecords
from db.stores.runs import RunStore
from pipeline.settings import Settings

log = logging.getLogger("workbench")

ROOT = Path(__file__).resolve().parent.parent.parent
CLOSE_SECONDS = 5.0
"""How long the end of the workbench waits for runs that are being executed; then they go back to the queue."""
MAX_BACK_OFF_SECONDS = 60.0
GRACE_SECONDS = 0.5
"""Within this a worker says that its run has ended, once that is written down."""


@dataclass(frozen=True)
class Hooks:
    """What the workbench has to do with a worker process: its order, a run that it has begun, a run that it left and why (null:
    the workbench ends).
    """

    order: Callable[[str], WorkerOrder]
    begun: Callable[[], None]
    left: Callable[[Lease, str | None], None]


class RunProcess:
    """One worker process, started again whenever it ends, with the run that it has on lease."""

    def __init__(
        self,
        name: str,
        keeper: LeaseKeeper,
        hooks: Hooks,
    ) -> None:
        self._name = name
        self._keeper = keeper
        self._hooks = hooks
        self._process: subprocess.Popen[str] | None = None
        self.is_ready = False
        """Whether it has all that it needs to execute a run."""
        self._begun: WorkerMessage | None = None
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_running, name=name, daemon=True)
        self._thread.start()

    @property
    def lease(self) -> Lease | None:
        """The lease of the run that is being executed."""
        begun = self._begun
        return begun.lease if begun else None

    def kill(self) -> None:
        """End the process at once; another takes its place."""
        if self._process is not None:
            self._process.kill()

    def ask_to_end(self) -> None:
        """Let the process end when its run has, at once where it has none, and put no other in its place."""
        self._is_closing.set()
        if not self.is_ready:
            self.kill()
        elif self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def join(self, seconds: float) -> None:
        """Wait for its end; kill it after some seconds."""
        self._thread.join(seconds)
        if self._thread.is_alive():
            self.kill()
            self._thread.join()

    def _keep_running(self) -> None:
        back_off = 1.0
        while not self._is_closing.is_set():
            began = time.monotonic()
            try:
                ended = how_it_ended(self._run_once())
            except Exception as error:
                ended = describe_error(error) or repr(error)
            was_ready, self.is_ready = self.is_ready, False
            if self._is_closing.is_set():
                return
            log.warning("worker %s ended (%s); another takes its place", self._name, ended)
            if was_ready and time.monotonic() - began > back_off:
                back_off = 1.0
                continue
            self._is_closing.wait(back_off)
            back_off = min(back_off * 2, MAX_BACK_OFF_SECONDS)

    def _run_once(self) -> int:
        """Start the process, listen to it until it ends, and see to the run that it leaves; returns how it ended."""
        with subprocess.Popen(
            [sys.executable, "-m", "db.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            self._process = process
            assert process.stdin is not None and process.stdout is not None
            with suppress(OSError):
                process.stdin.write(self._hooks.order(self._name).model_dump_json() + "\n")
                process.stdin.flush()
            if self._is_closing.is_set():
                process.kill()
            for line in process.stdout:
                self._hear(WorkerMessage.model_validate_json(line))
            code = process.wait()
        begun, self._begun = self._begun, None
        if begun is not None and (lease := begun.lease):
            self._keeper.drop(lease)
            self._hooks.left(lease, None if self._is_closing.is_set() else why_lost(code, begun.seconds))
        return code

    def _hear(self, message: WorkerMessage) -> None:
        self.is_ready = True
        if self._begun is not None and (lease := self._begun.lease):
            self._keeper.drop(lease)
        self._begun = message if message.kind == "begun" else None
        if message.lease is not None:
            self._keeper.keep(message.lease)
            self._hooks.begun()


class RunProcesses:
    """The worker processes of a workbench."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self.count = settings.workers
        self._jobs = JobStore(engine)
        self._keeper = LeaseKeeper(self._jobs, self._end_lost)
        self._lock = threading.Lock()
        self._processes: list[RunProcess] = []
        self._is_closing = False

    @property
    def is_ready(self) -> bool:
        """Whether one of the processes is ready."""
        return any(process.is_ready for process in self._processes)

    def wake(self) -> None:
        """A run was queued, or the workbench begins: start a process where all are busy and there may be one more."""
        with self._lock:
            if self._is_closing or len(self._processes) >= self.count:
                return
            if all(process.lease for process in self._processes):
                self._start_one()

    def start_all(self) -> None:
        """Start as many processes as there may be, where there is work for all of them."""
        with self._lock:
            while not self._is_closing and len(self._processes) < self.count:
                self._start_one()

    def _start_one(self) -> None:
        hooks = Hooks(self._order, self._look_for_more, self._give_back)
        self._processes.append(RunProcess(f"{os.getpid()}-{len(self._processes) + 1}", self._keeper, hooks))

    def stop(self, run_id: UUID) -> None:
        """A run was stopped: end the process that executes it, and with it its calls to models."""
        for process in self._processes:
            if (lease := process.lease) and lease.run_id == run_id:
                process.kill()

    def close(self) -> None:
        """Let the processes end; the runs of those that do not in time go back to the queue."""
        with self._lock:
            self._is_closing = True
        for process in self._processes:
            process.ask_to_end()
        deadline = time.monotonic() + CLOSE_SECONDS
        for process in self._processes:
            process.join(max(0.0, deadline - time.monotonic()))
        self._keeper.close()

    def _order(self, name: str) -> WorkerOrder:
        with self._engine.connect() as connection:
            database = str(connection.execute(text("SELECT current_database()")).scalar_one())
        return WorkerOrder(name=name, parent=os.getpid(), database=database, settings=self._settings)

    def _look_for_more(self) -> None:
        """A process has begun a run: where others wait meanwhile, another may be started."""
        if len(self._processes) < self.count and self._jobs.length().queued:
            self.wake()

    def _end_lost(self, lease: Lease) -> None:
        """End the process of a run that was taken from it, unless the run has only just come to its end."""
        time.sleep(GRACE_SECONDS)
        for process in self._processes:
            if process.lease == lease:
                log.warning("run %s was taken from its worker, which is ended", lease.run_id)
                process.kill()

    def _give_back(self, lease: Lease, loss: str | None) -> None:
        """See to the run of a process that ended: back to the queue, or failed where it is to blame. Without a ``loss`` the workbench
        ends.
        """
        try:
            if loss is None:
                self._jobs.release(lease)
            elif loss.startswith(TOO_LONG) or lease.attempt >= MAX_ATTEMPTS:
                reason = loss if loss.startswith(TOO_LONG) else given_up(lease.attempt, loss)
                timings = RunStore(self._engine).load(lease.run_id).timings_ms
                RunRecords(self._engine, lease).failure(lease.run_id, reason, timings)
            else:
                self._jobs.release(lease, loss)
        except LostLease:
            log.info("run %s was another's already", lease.run_id)
        except Exception:
            log.exception("run %s could not be given back; it is taken up when its lease lapses", lease.run_id)


TOO_LONG = "it was stopped"


def why_lost(code: int, seconds: float) -> str:
    """Why a run's process ended before the run did."""
    if code == -signal.SIGALRM:
        return f"{TOO_LONG} because it took longer than the {seconds:g} seconds that it may take"
    return f"its worker ended ({how_it_ended(code)})"


def how_it_ended(code: int) -> str:
    """The end of a process in words."""
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name
    return f"killed by {name}, perhaps for want of memory" if code == -signal.SIGKILL else f"killed by {name}"
