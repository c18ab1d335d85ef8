"""Figures of runs against gold data: skills by their mentions, roles, and the calibration of the confidence.

A predicted skill is right when one of its spans overlaps an occurrence of a gold surface; a gold skill is found when
some prediction covers one of its occurrences (case-sensitive, bounded by non-word characters wherever such an
occurrence exists). A role is right when it is acceptable, ``NONE`` meaning that no role fits. Skills are not scored
where no role fits, nor where the gold has none to ask for (null).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True)
class SkillCounts:
    """Of one text: skills that a run has and how many of them are right, skills of the gold data and how many are found."""

    predicted: int = 0
    right: int = 0
    wanted: int = 0
    found: int = 0


def count_skills(
    text: str, gold: Iterable[Mapping[str, Any]], predicted: Iterable[Sequence[tuple[int, int]]]
) -> SkillCounts:
    """Count the skills of one text. ``gold`` has skills with their surfaces, ``predicted`` the places of each skill of a run."""
    places_of = {s["name"]: [o for surface in s["surface"] for o in occurrences(text, surface)] for s in gold}
    skills = [list(places) for places in predicted]
    spans = [place for places in skills for place in places]
    gold_spans = [o for places in places_of.values() for o in places]
    return SkillCounts(
        predicted=len(skills),
        right=sum(any(x < b and a < y for x, y in places for a, b in gold_spans) for places in skills),
        wanted=len(places_of),
        found=sum(any(a < y and x < b for a, b in places for x, y in spans) for places in places_of.values()),
    )


def f_score(counts: SkillCounts) -> tuple[float, float, float]:
    """Precision, recall and F1 of counts, each 0 where it is of nothing."""
    precision = counts.right / counts.predicted if counts.predicted else 0.0
    recall = counts.found / counts.wanted if counts.wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1


@dataclass
class Score:
    """Counts over a set of job descriptions; ``report`` turns them into figures."""

    n: int = 0
    """Job descriptions."""
    n_predicted: int = 0
    """Skills of the runs, and how many of them are right."""
    n_right: int = 0
    n_gold: int = 0
    """Skills of the gold data, and how many of them the runs have."""
    n_found: int = 0
    roles_right: int = 0
    n_without_role: int = 0
    """Job descriptions that no role fits, and how many of them got none."""
    without_role_right: int = 0
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    """Of each run with a role, its confidence and whether the role is right."""
    none_probabilities: list[tuple[float, bool]] = field(default_factory=list)
    """Of each run without a role, the probability that none fits, and whether none does."""

    def add(self, gold: Mapping[str, Any], run: Run) -> None:
        """Count one job description. ``gold`` has text, acceptable and skills as in the gold files."""
        decision = run.extraction.decision
        role = decision.chosen_role.slug if decision.chosen_role else "NONE"
        correct = role in gold["acceptable"]
        self.n += 1
        self.roles_right += correct
        if gold["role"] == "NONE":
            self.n_without_role += 1
            self.without_role_right += role == "NONE"
        if decision.chosen_role:
            self.confidences.append((decision.confidence, correct))
        elif decision.none_probability is not None:
            self.none_probabilities.append((decision.none_probability, correct))
        if gold["role"] != "NONE" and gold["skills"] is not None:
            hard = [s for s in run.extraction.skills if s.skill_nature != "SOFT_SKILL"]
            self._add_skills(gold["text"], gold["skills"], hard)

    def _add_skills(self, text: str, gold: Sequence[Mapping[str, Any]], predicted: Sequence[FinalSkill]) -> None:
        counts = count_skills(text, gold, [[(m.start, m.end) for m in s.mentions] for s in predicted])
        self.n_predicted += counts.predicted
        self.n_right += counts.right
        self.n_gold += counts.wanted
        self.n_found += counts.found

    def report(self) -> dict[str, Any]:
        """The figures that ``python -m pipeline eval`` prints."""
        counts = SkillCounts(self.n_predicted, self.n_right, self.n_gold, self.n_found)
        precision, recall, f1 = f_score(counts)
        return {
            "n": self.n,
            "skills": {"precision": wire_score(precision), "recall": wire_score(recall), "f1": wire_score(f1)},
            "role_accuracy": wire_score(self.roles_right / self.n if self.n else 0.0),
            "none_accuracy": wire_score(self.without_role_right / self.n_without_role) if self.n_without_role else None,
            "brier": wire_score(brier(self.confidences)) if self.confidences else None,
            "ece": wire_score(calibration_error(self.confidences)) if self.confidences else None,
            "brier_none_included": wire_score(brier(every))
            if (every := self.confidences + self.none_probabilities)
            else None,
        }


def brier(pairs: Iterable[tuple[float, bool]]) -> float:
    """Mean squared difference of confidence and outcome (Brier 1950); 0 without any."""
    squares = [(p - right) ** 2 for p, right in pairs]
    return sum(squares) / len(squares) if squares else 0.0


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ``BINS`` bins of equal width."""
    return sum(b.count / len(pairs) * abs(b.mean_confidence - b.share_right) for b in reliability(pairs))


@dataclass(frozen=True)
class ReliabilityBin:
    """Decisions whose confidence is in one bin of width 1 / ``BINS``, from ``low`` on."""

    low: float
    count: int
    mean_confidence: float
    share_right: float


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[ReliabilityBin]:
    """The bins of the reliability plot that hold any of the pairs of confidence and outcome, by confidence."""
    bins = []
    for i in range(BINS):
        low, high = i / BINS, (i + 1) / BINS
        inside = [(p, right) for p, right in pairs if low <= p < high or (i == BINS - 1 and p == 1.0)]
        if inside:
            n = len(inside)
            bins.append(ReliabilityBin(low, n, sum(p for p, _ in inside) / n, sum(right for _, right in inside) / n))
    return bins
