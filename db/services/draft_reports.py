"""What a draft would do, found beside the pages: to past runs, decision by decision, to gold, and to what the audit suspects."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Engine

from db.services.draft_checks import CheckedDraft, DraftChecks, Steps, changes_of
from db.services.gold_replays import GoldReplays
from db.services.impacts import MAX_REPLAYED, Watch, watched
from db.services.snapshot import Snapshot
from db.services.snapshots import CatalogSnapshots
from db.stores.past_runs import PastRunStore
from db.stores.vectors import load_centroids
from pipeline.catalog.changes import Change, preview, squash
from pipeline.gate import CHECKS, CheckResult
from pipeline.gate.checks import GOLD, RUNS, AuditSides
from pipeline.impact import Effect, Impact, Scope, impact_in_steps
from pipeline.learned.encoder import CachedEncoder

log = logging.getLogger("workbench")

MAX_JUDGED = 200
"""Runs with a verdict that are looked at beside."""
MAX_STEPS = 20
"""Decisions that are replayed one by one; of a draft with more, only the whole is."""
MAX_KEPT_EFFECTS = 200
"""Runs that are kept with a committed change set."""
REPORTS = 12
"""States of drafts whose reports are kept."""


@dataclass(frozen=True)
class DraftReport:
    """What a draft would do to past runs: all of it, and each of its decisions on top of those before it, by number.

    ``audit`` is null while it is being found. ``checks`` are those that are there, by name.
    """

    whole: Impact
    by_decision: Mapping[int, Impact]
    judged: int = 0
    """Runs with a verdict that were replayed."""
    audit: AuditSides | None = None
    checks: Mapping[str, CheckResult] = field(default_factory=dict)

    @property
    def most_judged(self) -> int:
        """The most runs with a verdict that one decision makes better or worse."""
        return max((i.count(side) for i in self.by_decision.values() for side in ("better", "worse")), default=0)

    def wire(self) -> dict[str, Any]:
        """The JSON form that is kept with a committed change set."""
        return {
            "replayed": self.whole.touched,
            "among": self.whole.among,
            "changed": len(self.whole.effects),
            "fixed": self.whole.count("better"),
            "broken": self.whole.count("worse"),
            "roles": dict(self.whole.roles_moved),
            "by_decision": {
                str(n): {"changed": len(i.effects), "fixed": i.count("better"), "broken": i.count("worse")}
                for n, i in self.by_decision.items()
            },
            "runs": [_effect_wire(e) for e in self.whole.effects[:MAX_KEPT_EFFECTS]],
        }


def _effect_wire(effect: Effect) -> dict[str, Any]:
    return {
        "id": effect.run.run_id,
        "label": effect.run.label[:80],
        "judged": effect.judged,
        "before": effect.before.role_name,
        "after": effect.after.role_name,
        "gained": len(effect.gained),
        "lost": len(effect.lost),
    }


@dataclass(frozen=True)
class Progress:
    """How many of a draft's past runs, or of the gold texts, have been replayed, and of how many."""

    done: int
    of: int
    check: str
    """The check that they are replayed for."""


class _Closed(Exception):
    """The process ends, and with it what it was making; or the draft has become another."""


