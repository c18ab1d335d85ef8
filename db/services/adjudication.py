"""Disagreements of reviewers are decided, and what is settled goes into a gold set; a decision that is undone takes it out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, Engine

from db.errors import StoreError
from db.services.agreements import Agreements, Dispute
from db.services.reviewed_gold import ReviewedGold, gold_of
from db.services.skill_alternatives import Alternative, alternatives_to
from db.services.snapshots import CatalogSnapshots
from db.stores.adjudications import Adjudication, AdjudicationStore, Ruling, decide_in, in_force_in, undo_in
from db.stores.gold_items import GoldItem, ParseLabel
from db.stores.gold_listing import GoldListing
from db.stores.gold_sets import GoldSets, add_in, check_name, remove_in
from db.stores.gold_versions import Why
from db.stores.runs import RunStore, StoredRun, jd_hash
from pipeline.agreement.reviews import NO, YES
from pipeline.catalog.refs import Ref, RunRef

TAKEN_BACK = "A decision of it was taken back"
GOLD_KINDS = ("role", "skills")
"""What must be settled before a run is gold."""


@dataclass(frozen=True)
class Ruled:
    """What came of a decision: the numbers of what was decided, what the run makes now, and the version of the gold set where that has
    changed.
    """

    numbers: tuple[int, ...]
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
        self._engine = engine
        self._agreements, self._store = Agreements(engine), AdjudicationStore(engine)
        self._gold, self._listing = GoldSets(engine), GoldListing(engine)
        self._runs, self._snapshots = RunStore(engine), snapshots

    def gold_of(self, run_id: UUID) -> ReviewedGold:
        """What a run makes as it stands. Raises ``InvalidGold`` where that cannot be written as gold."""
        with self._engine.connect() as connection:
            return self._gold_in(connection, run_id)

    def alternatives(self, dispute: Dispute, stored: StoredRun) -> tuple[Alternative, ...]:
        """What reviewers see in the words of a skill instead of it; nothing for what is no skill."""
        about = dispute.disagreement
        if about.kind != "skills":
            return ()
        return alternatives_to(about.subject, stored, self._agreements.of_run(dispute.run_id))

    def decide_instead(self, run_id: UUID, ruling: Ruling, skill: str, author: str) -> Ruled:
        """Keep that the text does not ask for the skill of a ruling but for another in its words; raises as ``decide`` does."""
        of_other = [one for one in self._agreements.disputes_of(run_id) if one.key == f"skills {skill}"]
        rulings = [replace(ruling, value=NO)]
        for one in of_other:
            replaces = one.decided.id if one.decided else None
            rulings.append(replace(ruling, subject=skill, value=YES, said=one.said, replaces=replaces))
        return self._decide(run_id, rulings, author)

    def decide(self, run_id: UUID, ruling: Ruling, author: str) -> Ruled:
        """Keep a decision; once nothing of the run's role and skills is open, it goes into the ruling's gold set: both or neither.

        Raises ``StoreError`` as ``decide_in`` does, ``InputError`` for a gold set that cannot be, and ``InvalidGold`` where what the
        decision makes of the run cannot be written as gold.
        """
        return self._decide(run_id, [ruling], author)

    def _decide(self, run_id: UUID, rulings: Sequence[Ruling], author: str) -> Ruled:
        first = rulings[0]
        check_name(first.gold_set)
        with self._engine.begin() as connection:
            numbers = tuple(decide_in(connection, run_id, ruling, author) for ruling in rulings)
            gold = self._gold_in(connection, run_id)
            why = Why(author, first.reason or "Reviewers differed, and it was decided")
            return Ruled(numbers, gold, self._put(connection, gold, first.gold_set, why))

    def undo(self, numbers: Sequence[int], author: str) -> Ruled:
        """Take back what was decided of a run at once. What it made goes out of the gold set if nobody has changed it there, and what
        the set had of its text before comes back; so does what an earlier decision makes of it: all or nothing.

        Raises ``StoreError`` as ``undo_in`` does.
        """
        why = Why(author, TAKEN_BACK)
        before = {one.id: one for one in self._store.in_force()}.get(numbers[0])
        made = self.gold_of(before.run_id).item if before else None
        with self._engine.begin() as connection:
            undone, *_ = [undo_in(connection, number, author) for number in numbers]
            gold = self._gold_in(connection, undone.run_id)
            if gold.item is None and made is not None:
                version = self._take_out(connection, made, undone, why)
            else:
                version = self._put(connection, gold, undone.gold_set, why)
            return Ruled(tuple(numbers), gold, version)

    def _gold_in(self, connection: Connection, run_id: UUID) -> ReviewedGold:
        """What a run makes by the decisions that a transaction sees."""
        decided = in_force_in(connection, [run_id])
        reviews = self._agreements.of_run(run_id)
        return gold_of(self._runs.load(run_id), reviews, decided, self._snapshots.current().catalog)

    def _take_out(self, connection: Connection, made: GoldItem, undone: Adjudication, why: Why) -> int | None:
        """Let a gold set have of a text what it had before a run's decisions; returns the version, null where nothing changes."""
        name = undone.gold_set
        known = next((found for found in self._gold.all() if found.name == name), None)
        item = self._fitted(made, name)
        held = {one.id: one for one in self._held(name)}.get(item.id)
        if known is None or held is None or held.value_digest != item.value_digest:
            return None
        history = self._listing.history((known.id, known.version), item.id)
        earlier = next((one for one in history if one.source != RunRef(undone.run_id)), None)
        if earlier is None or earlier.item is None:
            return remove_in(connection, name, [item.id], why).version
        return add_in(connection, name, [earlier.item], why).version

    def settled(self, disputes: Sequence[Dispute], judged: Iterable[UUID], gold_set: str) -> list[UUID]:
        """Those runs that several have judged of which nothing is open and which the gold set lacks."""
        still_open = {one.run_id for one in disputes if one.decided is None and one.disagreement.kind in GOLD_KINDS}
        closed = [run_id for run_id in judged if run_id not in still_open]
        texts = self._runs.text_hashes(closed)
        known = next((found for found in self._gold.all() if found.name == gold_set), None)
        there = self._listing.ids_of_texts((known.id, known.version), list(texts.values())) if known else {}
        return [run_id for run_id in closed if run_id in texts and texts[run_id] not in there]

    def add_settled(self, run_ids: Sequence[UUID], gold_set: str, author: str) -> Settled:
        """Put runs on which reviewers agree, or which are decided, into a gold set, all of them as one version.

        What is open or cannot be written as gold is left out, and named. Raises ``StoreError`` without a name of who does it.
        """
        if not author:
            raise StoreError("Gold needs somebody who answers for it; give your name first.")
        items, left_out, sources = [], [], dict[str, Ref]()
        for run_id in run_ids:
            gold = self.gold_of(run_id)
            if gold.item is None:
                left_out.append(f"{run_id}: {gold.still_open} open" if gold.still_open else f"{run_id}: no role")
            else:
                items.append(self._fitted(gold.item, gold_set))
                sources[items[-1].id] = RunRef(run_id)
        if not items:
            return Settled(0, None, tuple(left_out))
        written = self._gold.add(gold_set, items, author=author, reason="Reviewers agree", sources=sources)
        return Settled(len(items), written.version, tuple(left_out))

    def _put(self, connection: Connection, gold: ReviewedGold, gold_set: str, why: Why) -> int | None:
        if gold.item is None:
            return None
        item = self._fitted(gold.item, gold_set)
        sources: dict[str, Ref] = {item.id: RunRef(UUID(gold.item.id))}
        written = add_in(connection, gold_set, [item], replace(why, sources=sources))
        return written.version if written.added or written.changed else None

    def _fitted(self, item: GoldItem, gold_set: str) -> GoldItem:
        """An item under the id that the gold set has its text by, with the columns that it has there; itself for a new text."""
        known = next((found for found in self._gold.all() if found.name == gold_set), None)
        key = jd_hash(item.text)
        held_id = self._listing.ids_of_texts((known.id, known.version), [key]).get(key) if known else None
        held = {one.id: one for one in self._held(gold_set)}.get(held_id) if held_id else None
        if held is None or held.text != item.text:
            return item
        kept = {name: held.row[name] for name in ("id", "title") if name in held.row}
        label = item.label and ParseLabel.of_row({**item.label.row, "id": held.row["id"]})
        return GoldItem.of_row({**held.row, **item.row, **kept}, label=label or held.label)

    def _held(self, gold_set: str) -> list[GoldItem]:
        try:
            return self._gold.items(gold_set)
        except StoreError:
            return []
