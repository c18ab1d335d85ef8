"""What many runs that are held on one catalog come to by their evidence, all of them at once.

Such a change touches the evidence of every run a little, and moves hardly any. The evidence of all runs for all roles is kept as arrays; what the
change makes of them is computed by the same formulas as a run's (``stages.ranking``, ``stages.decision``, ``stages.field``), but for the
order of sums. What a run comes to is settled where it hangs on no margin that is near to the error of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from pipeline.catalog.kras import KraMatrix
from pipeline.held import HeldRun
from pipeline.learned.fitted import field_weights
from pipeline.stages.decision import MIN_POSITIONS
from pipeline.stages.field import KRA_DEVIATIONS, MIN_BACKING, field_log_odds
from pipeline.stages.ranking import (
    FULL_KRA_SCORE,
    LEAD_WEIGHT,
    MAX_FIELD,
    MAX_KRA_DEVIATIONS,
    MAX_LEAD,
    MAX_STRENGTH,
    MIN_CENTROID,
    MIN_KRA_SCORE,
    MIN_TITLE,
    PART_OF_TITLE,
    SHARE_WEIGHT,
    STRENGTH_WEIGHT,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MIN_MARGIN = 1e-3
"""How far ahead a role must be, in log odds, for its being ahead to be settled: ten times what the order of sums and the rounding of
scores may make.
"""
NEAR_MARGIN = 1e-5
"""The same of KRA scores."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for each role of the catalog in each run, (n_runs, n_roles): scores as the signals have them, 0 where they have none.

    ``nearest`` (n_runs,) is the plain KRA score of the nearest of the listed roles, and ``rest`` what of the log odds that any role fits
    follows from none of the scores.
    """

    kra: Floats
    title: Floats
    skill: Floats
    nearest: Floats
    rest: Floats


@dataclass(frozen=True)
class Outcomes:
    """What runs come to, (n_runs,) each: the column of the role (-1 for none) with the confidence in it, and whether that is settled."""

    chosen: npt.NDArray[np.int64]
    confidence: Floats
    settled: Bools


class Screen:
    """The evidence of runs, one or more, that are held on one catalog with one config; a run that has no duties is left out."""

    def __init__(self, runs: Sequence[HeldRun]) -> None:
        indexes, self.config = runs[0].indexes, runs[0].config
        self.matrix: KraMatrix = indexes.kras
        self.runs = [run for run in runs if not run.rejection and run.config == self.config and run.signals.kra]
        slugs = list(indexes.catalog.role)
        self._column = {slug: j for j, slug in enumerate(slugs)}
        self.with_kras = np.array([self._column[slug] for slug in self.matrix.roles], np.int64)
        """The columns of the roles that have KRAs, in the order of the matrix."""
        domains = [indexes.catalog.role[slug].domain for slug in slugs]
        self._families = [np.flatnonzero([d == domain for d in domains]) for domain in dict.fromkeys(domains)]
        signals = [run.signals for run in self.runs]
        self._has_kras = np.isin(np.arange(len(slugs)), self.with_kras)
        self._is_ranked = self.columns([dict.fromkeys(s.roles, 1.0) for s in signals]) > 0
        self._centroid = self.columns([s.centroid for s in signals])
        self._titled = self.columns([dict.fromkeys(s.alias_specific, 1.0) for s in signals]) > 0
        self._alias = np.array([PART_OF_TITLE if s.title_says_more else 1.0 for s in signals])
        self._positions = np.array([len(s.named_roles) for s in signals])
        self.raw = self.columns([run.of_text.kra.raw for run in self.runs])
        self.base = self._evidence_of_base()
        self.outcomes = Outcomes(
            np.array([self._column.get(run.result.role_slug or "", -1) for run in self.runs], np.int64),
            np.array([run.result.confidence for run in self.runs]),
            np.ones(len(self.runs), bool),
        )
        """What the runs come to on their own catalog."""

    def columns(self, scores: Sequence[Mapping[str, float]]) -> Floats:
        """Return scores by role as rows of an array, (n, n_roles); 0 for a role that has none."""
        found = np.zeros((len(scores), len(self._column)))
        for i, of_run in enumerate(scores):
            for slug, score in of_run.items():
                if slug in self._column:
                    found[i, self._column[slug]] = score
        return found

    def _evidence_of_base(self) -> Evidence:
        signals = [run.signals for run in self.runs]
        kra = self.columns([s.kra for s in signals])
        nearest = np.array([s.nearest_kra if s.nearest_kra is not None else 0.0 for s in signals])
        evidence = Evidence(
            kra, self.columns([s.title for s in signals]), self.columns([s.skill for s in signals]), nearest, nearest
        )
        whole = [field_log_odds(s, run.jd.title is not None) for s, run in zip(signals, self.runs, strict=True)]
        return replace(evidence, rest=np.array(whole) - self._field_by(evidence))

    def outcomes_by(self, evidence: Evidence, settled: Bools) -> Outcomes:
        """Return what the runs come to by other evidence; settled are those alone that are ``settled`` so far."""
        if not len(self.runs):
            return self.outcomes
        total = self._totals(evidence)
        field = evidence.rest + self._field_by(evidence)
        order = np.argsort(-total, axis=1)
        best, second = order[:, 0], order[:, 1] if order.shape[1] > 1 else order[:, 0]
        at = np.arange(len(total))
        lead = total[at, best] - total[at, second]
        odds = log(self.config.min_field / (1 - self.config.min_field))
        settled = settled & (lead > MIN_MARGIN) & (np.abs(field - odds) > MIN_MARGIN)
        chosen, is_clear = self._chosen_by(evidence, best)
        chosen = np.where(field < odds, -1, chosen)
        confidence = np.where(chosen < 0, 0.0, self._confidence_in(np.maximum(chosen, 0), total, field))
        return Outcomes(chosen, confidence, settled & is_clear)

    def _totals(self, evidence: Evidence) -> Floats:
        weights, (middle, spread) = self.config.evidence_weights, self._spread(evidence.kra)
        near = np.clip((evidence.kra - middle) / spread / MAX_KRA_DEVIATIONS, 0.0, 1.0)
        worth = np.clip((evidence.nearest - MIN_KRA_SCORE) / (FULL_KRA_SCORE - MIN_KRA_SCORE), 0.0, 1.0)
        family = np.zeros_like(evidence.kra)
        for roles in self._families:
            family[:, roles] = evidence.skill[:, roles].max(axis=1, keepdims=True)
        parts = {
            "alias": self._titled * self._alias[:, None],
            "title": np.maximum((evidence.title - MIN_TITLE) / (1 - MIN_TITLE), 0.0),
            "skill": evidence.skill,
            "kra": near * worth[:, None],
            "centroid": np.maximum((self._centroid - MIN_CENTROID) / (1 - MIN_CENTROID), 0.0),
            "family": family,
        }
        total = np.zeros_like(family)
        for name, values in parts.items():
            total += weights[name] * values
        return np.where(self._is_ranked, total, -np.inf)

    def _spread(self, kra: Floats) -> tuple[Floats, Floats]:
        """The mean of the KRA scores of each run and their standard deviation, (n_runs, 1) each."""
        of_roles = kra[:, self.with_kras]
        spread = of_roles.std(axis=1, keepdims=True)
        spread[spread == 0] = 1.0
        return of_roles.mean(axis=1, keepdims=True), np.asarray(spread)

    def _field_by(self, evidence: Evidence) -> Floats:
        """What of the log odds that any role fits follows from the scores."""
        weights, (middle, spread) = field_weights().weights, self._spread(evidence.kra)
        backing = np.clip((evidence.kra - middle) / (spread * KRA_DEVIATIONS), MIN_BACKING, 1.0) * self._has_kras
        has_title = self._titled.any(axis=1)
        of_titled = np.where(self._titled, backing, -np.inf).max(axis=1, initial=MIN_BACKING)
        skill_of_titled = np.where(self._titled, evidence.skill, 0.0).max(axis=1, initial=0.0)
        return np.asarray(
            weights.skill * evidence.skill.max(axis=1, initial=0.0)
            + weights.alias_kra * np.where(has_title, of_titled, 0.0)
            + weights.alias_skill * skill_of_titled
        )

    def _chosen_by(self, evidence: Evidence, best: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Bools]:
        """The role that is chosen where any is, and whether that is settled: the best, or the one that the title alone names and neither
        skills nor KRAs contradict.
        """
        is_named = self._titled.sum(axis=1) == 1
        named, at = self._titled.argmax(axis=1), np.arange(len(best))
        margin = self.config.contradiction_margin
        leads = np.stack([s.max(axis=1) - s[at, named] for s in (evidence.skill, evidence.kra)])
        is_clear = ~is_named | (np.abs(leads - margin) > NEAR_MARGIN).all(axis=0)
        return np.where(is_named & ~(leads > margin).any(axis=0), named, best), is_clear

    def _confidence_in(self, chosen: npt.NDArray[np.int64], total: Floats, field: Floats) -> Floats:
        at = np.arange(len(total))
        own = total[at, chosen]
        others = total.copy()
        others[at, chosen] = -np.inf
        odds = np.exp(total - total.max(axis=1, keepdims=True))
        share = odds[at, chosen] / odds.sum(axis=1)
        lead = np.minimum((own - (others.max(axis=1) if total.shape[1] > 1 else 0.0)) / MAX_LEAD, 1.0)
        certainty = SHARE_WEIGHT * share + STRENGTH_WEIGHT * np.minimum(own / MAX_STRENGTH, 1.0) + LEAD_WEIGHT * lead
        slope, intercept = self.config.calibration
        known = np.clip(field, -MAX_FIELD, MAX_FIELD)
        confidence = 1 / (1 + np.exp(-(slope * certainty + self.config.field_calibration * known + intercept)))
        several = self._positions >= MIN_POSITIONS
        most = np.where(several, 1 / np.maximum(self._positions, 1), 1.0)
        return np.asarray(np.minimum(confidence, most))
