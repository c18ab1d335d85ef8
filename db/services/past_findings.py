"""Findings of past revisions, counted afterwards and beside the pages, so that Trends begins before the day on which they were kept.

A past catalog is the current one with the change sets since taken back. What runs used then is not known: usage is that of today.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial

from sqlalchemy import Engine

from db.services.beside_pages import BesidePages, InTurn, directly
from db.services.catalog_states import CatalogStates
from db.services.snapshots import CatalogSnapshots
from db.stores.findings import FindingStore
from db.stores.measures import MeasureStore
from db.stores.trends import TrendStore

MAX_REVISIONS = 50
"""Revisions whose findings are counted afterwards, the newest."""
LOOK_SECONDS = 3600.0
"""How long it rests once all are counted."""


class PastFindings:
    """Counts findings of past revisions. Safe to use from several threads, and beside other processes that do the same."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._snapshots = snapshots
        self._states = CatalogStates(engine, snapshots)
        self._findings = FindingStore(engine)
        self._revisions = MeasureStore(engine)
        self._trends = TrendStore(engine)
        self.beside_pages = BesidePages("counting findings of past revisions", self._step, LOOK_SECONDS)
        """Counts what is missing, once it has begun; what is missing when it ends is counted the next time."""

    def missing(self) -> list[int]:
        """The past revisions whose findings were not counted and can be, the newest first."""
        current, counted = self._snapshots.revision(), self._trends.findings()
        return [r for r in self._trends.known_revisions()[:MAX_REVISIONS] if r < current and r not in counted]

    def count(self, in_turn: InTurn = directly) -> int:
        """Count what is missing; returns of how many revisions. Each is counted by ``in_turn``."""
        missing = self.missing()
        if missing:
            # What was scored of the current catalog is not scored again in those before.
            self._snapshots.findings_in(self._snapshots.current())
        made_at = {r.id: r.created_at for r in self._revisions.revisions(MAX_REVISIONS + 1)} if missing else {}
        done = 0
        for number in missing:
            if self.beside_pages.is_closing or number not in made_at:
                break
            in_turn(partial(self._count, number, made_at[number]))
            done += 1
        return done

    def _count(self, number: int, made_at: datetime) -> None:
        """Count the findings that were open when a revision was made."""
        found = self._snapshots.findings_of(self._states.catalog_at(number))
        still_open = self._findings.open_at(found, number, made_at)
        self._trends.add_findings(number, Counter(finding.kind for finding in still_open))

    def _step(self) -> bool:
        self.count(self.beside_pages.in_turn)
        return False
