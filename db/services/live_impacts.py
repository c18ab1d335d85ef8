"""What an edit makes of past runs, while it is made: an answer within a fraction of a second, and the rest behind.

The newest runs and those that somebody judged are held in memory, on a base: the stored catalog as it was when they were first held. A
later catalog is the base with what has changed since, so that a commit costs next to nothing. Which of them an edit can move is
known for all of them at once (``pipeline.movable``); older runs are found by the index of rows (``RunRows``) and read one by one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic, perf_counter

from cachetools import LRUCache
from sqlalchemy import Engine

from db.services.held_runs import HeldRuns
from db.services.live_counting import NOT_BEGUN, NOTHING, Counting, LiveImpact, States
from db.services.live_texts import Edit, LiveTexts
from db.services.snapshots import CatalogSnapshots
from db.stores.run_rows import RunRows, forms_of_changes
from pipeline.catalog import Catalog
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.changes import Change, squash
from pipeline.catalog.edits import LINK_TABLES
from pipeline.catalog.tables import REFERENCES, SLUG_TABLES
from pipeline.held import Result
from pipeline.repair import JudgedRun

log = logging.getLogger("workbench")

ANSWER_SECONDS = 0.15
"""How long whoever asks waits for replays; what is left goes on behind."""
SLICE_SECONDS = 0.05
"""How long replays go on behind before the pages have the processor as long."""
FORGET_SECONDS = 60.0
"""How long an edit is counted on for which nobody asks any more."""
PAUSE_SECONDS = 5.0
CLOSE_SECONDS = 5.0
MAX_COUNTINGS = 48
"""Edits that are kept as far as they were counted."""
MOVES = frozenset(
    "skills skill_aliases skill_dimensions dimensions roles role_aliases role_dimensions role_kras".split()
)
"""The tables whose rows a run's role, skills or links depend on."""


OF_ROLES = frozenset({"roles", "role_aliases", "role_kras", "role_dimensions"})


@dataclass(frozen=True)
class _Key:
    """What tells one edit from another: the state that it is made on, and what it changes."""

    revision: int
    before: tuple[Change, ...]
    changes: tuple[Change, ...]


