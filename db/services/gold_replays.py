"""The gold texts of the store, run on the stored catalog and on it with a draft.

A text is encoded once, its vectors stay in the store: beside the pages from the start on, or before that when a draft can touch it.
What it comes to on the stored catalog is kept by the process from one revision to the next, unless a commit can have touched it; of a
draft, only texts that it can touch are run.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy import Engine

from db.services.beside_pages import BesidePages, InTurn, directly
from db.services.gold_texts import GoldTexts, ReadGold
from db.services.impacts import Watch, watched
from db.services.snapshot import Snapshot
from db.services.snapshots import CatalogSnapshots
from db.stores.audit_trail import AuditTrail
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.gate import CheckResult
from pipeline.gate.checks import GOLD
from pipeline.gate.gold import GoldSide, GoldText
from pipeline.impact import Scope
from pipeline.stages.encoding import EncodedJD

WARMED_AT_ONCE = 2
"""Texts that are encoded in one go where nobody waits."""
LOOK_SECONDS = 5.0
"""How often it is looked whether a gold set has another text."""


class GoldReplays:
    """Gold texts on catalogs. Safe to use from several threads: one at a time replays."""

    def __init__(self, engine: Engine, texts: GoldTexts, snapshots: CatalogSnapshots) -> None:
        self._gold = texts
        self._snapshots = snapshots
        self._audit_trail = AuditTrail(engine)
        self._lock = threading.Lock()
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
        read = self._gold.read(watch)
        chosen = self._texts([one for one in read if scope.touches(one.text.view, one.parsed.role)], watch)
        with self._lock:
            successors, later = self._successors(changes)
            side = self._side_of(base.indexes, successors)
            pairs = list(side.pairs(watched(chosen, watch), after, later))
            right = self._right(side, read)
        return GOLD.judge(pairs, len(read), right)

    @property
    def is_encoded(self) -> bool:
        """Whether no gold text of the store is left that was never encoded."""
        return self._gold.is_encoded

    def version(self) -> object:
        """What tells the gold of the store from what it was and will be."""
        return self._gold.version()

    def warm(self, in_turn: InTurn = directly) -> None:
        """Encode the gold texts and run them on the stored catalog, a few at a time and each piece by ``in_turn``, so that a draft finds
        one side of the comparison made.
        """
        base = self._snapshots.current()
        read = self._gold.read(None, in_turn)
        for start in range(0, len(read), WARMED_AT_ONCE):
            for text in in_turn(partial(self._texts, read[start : start + WARMED_AT_ONCE])):
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

    def _texts(self, wanted: Sequence[ReadGold], watch: Watch | None = None) -> list[GoldText]:
        encoded = self._gold.encoded(wanted, watch)
        return [_text(one, jd) for one, jd in zip(wanted, encoded, strict=True)]

    def _right(self, side: GoldSide, read: Sequence[ReadGold]) -> int | None:
        """How many of all texts come to a right role on one side; null while some were never run there."""
        texts = [
            _text(one, jd)
            for one in read
            if (jd := self._gold.known(one.source.digest)) and side.knows(one.source.item)
        ]
        return sum(map(side.is_right, texts)) if len(texts) == len(read) else None

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


def _text(read: ReadGold, jd: EncodedJD) -> GoldText:
    return GoldText(read.source.item, read.source.label, jd, read.source.gold)
