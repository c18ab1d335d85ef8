"""Trends over the revisions of the catalog: accuracy, coverage, findings, proposals, agreement, time and cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Literal, get_args

from sqlalchemy import Engine

from db.services.agreements import Agreements
from db.services.attached import SIGN, AttachedExperiments
from db.services.experiments import Experiments, Way
from db.services.jd_files import GOLD
from db.services.revision_quality import by_verdicts
from db.stores.attached import Attached
from db.stores.audit_trail import AuditTrail
from db.stores.experiments import Experiment
from db.stores.gold_sets import VERSION_SIGN, GoldSets
from db.stores.measures import MeasureStore, Revision
from db.stores.trends import MeasuredExperiment, RevisionRuns, TrendStore
from pipeline.audit.registry import check_of_kind
from pipeline.intervals import Interval, f1, f1_interval
from pipeline.trends import TrendLine, TrendPanel, TrendPoint, backlogs, share_point

Measure = Literal["roles", "skills", "coverage", "findings", "proposals", "agreement", "time", "cost"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
MAX_REVISIONS = 500
"""Revisions that are drawn, the newest."""
MAX_KINDS = 5
"""Kinds of findings that have a line of their own, the most frequent ones."""
MAX_STARTED = 30
"""Experiments that one press of a button starts."""
DAY = 24 * 60 * 60.0
WITH_REVISION = "gold texts that ship, with the revision"

OfExperiment = Callable[[MeasuredExperiment], TrendPoint | None]
OfRuns = Callable[[int, RevisionRuns], TrendPoint | None]


class Trends:
    """Trends, on the stores and the experiments. Safe to use from several threads."""

    def __init__(self, engine: Engine, experiments: Experiments, attached: AttachedExperiments) -> None:
        self._store = TrendStore(engine)
        self._measures = MeasureStore(engine)
        self._audit_trail = AuditTrail(engine)
        self._agreements = Agreements(engine)
        self._gold_sets = GoldSets(engine)
        self._experiments = experiments
        self._attached = attached

    def revisions(self, limit: int = MAX_REVISIONS) -> list[Revision]:
        """The newest revisions, the newest first."""
        return self._measures.revisions(limit)

    def panels(self, measure: Measure, revisions: Sequence[Revision]) -> list[TrendPanel]:
        """What a measure comes to on revisions: lines of points, those of nothing left out."""
        makers: Mapping[Measure, Callable[[Sequence[Revision]], list[TrendPanel]]] = {
            "roles": self._roles,
            "skills": self._skills,
            "coverage": self._coverage,
            "findings": self._findings,
            "proposals": self._proposals,
            "agreement": self._agreement,
            "time": self._time,
            "cost": self._cost,
        }
        shown = {revision.id for revision in revisions}
        return [_within(panel, shown) for panel in makers[measure](revisions)]

    def sum_up(self, seconds: float = 0.5) -> int:
        """Sum up finished experiments that are not yet, for so long at most; returns how many are left. Attached ones whose index is
        not on this machine are left as they are.
        """
        left: list[Callable[[], object]] = [partial(self._store.sum_up, number) for number in self._store.unsummed()]
        left += [
            partial(self._attached.sum_up, found)
            for found in self._attached.all()
            if found.contents.sums is None and self._attached.has_index(found)
        ]
        began = monotonic()
        while left and monotonic() - began < seconds:
            left.pop(0)()
        return len(left)

    # --- a gold set on the revisions that lack it -----------------------------------------------------------------

    def gold_sizes(self) -> dict[str, int]:
        """The gold sets that have items, by name, with how many."""
        return {found.name: found.n_items for found in self._gold_sets.all() if found.n_items}

    def lacking_gold(self, name: str) -> list[int]:
        """The revisions, the newest first, on which the newest version of a gold set was not run."""
        found = self._gold_sets.find(name)
        return self.lacking(f"{GOLD}{name}{VERSION_SIGN}{found.version}")

    def lacking(self, set_name: str) -> list[int]:
        """The revisions, the newest first, on which gold (by the name of its job descriptions) was not run: those whose catalog can
        be made again.
        """
        tried = self._store.tried_revisions(set_name)
        return [r for r in self._store.known_revisions() if r not in tried][:MAX_REVISIONS]

    def measure_gold(self, name: str, author: str) -> list[Experiment]:
        """Start an experiment on the gold of a name for each of the newest revisions that lack it, at most ``MAX_STARTED``.

        Raises ``InputError`` where there is no such gold.
        """
        gold = self._experiments.read_gold(name)
        return [
            self._experiments.start(
                self._experiments.free_name(f"{name} at revision {revision}"), author, gold, Way(revision)
            )
            for revision in self.lacking(gold.name)[:MAX_STARTED]
        ]

    # --- measures -------------------------------------------------------------------------------------------------

    def _roles(self, revisions: Sequence[Revision]) -> list[TrendPanel]:
        gold = self._measures.gold([r.id for r in revisions])
        own = [share_point(r, sum(g.is_right for g in found), len(found)) for r, found in gold.items()]
        lines = self._of_experiments(lambda e: share_point(e.revision_id, e.n_right, e.n_judged, e.reference))
        return [TrendPanel("Roles right, of the gold texts", "share", (_line(WITH_REVISION, own), *lines))]

    def _skills(self, revisions: Sequence[Revision]) -> list[TrendPanel]:
        own = []
        for revision, found in self._measures.gold([r.id for r in revisions]).items():
            counts = tuple(g.counts for g in found if g.n_wanted or g.extra)
            if counts:
                own.append(TrendPoint(revision, f1(counts), f1_interval(counts), sum(c.wanted for c in counts)))
        return [
            TrendPanel("F1 of skills on gold", "f1", (_line(WITH_REVISION, own), *self._of_experiments(_skills_of)))
        ]

    def _coverage(self, _: Sequence[Revision]) -> list[TrendPanel]:
        with_role = self._of_runs(lambda r, runs: share_point(r, runs.with_role, runs.n))
        linked = self._of_runs(lambda r, runs: share_point(r, runs.linked, runs.skills))
        roles = self._of_experiments(lambda e: share_point(e.revision_id, e.n_with_role, e.n, e.reference))
        skills = self._of_experiments(
            lambda e: None if e.n_linked is None else share_point(e.revision_id, e.n_linked, e.n_skills, e.reference)
        )
        return [
            TrendPanel("With a role, of the job descriptions", "share", (_line("runs", with_role), *roles)),
            TrendPanel("In the catalog, of the skills found", "share", (_line("runs", linked), *skills)),
        ]

    def _findings(self, _: Sequence[Revision]) -> list[TrendPanel]:
        counted = self._store.findings()
        newest = counted[max(counted)] if counted else {}
        kinds = sorted(newest, key=lambda kind: (-newest[kind], kind))[:MAX_KINDS]
        lines = [_line("all kinds", [TrendPoint(r, sum(c.values())) for r, c in counted.items()])]
        for kind in kinds:
            check = check_of_kind(kind)
            points = [TrendPoint(r, counts.get(kind, 0)) for r, counts in counted.items()]
            lines.append(_line(check.label if check else kind.replace("_", " "), points))
        return [TrendPanel("Open findings of Health", "count", tuple(lines))]

    def _proposals(self, revisions: Sequence[Revision]) -> list[TrendPanel]:
        created, decided = self._store.proposals()
        found = backlogs(
            [moment.timestamp() for moment in created],
            [moment.timestamp() if moment else None for moment in decided],
            [revision.created_at.timestamp() for revision in revisions],
        )
        pairs = list(zip(revisions, found, strict=True))
        opened = [TrendPoint(r.id, backlog.n_open) for r, backlog in pairs]
        ages = [
            TrendPoint(r.id, backlog.median_age / DAY, None, backlog.n_open)
            for r, backlog in pairs
            if backlog.median_age is not None
        ]
        return [
            TrendPanel("Proposals open when the revision was made", "count", (_line("open", opened),)),
            TrendPanel("How long half of them had been open, at least", "days", (_line("median age", ages),)),
        ]

    def _agreement(self, revisions: Sequence[Revision]) -> list[TrendPanel]:
        successors = self._audit_trail.resolve_successors()
        judged = self._measures.judged([r.id for r in revisions])
        shares = {r: by_verdicts(groups, successors)[0] for r, groups in judged.items()}
        system = [share_point(r, share.right, share.total) for r, share in shares.items()]
        among = [
            TrendPoint(r, figure.value, figure.interval, figure.runs)
            for r, figure in self._agreements.roles_by_revision().items()
            if figure.value is not None
        ]
        return [
            TrendPanel(
                "Judged runs, replayed on the revision, whose role is the reviewer’s",
                "share",
                (_line("reviewers and the system", system),),
            ),
            TrendPanel(
                "Cohen’s kappa of reviewers for the role, runs of the revision", "kappa", (_line("reviewers", among),)
            ),
        ]

    def _time(self, _: Sequence[Revision]) -> list[TrendPanel]:
        runs = self._of_runs(
            lambda r, runs: None if runs.milliseconds is None else TrendPoint(r, runs.milliseconds / 1000, None, runs.n)
        )
        lines = self._of_experiments(
            lambda e: (
                None
                if e.milliseconds is None
                else TrendPoint(e.revision_id, e.milliseconds / 1000, None, e.n, e.reference)
            )
        )
        title = "Seconds for a job description, the median (experiments end with step 1)"
        return [TrendPanel(title, "seconds", (_line("runs", runs), *lines))]

    def _cost(self, _: Sequence[Revision]) -> list[TrendPanel]:
        runs = self._of_runs(lambda r, runs: TrendPoint(r, runs.cost_usd, None, runs.n))
        lines = self._of_experiments(
            lambda e: (
                None if e.cost_usd is None else TrendPoint(e.revision_id, e.cost_usd / e.n, None, e.n, e.reference)
            )
        )
        return [TrendPanel("US dollars for a job description, the mean", "usd", (_line("runs", runs), *lines))]

    def _of_runs(self, point: OfRuns) -> list[TrendPoint | None]:
        return [point(revision, runs) for revision, runs in self._store.runs().items()]

    def _of_experiments(self, point: OfExperiment) -> list[TrendLine]:
        """A line for each set of job descriptions and way of running it; of several experiments on a revision the newest counts."""
        found: dict[tuple[str, str, bool], dict[int, TrendPoint]] = defaultdict(dict)
        names: dict[tuple[str, str, bool], str] = {}
        for experiment in [*self._store.experiments(), *_of_batches(self._attached.all())]:
            key = experiment.set_id, experiment.engine, experiment.hide_title
            made = point(experiment)
            if made is not None:
                found[key][experiment.revision_id] = made
                names[key] = _name(experiment)
        # Of equally long ones those whose job descriptions came last.
        place = {key: number for number, key in enumerate(names)}
        ordered = sorted(names, key=lambda key: (-len(found[key]), -place[key]))
        return [_line(names[key], found[key].values()) for key in ordered]


def _of_batches(attached: Sequence[Attached]) -> list[MeasuredExperiment]:
    """Attached experiments whose revision is known, as experiments of the store are summed up, the oldest first."""
    return [
        MeasuredExperiment(
            reference=f"{SIGN}{one.id}",
            name=one.name,
            revision_id=one.revision,
            set_id=f"{SIGN}{one.source.jds or one.name}",
            set_name=_jds_name(one),
            engine="local",
            hide_title=one.contents.hides_title,
            milliseconds=None,
            cost_usd=None,
            **asdict(one.contents.sums),
        )
        for one in reversed(attached)
        if one.revision is not None and one.contents.sums is not None and one.contents.sums.n
    ]


def _jds_name(attached: Attached) -> str:
    """What the job descriptions of a batch are called: by their file, or the folder of their files."""
    if attached.source.jds is None:
        return f"{attached.name}, attached"
    place = Path(attached.source.jds)
    return f"{place.parent.name if '*' in place.name else place.name}, attached"


def _name(experiment: MeasuredExperiment) -> str:
    parts = [experiment.set_name.removeprefix("gold:")]
    if experiment.engine != "local":
        parts.append("model engine")
    if experiment.hide_title:
        parts.append("title hidden")
    return ", ".join(parts)


def _skills_of(experiment: MeasuredExperiment) -> TrendPoint | None:
    value, low, high = experiment.skills_f1, experiment.skills_f1_low, experiment.skills_f1_high
    if value is None or low is None or high is None:
        return None
    return TrendPoint(experiment.revision_id, value, Interval(low, high), experiment.n_judged, experiment.reference)


def _line(name: str, points: Iterable[TrendPoint | None]) -> TrendLine:
    made = [point for point in points if point is not None]
    return TrendLine(name, tuple(sorted(made, key=lambda point: point.revision)))


def _within(panel: TrendPanel, revisions: set[int]) -> TrendPanel:
    """A panel with the points of some revisions, and the lines that have any."""
    lines = (TrendLine(x.name, tuple(p for p in x.points if p.revision in revisions)) for x in panel.lines)
    return TrendPanel(panel.title, panel.unit, tuple(line for line in lines if line.points))
