"""What the confidence from which on an answer is taken without a reviewer comes to, on gold, on verdicts and on the runs of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from db.services.snapshots import CatalogSnapshots
from db.stores.answer_confidences import AnswerConfidences, RunBetween
from db.stores.audit_trail import AuditTrail
from db.stores.experiments import Experiment, ExperimentStore
from pipeline.catalog import Setting
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.setting_kinds import REVIEW_CONFIDENCE
from pipeline.thresholds import RunCounts, ThresholdCurve

LATELY = timedelta(days=30)
"""Runs of this time say how much work a threshold makes."""


@dataclass(frozen=True)
class ThresholdStudy:
    """What thresholds come to on the gold of an experiment, beside what reviewers have judged and the runs of late."""

    experiment: Experiment
    gold: ThresholdCurve
    verdicts: ThresholdCurve
    runs: RunCounts


class Thresholds:
    """Studies of thresholds, on the stores. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._answers = AnswerConfidences(engine)
        self._experiments = ExperimentStore(engine)
        self._audit_trail = AuditTrail(engine)
        self._snapshots = snapshots

    def experiments(self) -> list[Experiment]:
        """The experiments that have done something with gold, the newest first."""
        return [e for e in self._experiments.all() if e.gold and e.done]

    def study(self, experiment: Experiment) -> ThresholdStudy:
        """What thresholds come to on an experiment."""
        return ThresholdStudy(
            experiment,
            ThresholdCurve(self._answers.of_experiment(experiment.id)),
            ThresholdCurve(self._answers.of_verdicts(self._audit_trail.resolve_successors())),
            self._answers.of_runs(LATELY),
        )

    def between(self, one: float | None, other: float, limit: int) -> list[RunBetween]:
        """The runs of late that one threshold takes and another does not; null takes all."""
        low, high = sorted((one or 0.0, other))
        return self._answers.between(low, high, LATELY, limit)

    def change(self, draft: int | None, threshold: float | None, reason: ChangeReason) -> Change | None:
        """The change that sets the threshold (null: sets none) in the catalog, or in it with a draft; null where nothing differs."""
        snapshot = self._snapshots.current() if draft is None else self._snapshots.with_draft(draft)
        key = REVIEW_CONFIDENCE.key
        before = next((s for s in snapshot.catalog.settings if s.key == key), None)
        after = None if threshold is None else Setting(key, REVIEW_CONFIDENCE.text(threshold))
        return None if before == after else reason.change(before, after)
