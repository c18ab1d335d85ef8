"""Renews the leases of a process's workers while they live, and says which were lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from db.errors import describe_error
from db.stores.jobs import LEASE, JobStore, Lease

log = logging.getLogger("workbench")

RENEW_SECONDS = LEASE.total_seconds() / 6
CLOSE_SECONDS = 5.0


class LeaseKeeper:
    """The leases that the workers of a process hold. ``lost`` is called with one that no longer holds, from the keeper's thread."""

    def __init__(self, jobs: JobStore, lost: Callable[[Lease], None], every_seconds: float = RENEW_SECONDS) -> None:
        self._jobs = jobs
        self._lost = lost
        self._every_seconds = every_seconds
        self._leases: set[Lease] = set()
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._thread: threading.Thread | None = None

    def keep(self, lease: Lease) -> None:
        """Renew a lease from now on."""
        with self._lock:
            self._leases.add(lease)
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew_all, name="leases", daemon=True)
                self._thread.start()

    def drop(self, lease: Lease) -> None:
        """Renew a lease no longer."""
        with self._lock:
            self._leases.discard(lease)

    def held(self) -> frozenset[Lease]:
        """The leases that are renewed."""
        with self._lock:
            return frozenset(self._leases)

    def close(self) -> None:
        """Renew nothing any more, and give back what is still held, so that nobody waits until it lapses."""
        self._is_closed.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)
        for lease in self.held():
            with suppress(Exception):
                self._jobs.release(lease)

    def _renew_all(self) -> None:
        while not self._is_closed.wait(self._every_seconds):
            held = self.held()
            if not held:
                continue
            try:
                lost = held - self._jobs.renew(held)
            except Exception as error:
                # The database is away. Who comes back too late finds that its lease has lapsed.
                log.warning("leases could not be renewed: %s", describe_error(error) or repr(error))
                continue
            for lease in lost & self.held():
                self.drop(lease)
                self._lost(lease)
