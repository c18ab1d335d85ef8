"""What of an explanation decides: rows by all that they give, those without which the run comes to something else, and which signals
speak for which of two roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.catalog.changes import Place
from pipeline.explain.value import Explanation, Row, Without

MIN_APART = 0.05
"""Points by which a signal must be apart to speak for one of two roles."""


@dataclass(frozen=True)
class WeighedRow:
    """A row with the points that it gives by all signals together, and what the run gives without it."""

    place: Place
    points: float
    without: Without | None


@dataclass(frozen=True)
class Sides:
    """The names of the signals that speak for a role, and of those that speak for the other one, in their order."""

    own: tuple[str, ...]
    other: tuple[str, ...]


def weighed_rows(explanation: Explanation) -> list[WeighedRow]:
    """Return the rows of an explanation, each once, those that give most first."""
    found: dict[Place, list[Row]] = {}
    for signal in explanation.signals:
        for row in signal.rows:
            found.setdefault((row.table, row.key), []).append(row)
    rows = [WeighedRow(place, sum(r.points for r in of), of[0].without) for place, of in found.items()]
    return sorted(rows, key=lambda row: (-row.points, row.place))


def deciding_rows(explanation: Explanation) -> list[WeighedRow]:
    """Return the rows without any one of which the run comes to another role, or to none, those that give most first."""
    return [row for row in weighed_rows(explanation) if row.without and row.without.role != explanation.chosen]


def weakest(rows: Iterable[WeighedRow]) -> WeighedRow | None:
    """Return the row without which the run is the least sure of its role; null where none can be taken out."""
    able = [row for row in rows if row.without is not None]
    return min(able, key=lambda row: (row.without.confidence if row.without else 0.0, row.place), default=None)


def sides(explanation: Explanation, other: Explanation) -> Sides:
    """Return which signals speak for a role and which for another one."""
    theirs = {signal.name: signal.points for signal in other.signals}
    apart = {signal.name: signal.points - theirs.get(signal.name, 0.0) for signal in explanation.signals}
    return Sides(
        tuple(name for name, points in apart.items() if points >= MIN_APART),
        tuple(name for name, points in apart.items() if points <= -MIN_APART),
    )
