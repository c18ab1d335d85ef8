"""How well a pipeline does against gold data: skills by evidence, roles, and the calibration of the confidence.

A predicted skill is right when one of its spans overlaps an occurrence of a gold surface; a gold skill is found when
some prediction covers one of its occurrences (case-sensitive, bounded by non-word characters wherever such an
occurrence exists). A role is right when it is acceptable, ``NONE`` meaning that no role fits. Skills are not scored
where no role fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import Any

import numpy as np

from pipeline.contracts import FinalSkill, wire_score
from pipeline.run import Run

BINS = 10
"""Bins of equal width of the expected calibration error (Naeini et al. 2015)."""


def occurrences(text: str, surface: str) -> list[tuple[int, int]]:
    """Spans of a surface in a text; those between non-word characters where there are any, else all."""
    spans = [m.span() for m in re.finditer(re.escape(surface), text)] if surface else []
    bounded = [
        (a, b)
        for a, b in spans
        if not (a and re.match(r"\w", text[a - 1]) and re.match(r"\w", surface[0]))
        and not (b < len(text) and re.match(r"\w", text[b]) and re.match(r"\w", surface[-1]))
    ]
    return bounded or spans


@dataclass
class Score:
    """Counts over a set of job descriptions; ``report`` turns them into figures."""

    n: int = 0
    predicted: int = 0
    right: int = 0
    gold: int = 0
    found: int = 0
    roles_right: int = 0
    none: int = 0
    none_right: int = 0
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)

    def add(self, gold: Mapping[str, Any], run: Run) -> None:
        """Count one job description. ``gold`` has text, acceptable and skills as in the gold files."""
        decision = run.api1.stage4_decision
        role = decision.chosen_role.slug if decision.chosen_role else "NONE"
        correct = role in gold["acceptable"]
        self.n += 1
        self.roles_right += correct
        if gold["role"] == "NONE":
            self.none += 1
            self.none_right += role == "NONE"
        if decision.chosen_role:
            self.confidences.append((decision.confidence, correct))
        if gold["role"] != "NONE":
            hard = [s for s in run.api1.final_skills if s.skill_nature != "SOFT_SKILL"]
            self._add_skills(gold["text"], gold["skills"], hard)

    def _add_skills(self, text: str, gold: Sequence[Mapping[str, Any]], predicted: Sequence[FinalSkill]) -> None:
        wanted = {s["name"]: [o for surface in s["surface"] for o in occurrences(text, surface)] for s in gold}
        spans = [(e.start, e.end) for s in predicted for e in s.evidence]
        every = [o for places in wanted.values() for o in places]
        for skill in predicted:
            hit = any(e.start < b and a < e.end for e in skill.evidence for a, b in every)
            self.predicted += 1
            self.right += hit
            if not hit:
                self.extras.append(skill.skill_name)
        for name, places in wanted.items():
            hit = any(a < y and x < b for a, b in places for x, y in spans)
            self.gold += 1
            self.found += hit
            if not hit:
                self.misses.append(name)

    def report(self) -> dict[str, Any]:
        """The figures that ``python -m pipeline eval`` prints."""
        precision = self.right / self.predicted if self.predicted else 0.0
        recall = self.found / self.gold if self.gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {
            "n": self.n,
            "skills": {"precision": wire_score(precision), "recall": wire_score(recall), "f1": wire_score(f1)},
            "role_accuracy": wire_score(self.roles_right / self.n if self.n else 0.0),
            "none_accuracy": wire_score(self.none_right / self.none) if self.none else None,
            "brier": wire_score(brier(self.confidences)) if self.confidences else None,
            "ece": wire_score(calibration_error(self.confidences)) if self.confidences else None,
        }


def brier(pairs: Iterable[tuple[float, bool]]) -> float:
    """Mean squared distance of confidence and outcome (Brier 1950)."""
    squares = [(p - right) ** 2 for p, right in pairs]
    return sum(squares) / len(squares) if squares else 0.0


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ``BINS`` bins of equal width."""
    return sum(n / len(pairs) * abs(mean - rate) for _, n, mean, rate in reliability(pairs))


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, int, float, float]]:
    """The reliability plot: for each bin that has any, its lower edge, how many, their mean confidence, the share that is right."""
    rows = []
    for i in range(BINS):
        low, high = i / BINS, (i + 1) / BINS
        inside = [(p, r) for p, r in pairs if low <= p < high or (i == BINS - 1 and p == 1.0)]
        if inside:
            rows.append((low, len(inside), sum(p for p, _ in inside) / len(inside), sum(r for _, r in inside) / len(inside)))
    return rows


def cross_validated(pairs: Sequence[tuple[float, bool]], folds: int = 10) -> list[tuple[float, bool]]:
    """The pairs with each confidence calibrated on the other folds alone (Platt 1999: a logistic of its log odds)."""
    fitted: list[tuple[float, bool]] = []
    for fold in range(folds):
        slope, intercept = _platt([p for i, p in enumerate(pairs) if i % folds != fold])
        fitted += [(1.0 / (1.0 + exp(-slope * _logit(p) - intercept)), r) for i, (p, r) in enumerate(pairs) if i % folds == fold]
    return fitted


def _logit(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return log(p / (1 - p))


def _platt(pairs: Sequence[tuple[float, bool]], prior: float = 0.05) -> tuple[float, float]:
    """Slope and intercept by Newton's method, drawn lightly (``prior``) towards leaving the confidence as it is."""
    x = np.array([[_logit(p), 1.0] for p, _ in pairs])
    y = np.array([float(r) for _, r in pairs])
    start = np.array([1.0, 0.0])
    weights = start.copy()
    for _ in range(25):
        p = 1.0 / (1.0 + np.exp(-x @ weights))
        gradient = x.T @ (p - y) + prior * len(pairs) * (weights - start) / 10
        hessian = (x * (p * (1 - p))[:, None]).T @ x + prior * len(pairs) / 10 * np.eye(2)
        weights -= np.linalg.solve(hessian, gradient)
    return float(weights[0]), float(weights[1])


def bootstrap(pairs: Sequence[tuple[float, bool]], rounds: int = 2000, seed: int = 0) -> tuple[float, float]:
    """The middle 95 % of the Brier score over resamples of the pairs (Efron 1979)."""
    squares = np.array([(p - r) ** 2 for p, r in pairs])
    drawn = np.random.default_rng(seed).integers(0, len(squares), (rounds, len(squares)))
    low, high = np.percentile(squares[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
