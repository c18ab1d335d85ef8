"""Stores of vectors and of answers for tests: in memory, empty at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import override

from pipeline.engines.provider import CallStore


class MemoryStore:
    """A ``VectorStore`` in memory."""

    def __init__(self) -> None:
        self._vectors: dict[tuple[str, str], bytes] = {}

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {k: self._vectors[model, k] for k in keys if (model, k) in self._vectors}

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        self._vectors.update({(model, key): vector for key, vector in vectors.items()})


class Answers(CallStore):
    """Kept answers of a model, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    @override
    def get(self, key: str, judgement: str, subject: str) -> dict[str, Any] | None:
        return self.kept.get(key)

    @override
    def put(self, key: str, judgement: str, model: str, response: dict[str, Any]) -> None:
        self.kept[key] = response
