"""How good the revisions of the catalog are: gold texts and judged runs are replayed on each, beside the pages.

A replay needs the catalog alone. That of a past revision is the stored one with the change sets since taken back, so that
revisions of before are measured too. What is measured stays in the store; a page reads it and never waits.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Engine

from db.services.gold import GoldText, gold_texts, yardstick
from db.services.revision_quality import RevisionQuality, Successors, by_verdicts
from db.services.snapshots import CatalogSnapshots
from db.stores.audit_trail import AuditTrail
from db.stores.measures import GoldResult, MeasureStore, Revision, RunResult
from db.stores.past_runs import PastRunStore
from db.stores.vectors import load_centroids
from pipeline.catalog.changes import preview, squash
from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.impact import PastRun, Scope, impact, outcome_on
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.encoding import encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.stages.signals import Centroid
from pipeline.text import JDText

log = logging.getLogger("workbench")

MAX_REVISIONS = 30
"""Revisions that are measured and shown, the newest."""
MAX_JUDGED = 300
"""Judged runs that are replayed on each, those with the newest verdicts."""
MAX_EXAMINED = 300
"""Past runs among which those are looked for that a revision has changed, the newest."""
EXAMINED_FOR = timedelta(days=8)
"""How old a revision may be for that: what changed is asked of a week."""
CLOSE_SECONDS = 5.0

Item = TypeVar("Item")


class _Stopped(Exception):
    """The process ends."""


@dataclass(frozen=True)
class _Step:
    """A revision with its catalog, and the catalog before it where that is known."""

    revision: Revision
    indexes: Indexes
    before: Indexes | None


class Quality:
    """Measures revisions in a thread of its own, one after the other. Safe to use from several threads."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._encoder = encoder
        self._snapshots = snapshots
        self._store = MeasureStore(engine)
        self._past_runs = PastRunStore(engine)
        self._audit_trail = AuditTrail(engine)
        self._gold: list[tuple[GoldText, PastRun]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="quality")
        self._lock = threading.Lock()
        self._job: Future[None] | None = None
        self._noticed: int | None = None
        self._stopping = threading.Event()
        self.is_gentle = True
        """Whether it rests after each text as long as that took, for the pages' sake."""

    def close(self) -> None:
        """Stop measuring; what is not measured is the next time."""
        self._stopping.set()
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._job is not None:
            wait([self._job], CLOSE_SECONDS)

    def request(self) -> None:
        """Measure what is not measured yet, beside the caller; does nothing while that goes on."""
        with self._lock:
            if self._stopping.is_set() or (self._job is not None and not self._job.done()):
                return
            self._job = self._thread.submit(self._measure)

    def notice(self, revision: int) -> None:
        """Measure when the revision is another than the last that was noticed."""
        if self._noticed != revision:
            self._noticed = revision
            self.request()

    @property
    def is_measuring(self) -> bool:
        """Whether something is being measured."""
        return self._job is not None and not self._job.done()

    def finish(self, seconds: float = 60.0) -> None:
        """Wait until nothing is being measured, for tests and command lines."""
        if self._job is not None:
            self._job.result(seconds)

    def is_complete(self) -> bool:
        """Whether every revision that is shown has been measured, on every judged run."""
        return not self._store.unmeasured(yardstick(), MAX_REVISIONS, MAX_JUDGED)

    def revisions(self, limit: int = MAX_REVISIONS) -> list[RevisionQuality]:
        """How good the newest revisions are, the newest first, as far as it is known."""
        revisions = self._store.revisions(limit + 1)
        numbers = [r.id for r in revisions]
        gold, judged = self._store.gold(numbers), self._store.judged(numbers)
        examined, changed = self._store.examined(numbers), self._store.changed(numbers)
        successors = self._audit_trail.resolve_successors()
        found = []
        for place, revision in enumerate(revisions[:limit]):
            before = revisions[place + 1].id if place + 1 < len(revisions) else None
            verdicts, moved = by_verdicts(judged.get(revision.id, []), successors)
            looked_for = examined.get(revision.id)
            found.append(
                RevisionQuality(
                    revision=revision,
                    gold=gold.get(revision.id, ()),
                    gold_before=gold.get(before, ()) if before is not None else (),
                    verdicts=verdicts,
                    by_verdicts=moved,
                    changed_runs=None if looked_for is None else changed.get(revision.id, 0),
                    examined_runs=looked_for,
                )
            )
        return found

    def gold_labels(self) -> dict[str, GoldText]:
        """The gold texts by name."""
        return {gold.item: gold for gold in gold_texts()}

    # --- beside the pages -----------------------------------------------------------------------------------------

    def _measure(self) -> None:
        try:
            missing = self._store.unmeasured(yardstick(), MAX_REVISIONS, MAX_JUDGED)
            if missing:
                self._measure_revisions(missing)
        except _Stopped:
            return
        except Exception:
            if not self._stopping.is_set():
                log.exception("revisions could not be measured; the next commit or start tries again")

    def _measure_revisions(self, missing: Mapping[int, bool]) -> None:
        """Measure revisions (each with whether it lacks judged runs alone), walking back from the current one."""
        judged = self._past_runs.judged(self._encoder, MAX_JUDGED)
        centroids = self._centroids()
        for step in self._walk_back(min(missing)):
            number = step.revision.id
            if number not in missing:
                continue
            changed = {} if missing[number] else self._measure_gold(step)
            known = self._store.replayed(number)
            left = [run for run in judged if UUID(run.run_id) not in known]
            roles = {run.run_id: outcome_on(run, step.indexes, centroids).role_slug for run in self._paced(left)}
            runs = [RunResult(UUID(i), role, i in changed) for i, role in {**changed, **roles}.items()]
            self._store.keep_runs(number, runs)

    def _measure_gold(self, step: _Step) -> dict[str, str | None]:
        """Measure the gold texts on a revision; returns the runs that it has changed with the role that they get."""
        successors = self._audit_trail.resolve_successors()
        results = [_gold_result(text, run, step.indexes, successors) for text, run in self._paced(self._gold_runs())]
        changed: dict[str, str | None] = {}
        examined = None
        if step.before is not None and datetime.now(UTC) - step.revision.created_at < EXAMINED_FOR:
            scope = Scope(step.before, step.indexes)
            past = self._past_runs.newest(self._encoder, MAX_EXAMINED, scope)
            effects = impact(self._paced(past), step.before, step.indexes, self._centroids()).effects
            changed = {effect.run.run_id: effect.after.role_slug for effect in effects}
            examined = min(self._past_runs.count(), MAX_EXAMINED)
        self._store.keep(step.revision.id, yardstick(), results, examined)
        return changed

    def _centroids(self) -> dict[str, Centroid]:
        return load_centroids(self._engine, self._encoder.name)

    def _walk_back(self, oldest: int) -> Iterator[_Step]:
        """Revisions from the current one back to ``oldest``."""
        snapshot = self._snapshots.current()
        sets = self._audit_trail.changes_between(oldest - 1, snapshot.revision)
        changes_of = {change_set.revision_id: changes for change_set, changes in sets}
        indexes = snapshot.indexes
        for revision in self._store.revisions(MAX_REVISIONS):
            if not oldest <= revision.id <= snapshot.revision:
                continue
            changes = changes_of.get(revision.id)
            if changes is None:
                # The catalog came whole: what was before it is not known.
                yield _Step(revision, indexes, None)
                return
            before = indexes.for_catalog(preview(indexes.catalog, squash(c.inverse() for c in reversed(changes))))
            yield _Step(revision, indexes, before)
            indexes = before

    def _gold_runs(self) -> list[tuple[GoldText, PastRun]]:
        """The gold texts, parsed and encoded, once for the process."""
        if not self._gold:
            texts = gold_texts()
            parsed = [(JDText(t.text), t) for t in self._paced(texts)]
            encoded = encode_jds([(jd, parse_jd(jd, None)) for jd, _ in self._paced(parsed)], self._encoder)
            self._gold = [(t, PastRun(t.item, t.label, jd, Config())) for t, jd in zip(texts, encoded, strict=True)]
        return self._gold

    def _paced(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, with a rest after each as long as its work took. Raises ``_Stopped`` when the process ends."""
        for item in items:
            began = perf_counter()
            yield item
            if self._stopping.wait(perf_counter() - began if self.is_gentle else 0):
                raise _Stopped


def _gold_result(text: GoldText, run: PastRun, indexes: Indexes, successors: Successors) -> GoldResult:
    """What a gold text comes to on a catalog; an entry that was merged counts as the one that stands for it."""
    outcome = outcome_on(run, indexes)
    role = outcome.role_slug
    is_right = role in text.roles or role in {successors.get(("roles", r)) for r in text.roles if r} - {None}
    if text.skills is None:
        return GoldResult(text.item, role, is_right, 0)
    catalog = indexes.catalog
    wanted = {s if s in catalog.skill else successors.get(("skills", s), s) for s in text.skills}
    found = {s for s in outcome.skills if catalog.skill[s].skill_nature != "SOFT_SKILL"}
    return GoldResult(
        text.item, role, is_right, len(wanted), tuple(sorted(wanted - found)), tuple(sorted(found - wanted))
    )
