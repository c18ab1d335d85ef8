"""The nearness of short texts: a low-rank change of the encoder's vectors for titles of roles, and one for terms of skills.

The encoder places texts by what they are about; two titles of one occupation, or two names of one skill, share more. Each
change is ``I + down @ up`` (after Hu et al. 2021, applied to the finished vectors), learned by ``fit nearness`` so that texts
of one meaning come nearer to each other than to those of others. It applies to the vectors of the carried model alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from pipeline.learned.fitted import current_file
from pipeline.vectors import CARRIED_MODEL, Encoder, Vectors, unit


@dataclass(frozen=True)
class LowRank:
    """A change of vectors: ``down`` (width, rank) and ``up`` (rank, width) float32."""

    down: Vectors
    up: Vectors

    def __call__(self, vectors: Vectors) -> Vectors:
        """Return changed unit vectors for unit vectors, of the same shape."""
        return unit(np.asarray(vectors + (vectors @ self.down) @ self.up, np.float32))


@dataclass(frozen=True)
class Nearness:
    """Where short texts stand for comparison; a part that is null leaves vectors as they are."""

    of_titles: LowRank | None = None
    of_terms: LowRank | None = None

    def titles(self, vectors: Vectors) -> Vectors:
        """Return the unit vectors in which titles of roles are compared, for those of the encoder."""
        return self.of_titles(vectors) if self.of_titles and len(vectors) else vectors

    def terms(self, vectors: Vectors) -> Vectors:
        """Return the unit vectors in which terms and names of skills are compared, for those of the encoder."""
        return self.of_terms(vectors) if self.of_terms and len(vectors) else vectors


AS_ENCODED = Nearness()
"""Vectors are compared as the encoder makes them."""


def read_nearness(path: Path) -> Nearness:
    """Return the changes of a file of weights."""
    tensors = {name: tensor.astype(np.float32) for name, tensor in load_file(path).items()}
    parts = [LowRank(tensors[f"{name}.down"], tensors[f"{name}.up"]) for name in ("titles", "terms")]
    return Nearness(*parts)


@cache
def _current() -> Nearness:
    return read_nearness(current_file("nearness"))


def nearness_of(encoder: Encoder) -> Nearness:
    """Return the current changes for the vectors of an encoder; none for a model that they were not learned for."""
    return _current() if encoder.name == CARRIED_MODEL else AS_ENCODED
