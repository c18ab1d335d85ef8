"""The catalog as it was at a revision, with the changes of a draft laid over it: what an experiment runs on."""

from __future__ import annotations

import threading

from cachetools import LRUCache
from sqlalchemy import Engine, text

from db.errors import StoreError
from db.services.snapshots import CatalogSnapshots
from db.stores.audit_trail import AuditTrail
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, preview, squash
from pipeline.catalog.indexes import Indexes

MAX_STATES = 4
"""States that are kept ready."""

_REVISIONS = text("SELECT id, change_set_id FROM catalog_revision WHERE id > :revision ORDER BY id")
_IS_THERE = text("SELECT 1 FROM catalog_revision WHERE id = :revision")


class CatalogStates:
    """States of the catalog by revision and changes. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._snapshots = snapshots
        self._audit_trail = AuditTrail(engine)
        self._kept: LRUCache[tuple[int, tuple[Change, ...]], Indexes] = LRUCache(MAX_STATES)
        self._lock = threading.Lock()

    def at(self, revision: int, changes: tuple[Change, ...] = ()) -> Indexes:
        """The catalog of a revision with changes over it, one a row. Raises ``StoreError`` for a revision that is not there or
        cannot be made again, and ``InvalidChanges`` for changes that do not go with it.
        """
        with self._lock:
            if (kept := self._kept.get((revision, changes))) is not None:
                return kept
            current = self._snapshots.current()
            indexes = current.indexes
            if revision != current.revision:
                indexes = indexes.for_catalog(self.catalog_at(revision))
            if changes:
                indexes = indexes.for_catalog(preview(indexes.catalog, changes))
            self._kept[revision, changes] = indexes
            return indexes

    def catalog_at(self, revision: int) -> Catalog:
        """The catalog of a revision: of a past one, the current one with the change sets since taken back. Raises as ``at`` does."""
        snapshot = self._snapshots.current()
        if revision == snapshot.revision:
            return snapshot.catalog
        return self._as_it_was(revision, snapshot.revision, snapshot.catalog)

    def _as_it_was(self, revision: int, current: int, catalog: Catalog) -> Catalog:
        with self._engine.connect() as connection:
            if connection.execute(_IS_THERE, {"revision": revision}).first() is None:
                raise StoreError(f"There is no revision {revision} of the catalog; the current one is {current}.")
            later = connection.execute(_REVISIONS, {"revision": revision}).all()
        whole = next((row.id for row in later if row.change_set_id is None and row.id <= current), None)
        if whole is not None:
            raise StoreError(
                f"Revision {revision} cannot be made again: the catalog came whole at revision {whole}. Choose that one or later."
            )
        sets = self._audit_trail.changes_between(revision, current)
        changes = [change for _, of_set in sets for change in of_set]
        return preview(catalog, squash(change.inverse() for change in reversed(changes)))
