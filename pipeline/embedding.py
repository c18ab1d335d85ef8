"""Unit vectors for texts: all-MiniLM-L6-v2 as carried by its wheel, or another model that the user names.

The carried model is run by ``pipeline.minilm``. Vectors are kept by (model, hash of the text) in a ``VectorStore``: a
file of the user's for the command line, PostgreSQL for the workbench.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.errors import EmbeddingError

Vectors = npt.NDArray[np.float32]

CARRIED_MODEL = "all-MiniLM-L6-v2-int8"
WIDTH = 384
"""Width of the carried model's vectors."""


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), width)`` float32, each row of unit length."""
        ...


class VectorStore(Protocol):
    """Keeps vectors by model and text hash."""

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]: ...

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None: ...


def text_key(text: str) -> str:
    """The hash under which a text's vector is kept."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class NamedEncoder:
    """Another model, by the name or path that the user gave in ``EMBEDDING_MODEL`` (this one may be fetched)."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = name
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:
            raise EmbeddingError(f"EMBEDDING_MODEL={name!r} cannot be loaded: {error}") from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        # One text at a time: what stands beside a text must not move its last bits.
        rows = [self._model.encode([t], normalize_embeddings=True, show_progress_bar=False)[0] for t in texts]
        return np.asarray(rows, np.float32)


class CachedEncoder:
    """An encoder in front of which a store of known vectors stands; the model is loaded at the first unknown text."""

    def __init__(self, store: VectorStore, model: str = "") -> None:
        """``model`` is the user's choice; empty means the carried model."""
        self._store = store
        self._given = model
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()
        self.name = model or CARRIED_MODEL

    def load(self) -> Encoder:
        """The model itself, loaded once."""
        with self._lock:
            if self._encoder is None:
                self._encoder = NamedEncoder(self._given) if self._given else _carried()
            return self._encoder

    @property
    def is_loaded(self) -> bool:
        return self._encoder is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        keys = [text_key(t) for t in texts]
        known = dict(self._store.get(self.name, sorted(set(keys))))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            rows = self.load().encode(list(missing.values()))
            fresh = {key: row.astype(np.float32).tobytes() for key, row in zip(missing, rows, strict=True)}
            self._store.put(self.name, fresh)
            known.update(fresh)
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.stack([np.frombuffer(known[key], np.float32) for key in keys])


def _carried() -> Encoder:
    from pipeline.minilm import MiniLM

    return MiniLM()


class MemoryStore:
    """Vectors in memory, for one process."""

    def __init__(self) -> None:
        self._vectors: dict[tuple[str, str], bytes] = {}

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {k: self._vectors[model, k] for k in keys if (model, k) in self._vectors}

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        self._vectors.update({(model, key): vector for key, vector in vectors.items()})


class FileStore:
    """Vectors in a SQLite file of the user's. A cache: when the file cannot be used, nothing is kept."""

    def __init__(self, path: Path) -> None:
        self._db: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS vector (model TEXT, key TEXT, bits BLOB, PRIMARY KEY (model, key)) WITHOUT ROWID"
            )
        except (OSError, sqlite3.Error):
            self._db = None

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        if self._db is None:
            return {}
        found: dict[str, bytes] = {}
        try:
            for i in range(0, len(keys), 500):
                part = keys[i : i + 500]
                marks = ",".join("?" * len(part))
                rows = self._db.execute(f"SELECT key, bits FROM vector WHERE model = ? AND key IN ({marks})", [model, *part])
                found.update(rows.fetchall())
        except sqlite3.Error:
            return found
        return found

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        if self._db is None:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?, ?)", [(model, k, b) for k, b in vectors.items()])
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def user_cache() -> Path:
    """The file in which the command line keeps vectors: below ``XDG_CACHE_HOME``, else ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "jd-workbench" / "vectors.sqlite3"
