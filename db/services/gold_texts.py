"""The gold texts of the store, each read and encoded once, for all who replay them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from cachetools import LRUCache
from sqlalchemy import Engine

from db.services.beside_pages import InTurn, directly
from db.stores.gold_items import GoldItem
from db.stores.gold_sets import GoldSets
from pipeline.contracts import ParsedJD
from pipeline.experiments.results import Gold
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.encoding import EncodedJD, encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.text import JDText

ENCODED_AT_ONCE = 16
"""Texts that are encoded in one go: so many wait for each other."""
MAX_OTHERS = 500
"""Texts that are kept beside those of the store, the last used: those of experiments."""

Note = Callable[[int, int], None]
"""Is called with how many texts are read or encoded, and of how many."""


@dataclass(frozen=True)
class GoldSource:
    """A gold text of the store before it is read: its name, unique among all, its label, its title where it has one apart, and what
    tells it from the same in another version.
    """

    item: str
    label: str
    title: str | None
    text: str
    gold: Gold
    digest: str

    @classmethod
    def of_gold(cls, item: str, label: str, title: str | None, text: str, gold: Gold) -> GoldSource:
        """A gold text with its digest."""
        said = json.dumps([item, title, text, gold.wire()], sort_keys=True)
        return cls(item, label, title, text, gold, hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest())


class StoredGold:
    """The gold texts that a draft is held against: those of all gold sets of the store as they are now, each text once. A set is read
    once a version.
    """

    def __init__(self, engine: Engine) -> None:
        self._sets = GoldSets(engine)
        self._read: dict[str, tuple[int, tuple[GoldSource, ...]]] = {}

    def gold_items(self) -> tuple[GoldSource, ...]:
        """The gold texts, by the names of their sets."""
        found: dict[str, GoldSource] = {}
        for source in self._of_sets():
            found.setdefault(source.text.strip(), source)
        return tuple(found.values())

    def version(self) -> object:
        """The versions of the gold sets."""
        return tuple((gold_set.id, gold_set.version) for gold_set in self._sets.all())

    def _of_sets(self) -> Iterator[GoldSource]:
        for gold_set in self._sets.all():
            version, sources = self._read.get(gold_set.name, (0, ()))
            if version != gold_set.version:
                items = self._sets.items(gold_set.name, gold_set.version)
                sources = tuple(source for item in items for source in _of_item(gold_set.name, item))
                self._read[gold_set.name] = gold_set.version, sources
            yield from sources


def _of_item(name: str, item: GoldItem) -> Iterator[GoldSource]:
    gold = Gold.of_row(item.row)
    if gold is not None:
        yield GoldSource.of_gold(f"{name}/{item.id}", f"{item.title or item.id} · {name}", item.title, item.text, gold)


@dataclass(frozen=True)
class ReadGold:
    """A gold text that is parsed when it is asked for: whether a draft can touch it is known without its vectors."""

    source: GoldSource

    @cached_property
    def text(self) -> JDText:
        """The text as it is read."""
        return JDText(self.source.text)

    @cached_property
    def parsed(self) -> ParsedJD:
        """Its fields."""
        return parse_jd(self.text, self.source.title)


class GoldTexts:
    """Gold texts by the digests of their sources. Safe to use from several threads; two that ask for the same at once may both make it."""

    def __init__(self, engine: Engine, encoder: CachedEncoder) -> None:
        self._encoder = encoder
        self._stored = StoredGold(engine)
        self._read: dict[str, ReadGold] = {}
        self._encoded: dict[str, EncodedJD] = {}
        self._others: LRUCache[str, EncodedJD] = LRUCache(MAX_OTHERS)
        self._lock = threading.Lock()

    def sources(self) -> tuple[GoldSource, ...]:
        """The gold texts of the store as they are now."""
        return self._stored.gold_items()

    def version(self) -> object:
        """What tells the gold of the store from what it was and will be."""
        return self._stored.version()

    @property
    def is_encoded(self) -> bool:
        """Whether no gold text of the store is left that was never encoded."""
        return all(source.digest in self._encoded for source in self.sources())

    def read(self, note: Note | None = None, in_turn: InTurn = directly) -> list[ReadGold]:
        """The gold texts of the store, parsed; those that are there already are not parsed again, and what has gone is forgotten."""
        found, sources = dict[str, ReadGold](), self.sources()
        for source in sources:
            one = self._read.get(source.digest)
            if one is None:
                if note is not None:
                    note(len(found), len(sources))
                one = ReadGold(source)
                in_turn(partial(getattr, one, "parsed"))
            found[source.digest] = self._read[source.digest] = one
        with self._lock:
            self._read = found
            self._encoded = {digest: jd for digest, jd in self._encoded.items() if digest in found}
        return list(found.values())

    def encoded(self, wanted: Sequence[ReadGold], note: Note | None = None) -> list[EncodedJD]:
        """Some texts, encoded, in their order; those that are already are not encoded again."""
        found = {one.source.digest: self.known(one.source.digest) for one in wanted}
        missing = [one for one in wanted if found[one.source.digest] is None]
        for start in range(0, len(missing), ENCODED_AT_ONCE):
            if note is not None:
                note(len(wanted) - len(missing) + start, len(wanted))
            batch = missing[start : start + ENCODED_AT_ONCE]
            made = encode_jds([(one.text, one.parsed) for one in batch], self._encoder)
            for one, jd in zip(batch, made, strict=True):
                found[one.source.digest] = self._keep(one.source.digest, jd)
        return [known for one in wanted if (known := found[one.source.digest]) is not None]

    def known(self, digest: str) -> EncodedJD | None:
        """A text that is encoded already; null for another."""
        with self._lock:
            return self._encoded.get(digest) or self._others.get(digest)

    def _keep(self, digest: str, jd: EncodedJD) -> EncodedJD:
        with self._lock:
            kept: MutableMapping[str, EncodedJD] = self._encoded if digest in self._read else self._others
            return kept.setdefault(digest, jd)
