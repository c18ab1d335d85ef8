"""The catalogs that ship: as it should be, and with the old system's faults laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from db.errors import StoreError
from db.stores.catalog import ShippedEdition
from pipeline.catalog import Catalog
from pipeline.catalog.folder import read_folder
from pipeline.settings import ROOT

CATALOG = ROOT / "seeds" / "catalog"
EDITIONS: Mapping[str, Path | None] = {"clean": None, "legacy": ROOT / "seeds" / "legacy"}
"""Editions with the folder that each lays over the catalog."""


def read_shipped(edition: str) -> tuple[Catalog, ShippedEdition]:
    """A shipped catalog, and what tells this shipping from others. Raises ``StoreError`` for an edition that there is not."""
    return read_folder(CATALOG, _overlay(edition)).catalog, shipped_edition(edition)


def shipped_edition(edition: str) -> ShippedEdition:
    """What tells one shipping of an edition from the next: a digest of its files, which are not parsed."""
    digest = sha256()
    for folder in (CATALOG, _overlay(edition)):
        for file in sorted(folder.glob("*.csv")) if folder else ():
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return ShippedEdition(edition, digest.hexdigest())


def _overlay(edition: str) -> Path | None:
    if edition not in EDITIONS:
        raise StoreError(f"{edition!r} is not an edition of the catalog; choose {' or '.join(EDITIONS)}.")
    return EDITIONS[edition]
