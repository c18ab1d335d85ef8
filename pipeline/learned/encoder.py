"""The encoder of texts: the carried model or one that the user names, behind a store of vectors.

The carried model is ``pipeline.learned.minilm``; it imports torch, and is itself imported at the first text whose
vector is not stored.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import EmbeddingError
from pipeline.learned.fitted import current_file
from pipeline.vectors import CARRIED_MODEL, WIDTH, TaggedTexts, Vectors, VectorStore, text_key

if TYPE_CHECKING:
    from pipeline.learned.minilm import MiniLM


TAGS = 2
"""Columns of the tags of a word."""


@cache
def tagger_name() -> str:
    """Return the name under which the tags of words are stored: that of the branch's file, with the beginning of its SHA-256."""
    file = current_file("knowledge")
    return f"{file.stem}-{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


_LOADING = threading.Lock()


def carried_model() -> MiniLM:
    """Return the carried model with its branch; a process loads it once, since nothing changes it. Raises ``EmbeddingError``."""
    with _LOADING:
        return _carried_model()


@cache
def _carried_model() -> MiniLM:
    from pipeline.learned.branch import read_branch
    from pipeline.learned.minilm import MiniLM

    return MiniLM(branch=read_branch())


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
    """An encoder behind a store of vectors and of tags; the model is loaded at the first text of which one is not stored.

    The tags are always those of the carried model; where the vectors are too, one pass makes both.
    """

    def __init__(self, store: VectorStore, model: str = "") -> None:
        """Take vectors from ``store``; ``model`` is the user's choice, empty for the carried model."""
        self._store = store
        self._model = model
        self._encoder: MiniLM | NamedEncoder | None = None
        self._tagger: MiniLM | None = None
        self._lock = threading.Lock()
        self._loader = self
        self.name = model or CARRIED_MODEL

    def with_store(self, store: VectorStore) -> CachedEncoder:
        """The same model, loaded once for both, with vectors and tags kept in another store."""
        other = CachedEncoder(store, self._model)
        other._loader = self._loader
        return other

    def load(self) -> MiniLM | NamedEncoder:
        """Return the model of the vectors, loaded once. Raises ``EmbeddingError``."""
        if self._loader is not self:
            return self._loader.load()
        with self._lock:
            if self._encoder is None:
                self._encoder = NamedEncoder(self._model) if self._model else self._carried()
            return self._encoder

    def tagger(self) -> MiniLM:
        """Return the carried model with its branch, loaded once. Raises ``EmbeddingError``."""
        if self._loader is not self:
            return self._loader.tagger()
        with self._lock:
            return self._carried()

    def _carried(self) -> MiniLM:
        """The same, where the lock is held."""
        if self._tagger is None:
            self._tagger = carried_model()
        return self._tagger

    @property
    def is_loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._encoder is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), width)`` float32, each row of unit length. Raises ``EmbeddingError``."""
        keys = [text_key(t) for t in texts]
        stored = self._stored(self.name, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in stored}
        if missing:
            rows = self.load().encode(list(missing.values()))
            fresh = {key: row.astype(np.float32).tobytes() for key, row in zip(missing, rows, strict=True)}
            self._store.put(self.name, fresh)
            stored.update(fresh)
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.stack([np.frombuffer(stored[key], np.float32) for key in keys])

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        """Return the vectors of texts with the tags of their words. Raises ``EmbeddingError``."""
        keys = [text_key(t) for t in texts]
        tags = self._stored(tagger_name(), keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in tags}
        if missing:
            made = self.tagger().encode_with_tags(list(missing.values()))
            fresh = {key: tag.tobytes() for key, tag in zip(missing, made.tags, strict=True)}
            self._store.put(tagger_name(), {key: bits for key, bits in fresh.items() if bits})
            tags |= fresh
            if not self._model:
                self._store.put(self.name, {k: row.tobytes() for k, row in zip(missing, made.vectors, strict=True)})
        return TaggedTexts(self.encode(texts), [np.frombuffer(tags[key], np.float32).reshape(-1, TAGS) for key in keys])

    def _stored(self, model: str, keys: Sequence[str]) -> dict[str, bytes]:
        return dict(self._store.get(model, sorted(set(keys))))
