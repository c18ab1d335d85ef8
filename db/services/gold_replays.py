"""The gold texts of the store, run on the stored catalog and on it with a draft.

A text is encoded once, its vectors stay in the store. What it comes to on the stored catalog is kept by the process from one revision
to the next, unless a commit can have touched it; of a draft, only texts that it can touch are run.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import Engine

from db.services.gold import gold_texts
from db.services.impacts import Watch
from db.services.snapshot import Snapshot
from db.stores.audit_trail import AuditTrail
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
class GoldItem:
    """A gold text of the store before it is read: its name, unique among all, its label, its title where it has one apart."""

    item: str
    label: str
    title: str | None
    text: str
    gold: Gold


def gold_items() -> tuple[GoldItem, ...]:
    """The gold texts that a draft is held against."""
    return tuple(
        GoldItem(t.item, t.label, None, t.text, Gold(tuple(sorted(t.roles, key=str)), slugs=t.skills))
        for t in gold_texts()
    )


class GoldReplays:
    """Gold texts on catalogs. Safe to use from several threads: one at a time replays."""

    def __init__(
        self, engine: Engine, encoder: CachedEncoder, items: Callable[[], Sequence[GoldItem]] = gold_items
    ) -> None:
        self._encoder = encoder
        self._audit_trail = AuditTrail(engine)
        self._items = items
        self._lock = threading.Lock()
        self._texts: dict[GoldItem, GoldText] = {}
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
            pairs = []
            for done, text in enumerate(chosen):
                if watch is not None:
                    watch(done, len(chosen))
                pairs.append(side.pair(text, after, later))
            known = all(side.knows(text.item) for text in texts)
            right = sum(side.marks(text).is_right for text in texts) if known else None
        return GOLD.judge(pairs, len(texts), right)

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
                        self._side_of(base.indexes, self._successors(())[0]).marks(texts[n])
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
        items = self._items()
        missing = [item for item in items if item not in self._texts]
        for start in range(0, len(missing), ENCODED_AT_ONCE):
            if self._stopping.is_set():
                break
            if watch is not None:
                watch(start, len(missing))
            batch = missing[start : start + ENCODED_AT_ONCE]
            parsed = [(jd, parse_jd(jd, item.title)) for item in batch for jd in (JDText(item.text),)]
            for item, jd in zip(batch, encode_jds(parsed, self._encoder), strict=True):
                self._texts[item] = GoldText(item.item, item.label, jd, item.gold)
        wanted = set(items)
        self._texts = {item: text for item, text in self._texts.items() if item in wanted}
        return [self._texts[item] for item in items if item in self._texts]
