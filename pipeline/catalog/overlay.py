"""A look-up that differs from another in a few entries, made at the cost of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar, overload

from typing_extensions import override

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class Overlay(Mapping[K, V]):
    """The entries of ``base``, with ``own`` in their place or behind them, and without those of ``gone``."""

    def __init__(self, base: Mapping[K, V], own: Mapping[K, V], gone: Iterable[K] = ()) -> None:
        self._base: Mapping[K, V] = base
        self._own: Mapping[K, V] = own
        self._gone: frozenset[K] = frozenset(gone)
        if isinstance(base, Overlay):
            # One layer is enough: a look-up that is edited again and again stays as fast.
            gone_now = self._gone
            self._own = {key: v for key, v in {**base._own, **own}.items() if key not in gone_now}
            self._gone = (base._gone | gone_now) - own.keys()
            self._base = base._base

    @overload
    def get(self, key: K, /) -> V | None: ...

    @overload
    def get(self, key: K, /, default: D) -> V | D: ...

    @override
    def get(self, key: K, /, default: object = None) -> object:
        """Return the value of a key, or the default."""
        if key in self._own:
            return self._own[key]
        return default if key in self._gone else self._base.get(key, default)

    @override
    def __getitem__(self, key: K) -> V:
        if key in self._own:
            return self._own[key]
        if key in self._gone:
            raise KeyError(key)
        return self._base[key]

    @override
    def __contains__(self, key: object) -> bool:
        return key in self._own or (key not in self._gone and key in self._base)

    @override
    def __iter__(self) -> Iterator[K]:
        kept = (key for key in self._base if key not in self._gone)
        return chain(kept, (key for key in self._own if key not in self._base))

    @override
    def __len__(self) -> int:
        return sum(1 for _ in self)
