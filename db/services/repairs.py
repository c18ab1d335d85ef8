"""The smallest changes that put stored runs right, found beside the pages: of one run, and the one change for most of a group.

A run's candidates are replayed on itself at once; then on the runs and the gold of which it is known what is right, which ranks them by
what they fix and break.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy import Engine

from db.errors import StoreError
from db.services.experiments import Experiments
from db.services.held_runs import HeldRuns
from db.services.repair_groups import Group, GroupMembers, Member, is_alike
from db.services.repair_wants import wants_of_verdicts
from db.services.searches_behind import Progress, SearchesBehind, SearchState, Watch
from db.services.snapshot import Snapshot, SnapshotKey
from db.stores.verdicts import VerdictStore
from pipeline.catalog.index_edits import IndexEdits
from pipeline.held import Result
from pipeline.repair import JudgedRun, Repairer, Repairs, Want
from pipeline.repair.group import GroupRepair, repair_group
from pipeline.repair.judged import effects

__all__ = ["FoundGroup", "FoundRepairs", "Group", "Progress", "RunRepairs", "SearchState"]

MAX_EDITS = 4
"""States of the catalog whose indexes are kept ready to be edited."""


@dataclass(frozen=True)
class HeldAgainst:
    """What repairs were replayed on: how many judged runs and gold texts, and how long all of it took."""

    runs: int = 0
    gold: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class FoundRepairs:
    """The repairs of a run that comes to ``result``, ranked by what they fix and break once ``against`` is there.

    ``alike`` are the other judged runs and gold texts that are taken for the same role and should have had the same.
    """

    result: Result
    repairs: Repairs
    against: HeldAgainst | None = None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundGroup:
    """The wrong ones of a group, and the changes that put most of them right (null while they are looked for)."""

    members: tuple[Member, ...]
    repairs: tuple[GroupRepair, ...] | None = None
    against: HeldAgainst | None = None


class RunRepairs:
    """Repairs of stored runs, on any state of the catalog. Safe to use from several threads."""

    def __init__(self, engine: Engine, held: HeldRuns, experiments: Experiments) -> None:
        self._held = held
        self._verdicts = VerdictStore(engine)
        self._members = GroupMembers(engine, held, experiments)
        self._runs: SearchesBehind[FoundRepairs] = SearchesBehind("repair")
        self._groups: SearchesBehind[FoundGroup] = SearchesBehind("group-repair")
        self._edits: LRUCache[SnapshotKey, IndexEdits] = LRUCache(MAX_EDITS)

    def close(self) -> None:
        """Give up what is being looked for."""
        self._runs.close()
        self._groups.close()

    def of_run(self, run_id: UUID, want: Want, snapshot: Snapshot, seconds: float = 0.0) -> SearchState[FoundRepairs]:
        """How the search for repairs of a run stands, which this begins; waits so many seconds for the first of them."""
        key = run_id, want, snapshot.key, self._held.version()
        return self._runs.ask(key, lambda watch: self._of_run(run_id, want, snapshot, watch), seconds)

    def retry_run(self, run_id: UUID, want: Want, snapshot: Snapshot) -> None:
        """Let a search that has failed be made again."""
        self._runs.forget((run_id, want, snapshot.key, self._held.version()))

    def wants(self, run_id: UUID, person: str, snapshot: Snapshot) -> list[Want]:
        """What a run does not come to and should by a person's verdict, or by those of others where they have given none."""
        given = self._verdicts.of_run(run_id)
        held = self._held.on(snapshot, [run_id]).get(run_id) if given else None
        own = [verdict for verdict in given if verdict.author == person]
        return wants_of_verdicts(own or given, held) if held else []

    def of_group(self, group: Group, snapshot: Snapshot, seconds: float = 0.0) -> SearchState[FoundGroup]:
        """The same of a group: first who is wrong in it, then the changes."""
        key = group, snapshot.key, self._held.version()
        return self._groups.ask(key, lambda watch: self._of_group(group, snapshot, watch), seconds)

    def retry_group(self, group: Group, snapshot: Snapshot) -> None:
        """Let a search that has failed be made again."""
        self._groups.forget((group, snapshot.key, self._held.version()))

    def _of_run(self, run_id: UUID, want: Want, snapshot: Snapshot, watch: Watch) -> Iterator[FoundRepairs]:
        began = perf_counter()
        held = self._held.on(snapshot, [run_id]).get(run_id)
        if held is None:
            raise StoreError("This run has no result of this system that could be put right.")
        edits = self._edits_of(snapshot)
        first = Repairer(edits).repair(held, want)
        yield FoundRepairs(held.result, first)
        if not first.found:
            return
        judged = self._judged(snapshot, watch)
        # The run itself is no witness for its own repair.
        others = [run for run in judged if run.run_id != str(run_id)]
        ranked = _ranked(first, _Watched(others, watch, len(first.found)), edits)
        alike = tuple(run.run_id for run in others if is_alike(run, held.result, want))
        yield FoundRepairs(held.result, ranked, _against(others, began), alike)

    def _of_group(self, group: Group, snapshot: Snapshot, watch: Watch) -> Iterator[FoundGroup]:
        began = perf_counter()
        found = self._members.of(group, snapshot, watch)
        members = tuple(member for member, _ in found)
        yield FoundGroup(members, None if members else ())
        if not members:
            return
        wrong = [wrong for _, wrong in found]
        names = {run.run_id for run in wrong}
        judged = [run for run in self._judged(snapshot, watch) if run.run_id not in names]
        repairs = repair_group(wrong, judged, lambda done, of: watch("replaying", done, of))
        yield FoundGroup(members, repairs, _against(judged, began))

    def _judged(self, snapshot: Snapshot, watch: Watch) -> list[JudgedRun]:
        return self._held.judged(snapshot, watch=lambda done, of: watch("reading", done, of))

    def _edits_of(self, snapshot: Snapshot) -> IndexEdits:
        edits = self._edits.get(snapshot.key)
        if edits is None:
            edits = self._edits[snapshot.key] = IndexEdits(snapshot.indexes)
        return edits


class _Watched(Sequence[JudgedRun]):
    """Judged runs that say how many of them have been gone through, some ``times`` in all."""

    def __init__(self, runs: Sequence[JudgedRun], watch: Watch, times: int) -> None:
        self._runs = runs
        self._watch = watch
        self._of = len(runs) * times
        self._done = 0

    def __len__(self) -> int:
        return len(self._runs)

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        return self._runs[place]

    def __iter__(self) -> Iterator[JudgedRun]:
        for run in self._runs:
            self._watch("replaying", min(self._done, self._of), self._of)
            yield run
            self._done += 1


def _ranked(first: Repairs, judged: Sequence[JudgedRun], edits: IndexEdits) -> Repairs:
    """Repairs that were replayed on their run alone, with what they do to judged runs, ranked by that and then as they were."""
    done = [replace(r, effects=effects(judged, r.changes, edits.after(r.changes))) for r in first.found]
    return Repairs(tuple(sorted(done, key=lambda repair: (-repair.effects.gain, len(repair.changes)))))


def _against(judged: Iterable[JudgedRun], began: float) -> HeldAgainst:
    of_gold = [run.is_gold for run in judged]
    return HeldAgainst(of_gold.count(False), of_gold.count(True), perf_counter() - began)
