"""The encoder of texts: the carried model or one that the user names, behind a store of vectors.

The carried model is ``pipeline.learned.minilm``; it imports torch, and is itself imported at the first text whose
vector is not stored.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from pipeline.errors import EmbeddingError
from pipeline.vectors import CARRIED_MODEL, WIDTH, Encoder, Vectors, VectorStore, text_key


class NamedEncoder:
    """Another sentence-transformers model, by the name or path that the user gave; it may be fetched."""

    def __init__(self, name: str) -> None:
        """Load the model. Raises ``EmbeddingError``."""
        from sentence_transformers import SentenceTransformer

        self.name = name
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:
            raise EmbeddingError(f"EMBEDDING_MODEL={name!r} cannot be loaded: {error}") from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), width)`` float32, each row of unit length."""
        # One text at a time: other texts in a batch would change the last bits of a vector.
        rows = [self._model.encode([t], normalize_embeddings=True, show_progress_bar=False)[0] for t in texts]
        return np.asarray(rows, np.float32)


class CachedEncoder:
    """An encoder behind a store of vectors; the model is loaded at the first text whose vector is not stored."""

    def __init__(self, store: VectorStore, model: str = "") -> None:
        """Take vectors from ``store``; ``model`` is the user's choice, empty for the carried model."""
        self._store = store
        self._model = model
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()
        self.name = model or CARRIED_MODEL

    def load(self) -> Encoder:
        """Return the model itself, loaded once. Raises ``EmbeddingError``."""
        with self._lock:
            if self._encoder is None:
                self._encoder = NamedEncoder(self._model) if self._model else _carried()
            return self._encoder

    @property
    def is_loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._encoder is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), width)`` float32, each row of unit length. Raises ``EmbeddingError``."""
        keys = [text_key(t) for t in texts]
        stored = dict(self._store.get(self.name, sorted(set(keys))))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in stored}
        if missing:
            rows = self.load().encode(list(missing.values()))
            fresh = {key: row.astype(np.float32).tobytes() for key, row in zip(missing, rows, strict=True)}
            self._store.put(self.name, fresh)
            stored.update(fresh)
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.stack([np.frombuffer(stored[key], np.float32) for key in keys])


def _carried() -> Encoder:
    from pipeline.learned.minilm import MiniLM

    return MiniLM()
