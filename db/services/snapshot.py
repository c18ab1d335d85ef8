"""One state of the catalog as a value, made ready for the stages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes

SnapshotKey = tuple[int, tuple[Change, ...]]
"""Revision and the changes of a draft: what tells one state of the catalog from another."""


@dataclass(frozen=True)
class Snapshot:
    """One state of the catalog: a revision, made ready, with the changes of a draft in it (none: as it is stored)."""

    revision: int
    indexes: Indexes
    changes: tuple[Change, ...] = ()

    @property
    def catalog(self) -> Catalog:
        """The catalog itself."""
        return self.indexes.catalog

    @cached_property
    def edits(self) -> IndexEdits:
        """What makes states ready that differ in a few rows."""
        return IndexEdits(self.indexes)

    @property
    def key(self) -> SnapshotKey:
        """What tells this state of the catalog from another."""
        return self.revision, self.changes
