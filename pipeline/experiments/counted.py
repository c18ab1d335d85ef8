"""Two experiments compared from counts alone, where there are too many job descriptions to draw them again.

With many texts the bootstrap over them comes to the delta method (Efron 1982, chapter 6): the variance of a figure is that of the
sum of what each text moves it by, to the first order. Here a text's counts are those of both sides at once, so that what is
hard for both counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import erfc, fsum, sqrt

from pipeline.experiments.bootstrap import Difference
from pipeline.experiments.comparison import Comparison, RoleTotals, SkillTotals, Slice
from pipeline.intervals import Z_95, Interval, holm, sign_test

SIDES = ("a", "b")
COUNTS = ("predicted", "right", "wanted", "found", "square", "chosen")
"""What is counted of each side of a pair: four of skills; the square of confidence and outcome, and whether a role was chosen."""
SUMMED = [f"{side}_{name}" for side in SIDES for name in COUNTS]
_OF_SKILLS = [name for name in SUMMED if not name.endswith(("square", "chosen"))]
_OF_CONFIDENCE = [name for name in SUMMED if name not in _OF_SKILLS]
PRODUCTS = [
    (one, other) for names in (_OF_SKILLS, _OF_CONFIDENCE) for place, one in enumerate(names) for other in names[place:]
]
"""Pairs of counts whose products are summed over texts: skills with skills, confidence with confidence."""
FIGURES = ("precision", "recall", "f1", "brier")
Weights = Mapping[str, float]
"""By how much a figure's difference moves with each count of a text, by side and count: "a_predicted"."""


@dataclass(frozen=True)
class CountedSlice(Slice):
    """A slice of which only the number of pairs is known."""

    size: int = 0

    @property
    def n(self) -> int:
        """Pairs that have the value."""
        return self.size


@dataclass(frozen=True)
class CountedComparison(Comparison):
    """A comparison of which only totals are known."""

    size: int = 0
    other_roles: int = 0
    others: int = 0
    is_marked: bool = False

    @property
    def n(self) -> int:
        """Pairs that were compared."""
        return self.size

    @property
    def has_gold(self) -> bool:
        """Whether it can be said which side is better."""
        return self.is_marked

    @property
    def roles_moved(self) -> int:
        """Pairs whose roles are others."""
        return self.other_roles

    @property
    def any_moved(self) -> int:
        """Pairs that differ in role or skills."""
        return self.others


@dataclass(frozen=True)
class PairCounts:
    """Counts over pairs: all of them, those right on each side, fixed, broken; and of each count of ``COUNTS`` its sum a side."""

    n: int
    right_a: int
    right_b: int
    fixed: int
    broken: int
    sums: Mapping[str, float]


@dataclass(frozen=True)
class Moments:
    """The counts of some pairs, and the sums of the products of two counts of a text (``PRODUCTS``)."""

    counts: PairCounts
    products: Mapping[tuple[str, str], float]

    def variances(self) -> dict[str, float]:
        """The variance of the difference of each figure: the sum of the squares of what each text moves it by."""
        return {
            figure: sum(
                (1 if one == other else 2) * of.get(one, 0.0) * of.get(other, 0.0) * total
                for (one, other), total in self.products.items()
            )
            for figure, of in weights(self.counts).items()
        }


def sum_of(parts: Iterable[Moments]) -> Moments:
    """The moments of several groups of pairs together."""
    listed = list(parts)
    counts = [part.counts for part in listed]
    together = PairCounts(
        n=sum(c.n for c in counts),
        right_a=sum(c.right_a for c in counts),
        right_b=sum(c.right_b for c in counts),
        fixed=sum(c.fixed for c in counts),
        broken=sum(c.broken for c in counts),
        sums={name: fsum(c.sums[name] for c in counts) for name in SUMMED},
    )
    return Moments(together, {key: fsum(part.products[key] for part in listed) for key in PRODUCTS})


