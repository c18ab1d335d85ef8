"""Unit vectors of texts: their type, the protocol of what makes them, and the protocol of what stores them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Vectors as rows, (n, width) float32, or a single one, (width,) float32."""

CARRIED_MODEL = "all-MiniLM-L6-v2-int8"
"""The name under which the carried model's vectors are stored."""
WIDTH = 384
"""Width of the carried model's vectors."""


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The model's name: vectors of different names cannot be compared."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), width)`` float32, each row of unit length."""
        ...


class VectorStore(Protocol):
    """Stores vectors by model name and ``text_key``, as the bytes of little-endian float32."""

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the stored vectors among those of ``keys``; a key that is not stored is absent."""
        ...

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Store vectors by key; those that are stored already stay."""
        ...


def text_key(text: str) -> str:
    """Return the key under which a text's vector is stored: the SHA-256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def unit(vectors: Vectors) -> Vectors:
    """Return the rows (last axis) brought to unit length; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
