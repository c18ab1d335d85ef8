"""Who is wrong in a group, and what each should have come to: runs that a filter finds, failures of an experiment, those like a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from db.services.experiments import Experiments
from db.services.gold_texts import GoldSource
from db.services.held_runs import READ_AT_ONCE, HeldRuns
from db.services.repair_wants import want_of_gold, wants_of_verdicts
from db.services.searches_behind import Watch
from db.services.snapshot import Snapshot
from db.stores.run_filters import HistoryFilter
from db.stores.run_history import RunHistory
from db.stores.verdicts import VerdictStore
from pipeline.held import HeldRun, Result
from pipeline.repair import JudgedRun, Want, WantRole
from pipeline.repair.group import WrongRun

MAX_MEMBERS = 500
"""Wrong ones of a group that are looked at."""


@dataclass(frozen=True)
class FilteredRuns:
    """The runs that a filter of the history finds and that reviewers call wrong in something."""

    wanted: HistoryFilter


@dataclass(frozen=True)
class ExperimentFailures:
    """The job descriptions of an experiment with another role than their gold; ``against`` names another experiment, in which they
    were right.
    """

    experiment: int
    against: int | None = None


@dataclass(frozen=True)
class AlikeRuns:
    """A run that should have another role, with the judged runs and gold texts that are taken for the same and should have the same."""

    run_id: UUID
    want: WantRole


Group = FilteredRuns | ExperimentFailures | AlikeRuns


@dataclass(frozen=True)
class Member:
    """A wrong one of a group: its name (the id of a run, a job description of an experiment, or a gold text), the role that it has
    (null for none), and what it should have come to.
    """

    name: str
    role: str | None
    want: Want


Found = list[tuple[Member, WrongRun]]


class GroupMembers:
    """Looks up who is wrong in a group, on a state of the catalog."""

    def __init__(self, engine: Engine, held: HeldRuns, experiments: Experiments) -> None:
        self._held = held
        self._experiments = experiments
        self._history = RunHistory(engine)
        self._verdicts = VerdictStore(engine)

    def of(self, group: Group, snapshot: Snapshot, watch: Watch) -> Found:
        """The wrong ones of a group; a run that is wrong in several points is there for each of them. Raises ``StoreError`` where
        the group is not there.
        """
        match group:
            case FilteredRuns():
                found = self._of_filter(group.wanted, snapshot, watch)
            case ExperimentFailures():
                found = self._of_experiment(group, snapshot, watch)
            case AlikeRuns():
                found = self._alike(group, snapshot, watch)
        return [(Member(name, held.result.role_slug, want), WrongRun(name, held, want)) for name, held, want in found]

    def _of_filter(
        self, wanted: HistoryFilter, snapshot: Snapshot, watch: Watch
    ) -> Iterator[tuple[str, HeldRun, Want]]:
        if wanted.verdict == "none":
            return
        judged = wanted if wanted.verdict else wanted.model_copy(update={"verdict": "given"})
        ids = self._history.ids(judged, MAX_MEMBERS)
        verdicts = self._verdicts.renamed(ids)
        for start in range(0, len(ids), READ_AT_ONCE):
            watch("reading", start, len(ids))
            held = self._held.on(snapshot, ids[start : start + READ_AT_ONCE])
            for run_id, run in held.items():
                yield from ((str(run_id), run, want) for want in wants_of_verdicts(verdicts.get(run_id, ()), run))

    def _of_experiment(
        self, group: ExperimentFailures, snapshot: Snapshot, watch: Watch
    ) -> Iterator[tuple[str, HeldRun, Want]]:
        experiment = self._experiments.load(group.experiment)
        failed = [r.id for r in self._experiments.results(experiment) if r.is_right is False]
        if group.against is not None:
            pairs = self._experiments.compare(group.against, group.experiment).comparison.changed
            failed = [pair.id for pair in pairs if pair.kind == "broken"]
        failed = failed[:MAX_MEMBERS]
        for start in range(0, len(failed), READ_AT_ONCE):
            watch("reading", start, len(failed))
            whole = [self._experiments.result(experiment, jd_id) for jd_id in failed[start : start + READ_AT_ONCE]]
            jds = [result.jd for result in whole if result]
            sources = [GoldSource.of_gold(j.id, j.title or j.id, j.title, j.text, j.gold) for j in jds if j.gold]
            held = self._held.of_texts(snapshot, sources, experiment.run_config())
            for source, run in zip(sources, held, strict=True):
                if (want := want_of_gold(source.gold, run)) is not None:
                    yield source.item, run, want

    def _alike(self, group: AlikeRuns, snapshot: Snapshot, watch: Watch) -> Iterator[tuple[str, HeldRun, Want]]:
        own = self._held.on(snapshot, [group.run_id]).get(group.run_id)
        if own is None or group.want.is_met(own.result):
            return
        yield str(group.run_id), own, group.want
        judged = self._held.judged(snapshot, watch=lambda done, of: watch("reading", done, of))
        others = [run for run in judged if run.run_id != str(group.run_id)]
        alike = [run for run in others if is_alike(run, own.result, group.want)]
        yield from ((run.run_id, run.held, group.want) for run in alike[: MAX_MEMBERS - 1])


def is_alike(run: JudgedRun, result: Result, want: Want) -> bool:
    """Whether a judged run has the role of a result, and should have the one that is wanted of it."""
    if not isinstance(want, WantRole) or run.held.result.role_slug != result.role_slug:
        return False
    return bool(run.roles) and run.roles[0] == want.slug and result.role_slug not in run.roles