def role_totals(counts: PairCounts) -> RoleTotals:
    """The totals of roles, with the exact test of those that changed sides."""
    n, moved = counts.n, counts.fixed - counts.broken
    if not n:
        return RoleTotals(0, 0, 0, 0, 0, 1.0, None)
    variance = max(0.0, (counts.fixed + counts.broken - moved * moved / n) / (n * n))
    p_value = sign_test(counts.fixed, counts.broken)
    shares = _difference(counts.right_a / n, counts.right_b / n, variance)
    return RoleTotals(
        n, counts.right_a, counts.right_b, counts.fixed, counts.broken, p_value, replace(shares, p_value=p_value)
    )


def weights(counts: PairCounts) -> dict[str, Weights]:
    """The weights of each figure of ``FIGURES``: its derivatives at the sums, those of A negative."""
    found: dict[str, dict[str, float]] = {name: {} for name in FIGURES}
    for side, sign in zip(SIDES, (-1, 1), strict=True):
        s = {name: counts.sums[f"{side}_{name}"] for name in COUNTS}
        precision, recall = _ratio(s["right"], s["predicted"]), _ratio(s["found"], s["wanted"])
        of_precision = {"right": _ratio(1, s["predicted"]), "predicted": -_ratio(precision, s["predicted"])}
        of_recall = {"found": _ratio(1, s["wanted"]), "wanted": -_ratio(recall, s["wanted"])}
        both = (precision + recall) ** 2
        of_f1 = {name: w * _ratio(2 * recall * recall, both) for name, w in of_precision.items()}
        of_f1 |= {name: w * _ratio(2 * precision * precision, both) for name, w in of_recall.items()}
        mean = _ratio(s["square"], s["chosen"])
        of_brier = {"square": _ratio(1, s["chosen"]), "chosen": -_ratio(mean, s["chosen"])}
        for name, part in zip(FIGURES, (of_precision, of_recall, of_f1, of_brier), strict=True):
            found[name] |= {f"{side}_{count}": sign * weight for count, weight in part.items()}
    return dict(found)


def skill_totals(found: Moments) -> SkillTotals | None:
    """The totals of skills; null where none are asked for."""
    counts = found.counts
    if not any(counts.sums[f"{side}_{name}"] for side in SIDES for name in ("predicted", "wanted")):
        return None
    values, variances = {}, found.variances()
    for side in SIDES:
        s = {name: counts.sums[f"{side}_{name}"] for name in COUNTS}
        precision, recall = _ratio(s["right"], s["predicted"]), _ratio(s["found"], s["wanted"])
        f1 = _ratio(2 * precision * recall, precision + recall)
        values[side] = {"precision": precision, "recall": recall, "f1": f1}
    return SkillTotals(
        **{n: _difference(values["a"][n], values["b"][n], variances[n]) for n in ("f1", "precision", "recall")}
    )


def brier_difference(found: Moments) -> Difference | None:
    """The difference of the Brier scores; null where a side has chosen no role."""
    counts = found.counts
    chosen = [counts.sums[f"{side}_chosen"] for side in SIDES]
    if not all(chosen):
        return None
    a, b = (counts.sums[f"{side}_square"] / n for side, n in zip(SIDES, chosen, strict=True))
    return _difference(a, b, found.variances()["brier"])


def counted_slices(by: str, found: Sequence[tuple[str, Moments]]) -> list[CountedSlice]:
    """The slices of one way, from the moments of each value, corrected for all being looked at."""
    slices = []
    for value, moments in found:
        counts = moments.counts
        roles, skills = role_totals(counts), skill_totals(moments)
        p_skills = skills.f1.p_value if skills else 1.0
        slices.append(CountedSlice(by, value, (), roles, skills, roles.p_value, p_skills, size=counts.n))
    roles_p, skills_p = holm([s.p_corrected for s in slices]), holm([s.skills_p_corrected for s in slices])
    return [replace(s, p_corrected=p, skills_p_corrected=q) for s, p, q in zip(slices, roles_p, skills_p, strict=True)]


def _difference(a: float, b: float, variance: float) -> Difference:
    """The difference of a figure with the interval and the p-value of the normal distribution."""
    deviation = sqrt(max(0.0, variance))
    moved, half = b - a, Z_95 * deviation
    p_value = erfc(abs(moved) / deviation / sqrt(2)) if deviation else float(moved == 0)
    return Difference(a, b, Interval(moved - half, moved + half), p_value)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
