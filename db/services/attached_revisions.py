"""On which revision of the catalog a batch ran: a batch knows the folder of its catalog alone, and keeps a digest of that."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text

from db.services.catalog_states import CatalogStates
from db.services.shipped import CATALOG, shipped_edition
from db.services.snapshots import CatalogSnapshots
from db.stores.trends import TrendStore
from pipeline.catalog.folder import write_folder
from pipeline.scale.manifest import catalog_digest

MAX_TRIED = 30
"""Revisions whose catalog is held against that of a batch, the newest; each takes some tenths of a second."""
_OF_EDITION = text("SELECT max(id) FROM catalog_revision WHERE edition = :edition AND fingerprint = :fingerprint")


class BatchRevisions:
    """The revisions on which batches ran, on the store."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._states = CatalogStates(engine, snapshots)
        self._trends = TrendStore(engine)

    def find(self, digest: str | None) -> int | None:
        """The newest revision with the catalog of a digest; null where none of the newest has it.

        It is that of the catalog that ships, as a revision came to be it, or of a folder that the store has written.
        """
        if digest is None:
            return None
        return self._as_it_ships(digest) or self._as_written(digest)

    def _as_it_ships(self, digest: str) -> int | None:
        if digest != catalog_digest(CATALOG):
            return None
        shipped = shipped_edition("clean")
        with self._engine.connect() as connection:
            asked = {"edition": shipped.name, "fingerprint": shipped.fingerprint}
            return connection.execute(_OF_EDITION, asked).scalar()

    def _as_written(self, digest: str) -> int | None:
        for revision in self._trends.known_revisions()[:MAX_TRIED]:
            with TemporaryDirectory(prefix="catalog-") as folder:
                write_folder(self._states.catalog_at(revision), Path(folder))
                if catalog_digest(Path(folder)) == digest:
                    return revision
        return None