class DraftReports:
    """Reports of drafts, made by one thread and kept for as long as a draft and the catalog stay as they are."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots, gold: GoldReplays) -> None:
        self._engine = engine
        self._encoder = encoder
        self._snapshots = snapshots
        self._checks = DraftChecks(engine, snapshots, gold)
        self._past_runs = PastRunStore(engine)
        self._lock = threading.Lock()
        self._moved = threading.Condition(self._lock)
        """Is notified when a report has come further or has ended."""
        self._reports: LRUCache[object, DraftReport] = LRUCache(REPORTS)
        self._wanted: dict[int, object] = {}
        """The state of each draft whose report is waited for."""
        self._progress: tuple[object, Progress] | None = None
        """Of the report that is being made: its state of a draft, and how far it has come."""
        self._failed: LRUCache[object, bool] = LRUCache(REPORTS)
        self._one_at_a_time = threading.Lock()
        self._is_closing = False

    def close(self) -> None:
        """Give up what waits or is being made. Its thread is a daemon: an audit that is under way holds up no end of a process."""
        self._is_closing = True
        with self._moved:
            self._moved.notify_all()

    def ask(self, number: int) -> DraftReport | None:
        """The report of a draft as it is now, at first without all of its checks; null while it is being begun, which this does."""
        draft = self._checks.draft(number)
        key = draft.key
        with self._lock:
            found = self._reports.get(key)
            if self._is_ended(key) or self._wanted.get(number) == key:
                return found
            self._wanted[number] = key
        threading.Thread(target=self._make, args=(draft,), name="draft-report", daemon=True).start()
        return found

    def is_complete(self, number: int) -> bool:
        """Whether nothing more of a draft's report is to come."""
        key = self._checks.draft(number).key
        with self._lock:
            return self._is_ended(key)

    def has_failed(self, number: int) -> bool:
        """Whether the report of a draft as it is now could not be made to its end."""
        key = self._checks.draft(number).key
        with self._lock:
            return key in self._failed

    def retry(self, number: int) -> None:
        """Let a report that has failed be made again when it is asked for."""
        key = self._checks.draft(number).key
        with self._lock:
            self._failed.pop(key, None)

    def wait_for(self, number: int, names: Collection[str], seconds: float) -> None:
        """Have some checks of a draft as it is now made, and wait for them; returns early where they cannot be made."""
        key = self._checks.draft(number).key
        self.ask(number)
        with self._moved:
            self._moved.wait_for(
                lambda: self._has(key, names) or self._is_closing or self._wanted.get(number) != key, seconds
            )

    def keep_checks(self, number: int) -> None:
        """Keep the checks of a draft as it is now with it once more: where it has been another and is this again, the other's are there."""
        draft = self._checks.draft(number)
        with self._lock:
            report = self._reports.get(draft.key)
        if report is not None:
            self._checks.keep(draft, report.checks.values())

    def _has(self, key: object, names: Collection[str]) -> bool:
        found = self._reports.get(key)
        return found is not None and set(names) <= found.checks.keys()

    def progress(self, number: int) -> Progress | None:
        """How far the report of a draft as it is now has come; null while it waits for its turn, and when nothing is replayed."""
        key = self._checks.draft(number).key
        with self._lock:
            return self._progress[1] if self._progress and self._progress[0] == key else None

    def _is_ended(self, key: object) -> bool:
        found = self._reports.get(key)
        return key in self._failed or (found is not None and len(found.checks) == len(CHECKS))

    def _make(self, draft: CheckedDraft) -> None:
        """Make the report of a draft's state, unless the draft has another by the time that it is its turn."""
        with self._one_at_a_time:
            try:
                for _ in self._made(draft):
                    if not self._is_wanted(draft):
                        return
            except _Closed:
                return
            except Exception:
                if not self._is_closing:
                    log.exception("the report of a draft could not be made")
                with self._lock:
                    self._failed[draft.key] = True
            finally:
                with self._moved:
                    if self._wanted.get(draft.number) == draft.key:
                        del self._wanted[draft.number]
                    self._moved.notify_all()

    def _made(self, draft: CheckedDraft) -> Iterator[None]:
        """Make the report step by step: what is found soonest first."""
        yield
        rules = self._checks.rules(draft)
        yield
        with self._lock:
            report = self._reports.get(draft.key)
        if report is None:
            report = self.make(draft.steps, self._watch(draft, RUNS.name), draft.base)
        checks = [rules, *self._checks.runs(draft, report.whole, report.judged)]
        report = self._keep(draft, replace(report, checks={c.name: c for c in checks}))
        yield
        audited, sides = self._checks.audit(draft)
        checks.append(audited)
        report = self._keep(draft, replace(report, checks={c.name: c for c in checks}, audit=sides))
        yield
        checks.append(self._checks.gold(draft, self._watch(draft, GOLD.name)))
        self._keep(draft, replace(report, checks={c.name: c for c in checks}))

    def _is_wanted(self, draft: CheckedDraft) -> bool:
        with self._lock:
            return not self._is_closing and self._wanted.get(draft.number) == draft.key

    def _keep(self, draft: CheckedDraft, report: DraftReport) -> DraftReport:
        with self._moved:
            self._reports[draft.key] = report
            self._progress = None
            self._moved.notify_all()
        return report

    def make(self, steps: Steps, watch: Watch | None = None, base: Snapshot | None = None) -> DraftReport:
        """Replay past runs on the stored catalog and on it with one decision after another."""
        base = base or self._snapshots.current()
        parts = steps if len(steps) <= MAX_STEPS else ((0, squash(changes_of(steps))),)
        catalogs, changes = [base.indexes], list[Change]()
        for _, of_step in parts:
            changes += of_step
            catalogs.append(base.indexes.for_catalog(preview(base.catalog, changes)))
        if not parts:
            return DraftReport(Impact((), 0), {})
        scope = Scope(catalogs[0], catalogs[-1])
        past = self._past_runs.touched(self._encoder, MAX_REPLAYED, scope)
        judged = self._past_runs.judged(self._encoder, MAX_JUDGED, scope)
        runs = list({run.run_id: run for run in (*judged, *past.runs)}.values())
        whole, each = impact_in_steps(watched(runs, watch), catalogs, load_centroids(self._engine, self._encoder.name))
        if past.count > MAX_REPLAYED:
            whole = replace(whole, among=past.count)
        by_decision = {n: found for (n, _), found in zip(parts, each, strict=True) if n}
        return DraftReport(whole, by_decision, sum(run.verdict is not None for run in runs))

    def _watch(self, draft: CheckedDraft, check: str) -> Watch:
        def note(done: int, of: int) -> None:
            if self._is_closing or not self._is_wanted(draft):
                raise _Closed
            with self._lock:
                self._progress = (draft.key, Progress(done, of, check)) if done < of else None

        return note
