"""What the audit finds in states of the catalog: found once a state, by one thread, and kept for the newest states.

A state is audited from the scores of the stored catalog that was audited last, so that a draft costs what its rows cost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, replace

import numpy as np
from cachetools import LRUCache, cachedmethod
from cachetools.keys import hashkey

from db.services.snapshot import Snapshot
from pipeline.audit import AuditContext, Finding, Scores, Usage, audit_in
from pipeline.audit.links import score_links
from pipeline.audit.owners import form_texts
from pipeline.catalog.changes import Change, Place
from pipeline.catalog.indexes import Indexes
from pipeline.vectors import Vectors

MAX_STATES = 16
"""States of the catalog whose findings are kept."""

BATCH_SIZE = 500
"""Texts that are embedded before it is looked whether the process ends."""

log = logging.getLogger("workbench")


@dataclass(frozen=True)
class Audited:
    """The findings in a state of the catalog, and the usage by past runs that they were judged with."""

    findings: Sequence[Finding]
    usage: Usage


@dataclass(frozen=True)
class Judgement:
    """What is known of a state of the catalog now.

    ``audited`` is null while no audit has been made at all. Where ``is_final`` is false, it is that of the stored catalog without
    the findings whose rows the draft touches: those are still being judged.
    """

    audited: Audited | None
    is_final: bool


def _key(_: Audits, snapshot: Snapshot) -> Hashable:
    return hashkey(snapshot.key)


class Audits:
    """Findings by state of the catalog. Safe to use from several threads.

    A state that several threads ask for at once is audited by one of them; the others wait for it.
    """

    def __init__(
        self, read_usage: Callable[[], Usage], keep_found: Callable[[int, Sequence[Finding]], None] | None = None
    ) -> None:
        """``keep_found`` is given what was found in a stored catalog, with the number of its revision."""
        self._read_usage = read_usage
        self._keep_found = keep_found
        self._findings: LRUCache[object, Audited] = LRUCache(MAX_STATES)
        self._fits: LRUCache[object, tuple[Mapping[str, int], Mapping[str, int], Vectors]] = LRUCache(MAX_STATES)
        self._findings_made = threading.Condition()
        self._fits_made = threading.Condition()
        self._scores: Scores | None = None
        self._judging: dict[object, Future[Audited]] = {}
        self._judge = ThreadPoolExecutor(1, "audit")
        self._is_closed = threading.Event()

    def close(self) -> None:
        """Begin no other audit in the background."""
        self._is_closed.set()
        self._judge.shutdown(wait=True, cancel_futures=True)

    def warm(self, stored: Snapshot) -> None:
        """Audit the stored catalog in the background, then embed the texts that the judging of edited aliases needs."""
        self._judge.submit(self._guarded, lambda: self._prepare(stored))

    def _prepare(self, stored: Snapshot) -> None:
        self.of(stored)
        texts = form_texts(stored.catalog)
        for start in range(0, len(texts), BATCH_SIZE):
            if self._is_closed.is_set():
                return
            stored.indexes.encoder.encode(texts[start : start + BATCH_SIZE])

    def _guarded(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception:
            if not self._is_closed.is_set():
                log.exception("an audit in the background failed")

    @cachedmethod(lambda self: self._findings, key=_key, condition=lambda self: self._findings_made)
    def of(self, snapshot: Snapshot) -> Audited:
        """What the audit finds in a state; made now where it is not kept."""
        context = AuditContext(snapshot.indexes, self._read_usage(), self._scores)
        audited = Audited(audit_in(context), context.usage)
        if not snapshot.changes:
            self._scores = context.scores()
            if self._keep_found is not None:
                found, revision = audited.findings, snapshot.revision
                self._guarded(lambda: self._keep_found and self._keep_found(revision, found))
        return audited

    def in_another(self, indexes: Indexes) -> Sequence[Finding]:
        """What the audit finds in a catalog of which nothing is kept, from the scores of the stored one."""
        return audit_in(AuditContext(indexes, self._read_usage(), self._scores))

    def kept(self, snapshot: Snapshot) -> Audited | None:
        """What was found in a state; null where it has not been audited yet. Never waits."""
        with self._findings_made:
            return self._findings.get(hashkey(snapshot.key))

    def judge(self, snapshot: Snapshot, stored: Snapshot, seconds: float) -> Judgement:
        """What is known of a state by now: it is audited in the background, and waited for no longer than ``seconds``.

        ``stored`` is the catalog without the draft.
        """
        audited = self.kept(snapshot) or self._audited_within(snapshot, stored, seconds)
        if audited is not None:
            return Judgement(audited, is_final=True)
        base = self.kept(stored)
        return Judgement(base and without_rows(base, snapshot.changes), is_final=False)

    def _audited_within(self, snapshot: Snapshot, stored: Snapshot, seconds: float) -> Audited | None:
        key = hashkey(snapshot.key)
        with self._findings_made:
            future = self._judging.get(key)
            if future is None:
                future = self._judging[key] = self._judge.submit(self._both, stored, snapshot)
                future.add_done_callback(lambda _: self._judging.pop(key, None))
        try:
            return future.result(seconds)
        except NotYet:
            return None
        except Exception:
            log.exception("an audit in the background failed")
            return None

    def _both(self, stored: Snapshot, snapshot: Snapshot) -> Audited:
        """Audit the stored catalog first: a draft is then judged by what it changes."""
        self.of(stored)
        return self.of(snapshot)

    def fit(self, snapshot: Snapshot, skills: Sequence[str], dimensions: Sequence[str]) -> Vectors:
        """How near skills are to the other members of dimensions; see ``CatalogSnapshots.fit``."""
        row, column, near = self._fit(snapshot)
        rows = [row.get(slug, len(row)) for slug in skills]
        columns = [column.get(slug, len(column)) for slug in dimensions]
        return near[rows][:, columns]

    @cachedmethod(lambda self: self._fits, key=_key, condition=lambda self: self._fits_made)
    def _fit(self, snapshot: Snapshot) -> tuple[Mapping[str, int], Mapping[str, int], Vectors]:
        """Rows of skills, columns of dimensions, and the nearness of all, with a row and a column of zeros behind them."""
        links = score_links(snapshot.indexes, self._scores.links if self._scores else None)
        row = {skill.slug: i for i, skill in enumerate(links.skills)}
        column = {slug: j for j, slug in enumerate(links.dimensions)}
        return row, column, np.pad(links.fit, ((0, 1), (0, 1)))


def without_rows(audited: Audited, changes: Sequence[Change]) -> Audited:
    """What was found, without the findings about rows that changes touch, or whose repair does."""
    touched = {change.place for change in changes}
    left = [
        f
        for f in audited.findings
        if touched.isdisjoint(f.subject.rows()) and touched.isdisjoint(change.place for change in f.repair)
    ]
    return replace(audited, findings=left)


def worst_by_row(audited: Audited, findings: Sequence[Finding]) -> Mapping[Place, Finding]:
    """Of each row that some findings suspect, the most harmful of them, the first of equal ones."""
    worst: dict[Place, Finding] = {}
    for finding in sorted(findings, key=lambda f: -f.harm(f.touched_runs(audited.usage))):
        for place in finding.subject.rows():
            worst.setdefault(place, finding)
    return worst
