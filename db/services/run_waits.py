"""Waiting for runs: whoever waits for a step of one gets a future, and one thread looks for all of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from db.stores.jobs import JobStore
from db.stores.runs import FINISHED

log = logging.getLogger("workbench")

POLL_SECONDS = 0.03
"""How often is looked, however many wait: one query for all."""
_STEPS_DONE: Mapping[str, int] = {"created": 0, "extract_from_jd_done": 1, "extract_details_done": 2}
"""The steps that a run has come to the end of, by its status; with any other it has come to its own end."""


@dataclass(frozen=True)
class _Wait:
    """That somebody waits until a run has come to the end of a step, or to its own."""

    run_id: UUID
    step: int
    future: Future[None]

    def is_over(self, status: str | None) -> bool:
        """Whether the run has come so far by its status; null for one that is in no queue: it is gone, has ended or stopped."""
        return status is None or status in FINISHED or _STEPS_DONE[status] >= self.step


class RunWaits:
    """Futures of steps of runs. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._jobs = JobStore(engine)
        self._waits: set[_Wait] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def for_step(self, run_id: UUID, step: int) -> Future[None]:
        """A future that is done once a run has come to the end of a step (1 to 3), or to its own, or goes on no more.

        It may be cancelled, and raises what the database says where that cannot be asked.
        """
        wait = _Wait(run_id, step, Future())
        with self._changed:
            if self._is_closed:
                wait.future.cancel()
                return wait.future
            self._waits.add(wait)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="run-waits", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return wait.future

    def close(self) -> None:
        """Wait for nothing any more: what is waited for is cancelled."""
        with self._changed:
            self._is_closed = True
            for wait in self._waits:
                wait.future.cancel()
            self._waits.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(5)

    def _look(self) -> None:
        while not self._is_closed:
            with self._changed:
                self._changed.wait_for(lambda: self._waits or self._is_closed)
                self._waits = {wait for wait in self._waits if not wait.future.cancelled()}
                waits = tuple(self._waits)
            if waits:
                self._settle(waits)
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closed, POLL_SECONDS)

    def _settle(self, waits: tuple[_Wait, ...]) -> None:
        """Let those go on whose runs have come so far; where the database cannot be asked, all, with its error."""
        try:
            status = self._jobs.statuses({wait.run_id for wait in waits})
        except Exception as error:
            log.warning("runs that are waited for could not be looked at: %s", type(error).__name__)
            self._end(waits, error)
        else:
            self._end(tuple(wait for wait in waits if wait.is_over(status.get(wait.run_id))))

    def _end(self, waits: tuple[_Wait, ...], error: Exception | None = None) -> None:
        with self._changed:
            self._waits.difference_update(waits)
        for wait in waits:
            if not wait.future.set_running_or_notify_cancel():
                continue
            if error is None:
                wait.future.set_result(None)
            else:
                wait.future.set_exception(error)
