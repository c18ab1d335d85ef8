"""An encoder whose vectors are not kept: thousands of sentences that are met once would fill the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst


class _KeepsNothing:
    """A ``VectorStore`` that has nothing and takes nothing."""

    def get(self, _: str, __: Sequence[str]) -> Mapping[str, bytes]:
        """Nothing."""
        return {}

    def put(self, _: str, __: Mapping[str, bytes]) -> None:
        """Do nothing."""


def unkept(encoder: CachedEncoder) -> CachedEncoder:
    """An encoder of the same model for the sentences of job descriptions that nobody has asked a run of."""
    return encoder.with_store(ShippedFirst(_KeepsNothing()))
