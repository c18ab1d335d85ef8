"""The smallest changes that put stored runs right, found beside the pages: of one run, and the one change for most of a group.

A run's candidates are replayed on itself at once; then on the runs and the gold of which it is known what is right, which ranks them by
what they fix and break.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy import Engine

from db.services.experiments import Experiments
from db.services.held_runs import HeldRuns
from db.services.repair_groups import Group, GroupMembers, Member, is_alike
from db.services.repair_wants import wants_of_verdicts
from db.services.searches_behind import Progress, SearchesBehind, SearchState, Watch
from db.services.snapshot import Snapshot, SnapshotKey
from db.stores.verdicts import VerdictStore
from pipeline.held import Result
from pipeline.repair import JudgedRun, Repairer, Repairs, Want
from pipeline.repair.group import GroupRepair, repair_group
from pipeline.repair.judged import JudgedRuns

__all__ = ["FoundGroup", "FoundRepairs", "Group", "Progress", "RunRepairs", "SearchState"]

MAX_REPAIRERS = 4
"""States of the catalog of which it is kept what is doubtful in them."""
MAX_JUDGED = 2
"""States of the catalog on which the judged runs are kept ready."""


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
        self._judged_runs: LRUCache[Hashable, JudgedRuns] = LRUCache(MAX_JUDGED)
        self._repairers: LRUCache[SnapshotKey, Repairer] = LRUCache(MAX_REPAIRERS)
        self._lock = threading.Lock()

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
        given = self._verdicts.renamed([run_id]).get(run_id, ())
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
        held = self._held.of(run_id, snapshot)
        repairer = self._repairer(snapshot)
        first = repairer.find(held, want)
        yield FoundRepairs(held.result, first)
        if not first.found:
            return
        # The run itself is no witness for its own repair.
        others = self._judged(snapshot, watch).without({str(run_id)})
        ranked = repairer.ranked(first, others, lambda done, of: watch("replaying", done, of))
        alike = tuple(run.run_id for run in others.runs if is_alike(run, held.result, want))
        yield FoundRepairs(held.result, ranked, _against(others.runs, began), alike)

    def _of_group(self, group: Group, snapshot: Snapshot, watch: Watch) -> Iterator[FoundGroup]:
        began = perf_counter()
        found = self._members.of(group, snapshot, watch)
        members = tuple(member for member, _ in found)
        yield FoundGroup(members, None if members else ())
        if not members:
            return
        wrong = [wrong for _, wrong in found]
        others = self._judged(snapshot, watch).without({run.run_id for run in wrong})
        repairs = repair_group(wrong, others, lambda done, of: watch("replaying", done, of))
        yield FoundGroup(members, repairs, _against(others.runs, began))

    def _judged(self, snapshot: Snapshot, watch: Watch) -> JudgedRuns:
        """The judged runs and gold texts, with what is known of all of them together, which is kept while they stay the same."""
        key = snapshot.key, self._held.version()
        with self._lock:
            found = self._judged_runs.get(key)
        if found is None:
            found = JudgedRuns(self._held.judged(snapshot, watch=lambda done, of: watch("reading", done, of)))
            with self._lock:
                self._judged_runs[key] = found
        return found

    def _repairer(self, snapshot: Snapshot) -> Repairer:
        with self._lock:
            found = self._repairers.get(snapshot.key)
            if found is None:
                found = self._repairers[snapshot.key] = Repairer(snapshot.edits)
            return found


def _against(judged: Iterable[JudgedRun], began: float) -> HeldAgainst:
    of_gold = [run.is_gold for run in judged]
    return HeldAgainst(of_gold.count(False), of_gold.count(True), perf_counter() - began)
