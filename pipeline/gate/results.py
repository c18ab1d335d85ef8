"""What a check comes to: counts of what is better and worse, each with its paired test, and the class that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from pipeline.intervals import holm, sign_test

CheckClass = Literal["no effect", "improving", "mixed", "breaking"]
CLASSES: tuple[CheckClass, ...] = get_args(CheckClass)
"""The classes, the least harmful first."""
LEVEL = 0.05
"""The p-value below which a difference is sure, unless a policy says another."""
MAX_EXAMPLES = 40
"""Examples that are kept with a check, the most telling first."""

ExampleKind = Literal["fixed", "broken", "moved"]


@dataclass(frozen=True)
class Measure:
    """One thing that was looked at on both catalogs, ``n`` times: how often it is better and how often worse.

    ``p_value`` is that of the exact two-sided sign test of those that changed sides, which for roles right and wrong is
    McNemar's; null where nothing is left to chance. ``before`` and ``after`` are the share that is right, null where it is
    not known.
    """

    name: str
    n: int
    better: int
    worse: int
    p_value: float | None
    before: float | None = None
    after: float | None = None

    @classmethod
    def tested(
        cls, name: str, n: int, moves: Sequence[int], before: float | None = None, after: float | None = None
    ) -> Measure:
        """A measure with its test; ``moves`` are the differences of what was judged twice, each independent of the others:
        above zero where it is better.
        """
        better, worse = sum(m > 0 for m in moves), sum(m < 0 for m in moves)
        return cls(name, n, better, worse, sign_test(better, worse), before, after)


@dataclass(frozen=True)
class Example:
    """One thing that is better, worse or only different: what it is, and what it was and becomes.

    ``item`` says what it can be opened by: ``about`` a gold text, a run, a finding or an entry.
    """

    kind: ExampleKind
    about: Literal["gold", "run", "finding", "role", "dimension", "rule"]
    item: str
    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class CheckResult:
    """What a check came to: what was measured, how much was looked at (``n``) and could be touched (``replayed``), how much
    comes out differently (``moved``), and examples.
    """

    name: str
    measures: tuple[Measure, ...]
    n: int = 0
    replayed: int = 0
    moved: int = 0
    examples: tuple[Example, ...] = ()

    @property
    def better(self) -> int:
        """How much is better, over all measures."""
        return sum(m.better for m in self.measures)

    @property
    def worse(self) -> int:
        """How much is worse, over all measures."""
        return sum(m.worse for m in self.measures)

    def measure(self, name: str) -> Measure | None:
        """The measure of a name."""
        return next((m for m in self.measures if m.name == name), None)

    def wire(self) -> dict[str, Any]:
        """The JSON form that is kept."""
        return asdict(self)

    @classmethod
    def from_wire(cls, form: Mapping[str, Any]) -> CheckResult:
        """The result of its JSON form."""
        return cls(
            form["name"],
            tuple(Measure(**m) for m in form["measures"]),
            form["n"],
            form["replayed"],
            form["moved"],
            tuple(Example(**e) for e in form["examples"]),
        )


def p_value_of(measures: Sequence[Measure], outcome: CheckClass) -> float | None:
    """The p-value by which a class was given: the least of the measures that moved its way, corrected for there being several
    (Holm); null where nothing moved, or where nothing is left to chance.
    """
    moved = [m for m in measures if m.better or m.worse]
    if not moved or any(m.p_value is None for m in moved):
        return None
    corrected = list(zip(moved, _corrected(moved), strict=True))
    way = {"breaking": -1, "improving": 1}.get(outcome, 0)
    return min((p for m, p in corrected if not way or way * (m.better - m.worse) > 0), default=None)


def classify(measures: Sequence[Measure], level: float) -> CheckClass:
    """The class that several measures come to together.

    Breaking: one is worse more often than better, and that is sure (its p-value, corrected for the number of measures, is below the
    level, or nothing of it is left to chance), while none is surely better. Improving: one is surely better and none surely
    worse, or something is better and nothing worse. No effect: nothing is better or worse. Mixed: all else, what is worse too
    seldom to be sure among it. At a level of 1 each difference is sure.
    """
    moved = [m for m in measures if m.better or m.worse]
    if not moved:
        return "no effect"
    sure = [m for m, p in zip(moved, _corrected(moved), strict=True) if p < level or level >= 1]
    is_worse = any(m.worse > m.better for m in sure)
    is_better = any(m.better > m.worse for m in sure)
    if is_worse:
        return "mixed" if is_better else "breaking"
    return "improving" if is_better or not any(m.worse for m in moved) else "mixed"


def _corrected(measures: Sequence[Measure]) -> list[float]:
    """The p-values of measures, corrected for there being several (Holm 1979); of those alone that could be sure at all by how many of
    theirs changed sides (Tarone 1990): one text that moves cannot hide what others say.
    """
    can_be_sure = [m.p_value is None or sign_test(0, m.better + m.worse) < LEVEL for m in measures]
    values = [0.0 if m.p_value is None else m.p_value for m in measures]
    counted = iter(holm([p for p, is_counted in zip(values, can_be_sure, strict=True) if is_counted]))
    return [next(counted) if is_counted else p for p, is_counted in zip(values, can_be_sure, strict=True)]


def worst(classes: Iterable[CheckClass]) -> CheckClass:
    """The most harmful of some classes."""
    return max(classes, key=CLASSES.index, default="no effect")
