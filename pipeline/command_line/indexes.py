"""The catalog folder of a command with its indexes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.catalog.indexes import Indexes


def open_indexes(folder: Path) -> Indexes:
    """Return the indexes of a catalog folder; its warnings go to standard error. Raises ``CatalogError``."""
    from pipeline.catalog.folder import read_folder
    from pipeline.catalog.indexes import Indexes
    from pipeline.file_store import FileStore
    from pipeline.learned.encoder import CachedEncoder
    from pipeline.learned.shipped_vectors import ShippedFirst
    from pipeline.learned.threads import products_in_own_thread
    from pipeline.settings import read_settings

    products_in_own_thread()
    settings = read_settings()
    reading = read_folder(folder)
    for warning in reading.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return Indexes(
        reading.catalog, CachedEncoder(ShippedFirst(FileStore(settings.vector_file)), settings.embedding_model)
    )
