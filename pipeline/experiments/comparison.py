"""Two experiments compared: whether B is better than A, where, and whether that is more than chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.contracts import wire_score
from pipeline.experiments.bootstrap import Difference, Floats, difference, resampled_totals
from pipeline.experiments.pairs import Pair, by_regression, paired
from pipeline.experiments.results import Result
from pipeline.experiments.slices import Slicing, slicings
from pipeline.intervals import holm, sign_test

SEED = 20_260
"""What is drawn again is drawn from a fixed seed unless another is given: the same input gives the same output."""
# Columns of the counts of a text: itself, role right, square of confidence and outcome, role chosen, four of skills; A's, then B's.
_SIDE = 8
_TEXT, _RIGHT, _SQUARE, _CHOSEN, _PREDICTED, _SKILLS_RIGHT, _WANTED, _FOUND = range(_SIDE)


@dataclass(frozen=True)
class RoleTotals:
    """Roles of both sides: how many are right of those that have gold, and the exact test of those that changed sides."""

    n: int
    right_a: int
    right_b: int
    fixed: int
    broken: int
    p_value: float
    difference: Difference | None
    """Of the share that is right, with its interval; null without gold."""


@dataclass(frozen=True)
class SkillTotals:
    """Skills of both sides: F1, precision and recall as ``eval`` counts them."""

    f1: Difference
    precision: Difference
    recall: Difference


@dataclass(frozen=True)
class Slice:
    """The pairs that have one value; ``p_corrected`` allows for all values of the same slicing being looked at (Holm)."""

    by: str
    value: str
    n: int
    roles: RoleTotals
    skills: SkillTotals | None
    p_corrected: float
    skills_p_corrected: float


@dataclass(frozen=True)
class Confusion:
    """A role that is right, another that was said in its stead, and how often on each side (null: no role)."""

    gold: str | None
    said: str | None
    a: int
    b: int


@dataclass(frozen=True)
class Comparison:
    """B beside A. ``only_a`` and ``only_b`` count job descriptions that the other has not."""

    pairs: tuple[Pair, ...]
    roles: RoleTotals
    skills: SkillTotals | None
    brier: Difference | None
    """Of the confidence of roles that were chosen, less being better; null where none was marked."""
    slices: tuple[Slice, ...]
    confusions: tuple[Confusion, ...]
    changed: tuple[Pair, ...]
    """The pairs that differ, the worst loss first."""
    only_a: int
    only_b: int

    @property
    def n(self) -> int:
        """Pairs that were compared."""
        return len(self.pairs)

    @property
    def has_gold(self) -> bool:
        """Whether it can be said which side is better."""
        return bool(self.pairs) and self.pairs[0].has_gold

    def wire(self) -> dict[str, Any]:
        """As JSON, as ``compare --json`` prints it."""
        return {
            "n": self.n,
            "roles": _roles_wire(self.roles),
            "skills": _skills_wire(self.skills),
            "slices": [
                {
                    "by": s.by,
                    "value": s.value,
                    "n": s.n,
                    "roles": {**_roles_wire(s.roles), "p_corrected": _p_wire(s.p_corrected)},
                    "skills": {**_skills_wire(s.skills), "p_corrected": _p_wire(s.skills_p_corrected)},
                }
                for s in self.slices
            ],
        }


def compare(a: Sequence[Result], b: Sequence[Result], families: Mapping[str, str], seed: int = SEED) -> Comparison:
    """Compare two experiments over the job descriptions that both have. ``families`` gives the family of each role's slug."""
    pairs = paired(a, b)
    ways = slicings(pairs, families)
    counts = _counts(pairs)
    every = np.arange(len(pairs))
    groups: list[list[NDArray[np.intp]]] = [[every], *([np.array(w) for w in way.places.values()] for way in ways)]
    # Without gold there is nothing to be drawn again.
    is_marked = bool(pairs) and pairs[0].has_gold
    drawn: Sequence[Sequence[Floats | None]] = (
        resampled_totals(counts, groups, seed) if is_marked else [[None] * len(slices) for slices in groups]
    )
    whole, *sliced = drawn
    roles, skills, score = _totals(pairs, counts, whole[0])
    return Comparison(
        pairs=tuple(pairs),
        roles=roles,
        skills=skills,
        brier=score,
        slices=tuple(s for way, drawn in zip(ways, sliced, strict=True) for s in _slices(way, pairs, counts, drawn)),
        confusions=_confusions(pairs),
        changed=tuple(by_regression(pairs)),
        only_a=len({r.id for r in a} - {r.id for r in b}),
        only_b=len({r.id for r in b} - {r.id for r in a}),
    )


def _counts(pairs: Sequence[Pair]) -> Floats:
    """The counts of each pair, (pairs, 2 * columns) float64."""
    return np.array([[*_side(pair.a), *_side(pair.b)] for pair in pairs], np.float64).reshape(len(pairs), 2 * _SIDE)


