"""Two experiments compared: whether B is better than A, where, and whether that is more than chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
    places: tuple[int, ...]
    """Which of the pairs these are."""
    roles: RoleTotals
    skills: SkillTotals | None
    p_corrected: float
    skills_p_corrected: float

    @property
    def n(self) -> int:
        """Pairs that have the value."""
        return len(self.places)


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
    no_role: RoleTotals | None
    """Of those for which no role is right; null where there are none."""
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

    @property
    def roles_moved(self) -> int:
        """Pairs whose roles are others."""
        return sum(pair.a.role != pair.b.role for pair in self.pairs)

    @property
    def any_moved(self) -> int:
        """Pairs that differ in role or skills."""
        return sum(pair.is_changed for pair in self.pairs)


def compare(a: Sequence[Result], b: Sequence[Result], families: Mapping[str, str], seed: int = SEED) -> Comparison:
    """Compare two experiments over the job descriptions that both have. ``families`` gives the family of each role's slug."""
    pairs = paired(a, b)
    ways = slicings(pairs, families)
    counts = _counts(pairs)
    every = np.arange(len(pairs))
    nothing = np.array([i for i, pair in enumerate(pairs) if pair.has_gold and pair.a.gold_role is None], np.intp)
    groups: list[list[NDArray[np.intp]]] = [
        [every],
        [nothing],
        *([np.array(where) for where in way.places.values()] for way in ways),
    ]
    # Without gold there is nothing to be drawn again.
    is_marked = bool(pairs) and pairs[0].has_gold
    drawn: Sequence[Sequence[Floats | None]] = (
        resampled_totals(counts, groups, seed) if is_marked else [[None] * len(slices) for slices in groups]
    )
    whole, of_nothing, *of_ways = drawn
    return Comparison(
        pairs=tuple(pairs),
        roles=_roles(counts, whole[0]),
        no_role=_roles(counts[nothing], of_nothing[0]) if len(nothing) else None,
        skills=_skills(counts, whole[0]),
        brier=_brier(counts, whole[0]),
        slices=tuple(s for way, totals in zip(ways, of_ways, strict=True) for s in _slices(way, counts, totals)),
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


def _roles(counts: Floats, drawn: Floats | None) -> RoleTotals:
    """The totals of the roles of some pairs, from their counts and from what these came to in each draw."""
    n = len(counts)
    if drawn is None:
        return RoleTotals(0, 0, 0, 0, 0, 1.0, None)
    right_a, right_b = counts[:, _RIGHT] > 0, counts[:, _SIDE + _RIGHT] > 0
    fixed, broken = int((right_b & ~right_a).sum()), int((right_a & ~right_b).sum())
    at_a, at_b = int(right_a.sum()), int(right_b.sum())
    again = [_ratio(drawn[:, o + _RIGHT], drawn[:, o + _TEXT]) for o in (0, _SIDE)]
    shares = difference((at_a / n, at_b / n), again, fixed + broken)
    return RoleTotals(n, at_a, at_b, fixed, broken, sign_test(fixed, broken), shares)


def _skills(counts: Floats, drawn: Floats | None) -> SkillTotals | None:
    """The same of their skills; null where none are asked for."""
    sums = counts.sum(axis=0)[None, :]
    if drawn is None or not (sums[0, _WANTED] or sums[0, _PREDICTED] or sums[0, _SIDE + _PREDICTED]):
        return None
    measured, again = ([_skill_figures(table, offset) for offset in (0, _SIDE)] for table in (sums, drawn))
    moved = _moved(counts, _PREDICTED, _FOUND)
    precision, recall, f1 = (
        difference([float(side[i][0]) for side in measured], [side[i] for side in again], moved) for i in range(3)
    )
    return SkillTotals(f1, precision, recall)


def _brier(counts: Floats, drawn: Floats | None) -> Difference | None:
    """The same of the confidence of the roles that were chosen; null where a side has chosen none."""
    sums = counts.sum(axis=0)[None, :]
    if drawn is None or not (sums[0, _CHOSEN] and sums[0, _SIDE + _CHOSEN]):
        return None
    measured, again = (
        [_ratio(table[:, o + _SQUARE], table[:, o + _CHOSEN]) for o in (0, _SIDE)] for table in (sums, drawn)
    )
    return difference([float(side[0]) for side in measured], again, _moved(counts, _SQUARE, _CHOSEN))


def _moved(counts: Floats, first: int, last: int) -> int:
    """How many pairs have other counts in B, of the columns from the first to the last."""
    return int((counts[:, first : last + 1] != counts[:, _SIDE + first : _SIDE + last + 1]).any(axis=1).sum())


def _skill_figures(table: Floats, offset: int) -> tuple[Floats, Floats, Floats]:
    """Precision, recall and F1 of a side in each row of totals."""
    precision = _ratio(table[:, offset + _SKILLS_RIGHT], table[:, offset + _PREDICTED])
    recall = _ratio(table[:, offset + _FOUND], table[:, offset + _WANTED])
    return precision, recall, _ratio(2 * precision * recall, precision + recall)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _slices(way: Slicing, counts: Floats, drawn: Sequence[Floats | None]) -> list[Slice]:
    found = []
    for (value, places), totals in zip(way.places.items(), drawn, strict=True):
        of_slice = counts[list(places)]
        roles, skills = _roles(of_slice, totals), _skills(of_slice, totals)
        found.append(Slice(way.by, value, places, roles, skills, roles.p_value, skills.f1.p_value if skills else 1.0))
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