class LiveImpacts:
    """The impact of edits on past runs. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots, held_runs: HeldRuns) -> None:
        self._snapshots = snapshots
        self._rows = RunRows(engine)
        self._texts = LiveTexts(engine, snapshots, held_runs)
        self._countings: LRUCache[_Key, Counting] = LRUCache(MAX_COUNTINGS)
        self._wanted: dict[_Key, float] = {}
        self._counting = threading.Lock()
        """Held by whoever replays."""
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Hold runs and count on from now on, in a thread of its own."""
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._watch, name="live-impacts", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Count nothing any more."""
        self._stopping.set()
        self._asked.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def hold(self, most: int) -> int:
        """Hold runs that are not held yet, at most so many; returns how many are held in all."""
        while most > 0 and self._texts.hold_more():
            most -= 1
        return len(self._texts)

    def of(self, changes: Sequence[Change], before: Sequence[Change] = ()) -> LiveImpact:
        """What changes make of past runs on the stored catalog, or on it with the changes ``before``: as far as it is known within a
        fraction of a second. Whoever asks again is answered at once with what has been counted meanwhile.

        Nothing is known before runs are held (``begin``).
        """
        plain = _plain(changes)
        if not any(change.table in MOVES for change in plain):
            return NOTHING
        if self._thread is None:
            return NOT_BEGUN
        key = _Key(self._snapshots.revision(), _plain(before), plain)
        with self._lock:
            is_known = key in self._countings
        if not is_known and not {c.table for c in plain} <= LINK_TABLES:
            self._wanted[key] = monotonic()
            self._asked.set()
            return NOT_BEGUN
        return self._count(key, 0.0 if is_known else ANSWER_SECONDS)

    def _count(self, key: _Key, seconds: float) -> LiveImpact:
        end = perf_counter() + seconds
        with self._lock:
            counting = self._countings.get(key)
        if counting is None:
            counting = self._begin(key)
        while not counting.is_complete and (left := end - perf_counter()) > 0:
            self._advance(counting, left)
        counting.asked_at = monotonic()
        if not counting.is_complete:
            self._asked.set()
        return counting.progress()

    def count(
        self, changes: Sequence[Change], before: Sequence[Change] = (), seconds: float = float("inf")
    ) -> LiveImpact:
        """The same, counted here and now: to its end, or for so many seconds, however long it takes to begin."""
        plain = _plain(changes)
        if not any(change.table in MOVES for change in plain):
            return NOTHING
        return self._count(_Key(self._snapshots.revision(), _plain(before), plain), seconds)

    def _advance(self, counting: Counting, seconds: float) -> None:
        if seconds and self._counting.acquire(timeout=min(seconds, CLOSE_SECONDS)):
            try:
                counting.advance(seconds)
            finally:
                self._counting.release()

    def _begin(self, key: _Key) -> Counting:
        """Find the runs that an edit can move, the newest last."""
        base = self._texts.base()
        edits = base.edits
        since = _founded(squash([*base.since, *key.before]), edits.base.catalog)
        before = edits.after(since) if since else edits.base
        in_all = _founded(squash([*since, *key.changes]), edits.base.catalog)
        after = edits.after(in_all)
        renames = any(c.after is None and c.table in ("roles", "skills", "dimensions") for c in key.changes)
        kept: dict[str, Result] = {}

        def before_of(run: JudgedRun) -> Result:
            if not since:
                return run.held.result
            if run.run_id not in kept:
                kept[run.run_id] = run.held.on(before)
            return kept[run.run_id]

        known = base.runs.keys()
        waiting = dict.fromkeys(base.movable(Edit(since, before, in_all, after)))
        forms, skills = _forms_and_skills(key.changes, before.catalog, after.catalog)
        waiting |= dict.fromkeys(base.gold_with(forms, skills))
        others = list(map(str, self._rows.with_forms(forms, skills)))
        waiting |= dict.fromkeys(name for name in others if name in known)
        roles = {c.key[0] for c in key.changes if c.table in OF_ROLES}
        others += map(str, self._rows.near_roles(roles)) if roles else ()
        waiting |= dict.fromkeys(name for name in others if name not in known)
        counting = Counting(States(before, after, before_of, renames), list(waiting)[::-1], self._texts.load)
        with self._lock:
            return self._countings.setdefault(key, counting)

    def _watch(self) -> None:
        """Hold what is not held, and count on what somebody waits for, by turns with the pages."""
        while not self._stopping.is_set():
            began, worked = perf_counter(), False
            try:
                worked = self._begin_wanted() or self.count_on() or self._texts.hold_more()
            except Exception:
                if not self._stopping.is_set():
                    log.exception("the impact of edits could not be counted on; the next round tries again")
            if worked:
                self._stopping.wait(perf_counter() - began)
            elif self._asked.wait(PAUSE_SECONDS):
                self._asked.clear()

    def _begin_wanted(self) -> bool:
        """Find the runs of the edit that was asked for last and whose catalog takes a moment; whether there was one."""
        key = max(self._wanted, key=self._wanted.__getitem__, default=None)
        if key is None:
            return False
        try:
            self._begin(key)
        finally:
            self._wanted.clear()
        return True

    def count_on(self) -> bool:
        """Count on a little at the edit that was asked for last; whether there was one."""
        with self._lock:
            alive = monotonic() - FORGET_SECONDS
            open_ones = [c for c in self._countings.values() if not c.is_complete and c.asked_at > alive]
        if not open_ones:
            return False
        self._advance(max(open_ones, key=lambda c: c.asked_at), SLICE_SECONDS)
        return True


def _forms_and_skills(changes: Sequence[Change], *catalogs: Catalog) -> tuple[list[str], frozenset[str]]:
    """The forms that texts may be found by which changes of skills touch, and the slugs of these skills."""
    forms = set(forms_of_changes(changes))
    of_rows = {c.key[0] for c in changes if c.table == "skills"}
    for catalog in catalogs:
        for slug in of_rows & catalog.skill.keys():
            forms |= {fold_key(a.alias_text) for a in catalog.aliases_of_skill.get(slug, ())}
            forms.add(fold_key(catalog.skill[slug].display_name))
    of_links = {c.key[0] for c in changes if c.table == "skill_dimensions"}
    return sorted(forms - {""}), frozenset(of_rows | of_links)


def _founded(changes: Sequence[Change], base: Catalog) -> tuple[Change, ...]:
    """Changes without rows that refer to what is not there, since somebody else has taken it meanwhile."""
    slugs: dict[str, set[str]] = {table: {row.slug for row in getattr(base, table)} for table in SLUG_TABLES}
    for change in changes:
        if change.table in slugs:
            (slugs[change.table].discard if change.after is None else slugs[change.table].add)(change.key[0])

    def stands(change: Change) -> bool:
        refers = [(column, other) for table, column, other in REFERENCES if table == change.table and other in slugs]
        return change.after is None or all(getattr(change.after, column) in slugs[other] for column, other in refers)

    return tuple(change for change in changes if stands(change))


def _plain(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes without what is said of them, so that an edit is the same whatever somebody writes as its reason."""
    return squash(Change(c.before, c.after, successor=c.successor) for c in changes)
