"""The catalog folder of a command with its indexes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.catalog import Catalog
    from pipeline.catalog.indexes import Indexes


def open_indexes(folder: Path, warn: bool = True, keeps_vectors: bool = True) -> Indexes:
    """Return the indexes of a catalog folder; with ``warn`` its warnings go to standard error. Raises ``CatalogError``.

    Vectors of texts are kept in the file of the settings; without ``keeps_vectors`` the newest are, in memory.
    """
    from pipeline.catalog.indexes import Indexes
    from pipeline.file_store import FileStore
    from pipeline.learned.encoder import CachedEncoder
    from pipeline.learned.shipped_vectors import ShippedFirst
    from pipeline.learned.threads import products_in_own_thread
    from pipeline.settings import read_settings
    from pipeline.vectors import NothingKept

    products_in_own_thread()
    settings = read_settings()
    store = FileStore(settings.vector_file) if keeps_vectors else NothingKept()
    return Indexes(read_catalog(folder, warn), CachedEncoder(ShippedFirst(store), settings.embedding_model))


def model_name() -> str:
    """The embedding model that the settings name; empty for the carried one."""
    from pipeline.settings import read_settings

    return read_settings().embedding_model


def read_catalog(folder: Path, warn: bool = True) -> Catalog:
    """Return the catalog of a folder; with ``warn`` its warnings go to standard error. Raises ``CatalogError``."""
    from pipeline.catalog.folder import read_folder

    reading = read_folder(folder)
    for warning in reading.warnings if warn else ():
        print(f"warning: {warning}", file=sys.stderr)
    return reading.catalog
