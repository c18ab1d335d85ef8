"""Unit vectors of texts: their type, the protocol of what makes them, and the protocol of what stores them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Vectors as rows, (n, width) float32, or a single one, (width,) float32."""

CARRIED_MODEL = "all-MiniLM-L6-v2-int8"
"""The name under which the carried model's vectors are stored."""
WIDTH = 384
"""Width of the carried model's vectors."""


class TaggedTexts(NamedTuple):
    """Texts as one pass of an encoder gives them: a unit vector of each, (n_texts, width) float32, and the tags of its words.

    The tags of a text are (n_words, 2) float32: the probability that a word begins a span of knowledge, and that it goes on
    with one; both are negative where the pass did not come as far. Which words a text has, ``learned.words`` says.
    """

    vectors: Vectors
    tags: Sequence[Vectors]


def untagged(vectors: Vectors) -> TaggedTexts:
    """Return the vectors of texts of whose words none is tagged."""
    return TaggedTexts(vectors, [np.zeros((0, 2), np.float32)] * len(vectors))


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The model's name: vectors of different names cannot be compared."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), width)`` float32, each row of unit length."""
        ...

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        """Return the vectors of texts, those of ``encode``, with the tags of their words."""
        ...


class VectorStore(Protocol):
    """Stores what a model makes of a text, its vector or the tags of its words, as the bytes of little-endian float32.

    The keys are the model's name and ``text_key``.
    """

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the stored vectors among those of ``keys``; a key that is not stored is absent."""
        ...

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Store vectors by key; those that are stored already stay."""
        ...


class NothingKept:
    """A ``VectorStore`` for texts that are met once: it has none and keeps none."""

    def get(self, _: str, __: Sequence[str]) -> Mapping[str, bytes]:
        """Nothing."""
        return {}

    def put(self, _: str, __: Mapping[str, bytes]) -> None:
        """Do nothing."""


def text_key(text: str) -> str:
    """Return the key under which a text's vector is stored: the SHA-256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def unit(vectors: Vectors) -> Vectors:
    """Return the rows (last axis) brought to unit length; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
