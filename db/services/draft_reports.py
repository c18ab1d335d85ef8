"""What a draft would do, found beside the pages: to past runs, decision by decision, and to what the audit suspects."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Engine

from db.services.impacts import MAX_REPLAYED, Watch, watched
from db.services.snapshots import CatalogSnapshots
from db.stores.change_sets import ChangeSetStore
from db.stores.findings import key_of
from db.stores.past_runs import PastRunStore
from db.stores.vectors import load_centroids
from pipeline.audit import Finding
from pipeline.catalog.changes import Change, preview, squash
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

Steps = tuple[tuple[int, tuple[Change, ...]], ...]
"""The numbers of a draft's decisions, and what each changes."""


@dataclass(frozen=True)
class AuditChange:
    """What the audit suspects without a draft and no longer with it, and what only with it."""

    gone: tuple[Finding, ...]
    new: tuple[Finding, ...]


@dataclass(frozen=True)
class DraftReport:
    """What a draft would do to past runs: all of it, and each of its decisions on top of those before it, by number.

    ``audit`` is null while it is being found.
    """

    whole: Impact
    by_decision: Mapping[int, Impact]
    audit: AuditChange | None = None

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
    """How many of a draft's past runs have been replayed, and of how many."""

    done: int
    of: int


class _Closed(Exception):
    """The process ends, and with it what it was making."""


class DraftReports:
    """Reports of drafts, made by one thread and kept for as long as a draft and the catalog stay as they are."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._encoder = encoder
        self._snapshots = snapshots
        self._change_sets = ChangeSetStore(engine)
        self._past_runs = PastRunStore(engine)
        self._lock = threading.Lock()
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

    def ask(self, number: int) -> DraftReport | None:
        """The report of a draft as it is now, at first without the audit; null while it is being made, which this begins."""
        steps = self._steps(number)
        key = self._snapshots.revision(), steps
        with self._lock:
            found = self._reports.get(key)
            is_ended = key in self._failed or (found is not None and found.audit is not None)
            if is_ended or self._wanted.get(number) == key:
                return found
            self._wanted[number] = key
        threading.Thread(target=self._make, args=(key, number, steps), name="draft-report", daemon=True).start()
        return found

    def is_complete(self, number: int) -> bool:
        """Whether nothing more of a draft's report is to come."""
        key = self._snapshots.revision(), self._steps(number)
        with self._lock:
            found = self._reports.get(key)
            return key in self._failed or (found is not None and found.audit is not None)

    def progress(self, number: int) -> Progress | None:
        """How far the report of a draft as it is now has come; null while it waits for its turn, and when its runs are replayed."""
        key = self._snapshots.revision(), self._steps(number)
        with self._lock:
            return self._progress[1] if self._progress and self._progress[0] == key else None

    def _steps(self, number: int) -> Steps:
        return tuple((d.number, d.rows) for d in self._change_sets.decisions(number) if d.out is None)

    def _make(self, key: object, number: int, steps: Steps) -> None:
        """Make the report of a draft's state, unless the draft has another by the time that it is its turn."""
        with self._one_at_a_time:
            try:
                if self._is_wanted(number, key):
                    report = self._reports.get(key) or self.make(steps, lambda *come: self._note_progress(key, *come))
                    self._keep(key, report)
                    if self._is_wanted(number, key):
                        self._keep(key, replace(report, audit=self._audited(number)))
            except _Closed:
                return
            except Exception:
                if not self._is_closing:
                    log.exception("the report of a draft could not be made")
                with self._lock:
                    self._failed[key] = True
            finally:
                with self._lock:
                    if self._wanted.get(number) == key:
                        del self._wanted[number]

    def _is_wanted(self, number: int, key: object) -> bool:
        with self._lock:
            return not self._is_closing and self._wanted.get(number) == key

    def _keep(self, key: object, report: DraftReport) -> None:
        with self._lock:
            self._reports[key] = report

    def make(self, steps: Steps, watch: Watch | None = None) -> DraftReport:
        """Replay past runs on the stored catalog and on it with one decision after another."""
        base = self._snapshots.current()
        parts = steps if len(steps) <= MAX_STEPS else ((0, squash(c for _, changes in steps for c in changes)),)
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
        return DraftReport(whole, by_decision)

    def _note_progress(self, key: object, done: int, of: int) -> None:
        if self._is_closing:
            raise _Closed
        with self._lock:
            self._progress = (key, Progress(done, of)) if done < of else None

    def _audited(self, number: int) -> AuditChange:
        if self._is_closing:
            raise _Closed
        without, with_draft = ({key_of(f): f for f in self._snapshots.findings(draft)[1]} for draft in (None, number))
        return AuditChange(
            tuple(f for key, f in without.items() if key not in with_draft),
            tuple(f for key, f in with_draft.items() if key not in without),
        )
