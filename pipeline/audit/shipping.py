"""What travels with the shipped catalogs, so that a fresh store is audited without the model: written anew after each edit of
``seeds/catalog`` or ``seeds/legacy`` by ``python -m pipeline.audit.shipping``.

``seeds/owners.safetensors`` holds the scored aliases of both catalogs, ``seeds/vectors.safetensors`` the vectors of all other texts
that runs and the audit embed of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.audit import audit
from pipeline.audit.owners import score_aliases
from pipeline.audit.shipped_owners import FILE as OWNERS_FILE
from pipeline.audit.shipped_owners import digest, write_ownerships
from pipeline.catalog import Catalog
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.tables import TABLES, Table
from pipeline.learned.minilm import MiniLM
from pipeline.learned.shipped_vectors import FILE as VECTORS_FILE
from pipeline.learned.shipped_vectors import write_vectors
from pipeline.vectors import Encoder, TaggedTexts, Vectors, text_key, untagged

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def shipped_catalogs() -> tuple[Catalog, ...]:
    """The catalogs that ship, their rows in the order in which the store reads them."""
    overlays = (None, SEEDS / "legacy")
    return tuple(in_store_order(read_folder(SEEDS / "catalog", overlay).catalog) for overlay in overlays)


def in_store_order(catalog: Catalog) -> Catalog:
    """A catalog with its rows by id, those without one behind the others, and by key where there are no ids."""
    ordered: Mapping[str, Any] = {
        table.name: tuple(sorted(getattr(catalog, table.name), key=partial(_place, table))) for table in TABLES
    }
    return replace(catalog, **ordered)


def _place(table: Table, row: Any) -> tuple[Any, ...]:
    return (row.id is None, row.id or 0) if table.has_id else tuple(getattr(row, column) for column in table.key)


class Recorder:
    """An encoder that notes the vectors of all texts that it is asked for, and embeds each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.vectors: dict[str, Vectors] = {}
        self._encoder = encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), width)`` float32, each row of unit length."""
        missing = sorted({text for text in texts if text not in self.vectors})
        self.vectors |= dict(zip(missing, self._encoder.encode(missing), strict=True))
        return np.stack([self.vectors[text] for text in texts])

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        """Return the vectors alone: a catalog has no words to tag."""
        return untagged(self.encode(texts))


def write_shipped(encoder: Encoder, vectors_file: Path = VECTORS_FILE, owners_file: Path = OWNERS_FILE) -> int:
    """Write both files; returns the number of vectors."""
    catalogs = shipped_catalogs()
    for_aliases = Recorder(encoder)
    write_ownerships(
        owners_file,
        {digest(c, encoder.name): (c, score_aliases(Indexes(c, for_aliases))) for c in catalogs},
    )
    first = Recorder(encoder)
    for catalog in catalogs:
        indexes = Indexes(catalog, first)
        indexes.warm()
        audit(indexes)
    write_vectors(vectors_file, encoder.name, {text_key(t): row.tobytes() for t, row in first.vectors.items()})
    return len(first.vectors)


if __name__ == "__main__":
    print(f"{write_shipped(MiniLM())} vectors written to {VECTORS_FILE}", file=sys.stderr)
