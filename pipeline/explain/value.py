"""An explanation as values: what a role's points are made of, row by row, and why each skill was taken or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, nextafter
from typing import Any

from pipeline.catalog.tables import TABLE

CENTROIDS = "centroids"
"""The table of an explanation's rows that are no rows of the catalog: the centroids of the roles' runs."""


@dataclass(frozen=True)
class Without:
    """What the run gives on the same catalog without a row: its role (null for none) and the confidence in it."""

    role: str | None
    confidence: float

    def wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {"role": self.role, "confidence": self.confidence}


@dataclass(frozen=True)
class Row:
    """A row that a signal rests on: its table and key, and what it gives.

    ``without`` is null for a row that cannot be taken out alone, since others refer to it: the role or the skill itself, whose name is
    one of its titles or forms.
    """

    table: str
    key: tuple[str, ...]
    points: float
    without: Without | None

    def wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        columns = ("role_slug",) if self.table == CENTROIDS else TABLE[self.table].key
        return {
            "table": self.table,
            "key": dict(zip(columns, self.key, strict=True)),
            "points": self.points,
            "without": self.without.wire() if self.without else None,
        }


@dataclass(frozen=True)
class Signal:
    """One summand: ``points`` is ``value`` times ``weight``, and the sum of its rows' where it has any.

    ``runner_up`` is what the same signal gives the runner-up; null where none is compared.
    """

    name: str
    value: float
    weight: float
    points: float
    runner_up: float | None = None
    rows: tuple[Row, ...] = ()

    def wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            "signal": self.name,
            "value": self.value,
            "weight": self.weight,
            "points": self.points,
            "runner_up_points": self.runner_up,
            "rows": [row.wire() for row in self.rows],
        }


@dataclass(frozen=True)
class SkillReasons:
    """Why a skill was taken or left out: each reason says what it is of and the numbers that it had."""

    slug: str
    why: tuple[Mapping[str, Any], ...]

    def wire(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {"slug": self.slug, "why": [dict(reason) for reason in self.why]}


@dataclass(frozen=True)
class Explanation:
    """Why a run came to its role, or how another stands beside it.

    ``total`` is the sum of the signals' points: the joint evidence for ``role`` in log odds, by which the roles are ranked. Where the
    run has no role and none was asked for, it is the log odds that any role of the catalog fits, and ``role`` is null.
    """

    role: str | None
    confidence: float
    runner_up: str | None
    total: float
    signals: tuple[Signal, ...]
    skills: tuple[SkillReasons, ...]
    left_out: tuple[SkillReasons, ...]
    chosen: str | None
    case: str
    reasoning: str
    runner_up_total: float | None = None

    def wire(self) -> dict[str, Any]:
        """Return the JSON object that ``python -m pipeline explain`` prints."""
        return {
            "role": self.role,
            "confidence": self.confidence,
            "runner_up": self.runner_up,
            "total": self.total,
            "signals": [signal.wire() for signal in self.signals],
            "skills": [skill.wire() for skill in self.skills],
            "left_out": [skill.wire() for skill in self.left_out],
            "chosen": self.chosen,
            "case": self.case,
            "reasoning": self.reasoning,
            "runner_up_total": self.runner_up_total,
        }


def shared_out(points: float, shares: Sequence[float]) -> list[float]:
    """Return points shared out in proportion, so that they add up from left to right to exactly what they were."""
    mass = sum(shares)
    parts = [points * share / mass for share in shares]
    if not parts:
        return parts
    before = sum(parts[:-1])
    last = points - before
    # The difference is rounded once: a neighbour of it makes the sum exact where it does not itself.
    for near in (last, nextafter(last, inf), nextafter(last, -inf)):
        if before + near == points:
            last = near
            break
    return [*parts[:-1], last]
