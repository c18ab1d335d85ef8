"""The runs and gold texts that are held in memory for the impact of edits: the newest runs, and those that somebody judged."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from db.services.held_runs import HeldRuns
from db.services.live_counting import GOLD
from db.services.snapshot import Snapshot
from db.services.snapshots import CatalogSnapshots
from db.stores.past_runs import PastRunStore
from db.stores.verdicts import VerdictStore
from pipeline.basis import words_of, words_of_form
from pipeline.catalog.changes import Change, diff
from pipeline.catalog.edits import LINK_TABLES
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.movable import HeldTogether
from pipeline.repair import JudgedRun

MAX_RUNS = 1_200
"""The newest runs that are held; one takes about half a megabyte."""
MAX_JUDGED = 500
"""Runs with a verdict that are held beside, the last judged."""
BATCH_SIZE = 4
REBUILT_EVERY = 64
"""Runs after which those that are held are laid out anew, while more are read."""
MAX_SINCE = 60
"""Rows by which the catalog may differ from the base; beyond, the runs are held anew on the catalog as it is."""


@dataclass
class _Held:
    """A text that is held."""

    run: JudgedRun
    words: frozenset[str] = frozenset()
    """The words of a gold text: those of runs are in the store."""


@dataclass(frozen=True)
class Edit:
    """An edit near to a base: ``since`` leads from the base to the catalog ``before`` it, ``in_all`` to that ``after`` it."""

    since: tuple[Change, ...]
    before: Indexes
    in_all: tuple[Change, ...]
    after: Indexes


@dataclass(frozen=True)
class LiveBase:
    """The texts that are held, on one state of the catalog; ``since`` is what has been committed after it."""

    edits: IndexEdits
    since: tuple[Change, ...]
    texts: HeldTogether
    runs: Mapping[str, JudgedRun]
    """By their names, the newest first."""
    words: Mapping[str, frozenset[str]]
    """The words of the gold texts."""

    def movable(self, edit: Edit) -> list[str]:
        """The held texts whose role or confidence an edit may move, in their order."""
        was = self.texts.on(edit.since, edit.before) if edit.since else self.texts.base
        now = self.texts.on(edit.in_all, edit.after)
        return [
            name
            for name, run in self.runs.items()
            if not run.held.rejection and not self.texts.stays(run.held, was, now)
        ]

    def gold_with(self, forms: Sequence[str], skills: frozenset[str]) -> list[str]:
        """The gold texts that hold a form, or have a skill."""
        wanted = [words_of_form(form) for form in forms]
        return [
            name
            for name, words in self.words.items()
            if any(some <= words for some in wanted) or skills & self.runs[name].held.result.skill_slugs
        ]


class LiveTexts:
    """Holds texts, a few at a time. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots, held_runs: HeldRuns) -> None:
        self._snapshots = snapshots
        self._held_runs = held_runs
        self._past_runs = PastRunStore(engine)
        self._verdicts = VerdictStore(engine)
        self._lock = threading.RLock()
        self._base: Snapshot | None = None
        self._edits: IndexEdits | None = None
        self._since: tuple[int, tuple[Change, ...]] = (0, ())
        self._held: dict[str, _Held] = {}
        self._gone: set[UUID] = set()
        self._judged_as: object = None
        self._gold_on: Snapshot | None = None
        self._fresh = 0
        """How many texts have come or gone since they were laid out."""
        self._laid_out: tuple[HeldTogether, dict[str, JudgedRun]] | None = None

    def __len__(self) -> int:
        return len(self._held)

    def base(self) -> LiveBase:
        """The texts as they are held now."""
        with self._lock:
            base, edits = self._on_base()
            laid_out = self._laid_out
            words = {name: held.words for name, held in self._held.items() if held.words}
            since = self._since[1]
        texts, runs = laid_out or self._lay_out(base)
        return LiveBase(edits, since, texts, runs, words)

    def load(self, name: str) -> JudgedRun | None:
        """A run by its id, read where it is not held; null where it is gone."""
        held = self._held.get(name)
        if held is not None or name.startswith(GOLD):
            return held.run if held else None
        with self._lock:
            base, _ = self._on_base()
        run_id = UUID(name)
        found = self._held_runs.on(base, [run_id]).get(run_id)
        verdict = self._verdicts.newest([run_id]).get(run_id)
        return None if found is None else JudgedRun(name, found, verdict=verdict)

    def hold_more(self) -> bool:
        """Hold a few texts that are not held yet; whether there were any."""
        with self._lock:
            base, _ = self._on_base()
        self._read_judgements(base)
        with self._lock:
            missing = self._missing()
        batch = missing[:BATCH_SIZE]
        found = self._held_runs.on(base, batch) if batch else {}
        verdicts = self._verdicts.newest(batch) if batch else {}
        made = {str(i): _Held(JudgedRun(str(i), held, verdict=verdicts.get(i))) for i, held in found.items()}
        with self._lock:
            self._gone |= set(batch) - set(found)
            self._take(base, made)
            is_due = self._fresh and (self._fresh >= REBUILT_EVERY or len(missing) <= len(batch))
        if is_due:
            self._lay_out(base)
        return bool(batch)

    def _take(self, base: Snapshot, made: Mapping[str, _Held]) -> None:
        """Keep what was held on a base, unless that has moved meanwhile."""
        if base is self._base:
            self._held |= made
            self._fresh += len(made)

    def _on_base(self) -> tuple[Snapshot, IndexEdits]:
        """The base, which moves to the stored catalog where that has become another one."""
        current = self._snapshots.current()
        if self._base is None or self._edits is None:
            self._base, self._edits, self._since = current, current.edits, (current.revision, ())
        elif self._since[0] != current.revision:
            since = diff(self._base.catalog, current.catalog)
            if len(since) > MAX_SINCE or not {c.table for c in since} <= LINK_TABLES:
                self._base = self._edits = self._laid_out = None
                self._held.clear()
                return self._on_base()
            self._since = (current.revision, since)
        return self._base, self._edits

    def _missing(self) -> list[UUID]:
        """The runs that should be held and are not; those that are held and should not be are let go."""
        wanted = dict.fromkeys([*self._past_runs.newest_ids(MAX_RUNS), *self._past_runs.judged_ids(MAX_JUDGED)])
        names = {str(run_id) for run_id in wanted}
        for name in [name for name in self._held if name not in names and not name.startswith(GOLD)]:
            del self._held[name]
            self._fresh += 1
        return [run_id for run_id in wanted if str(run_id) not in self._held and run_id not in self._gone]

    def _read_judgements(self, base: Snapshot) -> None:
        """Take over what was judged of the runs that are held, and the gold texts, where these have become others."""
        version = self._held_runs.version()
        with self._lock:
            if version == self._judged_as and self._gold_on is base:
                return
            ids = [UUID(name) for name in self._held if not name.startswith(GOLD)]
        verdicts = self._verdicts.newest(ids) if ids else {}
        gold = {}
        for run in self._held_runs.judged(base, 0):
            words = words_of(f"{run.held.jd.text.view}\n{run.held.jd.title or ''}")
            gold[GOLD + run.run_id] = _Held(run, words)
        with self._lock:
            for run_id in ids:
                if (held := self._held.get(str(run_id))) is not None:
                    held.run = JudgedRun(str(run_id), held.run.held, verdict=verdicts.get(run_id))
            for name in [name for name in self._held if name.startswith(GOLD)]:
                del self._held[name]
            self._take(base, gold)
            self._judged_as, self._gold_on = version, base

    def _lay_out(self, base: Snapshot) -> tuple[HeldTogether, dict[str, JudgedRun]]:
        """Lay the texts that are held out together, the newest first; nobody waits for the lock meanwhile."""
        with self._lock:
            runs = {name: held.run for name, held in self._held.items()}
            self._fresh = 0
        together = HeldTogether([run.held for run in runs.values()])
        # What they come to is known from here on, so that the first edit does not wait for it.
        _ = together.base
        with self._lock:
            if base is self._base:
                self._laid_out = together, runs
        return together, runs
