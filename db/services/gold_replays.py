"""The gold texts of the store, run on the stored catalog and on it with a draft.

A text is encoded once, its vectors stay in the store: beside the pages from the start on, or before that when a draft can touch it.
What it comes to on the stored catalog is kept by the process from one revision to the next, unless a commit can have touched it; of a
draft, only texts that it can touch are run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from db.services.beside_pages import BesidePages, InTurn, directly
from db.services.impacts import Watch, watched
from db.services.snapshot import Snapshot
from db.services.snapshots import CatalogSnapshots
from db.stores.audit_trail import AuditTrail
from db.stores.gold_items import GoldItem
from db.stores.gold_sets import GoldSets
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import ParsedJD
from pipeline.experiments.results import Gold
from pipeline.gate import CheckResult
from pipeline.gate.checks import GOLD
from pipeline.gate.gold import GoldSide, GoldText
from pipeline.impact import Scope
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.encoding import encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.text import JDText

log = logging.getLogger("workbench")

ENCODED_AT_ONCE, WARMED_AT_ONCE = 16, 2
"""Texts that are encoded in one go, where somebody waits and where nobody does: so many wait for each other."""
LOOK_SECONDS = 5.0
"""How often it is looked whether a gold set has another text."""


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
class _Read:
    """A gold text that is parsed, and so far no more than that: whether a draft can touch it is known by now."""

    source: GoldSource
    text: JDText
    parsed: ParsedJD

    @classmethod
    def of_source(cls, source: GoldSource) -> _Read:
        text = JDText(source.text)
        return cls(source, text, parse_jd(text, source.title))


class GoldReplays:
    """Gold texts on catalogs. Safe to use from several threads: one at a time replays."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots) -> None:
        self._encoder = encoder
        self._snapshots = snapshots
        self._audit_trail = AuditTrail(engine)
        self._sources = StoredGold(engine)
        self._lock = threading.Lock()
        self._read: dict[str, _Read] = {}
        self._texts: dict[str, GoldText] = {}
        """Those that are encoded; both by the digests of their sources."""
        self._side: GoldSide | None = None
        self._ready: object = None
        """The version of the gold of which all is made ready."""
        self.beside_pages = BesidePages("making gold texts ready", self._step, LOOK_SECONDS)
        """Makes ready what a gold set gets, once it has begun."""

    def check(
        self, base: Snapshot, after: Indexes, changes: Sequence[Change], watch: Watch | None = None
    ) -> CheckResult:
        """What a draft makes of gold: ``base`` is the stored catalog, ``after`` it with the ``changes``. Only what the draft can touch has
        to be encoded.
        """
        scope = Scope(base.indexes, after)
        read = self._parsed(watch)
        chosen = self._encoded([one for one in read if scope.touches(one.text.view, one.parsed.role)], watch)
        with self._lock:
            successors, later = self._successors(changes)
            side = self._side_of(base.indexes, successors)
            pairs = list(side.pairs(watched(chosen, watch), after, later))
            right = self._right(side, read)
        return GOLD.judge(pairs, len(read), right)

    @property
    def is_encoded(self) -> bool:
        """Whether no gold text of the store is left that was never encoded."""
        return all(source.digest in self._texts for source in self._sources.gold_items())

    def version(self) -> object:
        """What tells the gold of the store from what it was and will be."""
        return self._sources.version()

    def warm(self, in_turn: InTurn = directly) -> None:
        """Encode the gold texts and run them on the stored catalog, a few at a time and each piece by ``in_turn``, so that a draft finds
        one side of the comparison made.
        """
        base = self._snapshots.current()
        read = self._parsed(None, in_turn)
        for start in range(0, len(read), WARMED_AT_ONCE):
            for text in in_turn(partial(self._encoded, read[start : start + WARMED_AT_ONCE])):
                in_turn(partial(self._run, base, text))
            if self.beside_pages.is_closing:
                return

    def _step(self) -> bool:
        """Make ready what is new among the gold."""
        version = self.version()
        if version != self._ready:
            self.warm(self.beside_pages.in_turn)
            self._ready = version
        return False

    def _run(self, base: Snapshot, text: GoldText) -> None:
        with self._lock:
            self._side_of(base.indexes, self._successors(())[0]).is_right(text)

    def _right(self, side: GoldSide, read: Sequence[_Read]) -> int | None:
        """How many of all texts come to a right role on one side; null while some were never run there."""
        texts = [self._texts.get(one.source.digest) for one in read]
        if not all(text is not None and side.knows(text.item) for text in texts):
            return None
        return sum(side.is_right(text) for text in texts if text is not None)

    def _successors(self, changes: Sequence[Change]) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The entries that stand for those that are gone, in the stored catalog, and in it with the changes."""
        stored = {slug: end for (_, slug), end in self._audit_trail.resolve_successors().items()}
        gone = {c.key[0]: c.successor for c in changes if c.after is None and c.successor}
        return stored, {**{slug: gone.get(end, end) for slug, end in stored.items()}, **gone}

    def _side_of(self, indexes: Indexes, successors: Mapping[str, str]) -> GoldSide:
        if self._side is None:
            self._side = GoldSide(indexes, successors)
        elif self._side.indexes is not indexes:
            self._side = self._side.on_next(indexes, successors)
        return self._side

    def _parsed(self, watch: Watch | None, in_turn: InTurn = directly) -> list[_Read]:
        """The gold texts of the store, parsed; those that are there already are not parsed again."""
        found, sources = dict[str, _Read](), self._sources.gold_items()
        missing = sum(source.digest not in self._read for source in sources)
        for source in sources:
            if self.beside_pages.is_closing:
                break
            one = self._read.get(source.digest)
            if one is None:
                if watch is not None:
                    watch(len(sources) - missing, len(sources))
                one = in_turn(partial(_Read.of_source, source))
                missing -= 1
            found[source.digest] = self._read[source.digest] = one
        # Another thread may do the same: each goes by what it has found itself.
        self._read = found
        self._texts = {digest: text for digest, text in self._texts.copy().items() if digest in found}
        return list(found.values())

    def _encoded(self, wanted: Sequence[_Read], watch: Watch | None = None) -> list[GoldText]:
        """Some texts, encoded; those that are already are not encoded again."""
        found = {one.source.digest: self._texts.get(one.source.digest) for one in wanted}
        missing = [one for one in wanted if found[one.source.digest] is None]
        for start in range(0, len(missing), ENCODED_AT_ONCE):
            if self.beside_pages.is_closing:
                break
            if watch is not None:
                watch(start, len(missing))
            batch = missing[start : start + ENCODED_AT_ONCE]
            jds = encode_jds([(one.text, one.parsed) for one in batch], self._encoder)
            for source, jd in zip((one.source for one in batch), jds, strict=True):
                made = GoldText(source.item, source.label, jd, source.gold)
                found[source.digest] = self._texts.setdefault(source.digest, made)
        return [text for text in found.values() if text is not None]
