"""The catalog folder of a command with its indexes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.catalog import Catalog
    from pipeline.catalog.indexes import Indexes


def open_indexes(folder: Path, warn: bool = True) -> Indexes:
    """Return the indexes of a catalog folder; with ``warn`` its warnings go to standard error. Raises ``CatalogError``."""
    from pipeline.catalog.indexes import Indexes
    from pipeline.file_store import FileStore
    from pipeline.learned.encoder import CachedEncoder
    from pipeline.learned.shipped_vectors import ShippedFirst
    from pipeline.learned.threads import products_in_own_thread
    from pipeline.settings import read_settings

    products_in_own_thread()
    settings = read_settings()
    return Indexes(
        read_catalog(folder, warn),
        CachedEncoder(ShippedFirst(FileStore(settings.vector_file)), settings.embedding_model),
    )


def read_catalog(folder: Path, warn: bool = True) -> Catalog:
    """Return the catalog of a folder; with ``warn`` its warnings go to standard error. Raises ``CatalogError``."""
    from pipeline.catalog.folder import read_folder

    reading = read_folder(folder)
    for warning in reading.warnings if warn else ():
        print(f"warning: {warning}", file=sys.stderr)
    return reading.catalog
