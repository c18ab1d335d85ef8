"""The checks of a draft made from replays, each kept with the change set as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from db.services.gold_replays import GoldReplays
from db.services.impacts import Watch
from db.services.snapshot import Snapshot
from db.services.snapshots import CatalogSnapshots
from db.stores.change_sets import ChangeSetStore
from db.stores.findings import key_of
from db.stores.gate import GateStore, state_of
from pipeline.catalog.changes import Change
from pipeline.gate import CheckResult
from pipeline.gate.checks import AUDIT, MOVES, RULES, RUNS, AuditSides
from pipeline.impact import Impact

Steps = tuple[tuple[int, tuple[Change, ...]], ...]
"""The numbers of a draft's decisions, and what each changes."""


@dataclass(frozen=True)
class CheckedDraft:
    """A draft in one state over one revision: its decisions that are in, what they come to, one change a row."""

    number: int
    base: Snapshot
    steps: Steps
    changes: tuple[Change, ...]
    gold: object = None
    """What tells the gold that it is held against from another."""

    @property
    def key(self) -> object:
        """What tells it from the same draft in another state, over another revision, or held against other gold."""
        return self.base.revision, self.steps, self.gold

    @cached_property
    def state(self) -> str:
        """The hash under which its checks are kept."""
        return state_of(self.base.revision, self.changes)


class DraftChecks:
    """Makes the checks of drafts and keeps them."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots, gold: GoldReplays) -> None:
        self._snapshots = snapshots
        self._gold = gold
        self._change_sets = ChangeSetStore(engine)
        self._store = GateStore(engine)

    def draft(self, number: int) -> CheckedDraft:
        """A draft as it is now, over the catalog as it is stored now."""
        decisions, changes = self._change_sets.composed(number)
        steps = tuple((d.number, d.rows) for d in decisions if d.out is None)
        return CheckedDraft(number, self._snapshots.current(), steps, changes, self._gold.version())

    def rules(self, draft: CheckedDraft) -> CheckResult:
        """Whether the rules of the catalog hold."""
        problems = self._change_sets.examine(draft.number).problems
        return self._kept(draft, RULES.judge(problems, len(draft.changes)))

    def runs(self, draft: CheckedDraft, impact: Impact, judged: int) -> tuple[CheckResult, CheckResult]:
        """What becomes of past runs, ``judged`` of which have a verdict and were replayed, and which roles gain or lose."""
        return self._kept(draft, RUNS.judge(impact, judged)), self._kept(draft, MOVES.judge(impact))

    def gold(self, draft: CheckedDraft, watch: Watch | None = None) -> CheckResult:
        """What becomes of gold."""
        after = self._snapshots.laid_over(draft.base, draft.changes).indexes
        return self._kept(draft, self._gold.check(draft.base, after, draft.changes, watch))

    def audit(self, draft: CheckedDraft) -> tuple[CheckResult, AuditSides]:
        """What becomes of the findings of the audit."""
        after = self._snapshots.laid_over(draft.base, draft.changes)
        found = self._snapshots.findings_in(draft.base)
        without = {key_of(f): f for f in found}
        with_draft = {key_of(f): f for f in self._snapshots.findings_in(after)}
        sides = AuditSides(
            tuple(f for key, f in without.items() if key not in with_draft),
            tuple(f for key, f in with_draft.items() if key not in without),
        )
        return self._kept(draft, AUDIT.judge(sides, after.catalog, len(found))), sides

    def keep(self, draft: CheckedDraft, results: Iterable[CheckResult]) -> None:
        """Keep checks of a draft that were made in this state of it, where others are kept."""
        kept = self._store.checks(draft.number)
        for result in results:
            if result.name not in kept or kept[result.name].state != draft.state:
                self._kept(draft, result)

    def _kept(self, draft: CheckedDraft, result: CheckResult) -> CheckResult:
        self._store.keep(draft.number, draft.state, draft.base.revision, result)
        return result


def changes_of(steps: Steps) -> Sequence[Change]:
    """The changes of decisions, in order."""
    return [change for _, changes in steps for change in changes]
