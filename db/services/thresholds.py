"""What the confidence from which on an answer is taken without a reviewer comes to, on gold, on verdicts and on the runs of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from db.services.attached import SIGN, AttachedExperiments
from db.services.snapshots import CatalogSnapshots
from db.stores.answer_confidences import AnswerConfidences, RunBetween
from db.stores.attached import Attached
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
class AnswerSource:
    """An experiment, of the store or attached, whose answers with gold thresholds are chosen by.

    ``set_name`` are its job descriptions, ``way`` is how they were run; ``done`` of them are, and ``is_over`` says whether more come.
    """

    reference: str
    name: str
    gold: int
    set_name: str
    way: str
    done: int
    size: int
    is_over: bool = True
    keeps_none: bool = True
    """Whether it was kept how sure answers of none are."""


@dataclass(frozen=True)
class ThresholdStudy:
    """What thresholds come to on the gold of an experiment, beside what reviewers have judged and the runs of late."""

    source: AnswerSource
    gold: ThresholdCurve
    verdicts: ThresholdCurve
    runs: RunCounts


class Thresholds:
    """Studies of thresholds, on the stores. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots, attached: AttachedExperiments) -> None:
        self._answers = AnswerConfidences(engine)
        self._experiments = ExperimentStore(engine)
        self._audit_trail = AuditTrail(engine)
        self._snapshots = snapshots
        self._attached = attached

    def sources(self) -> list[AnswerSource]:
        """The experiments that have done something with gold, the newest first, then attached ones that can be asked here."""
        stored = [_of_experiment(e) for e in self._experiments.all() if e.gold and e.done]
        attached = [a for a in self._attached.all() if a.contents.marked and self._attached.has_index(a)]
        return [*stored, *(_of_attached(a, self._attached.keeps_none(a)) for a in attached)]

    def study(self, source: AnswerSource) -> ThresholdStudy:
        """What thresholds come to on an experiment. Raises ``StoreError`` where what was read of an attached one has gone."""
        attached = self._attached.find(source.reference) if source.reference.startswith(SIGN) else None
        answers = (
            self._answers.of_experiment(int(source.reference)) if attached is None else self._attached.answers(attached)
        )
        return ThresholdStudy(
            source,
            ThresholdCurve(answers),
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


def _of_experiment(found: Experiment) -> AnswerSource:
    return AnswerSource(
        str(found.id), found.name, found.gold, found.set_name, str(found.way), found.done, found.size, found.is_over
    )


def _of_attached(found: Attached, keeps_none: bool) -> AnswerSource:
    contents = found.contents
    on = "a catalog that is no revision" if found.revision is None else f"revision {found.revision}"
    way = f"{on}, title {'hidden' if contents.hides_title else 'shown'}"
    reference = f"{SIGN}{found.id}"
    size = contents.size
    return AnswerSource(reference, found.name, contents.marked, "a batch", way, size, size, keeps_none=keeps_none)
