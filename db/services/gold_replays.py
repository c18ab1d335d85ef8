"""The gold texts of the store, run on the stored catalog and on it with a draft.

A text is encoded once, its vectors stay in the store. What it comes to on the stored catalog is kept by the process from one revision
to the next, unless a commit can have touched it; of a draft, only texts that it can touch are run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import Engine

from db.services.impacts import Watch, watched
from db.services.snapshot import Snapshot
from db.stores.audit_trail import AuditTrail
from db.stores.gold_items import GoldItem
from db.stores.gold_sets import GoldSets
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.experiments.results import Gold
from pipeline.gate import CheckResult
from pipeline.gate.checks import GOLD
from pipeline.gate.gold import GoldSide, GoldText, touched
from pipeline.impact import Scope
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.encoding import encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.text import JDText

log = logging.getLogger("workbench")

ENCODED_AT_ONCE = 16
"""Texts that are encoded in one go: so many wait for each other."""


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


class GoldReplays:
    """Gold texts on catalogs. Safe to use from several threads: one at a time replays."""

    def __init__(self, engine: Engine, encoder: CachedEncoder) -> None:
        self._encoder = encoder
        self._audit_trail = AuditTrail(engine)
        self._sources = StoredGold(engine)
        self._lock = threading.Lock()
        self._texts: dict[str, GoldText] = {}
        """By the digests of their sources."""
        self._side: GoldSide | None = None
        self._stopping = threading.Event()

    def close(self) -> None:
        """Stop what is made ready in the background."""
        self._stopping.set()

    def check(
        self, base: Snapshot, after: Indexes, changes: Sequence[Change], watch: Watch | None = None
    ) -> CheckResult:
        """What a draft makes of gold: ``base`` is the stored catalog, ``after`` it with the ``changes``."""
        scope = Scope(base.indexes, after)
        with self._lock:
            texts = self._ready(watch)
            successors, later = self._successors(changes)
            side = self._side_of(base.indexes, successors)
            chosen = touched(texts, scope)
            pairs = list(side.pairs(watched(chosen, watch), after, later))
            known = all(side.knows(text.item) for text in texts)
            right = sum(side.is_right(text) for text in texts) if known else None
        return GOLD.judge(pairs, len(texts), right)

    def version(self) -> object:
        """What tells the gold of the store from what it was and will be."""
        return self._sources.version()

    def begin(self, current: Callable[[], Snapshot]) -> None:
        """Make the gold texts ready in a thread of its own: see ``warm``."""
        threading.Thread(target=lambda: self.warm(current), name="gold", daemon=True).start()

    def warm(self, current: Callable[[], Snapshot]) -> None:
        """Run the gold texts on the stored catalog, one by one, with a rest after each as long as it took, so that a draft finds one side
        of the comparison made.
        """
        try:
            base = current()
            with self._lock:
                count = len(self._ready(None))
            for n in range(count):
                began = perf_counter()
                with self._lock:
                    texts = self._ready(None)
                    if n < len(texts):
                        self._side_of(base.indexes, self._successors(())[0]).is_right(texts[n])
                if self._stopping.wait(perf_counter() - began):
                    return
        except Exception:
            if not self._stopping.is_set():
                log.exception("gold texts could not be made ready; the next check of a draft does it")

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

    def _ready(self, watch: Watch | None) -> list[GoldText]:
        """The gold texts of the store, encoded; those that are there already are not encoded again."""
        sources = self._sources.gold_items()
        missing = [source for source in sources if source.digest not in self._texts]
        for start in range(0, len(missing), ENCODED_AT_ONCE):
            if self._stopping.is_set():
                break
            if watch is not None:
                watch(start, len(missing))
            batch = missing[start : start + ENCODED_AT_ONCE]
            parsed = [(jd, parse_jd(jd, source.title)) for source in batch for jd in (JDText(source.text),)]
            for source, jd in zip(batch, encode_jds(parsed, self._encoder), strict=True):
                self._texts[source.digest] = GoldText(source.item, source.label, jd, source.gold)
        wanted = {source.digest for source in sources}
        self._texts = {digest: text for digest, text in self._texts.items() if digest in wanted}
        return list(self._texts.values())
