"""Disagreements of reviewers are decided, and what is settled goes into a gold set; a decision that is undone takes it out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from db.errors import StoreError
from db.services.agreements import Agreements, Dispute
from db.services.reviewed_gold import ReviewedGold, gold_of
from db.services.snapshots import CatalogSnapshots
from db.stores.adjudications import AdjudicationStore, Ruling
from db.stores.gold_items import GoldItem
from db.stores.gold_sets import GoldSets, check_name
from db.stores.runs import RunStore
from pipeline.catalog.refs import Ref, RunRef

GOLD_KINDS = ("role", "skills")
"""What must be settled before a run is gold."""


@dataclass(frozen=True)
class Ruled:
    """What came of a decision: its number, what the run makes now, and the version of the gold set where that has changed."""

    number: int
    gold: ReviewedGold
    version: int | None = None


@dataclass(frozen=True)
class Settled:
    """Runs that went into a gold set together: how many, the version that has them, and why others did not."""

    added: int
    version: int | None
    left_out: tuple[str, ...] = ()


class Adjudicator:
    """Decisions where reviewers differ, and the gold that follows."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._agreements, self._store = Agreements(engine), AdjudicationStore(engine)
        self._gold, self._runs, self._snapshots = GoldSets(engine), RunStore(engine), snapshots

    def gold_of(self, run_id: UUID) -> ReviewedGold:
        """What a run makes as it stands. Raises ``InvalidGold`` where that cannot be written as gold."""
        reviews = self._agreements.of_run(run_id)
        decided = self._store.in_force([run_id])
        return gold_of(self._runs.load(run_id), reviews, decided, self._snapshots.current().catalog)

    def decide(self, run_id: UUID, ruling: Ruling, author: str) -> Ruled:
        """Keep a decision; once nothing of the run's role and skills is open, it goes into the ruling's gold set.

        Raises ``StoreError`` as ``AdjudicationStore.decide`` does, and ``InputError`` for a gold set that cannot be.
        """
        check_name(ruling.gold_set)
        number = self._store.decide(run_id, ruling, author)
        gold = self.gold_of(run_id)
        return Ruled(number, gold, self._put(gold, ruling.gold_set, author, ruling.reason))

    def undo(self, number: int, author: str) -> Ruled:
        """Take a decision back. What the run made goes out of the gold set if nobody has changed it there; what an earlier decision
        makes of it comes back. Raises ``StoreError`` as ``AdjudicationStore.undo`` does.
        """
        before = {one.id: one for one in self._store.in_force()}.get(number)
        made = self.gold_of(before.run_id).item if before else None
        undone = self._store.undo(number, author)
        gold = self.gold_of(undone.run_id)
        version = self._put(gold, undone.gold_set, author, "A decision was taken back")
        if gold.item is None and made is not None:
            held = {item.id: item for item in self._held(undone.gold_set)}.get(made.id)
            if held is not None and held.value_digest == made.value_digest:
                written = self._gold.remove(
                    undone.gold_set, [made.id], author=author, reason="A decision of it was taken back"
                )
                version = written.version
        return Ruled(number, gold, version)

    def settled(self, disputes: Sequence[Dispute], judged: Iterable[UUID], gold_set: str) -> list[UUID]:
        """Those runs that several have judged of which nothing is open and which the gold set lacks."""
        still_open = {one.run_id for one in disputes if one.decided is None and one.disagreement.kind in GOLD_KINDS}
        there = {item.id for item in self._held(gold_set)}
        return [run_id for run_id in judged if run_id not in still_open and str(run_id) not in there]

    def add_settled(self, run_ids: Sequence[UUID], gold_set: str, author: str) -> Settled:
        """Put runs on which reviewers agree, or which are decided, into a gold set, all of them as one version.

        What is open or cannot be written as gold is left out, and named. Raises ``StoreError`` without a name of who does it.
        """
        if not author:
            raise StoreError("Gold needs somebody who answers for it; give your name first.")
        items, left_out = [], []
        for run_id in run_ids:
            gold = self.gold_of(run_id)
            if gold.item is None:
                left_out.append(f"{run_id}: {gold.still_open} open" if gold.still_open else f"{run_id}: no role")
            else:
                items.append(gold.item)
        if not items:
            return Settled(0, None, tuple(left_out))
        written = self._gold.add(
            gold_set, items, author=author, reason="Reviewers agree", sources={one.id: _source(one.id) for one in items}
        )
        return Settled(len(items), written.version, tuple(left_out))

    def _put(self, gold: ReviewedGold, gold_set: str, author: str, reason: str) -> int | None:
        if gold.item is None:
            return None
        sources = {gold.item.id: _source(gold.item.id)}
        why = reason or "Reviewers differed, and it was decided"
        written = self._gold.add(gold_set, [gold.item], author=author, reason=why, sources=sources)
        return written.version if written.added or written.changed else None

    def _held(self, gold_set: str) -> list[GoldItem]:
        try:
            return self._gold.items(gold_set)
        except StoreError:
            return []


def _source(run_id: str) -> Ref:
    return RunRef(UUID(run_id))
