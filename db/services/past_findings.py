"""Findings of past revisions, counted afterwards and beside the pages, so that Trends begins before the day on which they were kept.

A past catalog is the current one with the change sets since taken back. What runs used then is not known: usage is that of today.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import datetime
from time import perf_counter

from sqlalchemy import Engine

from db.services.catalog_states import CatalogStates
from db.services.snapshots import CatalogSnapshots
from db.stores.findings import FindingStore
from db.stores.measures import MeasureStore
from db.stores.trends import TrendStore

log = logging.getLogger("workbench")

MAX_REVISIONS = 50
"""Revisions whose findings are counted afterwards, the newest."""
CLOSE_SECONDS = 5.0


class PastFindings:
    """Counts findings of past revisions. Safe to use from several threads, and beside other processes that do the same."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._snapshots = snapshots
        self._states = CatalogStates(engine, snapshots)
        self._findings = FindingStore(engine)
        self._revisions = MeasureStore(engine)
        self._trends = TrendStore(engine)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Count what is missing, in a thread of its own that rests after each revision as long as that took."""
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._count_guarded, name="past-findings", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Count nothing any more; what is missing is counted the next time."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def missing(self) -> list[int]:
        """The past revisions whose findings were not counted and can be, the newest first."""
        current, counted = self._snapshots.revision(), self._trends.findings()
        return [r for r in self._trends.known_revisions()[:MAX_REVISIONS] if r < current and r not in counted]

    def count(self, *, is_gentle: bool = False) -> int:
        """Count what is missing; returns of how many revisions."""
        missing = self.missing()
        if missing:
            # What was scored of the current catalog is not scored again in those before.
            self._snapshots.findings_in(self._snapshots.current())
        made_at = {r.id: r.created_at for r in self._revisions.revisions(MAX_REVISIONS + 1)} if missing else {}
        done = 0
        for number in missing:
            began = perf_counter()
            if self._stopping.is_set() or number not in made_at:
                break
            self._count(number, made_at[number])
            done += 1
            if is_gentle and self._stopping.wait(perf_counter() - began):
                break
        return done

    def _count(self, number: int, made_at: datetime) -> None:
        """Count the findings that were open when a revision was made."""
        found = self._snapshots.findings_of(self._states.catalog_at(number))
        still_open = self._findings.open_at(found, number, made_at)
        self._trends.add_findings(number, Counter(finding.kind for finding in still_open))

    def _count_guarded(self) -> None:
        try:
            self.count(is_gentle=True)
        except Exception:
            if not self._stopping.is_set():
                log.exception("findings of past revisions could not be counted; the next start tries again")
