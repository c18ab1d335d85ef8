"""The vectors that travel with the shipped catalog: those of the texts that a fresh store would otherwise embed first.

The file is written by ``python -m pipeline.audit.shipping`` and holds, for one model, the vectors' float32 as they are and the
first half of each text's SHA-256.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from cachetools import LRUCache

from pipeline.vectors import WIDTH, Vectors, VectorStore

FILE = Path(__file__).resolve().parents[2] / "seeds" / "vectors.safetensors"
KEY_DIGITS = 32
"""Hexadecimal digits of a text's key that are kept: half of a SHA-256 still tells all texts apart."""
MAX_IN_MEMORY = 30_000
"""Vectors of other texts that are kept in memory, about 1.5 kB each."""


def write_vectors(file: Path, model: str, vectors: Mapping[str, bytes]) -> None:
    """Write vectors of a model, float32 as bytes by the key of their text, to a file."""
    from safetensors.numpy import save_file

    keys = sorted(vectors)
    rows = np.frombuffer(b"".join(vectors[key] for key in keys), np.float32).reshape(len(keys), WIDTH)
    digests = np.frombuffer(bytes.fromhex("".join(key[:KEY_DIGITS] for key in keys)), np.uint8)
    save_file({"keys": digests.reshape(len(keys), -1), "vectors": rows}, file, {"model": model})


@cache
def read_vectors(file: Path, model: str) -> tuple[Mapping[str, int], Vectors]:
    """The rows of texts by the beginning of their keys, and the vectors, (n, width) float32; none of another model, or without
    the file.
    """
    from safetensors import safe_open

    if not file.is_file():
        return {}, np.zeros((0, WIDTH), np.float32)
    with safe_open(file, "numpy") as opened:
        if opened.metadata()["model"] != model:
            return {}, np.zeros((0, WIDTH), np.float32)
        digests, vectors = opened.get_tensor("keys"), opened.get_tensor("vectors")
    return {bytes(digest).hex(): row for row, digest in enumerate(digests)}, vectors


class ShippedFirst:
    """A ``VectorStore`` that takes vectors from the shipped file, then from memory, then from another store, which keeps the new
    ones. Safe to use from several threads.
    """

    def __init__(self, store: VectorStore, file: Path = FILE) -> None:
        self._store = store
        self._file = file
        self._read: LRUCache[tuple[str, str], bytes] = LRUCache(MAX_IN_MEMORY)
        self._lock = threading.Lock()

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the vectors that are shipped or stored among those of ``keys``."""
        rows, vectors = read_vectors(self._file, model)
        found = {key: vectors[rows[key[:KEY_DIGITS]]].tobytes() for key in keys if key[:KEY_DIGITS] in rows}
        with self._lock:
            found |= {key: self._read[model, key] for key in keys if key not in found and (model, key) in self._read}
        if missing := [key for key in keys if key not in found]:
            stored = self._store.get(model, missing)
            found |= stored
            self._keep(model, stored)
        return found

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Store vectors by key; those that are stored already stay."""
        self._store.put(model, vectors)
        self._keep(model, vectors)

    def _keep(self, model: str, vectors: Mapping[str, bytes]) -> None:
        with self._lock:
            self._read.update({(model, key): bits for key, bits in vectors.items()})
