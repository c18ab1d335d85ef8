"""Stored runs explained on a state of the catalog: as it was when the run was made, as it is, or with a draft.

What was explained is kept, so that a page is drawn again at once and another role is asked for at little cost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy import Engine

from db.services.catalog_states import CatalogStates
from db.services.held_runs import HeldRuns
from db.services.snapshot import Snapshot
from db.services.snapshots import CatalogSnapshots
from pipeline.explain import Explainer, Explanation
from pipeline.held import HeldRun

MAX_EXPLAINED = 64
"""Runs, each on a state of the catalog, that are kept explained, the last asked for."""


@dataclass(frozen=True)
class ExplainedRun:
    """A run on a state of the catalog, explained. Another role is explained when it is asked for, and kept."""

    run_id: UUID
    snapshot: Snapshot
    held: HeldRun
    whole: Explanation
    """Of what the run comes to: its role, or why it has none."""
    _explainer: Explainer
    _roles: dict[str, Explanation]

    def role(self, slug: str) -> Explanation:
        """How a role stands. Raises ``InputError`` for one that this state of the catalog lacks."""
        if slug == self.whole.role:
            return self.whole
        if slug not in self._roles:
            self._roles[slug] = self._explainer.explain(slug)
        return self._roles[slug]


class Explanations:
    """Explanations of stored runs. Safe to use from several threads; two that ask for the same at once may both make it."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots, held_runs: HeldRuns) -> None:
        self._snapshots = snapshots
        self._held_runs = held_runs
        self._states = CatalogStates(engine, snapshots)
        self._explained: LRUCache[Hashable, ExplainedRun] = LRUCache(MAX_EXPLAINED)
        self._lock = threading.Lock()

    def then(self, run_id: UUID, revision: int) -> ExplainedRun:
        """A run as it was made, on a past revision, which is its own. Raises ``StoreError`` for a revision that cannot be made again."""
        current = self._snapshots.current()
        is_current = revision == current.revision
        return self._explain(
            (run_id, "then", revision),
            current if is_current else Snapshot(revision, self._states.at(revision)),
            self._held_runs.as_made,
        )

    def today(self, run_id: UUID) -> ExplainedRun:
        """A run on the stored catalog."""
        return self.on(run_id, self._snapshots.current())

    def drafted(self, run_id: UUID, number: int) -> ExplainedRun:
        """A run on the stored catalog with a draft."""
        return self.on(run_id, self._snapshots.with_draft(number))

    def on(self, run_id: UUID, snapshot: Snapshot) -> ExplainedRun:
        """A run on a state of the catalog. Raises ``StoreError`` for one that is not there or has no result of this system."""
        return self._explain((run_id, snapshot.key), snapshot, self._held_runs.of)

    def _explain(
        self, key: tuple[UUID, *tuple[Hashable, ...]], snapshot: Snapshot, hold: Callable[[UUID, Snapshot], HeldRun]
    ) -> ExplainedRun:
        run_id = key[0]
        with self._lock:
            kept = self._explained.get(key)
        if kept is not None:
            return kept
        held = hold(run_id, snapshot)
        explainer = Explainer(held, snapshot.edits)
        made = ExplainedRun(run_id, snapshot, held, explainer.explain(), explainer, {})
        with self._lock:
            self._explained[key] = made
        return made
