"""What one edit makes of past runs, counted run by run: those that it can move, those that matter most first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic, perf_counter

from pipeline.catalog.indexes import Indexes
from pipeline.held import Result
from pipeline.impact import Judgement
from pipeline.repair import JudgedRun

GOLD = "gold "
"""What the name of a gold text begins with, which is no run: it says what is better and worse, and is not counted among the runs."""
MAX_LISTED = 200
"""Runs that come out differently and are listed; all are counted."""


@dataclass(frozen=True)
class MovedRun:
    """A run that an edit gives another outcome: its role before and after by slug (null for none), and whether that is better by its
    verdict or gold. ``run_id`` is that of the run; of a gold text it is its name.
    """

    run_id: str
    before: str | None
    after: str | None
    judged: Judgement

    @property
    def is_run(self) -> bool:
        """Whether it is a run, and no gold text."""
        return not self.run_id.startswith(GOLD)

    @property
    def gold_name(self) -> str:
        """The name of a gold text; empty for a run."""
        return self.run_id.removeprefix(GOLD) if self.run_id.startswith(GOLD) else ""

    @property
    def role_changes(self) -> bool:
        """Whether another role is chosen, or none any more."""
        return self.before != self.after


@dataclass(frozen=True)
class LiveImpact:
    """What an edit makes of past runs, as far as it has come: ``counted`` of the ``among`` runs that it can move.

    ``runs`` come out differently, in ``roles`` of them the role changes; ``better`` and ``worse`` are among runs with a verdict and gold texts.
    """

    runs: int
    roles: int
    better: int
    worse: int
    counted: int
    among: int
    listed: tuple[MovedRun, ...] = ()
    is_begun: bool = True
    """Whether it is known which runs the edit can move: that of a merge takes a moment."""

    @property
    def is_complete(self) -> bool:
        """Whether all that can be moved is counted."""
        return self.is_begun and self.counted >= self.among


NOTHING = LiveImpact(0, 0, 0, 0, 0, 0)
"""What an edit comes to that no past run rests on."""
NOT_BEGUN = LiveImpact(0, 0, 0, 0, 0, 0, is_begun=False)
"""What is known of an edit at first whose catalog takes a moment to be made ready."""


@dataclass(frozen=True)
class States:
    """The catalog before and after an edit, made ready. ``before_of`` gives what a run comes to before."""

    before: Indexes
    after: Indexes
    before_of: Callable[[JudgedRun], Result]
    renames: bool = False
    """Whether roles, dimensions or skills go, so that verdicts and gold may read otherwise afterwards."""


class Counting:
    """An edit on its way: ``waiting`` are the runs that are still to be replayed, the last first. One at a time counts; how far it has
    come may be asked for by anybody.
    """

    def __init__(self, states: States, waiting: Sequence[str], load: Callable[[str], JudgedRun | None]) -> None:
        """Take the states, the runs, and what reads one of them: null where it is gone."""
        self._states = states
        self._waiting = list(waiting)
        self._load = load
        self._among = len(waiting)
        self._counts = dict.fromkeys(("runs", "roles", "better", "worse"), 0)
        self._listed: list[MovedRun] = []
        self.asked_at = monotonic()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be replayed."""
        return not self._waiting

    def advance(self, seconds: float) -> None:
        """Replay until all is done or the time is over; one run at least."""
        end = perf_counter() + seconds
        while self._waiting:
            self._replay(self._waiting[-1])
            self._waiting.pop()
            if perf_counter() >= end:
                return

    def progress(self) -> LiveImpact:
        """How far it has come."""
        done = self._among - len(self._waiting)
        runs, roles, better, worse = (self._counts[name] for name in ("runs", "roles", "better", "worse"))
        return LiveImpact(runs, roles, better, worse, done, self._among, tuple(_first(self._listed)))

    def _replay(self, run_id: str) -> None:
        run = self._load(run_id)
        if run is None or run.held.rejection:
            return
        before, after = self._states.before_of(run), run.held.on(self._states.after)
        if not before.differs(after):
            return
        judged = self._judged(run, before, after)
        moved = MovedRun(run_id, before.role_slug, after.role_slug, judged)
        self._counts["runs"] += moved.is_run
        self._counts["roles"] += moved.is_run and moved.role_changes
        if judged != "unknown":
            self._counts[judged] += 1
        if len(self._listed) < MAX_LISTED:
            self._listed.append(moved)

    def _judged(self, run: JudgedRun, before: Result, after: Result) -> Judgement:
        states = self._states
        later = run.carried(states.before.catalog, states.after.catalog) if states.renames else run
        was, now = run.faults(before), later.faults(after)
        return "unknown" if was == now else "better" if now < was else "worse"


def _first(moved: Sequence[MovedRun]) -> list[MovedRun]:
    """Those that break first, then those that are put right, then other roles."""
    order = {"worse": 0, "better": 1, "unknown": 2}
    return sorted(moved, key=lambda m: (order[m.judged], not m.role_changes))
