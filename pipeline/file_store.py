"""A cache of vectors in a SQLite file, for the command line."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

BATCH_SIZE = 500
"""Keys of one statement; SQLite bounds the number of its parameters."""


class FileStore:
    """A ``VectorStore`` in a SQLite file. It is a cache: where the file cannot be used, nothing is stored and no error is raised."""

    def __init__(self, path: Path) -> None:
        """Open the file at ``path``, which is made with its folder where it is missing."""
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
        """Return the stored vectors among those of ``keys``."""
        if self._db is None:
            return {}
        found: dict[str, bytes] = {}
        try:
            for i in range(0, len(keys), BATCH_SIZE):
                part = keys[i : i + BATCH_SIZE]
                marks = ",".join("?" * len(part))
                rows = self._db.execute(
                    f"SELECT key, bits FROM vector WHERE model = ? AND key IN ({marks})", [model, *part]
                )
                found.update(rows.fetchall())
        except sqlite3.Error:
            return found
        return found

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Store vectors by key; those that are stored already stay."""
        if self._db is None:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT OR IGNORE INTO vector VALUES (?, ?, ?)", [(model, k, b) for k, b in vectors.items()]
            )
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
