"""The catalog as a value, made ready for the stages: as it is stored, or with a draft laid over it.

Several states are kept at once, each by its key, so that curators who work beside each other do not push each other's out.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from cachetools import LRUCache, cachedmethod
from cachetools.keys import hashkey
from sqlalchemy import Engine

from db.services.audits import Audited, Audits, Judgement, worst_by_row
from db.services.snapshot import Snapshot
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from db.stores.findings import FindingStore
from db.stores.trends import TrendStore
from db.stores.usage import UsageStore
from pipeline.audit import Finding
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, Place, preview
from pipeline.catalog.indexes import Indexes
from pipeline.vectors import Encoder, Vectors

MAX_SNAPSHOTS = 8
"""States of the catalog that are kept ready."""


def _of_revision_key(_: CatalogSnapshots, revision: int) -> Hashable:
    return hashkey(revision, ())


def _of_changes_key(_: CatalogSnapshots, base: Snapshot, changes: tuple[Change, ...]) -> Hashable:
    return hashkey(base.revision, changes)


class CatalogSnapshots:
    """Snapshots of the stored catalog and what was judged of each. Safe to use from several threads.

    A state that several threads ask for at once is made by one of them; the others wait for it. Where that one fails, the
    error is its own, and the next tries again. No lock is held while a state is made.
    """

    def __init__(self, engine: Engine, encoder: Encoder) -> None:
        self._engine = engine
        self.encoder = encoder
        """What makes the vectors of the catalog's texts."""
        self._catalog = CatalogStore(engine)
        self._change_sets = ChangeSetStore(engine)
        self._snapshots: LRUCache[object, Snapshot] = LRUCache(MAX_SNAPSHOTS)
        self._snapshots_made = threading.Condition()
        self._newest: Indexes | None = None
        """The indexes of the stored catalog that was read last: a commit changes a few of its tables."""
        self._decisions = FindingStore(engine)
        self._trends = TrendStore(engine)
        self._audits = Audits(UsageStore(engine).load_for_audit, self._keep_found)

    def revision(self) -> int:
        """Number of the current revision. Raises ``StoreError`` while there is no catalog."""
        return self._catalog.revision()

    def current(self) -> Snapshot:
        """The catalog as it is stored; read anew when the revision has moved."""
        return self._of_revision(self.revision())

    def with_draft(self, number: int) -> Snapshot:
        """The catalog as it would be with a draft, one change a row.

        Rows of the draft that somebody else has moved stay as they are in the catalog.
        """
        return self.with_changes(self._change_sets.net_changes(number))

    def with_changes(self, changes: tuple[Change, ...]) -> Snapshot:
        """The catalog as it would be with some changes, one a row."""
        return self._of_changes(self.current(), changes) if changes else self.current()

    def laid_over(self, base: Snapshot, changes: tuple[Change, ...]) -> Snapshot:
        """A state of the catalog as it would be with some changes, one a row."""
        return self._of_changes(base, changes) if changes else base

    def findings_in(self, snapshot: Snapshot) -> Sequence[Finding]:
        """What the audit finds in a state of the catalog, audited once a state."""
        return self._audits.of(snapshot).findings

    def findings_of(self, catalog: Catalog) -> Sequence[Finding]:
        """What the audit finds in another state of the catalog than those that are kept, by what runs use today."""
        return self._audits.in_another(self.current().indexes.for_catalog(catalog))

    def findings(self, draft: int | None = None) -> tuple[int, list[Finding]]:
        """The current revision and what the audit finds in it, or in it with a draft, with how often runs used its rows then;
        audited once a state of the catalog.
        """
        snapshot = self._state(draft)
        return snapshot.revision, list(self._audits.of(snapshot).findings)

    def suspicions(self, draft: int | None = None) -> Mapping[Place, Finding]:
        """The worst finding of each row (table, key) that one suspects, in the catalog or in it with a draft; without those that
        were rejected. Empty while the audit has not been made yet: this never waits for it.
        """
        audited = self.judge(draft).audited
        return worst_by_row(audited, self._decisions.still_open(audited.findings, draft)) if audited else {}

    def known_findings(self) -> Audited | None:
        """What the audit has found in the stored catalog, without what was decided, with the usage that it was judged with; null
        while the audit has not been made yet: that is begun in the background, and never waited for.
        """
        audited = self.judge().audited
        return Audited(self._decisions.still_open(audited.findings), audited.usage) if audited else None

    def judge(self, draft: int | None = None, seconds: float = 0.0) -> Judgement:
        """What is known by now of the catalog, or of it with a draft: what is not judged yet is judged in the background, and
        waited for no longer than ``seconds``.
        """
        return self._audits.judge(self._state(draft), self.current(), seconds)

    def warm(self) -> None:
        """Audit the stored catalog in the background, so that nobody waits for it."""
        self._audits.warm(self.current())

    def _keep_found(self, revision: int, findings: Sequence[Finding]) -> None:
        """Keep how many findings of each kind are open on a revision: later on nobody could tell."""
        counts = Counter(finding.kind for finding in self._decisions.still_open(findings))
        self._trends.keep_findings(revision, counts)

    def close(self) -> None:
        """End what is done in the background."""
        self._audits.close()

    def fit(self, snapshot: Snapshot, skills: Sequence[str], dimensions: Sequence[str]) -> Vectors:
        """How near skills are to the other members of dimensions, (n_skills, n_dimensions) float32 of mean cosines; 0 where
        a slug is not in the snapshot.
        """
        return self._audits.fit(snapshot, skills, dimensions)

    def _state(self, draft: int | None) -> Snapshot:
        return self.current() if draft is None else self.with_draft(draft)

    @cachedmethod(lambda self: self._snapshots, key=_of_revision_key, condition=lambda self: self._snapshots_made)
    def _of_revision(self, revision: int) -> Snapshot:
        stored, catalog = self._catalog.load()
        # Somebody may have committed since the number was asked for: what was read is what counts.
        newest = self._newest
        self._newest = newest.for_catalog(catalog) if newest is not None else Indexes(catalog, self.encoder)
        return Snapshot(stored or revision, self._newest)

    @cachedmethod(lambda self: self._snapshots, key=_of_changes_key, condition=lambda self: self._snapshots_made)
    def _of_changes(self, base: Snapshot, changes: tuple[Change, ...]) -> Snapshot:
        return Snapshot(base.revision, base.indexes.for_catalog(preview(base.catalog, changes)), changes)
