"""The same job descriptions in two experiments, paired, and sorted by how much worse the second one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pipeline.evaluation import f_score
from pipeline.experiments.results import Result

PairKind = Literal["broken", "fixed", "moved", "same"]


@dataclass(frozen=True)
class Pair:
    """A job description in A and in B."""

    a: Result
    b: Result

    @property
    def id(self) -> str:
        """The id that it has in both."""
        return self.a.id

    @property
    def has_gold(self) -> bool:
        """Whether both are marked."""
        return self.a.marks is not None and self.b.marks is not None

    @cached_property
    def kind(self) -> PairKind:
        """What became of its role: right in A alone, right in B alone, another without that, or the same."""
        if self.has_gold and self.a.is_right != self.b.is_right:
            return "broken" if self.a.is_right else "fixed"
        return "same" if self.a.role == self.b.role else "moved"

    @cached_property
    def f1_lost(self) -> float:
        """By how much the F1 of its skills is lower in B; 0 where they are not marked."""
        first, second = (side.marks.skills if side.marks else None for side in (self.a, self.b))
        return f_score(first)[2] - f_score(second)[2] if first and second else 0.0

    @property
    def gained(self) -> frozenset[str]:
        """Skills that B alone has."""
        return self.b.skills - self.a.skills

    @property
    def lost(self) -> frozenset[str]:
        """Skills that A alone has."""
        return self.a.skills - self.b.skills

    @property
    def is_changed(self) -> bool:
        """Whether its role or its skills are others."""
        return self.a.role != self.b.role or self.a.skills != self.b.skills


def paired(a: Sequence[Result], b: Sequence[Result]) -> list[Pair]:
    """The job descriptions that both have, in the order of A; where any has gold in both, those alone."""
    in_b = {result.id: result for result in b}
    pairs = [Pair(result, in_b[result.id]) for result in a if result.id in in_b]
    with_gold = [pair for pair in pairs if pair.has_gold]
    return with_gold or pairs


_RANK: dict[PairKind, float] = {"broken": 2.0, "moved": 0.0, "same": 0.0, "fixed": -2.0}


def by_regression(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs that differ, the worst loss first: broken roles (those of which A was surest first), then lost skills, then
    roles that are others, and what was fixed last.
    """
    changed = [pair for pair in pairs if pair.is_changed]
    return sorted(changed, key=_order)


def _order(pair: Pair) -> tuple[float, float, bool, float, int, str]:
    loss = _RANK[pair.kind] + (pair.f1_lost if pair.kind in ("moved", "same") else 0.0)
    confidence = -pair.a.confidence if pair.kind == "broken" else -pair.b.confidence
    changes = -len(pair.gained) - len(pair.lost)
    return (
        -loss,
        0.0 if pair.kind in ("moved", "same") else confidence,
        pair.kind == "same",
        confidence,
        changes,
        pair.id,
    )