def _side(result: Result) -> tuple[float, ...]:
    marks = result.marks
    if marks is None:
        return (1.0, *(0.0,) * (_SIDE - 1))
    chosen = result.role is not None and result.error is None
    square = (result.confidence - marks.is_right) ** 2 if chosen else 0.0
    skills = marks.skills
    counted = (skills.predicted, skills.right, skills.wanted, skills.found) if skills else (0, 0, 0, 0)
    return (1.0, float(marks.is_right), square, float(chosen), *map(float, counted))


def _totals(
    pairs: Sequence[Pair], counts: Floats, drawn: Floats | None
) -> tuple[RoleTotals, SkillTotals | None, Difference | None]:
    """The totals of some pairs, from their counts and from what these came to in each draw."""
    n = len(pairs)
    kinds = Counter(pair.kind for pair in pairs)
    fixed, broken = kinds["fixed"], kinds["broken"]
    sums = counts.sum(axis=0)[None, :]
    right_a, right_b = int(sums[0, _RIGHT]), int(sums[0, _SIDE + _RIGHT])
    if drawn is None:
        return RoleTotals(0, 0, 0, fixed, broken, 1.0, None), None, None
    shares = difference(
        right_a / n, right_b / n, *(_ratio(drawn[:, o + _RIGHT], drawn[:, o + _TEXT]) for o in (0, _SIDE))
    )
    roles = RoleTotals(n, right_a, right_b, fixed, broken, sign_test(fixed, broken), shares)
    skills = None
    if sums[0, _WANTED] or sums[0, _PREDICTED] or sums[0, _SIDE + _PREDICTED]:
        figures = [_skill_figures(table, offset) for table in (sums, drawn) for offset in (0, _SIDE)]
        precision, recall, f1 = (
            difference(float(figures[0][i][0]), float(figures[1][i][0]), figures[2][i], figures[3][i]) for i in range(3)
        )
        skills = SkillTotals(f1, precision, recall)
    score = None
    if sums[0, _CHOSEN] and sums[0, _SIDE + _CHOSEN]:
        squares = [_ratio(t[:, o + _SQUARE], t[:, o + _CHOSEN]) for t in (sums, drawn) for o in (0, _SIDE)]
        score = difference(float(squares[0][0]), float(squares[1][0]), squares[2], squares[3])
    return roles, skills, score


def _skill_figures(table: Floats, offset: int) -> tuple[Floats, Floats, Floats]:
    """Precision, recall and F1 of a side in each row of totals."""
    precision = _ratio(table[:, offset + _SKILLS_RIGHT], table[:, offset + _PREDICTED])
    recall = _ratio(table[:, offset + _FOUND], table[:, offset + _WANTED])
    return precision, recall, _ratio(2 * precision * recall, precision + recall)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _slices(way: Slicing, pairs: Sequence[Pair], counts: Floats, drawn: Sequence[Floats | None]) -> list[Slice]:
    found = []
    for (value, places), totals in zip(way.places.items(), drawn, strict=True):
        roles, skills, _ = _totals([pairs[i] for i in places], counts[list(places)], totals)
        found.append(
            Slice(way.by, value, len(places), roles, skills, roles.p_value, skills.f1.p_value if skills else 1.0)
        )
    roles_p, skills_p = holm([s.p_corrected for s in found]), holm([s.skills_p_corrected for s in found])
    return [replace(s, p_corrected=p, skills_p_corrected=q) for s, p, q in zip(found, roles_p, skills_p, strict=True)]


def _confusions(pairs: Sequence[Pair]) -> tuple[Confusion, ...]:
    """Which role was said for which, wrongly, the most frequent in B first."""
    wrong_a, wrong_b = (
        Counter((pair.a.gold_role, side.role) for pair in pairs if (side := getattr(pair, name)).is_right is False)
        for name in ("a", "b")
    )
    found = [Confusion(gold, said, wrong_a[gold, said], wrong_b[gold, said]) for gold, said in wrong_a | wrong_b]
    return tuple(sorted(found, key=lambda c: (-c.b, -c.a, c.gold or "", c.said or "")))


def _roles_wire(roles: RoleTotals) -> dict[str, Any]:
    return {
        "a": wire_score(roles.right_a / roles.n) if roles.n else None,
        "b": wire_score(roles.right_b / roles.n) if roles.n else None,
        "fixed": roles.fixed,
        "broken": roles.broken,
        "p_value": _p_wire(roles.p_value) if roles.n else None,
    }


def _skills_wire(skills: SkillTotals | None) -> dict[str, Any]:
    if skills is None:
        return {"f1_a": None, "f1_b": None, "difference": None, "interval": None}
    f1 = skills.f1
    return {
        "f1_a": wire_score(f1.a),
        "f1_b": wire_score(f1.b),
        "difference": wire_score(f1.difference),
        "interval": [wire_score(f1.interval.low), wire_score(f1.interval.high)],
    }


def _p_wire(p: float) -> float:
    """A p-value with four significant digits, so that a small one is not nought."""
    return float(f"{p:.4g}")
